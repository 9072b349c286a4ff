#include "compiler/frontends/tflite/ops/Rows.h"
#include "compiler/frontends/tflite/integer/Integer.h"
#include "compiler/frontends/tflite/integer/Rows.h"
#include "compiler/frontends/tflite/ops/Fourier.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

const RowTable &tflite::rows() {
  static const RowTable table = [] {
    RowTable t;
    addElementwiseRows(t);
    addMatmulRows(t);
    addConvRows(t);
    addPoolRows(t);
    addNormalizeRows(t);
    addReduceRows(t);
    addShapeRows(t);
    addSliceRows(t);
    addGatherRows(t);
    addImageRows(t);
    addRecurrentRows(t);
    addScanRows(t);
    addSegmentRows(t);
    addSortRows(t);
    addDiagRows(t);
    addQuantizeRows(t);
    addStableHloRows(t);
    addStateRows(t);
    addSuppressionRows(t);
    addControlRows(t);
    addPaddingRows(t);
    addReduceWindowRows(t);
    addStableHloIndexRows(t);
    addLookupRows(t);
    addFourierRows(t);
    addIntegerRows(t);
    return t;
  }();
  return table;
}

Type tflite::elementType(MLIRContext *context, TensorType type) {
  Builder b(context);
  switch (type) {
  case TensorType::FLOAT32:
    return b.getF32Type();
  case TensorType::FLOAT64:
    return b.getF64Type();
  case TensorType::FLOAT16:
    return b.getF16Type();
  case TensorType::BFLOAT16:
    return b.getBF16Type();
  case TensorType::BOOL:
    return b.getI1Type();
  case TensorType::INT8:
    return b.getI8Type();
  case TensorType::INT16:
    return b.getI16Type();
  case TensorType::INT32:
    return b.getI32Type();
  case TensorType::INT64:
    return b.getI64Type();
  case TensorType::UINT8:
    return b.getIntegerType(8, /*isSigned=*/false);
  case TensorType::UINT16:
    return b.getIntegerType(16, false);
  case TensorType::UINT32:
    return b.getIntegerType(32, false);
  case TensorType::UINT64:
    return b.getIntegerType(64, false);
  case TensorType::COMPLEX64:
    return ComplexType::get(b.getF32Type());
  case TensorType::COMPLEX128:
    return ComplexType::get(b.getF64Type());
  default:
    return {};
  }
}

Value Node::in(size_t i) {
  if (i < inputs.size() && inputs[i])
    return inputs[i];
  return refuse(
      "input " + Twine(i) +
      (given(i) ? " keeps its value between calls, which cannot be compiled yet" : " is missing"));
}

const tflite::Tensor *Node::given(size_t i) const {
  bool isThere = i < op.inputs.size() && op.inputs[i] != kNoTensor;
  return isThere ? &graph.tensors[op.inputs[i]] : nullptr;
}

Values Node::tensors() {
  Values values;
  for (size_t i = 0; i < inputs.size(); ++i)
    values.push_back(in(i));
  return values;
}

FailureOr<const tflite::Tensor *> Node::output(size_t i) {
  if (i < op.outputs.size())
    return &graph.tensors[op.outputs[i]];
  return fail("output " + Twine(i) + " is missing");
}

LogicalResult Node::out(const Values &values) {
  outputs.append(values.begin(), values.end());
  return success(!llvm::is_contained(values, Value()));
}

LogicalResult Node::out(FailureOr<Values> values) {
  return failed(values) ? failure() : out(*values);
}

LogicalResult Node::out(Value value, Activation activation) {
  return out(activated(value, activation));
}

LogicalResult Node::refuseTypes() {
  SmallVector<int32_t> all(op.inputs);
  llvm::append_range(all, op.outputs);
  auto isGuilty = [&](int32_t t) { return t != kNoTensor && isQuantized(graph.tensors[t]); };
  auto *guilty = llvm::find_if(all, isGuilty);
  if (guilty == all.end())
    return fail(op.name() + " version " + Twine(op.version) + " (" + typesOf(graph, op) +
                ") is not supported");
  const Tensor &tensor = graph.tensors[*guilty];
  return fail(op.name() + " version " + Twine(op.version) + " (" + typesOf(graph, op) +
                  ") is quantized: tensor \"" + tensor.name + "\" is " +
                  schema::EnumNameTensorType(tensor.type) +
                  " with a scale, which cannot be compiled yet",
              "convert the model without quantization, or with float16 weights");
}

Value Node::clamped(Value x, double low, double high) {
  Value below = emit<MinimumOp>({x, scalar(x, high)});
  return emit<MaximumOp>({below, scalar(x, low)});
}

Value Node::activated(Value x, Activation activation) {
  switch (activation) {
  case Activation::NONE:
    return x;
  case Activation::RELU:
    return emit<ReluOp>(x);
  case Activation::RELU6:
    return emit<Relu6Op>(x);
  case Activation::RELU_N1_TO_1:
    return clamped(x, -1, 1);
  case Activation::TANH:
    return emit<TanhOp>(x);
  case Activation::SIGN_BIT:
    break;
  }
  return refuse(Twine("the fused activation ") +
                schema::EnumNameActivationFunctionType(activation) + " is not supported");
}
