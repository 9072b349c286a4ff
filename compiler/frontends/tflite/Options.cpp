#include "compiler/frontends/tflite/Options.h"

#include "compiler/frontends/tflite/Tensor.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"

using namespace ingot::tflite;
using llvm::createStringError;
using llvm::Error;
using Op = schema::BuiltinOperator;
using Options = schema::BuiltinOptions;

namespace {
struct Row {
  Op op;
  Options options;
};
} // namespace

/// Sorted by number. Operators that are missing take no options.
static constexpr Row kRows[] = {
    {Op::ADD, Options::AddOptions},
    {Op::AVERAGE_POOL_2D, Options::Pool2DOptions},
    {Op::CONCATENATION, Options::ConcatenationOptions},
    {Op::CONV_2D, Options::Conv2DOptions},
    {Op::DEPTHWISE_CONV_2D, Options::DepthwiseConv2DOptions},
    {Op::DEPTH_TO_SPACE, Options::DepthToSpaceOptions},
    {Op::DEQUANTIZE, Options::DequantizeOptions},
    {Op::FULLY_CONNECTED, Options::FullyConnectedOptions},
    {Op::L2_NORMALIZATION, Options::L2NormOptions},
    {Op::L2_POOL_2D, Options::Pool2DOptions},
    {Op::LOCAL_RESPONSE_NORMALIZATION, Options::LocalResponseNormalizationOptions},
    {Op::LSH_PROJECTION, Options::LSHProjectionOptions},
    {Op::LSTM, Options::LSTMOptions},
    {Op::MAX_POOL_2D, Options::Pool2DOptions},
    {Op::MUL, Options::MulOptions},
    {Op::RESHAPE, Options::ReshapeOptions},
    {Op::RESIZE_BILINEAR, Options::ResizeBilinearOptions},
    {Op::RNN, Options::RNNOptions},
    {Op::SOFTMAX, Options::SoftmaxOptions},
    {Op::SPACE_TO_DEPTH, Options::SpaceToDepthOptions},
    {Op::SVDF, Options::SVDFOptions},
    {Op::CONCAT_EMBEDDINGS, Options::ConcatEmbeddingsOptions},
    {Op::SKIP_GRAM, Options::SkipGramOptions},
    {Op::CALL, Options::CallOptions},
    {Op::EMBEDDING_LOOKUP_SPARSE, Options::EmbeddingLookupSparseOptions},
    {Op::PAD, Options::PadOptions},
    {Op::UNIDIRECTIONAL_SEQUENCE_RNN, Options::SequenceRNNOptions},
    {Op::GATHER, Options::GatherOptions},
    {Op::BATCH_TO_SPACE_ND, Options::BatchToSpaceNDOptions},
    {Op::SPACE_TO_BATCH_ND, Options::SpaceToBatchNDOptions},
    {Op::TRANSPOSE, Options::TransposeOptions},
    {Op::MEAN, Options::ReducerOptions},
    {Op::SUB, Options::SubOptions},
    {Op::DIV, Options::DivOptions},
    {Op::SQUEEZE, Options::SqueezeOptions},
    {Op::UNIDIRECTIONAL_SEQUENCE_LSTM, Options::UnidirectionalSequenceLSTMOptions},
    {Op::STRIDED_SLICE, Options::StridedSliceOptions},
    {Op::BIDIRECTIONAL_SEQUENCE_RNN, Options::BidirectionalSequenceRNNOptions},
    {Op::EXP, Options::ExpOptions},
    {Op::TOPK_V2, Options::TopKV2Options},
    {Op::SPLIT, Options::SplitOptions},
    {Op::LOG_SOFTMAX, Options::LogSoftmaxOptions},
    {Op::BIDIRECTIONAL_SEQUENCE_LSTM, Options::BidirectionalSequenceLSTMOptions},
    {Op::CAST, Options::CastOptions},
    {Op::MAXIMUM, Options::MaximumMinimumOptions},
    {Op::ARG_MAX, Options::ArgMaxOptions},
    {Op::MINIMUM, Options::MaximumMinimumOptions},
    {Op::LESS, Options::LessOptions},
    {Op::NEG, Options::NegOptions},
    {Op::PADV2, Options::PadV2Options},
    {Op::GREATER, Options::GreaterOptions},
    {Op::GREATER_EQUAL, Options::GreaterEqualOptions},
    {Op::LESS_EQUAL, Options::LessEqualOptions},
    {Op::SELECT, Options::SelectOptions},
    {Op::SLICE, Options::SliceOptions},
    {Op::TRANSPOSE_CONV, Options::TransposeConvOptions},
    {Op::SPARSE_TO_DENSE, Options::SparseToDenseOptions},
    {Op::TILE, Options::TileOptions},
    {Op::EXPAND_DIMS, Options::ExpandDimsOptions},
    {Op::EQUAL, Options::EqualOptions},
    {Op::NOT_EQUAL, Options::NotEqualOptions},
    {Op::SUM, Options::ReducerOptions},
    {Op::SHAPE, Options::ShapeOptions},
    {Op::POW, Options::PowOptions},
    {Op::ARG_MIN, Options::ArgMinOptions},
    {Op::FAKE_QUANT, Options::FakeQuantOptions},
    {Op::REDUCE_PROD, Options::ReducerOptions},
    {Op::REDUCE_MAX, Options::ReducerOptions},
    {Op::PACK, Options::PackOptions},
    {Op::LOGICAL_OR, Options::LogicalOrOptions},
    {Op::ONE_HOT, Options::OneHotOptions},
    {Op::LOGICAL_AND, Options::LogicalAndOptions},
    {Op::LOGICAL_NOT, Options::LogicalNotOptions},
    {Op::UNPACK, Options::UnpackOptions},
    {Op::REDUCE_MIN, Options::ReducerOptions},
    {Op::FLOOR_DIV, Options::FloorDivOptions},
    {Op::REDUCE_ANY, Options::ReducerOptions},
    {Op::SQUARE, Options::SquareOptions},
    {Op::ZEROS_LIKE, Options::ZerosLikeOptions},
    {Op::FILL, Options::FillOptions},
    {Op::FLOOR_MOD, Options::FloorModOptions},
    {Op::RANGE, Options::RangeOptions},
    {Op::RESIZE_NEAREST_NEIGHBOR, Options::ResizeNearestNeighborOptions},
    {Op::LEAKY_RELU, Options::LeakyReluOptions},
    {Op::SQUARED_DIFFERENCE, Options::SquaredDifferenceOptions},
    {Op::MIRROR_PAD, Options::MirrorPadOptions},
    {Op::ABS, Options::AbsOptions},
    {Op::SPLIT_V, Options::SplitVOptions},
    {Op::UNIQUE, Options::UniqueOptions},
    {Op::REVERSE_V2, Options::ReverseV2Options},
    {Op::ADD_N, Options::AddNOptions},
    {Op::GATHER_ND, Options::GatherNdOptions},
    {Op::COS, Options::CosOptions},
    {Op::WHERE, Options::WhereOptions},
    {Op::RANK, Options::RankOptions},
    {Op::REVERSE_SEQUENCE, Options::ReverseSequenceOptions},
    {Op::MATRIX_DIAG, Options::MatrixDiagOptions},
    {Op::QUANTIZE, Options::QuantizeOptions},
    {Op::MATRIX_SET_DIAG, Options::MatrixSetDiagOptions},
    {Op::HARD_SWISH, Options::HardSwishOptions},
    {Op::IF, Options::IfOptions},
    {Op::WHILE, Options::WhileOptions},
    {Op::NON_MAX_SUPPRESSION_V4, Options::NonMaxSuppressionV4Options},
    {Op::NON_MAX_SUPPRESSION_V5, Options::NonMaxSuppressionV5Options},
    {Op::SCATTER_ND, Options::ScatterNdOptions},
    {Op::SELECT_V2, Options::SelectV2Options},
    {Op::DENSIFY, Options::DensifyOptions},
    {Op::SEGMENT_SUM, Options::SegmentSumOptions},
    {Op::BATCH_MATMUL, Options::BatchMatMulOptions},
    {Op::CUMSUM, Options::CumsumOptions},
    {Op::CALL_ONCE, Options::CallOnceOptions},
    {Op::BROADCAST_TO, Options::BroadcastToOptions},
    {Op::RFFT2D, Options::Rfft2dOptions},
    {Op::CONV_3D, Options::Conv3DOptions},
    {Op::HASHTABLE, Options::HashtableOptions},
    {Op::HASHTABLE_FIND, Options::HashtableFindOptions},
    {Op::HASHTABLE_IMPORT, Options::HashtableImportOptions},
    {Op::HASHTABLE_SIZE, Options::HashtableSizeOptions},
    {Op::REDUCE_ALL, Options::ReducerOptions},
    {Op::CONV_3D_TRANSPOSE, Options::Conv3DOptions},
    {Op::VAR_HANDLE, Options::VarHandleOptions},
    {Op::READ_VARIABLE, Options::ReadVariableOptions},
    {Op::ASSIGN_VARIABLE, Options::AssignVariableOptions},
    {Op::RANDOM_STANDARD_NORMAL, Options::RandomOptions},
    {Op::BUCKETIZE, Options::BucketizeOptions},
    {Op::RANDOM_UNIFORM, Options::RandomOptions},
    {Op::MULTINOMIAL, Options::RandomOptions},
    {Op::GELU, Options::GeluOptions},
    {Op::DYNAMIC_UPDATE_SLICE, Options::DynamicUpdateSliceOptions},
    {Op::UNSORTED_SEGMENT_PROD, Options::UnsortedSegmentProdOptions},
    {Op::UNSORTED_SEGMENT_MAX, Options::UnsortedSegmentMaxOptions},
    {Op::UNSORTED_SEGMENT_SUM, Options::UnsortedSegmentSumOptions},
    {Op::ATAN2, Options::ATan2Options},
    {Op::UNSORTED_SEGMENT_MIN, Options::UnsortedSegmentMinOptions},
    {Op::SIGN, Options::SignOptions},
    {Op::BITCAST, Options::BitcastOptions},
    {Op::BITWISE_XOR, Options::BitwiseXorOptions},
    {Op::RIGHT_SHIFT, Options::RightShiftOptions},
};

