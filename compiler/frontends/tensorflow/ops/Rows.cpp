#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

const RowTable &tensorflow::rows() {
  static const RowTable table = [] {
    RowTable t;
    addElementwiseRows(t);
    addGradientRows(t);
    addMatmulRows(t);
    addControlRows(t);
    addConvRows(t);
    addListRows(t);
    addListStackRows(t);
    addPoolRows(t);
    addNormalizeRows(t);
    addRecurrentRows(t);
    addReduceRows(t);
    addScanRows(t);
    addSegmentRows(t);
    addSortRows(t);
    addShapeRows(t);
    addSliceRows(t);
    addGatherRows(t);
    addDiagRows(t);
    addImageRows(t);
    addCropRows(t);
    addSuppressionRows(t);
    addResampleRows(t);
    addPatchRows(t);
    addStateRows(t);
    addAssignRows(t);
    addConvGradientRows(t);
    addTrainingRows(t);
    addTensorArrayRows(t);
    addRandomRows(t);
    addLinalgRows(t);
    addQrRows(t);
    addEigenRows(t);
    addDistributionRows(t);
    addFourierRows(t);
    addQuantizeRows(t);
    addResizeGradientRows(t);
    addWarpRows(t);
    addSpecialRows(t);
    addIndexRows(t);
    addSparseRows(t);
    addRaggedRows(t);
    addSampleRows(t);
    addCtcRows(t);
    addBandedRows(t);
    addMatrixFunctionRows(t);
    addLookupRows(t);
    addTextRows(t); // after those whose ops take strings too
    return t;
  }();
  return table;
}

Type tensorflow::elementType(MLIRContext *context, DataType type) {
  Builder b(context);
  switch (type) {
  case DataType::Float32:
    return b.getF32Type();
  case DataType::Float64:
    return b.getF64Type();
  case DataType::Float16:
    return b.getF16Type();
  case DataType::BFloat16:
    return b.getBF16Type();
  case DataType::Bool:
    return b.getI1Type();
  case DataType::Int8:
  case DataType::QInt8:
    return b.getI8Type();
  case DataType::Int16:
  case DataType::QInt16:
    return b.getI16Type();
  case DataType::Int32:
  case DataType::QInt32:
    return b.getI32Type();
  case DataType::Int64:
    return b.getI64Type();
  case DataType::UInt8:
  case DataType::QUInt8:
    return b.getIntegerType(8, /*isSigned=*/false);
  case DataType::UInt16:
  case DataType::QUInt16:
    return b.getIntegerType(16, false);
  case DataType::UInt32:
    return b.getIntegerType(32, false);
  case DataType::UInt64:
    return b.getIntegerType(64, false);
  case DataType::Complex64:
    return ComplexType::get(b.getF32Type());
  case DataType::Complex128:
    return ComplexType::get(b.getF64Type());
  case DataType::String:
  case DataType::Resource:
  case DataType::Variant:
  case DataType::Invalid:
    return {};
  }
  return {};
}

Value Node::in(size_t i) {
  if (i < inputs.size() && inputs[i].isTensor())
    return inputs[i].value;
  // A variable of TensorFlow 1 is read where it is used.
  if (i < inputs.size() && inputs[i].variable && inputs[i].variable->isReference)
    return readVariable(*this, *inputs[i].variable);
  bool isString = i < inputs.size() && (inputs[i].isText || inputs[i].strings);
  (void)fail("input " + Twine(i) +
             (isString            ? " is a string, which this op cannot be compiled for yet"
              : i < inputs.size() ? " is not a tensor"
                                  : " is missing"));
  return {};
}

SmallVector<Value> Node::tensors() {
  SmallVector<Value> values;
  for (size_t i = 0; i < inputs.size(); ++i)
    values.push_back(in(i));
  return values;
}

Type Node::type(StringRef attribute, std::optional<DataType> fallback) {
  DataType type = attrs.getType(attribute, fallback);
  if (Type element = elementType(b.getContext(), type))
    return element;
  attrs.refuse(attribute, "is " + name(type) + ", of which no tensors can be compiled yet");
  return b.getF32Type();
}

LogicalResult Node::out(Value value) { return out(ArrayRef<Value>(value)); }

LogicalResult Node::out(ArrayRef<Value> values) {
  for (Value value : values)
    outputs.push_back(value);
  return success(!llvm::is_contained(values, Value()));
}

FailureOr<SmallVector<int64_t, 4>> Node::constantInts(size_t i, StringRef what) {
  return constantInts(in(i), what + " (input " + Twine(i) + ")");
}

LogicalResult Node::require(Value condition, StringRef reason) {
  if (!condition)
    return failure();
  auto known = b.shapes.constantContents(condition);
  if (known && !known->empty() && known->front())
    return success();
  AssertOp::create(b, loc, condition, reason);
  return success();
}
