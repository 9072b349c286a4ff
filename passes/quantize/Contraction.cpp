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

/// Calls f with each weight and its channel.
template <class F> static void forEachWeight(const WeightedOp &weighted, F &&f) {
  ArrayRef<char> bytes = weightBytes(weighted.op->getOperand(weighted.operand));
  auto *values = reinterpret_cast<const float *>(bytes.data());
  bool isSplat = bytes.size() == sizeof(float);
  int64_t count = weightType(weighted).getNumElements();
  for (int64_t i = 0; i < count; ++i)
    f(values[isSplat ? 0 : i], (i / weighted.inner) % weighted.channels);
}

IntegerWeights IntegerWeights::of(const WeightedOp &weighted, ArrayRef<double> least) {
  IntegerWeights result;
  SmallVector<double> largest(weighted.channels, 0);
  forEachWeight(weighted, [&](float w, int64_t c) {
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
  forEachWeight(weighted, [&](float w, int64_t c) {
    double q = std::clamp(std::round(w / result.steps[c]), -kGreatest, kGreatest);
    result.numbers.push_back(std::isnan(q) ? 0 : int8_t(q));
    result.sums[c] += result.numbers.back();
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