Options ingot::tflite::optionsOf(Op op) {
  const Row *row = std::lower_bound(std::begin(kRows), std::end(kRows), op,
                                    [](const Row &row, Op wanted) { return row.op < wanted; });
  return row != std::end(kRows) && row->op == op ? row->options : Options::NONE;
}

template <typename Enum> static bool inRange(Enum value, Enum last) {
  return int(value) >= 0 && value <= last;
}

/// Every field of an enumeration that the table has.
template <typename Table> static bool hasKnownValues(const Table &table) {
  bool known = true;
  if constexpr (requires { table.padding(); })
    known &= inRange(table.padding(), schema::Padding::MAX);
  if constexpr (requires { table.fused_activation_function(); })
    known &= inRange(table.fused_activation_function(), schema::ActivationFunctionType::MAX);
  if constexpr (requires { table.mode(); })
    known &= inRange(table.mode(), schema::MirrorPadMode::MAX);
  if constexpr (requires { table.weights_format(); })
    known &= inRange(table.weights_format(), schema::FullyConnectedOptionsWeightsFormat::MAX);
  if constexpr (requires { table.kernel_type(); })
    known &= inRange(table.kernel_type(), schema::LSTMKernelType::MAX);
  if constexpr (requires { table.combiner(); })
    known &= inRange(table.combiner(), schema::CombinerType::MAX);
  auto type = [&](TensorType value) { known &= inRange(value, TensorType::MAX); };
  if constexpr (requires { table.quantized_bias_type(); })
    type(table.quantized_bias_type());
  if constexpr (requires { table.in_data_type(); })
    type(table.in_data_type()), type(table.out_data_type());
  if constexpr (requires { table.output_type(); })
    type(table.output_type());
  if constexpr (requires { table.out_type(); })
    type(table.out_type());
  if constexpr (requires { table.idx_out_type(); })
    type(table.idx_out_type());
  if constexpr (requires { table.key_dtype(); })
    type(table.key_dtype()), type(table.value_dtype());
  return known;
}

