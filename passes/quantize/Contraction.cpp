#include "passes/quantize/Contraction.h"

#include <cmath>

using namespace mlir;
using namespace ingot;

constexpr double kGreatest = 127;
/// Products of 8-bit numbers that 32 bits hold the sum of.
constexpr int64_t kMaxDepth = INT32_MAX / (255 * 128);

RankedTensorType ingot::withElement(Type type, Type element) {
  return cast<RankedTensorType>(cast<RankedTensorType>(type).clone(element));
}

static RankedTensorType weightType(const WeightedOp &weighted) {
  return cast<RankedTensorType>(weighted.op->getOperand(weighted.operand).getType());
}

static bool isPlain(Operation *op) {
  if (auto matmul = dyn_cast<MatmulOp>(op))
    return !matmul.getTransposeX() && cast<ShapedType>(matmul.getY().getType()).getRank() == 2;
  return isa<ConvOp, DepthwiseConvOp>(op) && !op->hasAttr("pad_value");
}

std::optional<WeightedOp> ingot::quantizableOp(Operation *op) {
  if (op->getNumOperands() != 2 || !isPlain(op))
    return std::nullopt;
  auto weighted = weightedOp(op);
  if (!weighted || !getElementTypeOrSelf(op->getOperand(0)).isF32() ||
      !weightType(*weighted).getElementType().isF32())
    return std::nullopt;
  int64_t depth = weightType(*weighted).getNumElements() / weighted->channels;
  return depth > 0 && depth <= kMaxDepth ? weighted : std::nullopt;
}

/// Calls f with each weight, its channel and its place.
template <class F> static void forEachWeight(const WeightedOp &weighted, F &&f) {
  ArrayRef<char> bytes = weightBytes(weighted.op->getOperand(weighted.operand));
  auto *values = reinterpret_cast<const float *>(bytes.data());
  bool isSplat = bytes.size() == sizeof(float);
  int64_t count = weightType(weighted).getNumElements();
  for (int64_t i = 0; i < count; ++i)
    f(values[isSplat ? 0 : i], (i / weighted.inner) % weighted.channels, i);
}

IntegerWeights IntegerWeights::of(const WeightedOp &weighted, ArrayRef<double> least) {
  IntegerWeights result;
  SmallVector<double> largest(weighted.channels, 0);
  forEachWeight(weighted, [&](float w, int64_t c, int64_t) {
    double magnitude = std::fabs(w);
    if (std::isfinite(magnitude))
      largest[c] = std::max(largest[c], magnitude);
  });
  for (auto [c, magnitude] : llvm::enumerate(largest)) {
    double step = std::max(magnitude / kGreatest, least.empty() ? 0.0 : least[c]);
    result.steps.push_back(std::isnormal(float(step)) ? double(float(step)) : 1.0);
  }
  result.sums.assign(weighted.channels, 0);
  result.numbers.reserve(weightType(weighted).getNumElements());
  forEachWeight(weighted, [&](float w, int64_t c, int64_t) {
    double q = std::clamp(std::round(w / result.steps[c]), -kGreatest, kGreatest);
    result.numbers.push_back(std::isnan(q) ? 0 : int8_t(q));
    result.sums[c] += result.numbers.back();
  });
  return result;
}

/// The channel of x that weight i is multiplied with; `c` is that of the result.
static int64_t inputChannel(const WeightedOp &weighted, int64_t i, int64_t c, int64_t inputs) {
  ArrayRef<int64_t> shape = weightType(weighted).getShape();
  if (isa<DepthwiseConvOp>(weighted.op))
    return c / shape.back();
  if (weighted.inner != 1) // [channels, inputs]
    return i % weighted.inner;
  int64_t ofGroup = shape[shape.size() - 2], groups = inputs / ofGroup;
  int64_t group = c / std::max<int64_t>(weighted.channels / groups, 1);
  return group * ofGroup + (i / weighted.channels) % ofGroup;
}

SmallVector<double> IntegerWeights::shifts(const WeightedOp &weighted,
                                           ArrayRef<float> means) const {
  SmallVector<double> result(weighted.channels, 0);
  auto x = cast<RankedTensorType>(weighted.op->getOperand(0).getType());
  int64_t inputs = means.size();
  if (inputs == 0 || x.getRank() == 0 || x.getShape().back() != inputs)
    return result;
  forEachWeight(weighted, [&](float w, int64_t c, int64_t i) {
    double error = numbers[i] * steps[c] - double(w);
    if (std::isfinite(error))
      result[c] += error * double(means[inputChannel(weighted, i, c, inputs)]);
  });
  return result;
}

Value IntegerWeights::constant(OpBuilder &b, const WeightedOp &weighted) const {
  ArrayRef<char> bytes(reinterpret_cast<const char *>(numbers.data()), numbers.size());
  Location loc = weighted.op->getOperand(weighted.operand).getLoc();
  return weightConstant(b, loc, withElement(weightType(weighted), b.getI8Type()), bytes);
}

Value ingot::integerProduct(OpBuilder &b, Operation *op, Value x, Value weights, int64_t padValue) {
  Operation *product = b.clone(*op);
  product->setDiscardableAttrs(ArrayRef<NamedAttribute>());
  product->setOperands({x, weights});
  product->setAttr("to", TypeAttr::get(b.getI32Type()));
  if (padValue != 0 && !isa<MatmulOp>(op))
    product->setAttr("pad_value", b.getI64IntegerAttr(padValue));
  product->getResult(0).setType(withElement(op->getResult(0).getType(), b.getI32Type()));
  return product->getResult(0);
}
