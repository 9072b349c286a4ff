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

ArrayRef<char> ingot::weightBytes(Value value) {
  ElementsAttr constant = constantOf(value);
  if (!constant || constant.getElementType().isInteger(1))
    return {};
  if (auto dense = dyn_cast<DenseElementsAttr>(constant))
    return dense.getRawData();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(constant))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      return blob->getData();
  return {};
}

Value ingot::weightConstant(OpBuilder &b, Location loc, RankedTensorType type,
                            ArrayRef<char> bytes) {
  constexpr size_t inlineBytes = 4096, alignment = 64;
  ElementsAttr value;
  if (bytes.size() <= inlineBytes)
    value = DenseElementsAttr::getFromRawBuffer(type, bytes);
  else
    value = DenseResourceElementsAttr::get(
        type, "folded", HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, alignment));
  return ConstantOp::create(b, loc, value);
}

template <class T> static ArrayRef<T> elementsAs(Value constant) {
  ArrayRef<char> bytes = weightBytes(constant);
  return {reinterpret_cast<const T *>(bytes.data()), bytes.size() / sizeof(T)};
}

template <class T> static ArrayRef<char> bytesOf(ArrayRef<T> values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}

std::optional<WeightedOp> ingot::weightedOp(Value value) {
  Operation *op = value.getDefiningOp();
  return op && value.hasOneUse() ? weightedOp(op) : std::nullopt;
}

std::optional<WeightedOp> ingot::weightedOp(Operation *op) {
  if (!isa<MatmulOp, ConvOp, DepthwiseConvOp, TransposedConvOp>(op))
    return std::nullopt;
  ElementsAttr weights = constantOf(op->getOperand(1));
  auto result = cast<RankedTensorType>(op->getResult(0).getType());
  if (!weights || !isFoldedType(weights.getElementType()) ||
      weightBytes(op->getOperand(1)).empty() ||
      result.getElementType() != weights.getElementType() ||
      ShapedType::isDynamic(result.getShape().back()) || result.getShape().back() == 0)
    return std::nullopt;
  WeightedOp weighted{op, 1, result.getShape().back()};
  auto matmul = dyn_cast<MatmulOp>(op);
  if (isa<TransposedConvOp>(op) || (matmul && matmul.getTransposeY()))
    weighted.inner = cast<ShapedType>(op->getOperand(1).getType()).getShape().back();
  return weighted;
}

template <class T> static SmallVector<double, 0> repeatedValues(Value constant, int64_t channels) {
  ArrayRef<T> elements = elementsAs<T>(constant);
  SmallVector<double, 0> values(channels);
  for (int64_t c = 0; c < channels; ++c)
    values[c] = elements[elements.size() == 1 ? 0 : c];
  return values;
}

std::optional<SmallVector<double, 0>> ingot::channelValues(Value value, int64_t channels) {
  constexpr int64_t maxChannels = 1 << 20; // splats may stand for any number
  ElementsAttr constant = constantOf(value);
  if (!constant || channels > maxChannels || !isFoldedType(constant.getElementType()) ||
      weightBytes(value).empty())
    return std::nullopt;
  auto type = cast<ShapedType>(constant.getType());
  bool isVector =
      type.getRank() > 0 && type.getShape().back() == channels && type.getNumElements() == channels;
  if (type.getNumElements() != 1 && !isVector)
    return std::nullopt;
  return type.getElementType().isF32() ? repeatedValues<float>(value, channels)
                                       : repeatedValues<double>(value, channels);
}

Value ingot::channelConstant(OpBuilder &b, Location loc, Type element, ArrayRef<double> values) {
  auto type = RankedTensorType::get(int64_t(values.size()), element);
  if (element.isF64())
    return weightConstant(b, loc, type, bytesOf(values));
  SmallVector<float, 0> narrow(values.begin(), values.end());
  return weightConstant(b, loc, type, bytesOf(ArrayRef<float>(narrow)));
}

template <class T>
static Value scaled(OpBuilder &b, Value weights, const WeightedOp &weighted,
                    ArrayRef<double> scales) {
  auto type = cast<RankedTensorType>(weights.getType());
  ArrayRef<T> elements = elementsAs<T>(weights);
  bool isSplat = elements.size() == 1;
  SmallVector<T, 0> result(type.getNumElements());
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = T(elements[isSplat ? 0 : i] * scales[(i / weighted.inner) % weighted.channels]);
  return weightConstant(b, weights.getLoc(), type, bytesOf(ArrayRef<T>(result)));
}

Value ingot::scaledWeights(OpBuilder &b, const WeightedOp &weighted, ArrayRef<double> scales) {
  Value weights = weighted.op->getOperand(weighted.operand);
  return getElementTypeOrSelf(weights).isF32() ? scaled<float>(b, weights, weighted, scales)
                                               : scaled<double>(b, weights, weighted, scales);
}
