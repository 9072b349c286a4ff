#include "passes/fuse/Weights.h"
#include "dialects/ingot/Ingot.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace ingot;

static ElementsAttr constantOf(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  return constant ? constant.getValue() : ElementsAttr();
}

static bool isFoldedType(Type element) { return element.isF32() || element.isF64(); }

/// Bytes of a constant; one element that stands for all in a splat.
static ArrayRef<char> rawBytes(ElementsAttr value) {
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense.getRawData();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      return blob->getData();
  return {};
}

template <class T> static ArrayRef<T> elementsAs(ElementsAttr value) {
  ArrayRef<char> bytes = rawBytes(value);
  return {reinterpret_cast<const T *>(bytes.data()), bytes.size() / sizeof(T)};
}

std::optional<WeightedOp> ingot::weightedOp(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || !value.hasOneUse() || !isa<MatmulOp, ConvOp, DepthwiseConvOp, TransposedConvOp>(op))
    return std::nullopt;
  ElementsAttr weights = constantOf(op->getOperand(1));
  auto result = cast<RankedTensorType>(value.getType());
  if (!weights || !isFoldedType(weights.getElementType()) || rawBytes(weights).empty() ||
      result.getElementType() != weights.getElementType() ||
      ShapedType::isDynamic(result.getShape().back()) || result.getShape().back() == 0)
    return std::nullopt;
  WeightedOp weighted{op, 1, result.getShape().back()};
  auto matmul = dyn_cast<MatmulOp>(op);
  if (isa<TransposedConvOp>(op) || (matmul && matmul.getTransposeY()))
    weighted.inner = cast<ShapedType>(op->getOperand(1).getType()).getShape().back();
  return weighted;
}

template <class T>
static SmallVector<double, 0> repeatedValues(ElementsAttr value, int64_t channels) {
  ArrayRef<T> elements = elementsAs<T>(value);
  SmallVector<double, 0> values(channels);
  for (int64_t c = 0; c < channels; ++c)
    values[c] = elements[elements.size() == 1 ? 0 : c];
  return values;
}

std::optional<SmallVector<double, 0>> ingot::channelValues(Value value, int64_t channels) {
  ElementsAttr constant = constantOf(value);
  if (!constant || !isFoldedType(constant.getElementType()) || rawBytes(constant).empty())
    return std::nullopt;
  auto type = cast<ShapedType>(constant.getType());
  bool isVector = type.getRank() > 0 && type.getShape().back() == channels &&
                  type.getNumElements() == channels;
  if (type.getNumElements() != 1 && !isVector)
    return std::nullopt;
  return type.getElementType().isF32() ? repeatedValues<float>(constant, channels)
                                       : repeatedValues<double>(constant, channels);
}

template <class T> static ElementsAttr makeConstant(RankedTensorType type, ArrayRef<T> values) {
  constexpr int64_t inlineElements = 1024;
  if (type.getNumElements() <= inlineElements)
    return DenseElementsAttr::get(type, values);
  ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
  return DenseResourceElementsAttr::get(
      type, "folded", HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64));
}

Value ingot::channelConstant(OpBuilder &b, Location loc, Type element, ArrayRef<double> values) {
  auto type = RankedTensorType::get(int64_t(values.size()), element);
  if (element.isF64())
    return ConstantOp::create(b, loc, makeConstant(type, values));
  SmallVector<float, 0> narrow(values.begin(), values.end());
  return ConstantOp::create(b, loc, makeConstant(type, ArrayRef<float>(narrow)));
}

template <class T>
static ElementsAttr scaled(ElementsAttr weights, const WeightedOp &weighted,
                           ArrayRef<double> scales) {
  auto type = cast<RankedTensorType>(weights.getType());
  ArrayRef<T> elements = elementsAs<T>(weights);
  bool isSplat = elements.size() == 1;
  SmallVector<T, 0> result(type.getNumElements());
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = T(elements[isSplat ? 0 : i] * scales[(i / weighted.inner) % weighted.channels]);
  return makeConstant(type, ArrayRef<T>(result));
}

Value ingot::scaledWeights(OpBuilder &b, const WeightedOp &weighted, ArrayRef<double> scales) {
  Value old = weighted.op->getOperand(weighted.operand);
  ElementsAttr weights = constantOf(old);
  ElementsAttr value = weights.getElementType().isF32() ? scaled<float>(weights, weighted, scales)
                                                        : scaled<double>(weights, weighted, scales);
  return ConstantOp::create(b, old.getLoc(), value);
}
