#include "compiler/frontends/tflite/integer/Rows.h"

using namespace ingot::tflite;

/// Operators whose kernels take numbers as they are, whatever these stand for.
void ingot::tflite::addMovementRows(RowTable &t) {
  for (Builtin op : {Builtin::RESHAPE,
                     Builtin::SQUEEZE,
                     Builtin::EXPAND_DIMS,
                     Builtin::TRANSPOSE,
                     Builtin::STRIDED_SLICE,
                     Builtin::SLICE,
                     Builtin::SPLIT,
                     Builtin::SPLIT_V,
                     Builtin::UNPACK,
                     Builtin::GATHER,
                     Builtin::GATHER_ND,
                     Builtin::TILE,
                     Builtin::REVERSE_V2,
                     Builtin::SPACE_TO_DEPTH,
                     Builtin::DEPTH_TO_SPACE,
                     Builtin::BATCH_TO_SPACE_ND,
                     Builtin::MIRROR_PAD,
                     Builtin::RESIZE_NEAREST_NEIGHBOR,
                     Builtin::SHAPE,
                     Builtin::RANK,
                     Builtin::BROADCAST_TO,
                     Builtin::PACK,
                     Builtin::SELECT,
                     Builtin::SELECT_V2,
                     Builtin::REDUCE_MAX,
                     Builtin::REDUCE_MIN,
                     Builtin::ARG_MAX,
                     Builtin::ARG_MIN,
                     Builtin::TOPK_V2,
                     Builtin::SCATTER_ND,
                     Builtin::DYNAMIC_UPDATE_SLICE,
                     Builtin::CAST,
                     Builtin::REVERSE_SEQUENCE,
                     Builtin::ONE_HOT,
                     Builtin::SPARSE_TO_DENSE,
                     Builtin::FILL,
                     Builtin::BITCAST,
                     Builtin::BITWISE_XOR,
                     Builtin::FLOOR_DIV,
                     Builtin::FLOOR_MOD,
                     Builtin::STABLEHLO_ADD,
                     Builtin::STABLEHLO_MULTIPLY,
                     Builtin::STABLEHLO_MAXIMUM,
                     Builtin::STABLEHLO_MINIMUM,
                     Builtin::RIGHT_SHIFT,
                     Builtin::EMBEDDING_LOOKUP,
                     Builtin::MATRIX_DIAG,
                     Builtin::MATRIX_SET_DIAG,
                     Builtin::WHERE,
                     Builtin::CALL,
                     Builtin::WHILE,
                     Builtin::IF})
    if (auto row = t.find(op); row != t.end())
      row->second.buildQuantized = row->second.build;
}

void ingot::tflite::addIntegerRows(RowTable &t) {
  addMovementRows(t);
  addIntegerConvRows(t);
  addIntegerDivideRows(t);
  addIntegerElementwiseRows(t);
  addIntegerFunctionRows(t);
  addIntegerImageRows(t);
  addIntegerMatmulRows(t);
  addIntegerPoolRows(t);
  addIntegerQuantizeRows(t);
  addIntegerReduceRows(t);
  addIntegerSliceRows(t);
  addIntegerSoftmaxRows(t);
}