template <typename Table> static bool checkTable(const schema::Operator &def) {
  return hasKnownValues(*def.builtin_options_as<Table>());
}

/// Tables that have a field of an enumeration.
static bool checkValues(const schema::Operator &def) {
  switch (def.builtin_options_type()) {
  case Options::Conv2DOptions:
    return checkTable<schema::Conv2DOptions>(def);
  case Options::DepthwiseConv2DOptions:
    return checkTable<schema::DepthwiseConv2DOptions>(def);
  case Options::Pool2DOptions:
    return checkTable<schema::Pool2DOptions>(def);
  case Options::SVDFOptions:
    return checkTable<schema::SVDFOptions>(def);
  case Options::RNNOptions:
    return checkTable<schema::RNNOptions>(def);
  case Options::FullyConnectedOptions:
    return checkTable<schema::FullyConnectedOptions>(def);
  case Options::ConcatenationOptions:
    return checkTable<schema::ConcatenationOptions>(def);
  case Options::AddOptions:
    return checkTable<schema::AddOptions>(def);
  case Options::L2NormOptions:
    return checkTable<schema::L2NormOptions>(def);
  case Options::LSTMOptions:
    return checkTable<schema::LSTMOptions>(def);
  case Options::MulOptions:
    return checkTable<schema::MulOptions>(def);
  case Options::SubOptions:
    return checkTable<schema::SubOptions>(def);
  case Options::DivOptions:
    return checkTable<schema::DivOptions>(def);
  case Options::SequenceRNNOptions:
    return checkTable<schema::SequenceRNNOptions>(def);
  case Options::CastOptions:
    return checkTable<schema::CastOptions>(def);
  case Options::ArgMaxOptions:
    return checkTable<schema::ArgMaxOptions>(def);
  case Options::TransposeConvOptions:
    return checkTable<schema::TransposeConvOptions>(def);
  case Options::ShapeOptions:
    return checkTable<schema::ShapeOptions>(def);
  case Options::ArgMinOptions:
    return checkTable<schema::ArgMinOptions>(def);
  case Options::BidirectionalSequenceLSTMOptions:
    return checkTable<schema::BidirectionalSequenceLSTMOptions>(def);
  case Options::BidirectionalSequenceRNNOptions:
    return checkTable<schema::BidirectionalSequenceRNNOptions>(def);
  case Options::UnidirectionalSequenceLSTMOptions:
    return checkTable<schema::UnidirectionalSequenceLSTMOptions>(def);
  case Options::MirrorPadOptions:
    return checkTable<schema::MirrorPadOptions>(def);
  case Options::UniqueOptions:
    return checkTable<schema::UniqueOptions>(def);
  case Options::Conv3DOptions:
    return checkTable<schema::Conv3DOptions>(def);
  case Options::EmbeddingLookupSparseOptions:
    return checkTable<schema::EmbeddingLookupSparseOptions>(def);
  case Options::HashtableOptions:
    return checkTable<schema::HashtableOptions>(def);
  default:
    return true;
  }
}

Error ingot::tflite::checkOptions(Op op, const schema::Operator &def) {
  Options wanted = optionsOf(op), found = def.builtin_options_type();
  if (wanted == Options::NONE || found == Options::NONE || !def.builtin_options())
    return Error::success();
  if (found != wanted)
    return createStringError("has the options of another operator (%s)",
                             schema::EnumNameBuiltinOptions(found));
  if (!checkValues(def))
    return createStringError("its options have an unknown padding, activation, mode or type");
  return Error::success();
}
