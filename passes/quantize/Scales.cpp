#include "passes/quantize/Scales.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace ingot;

constexpr double kLeast = -128, kGreatest = 127;

std::optional<Interval> ingot::rangeOf(Value value) {
  Attribute found;
  if (Operation *op = value.getDefiningOp()) {
    found = op->getNumResults() == 1 ? op->getAttr(kRangeAttr) : Attribute();
  } else {
    auto argument = cast<BlockArgument>(value);
    if (auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp()))
      found = function.getArgAttr(argument.getArgNumber(), kRangeAttr);
  }
  auto numbers = dyn_cast_or_null<DenseF64ArrayAttr>(found);
  if (!numbers || numbers.size() != 2)
    return std::nullopt;
  Interval range{numbers[0], numbers[1]};
  bool isRange = std::isfinite(range.low) && std::isfinite(range.high) && range.low <= range.high;
  return isRange ? std::optional(range) : std::nullopt;
}

void ingot::setRange(Value value, Interval range) {
  auto attribute = DenseF64ArrayAttr::get(value.getContext(), {range.low, range.high});
  if (Operation *op = value.getDefiningOp())
    return op->setAttr(kRangeAttr, attribute);
  auto argument = cast<BlockArgument>(value);
  auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  function.setArgAttr(argument.getArgNumber(), kRangeAttr, attribute);
}

Scale Scale::of(Interval range) {
  double low = std::min(range.low, 0.0), high = std::max(range.high, 0.0);
  auto step = float((high - low) / (kGreatest - kLeast));
  if (!std::isnormal(step) || !std::isnormal(1 / step))
    return {};
  return {step, int64_t(std::clamp(std::round(kLeast - low / step), kLeast, kGreatest))};
}

int64_t Scale::quantized(double x) const {
  return int64_t(std::clamp(std::round(x / step) + double(zeroPoint), kLeast, kGreatest));
}

bool Scale::contains(double x) const {
  double steps = std::round(x / step) + double(zeroPoint);
  return steps >= kLeast && steps <= kGreatest;
}

std::optional<Factor> ingot::factorOf(double value) {
  int shift = 0;
  double fraction = std::frexp(value, &shift);
  if (!std::isfinite(value) || value < 0 || shift > 30)
    return std::nullopt;
  int64_t multiplier = std::llround(std::ldexp(fraction, 31));
  if (multiplier == int64_t(1) << 31) {
    multiplier /= 2;
    ++shift;
  }
  if (shift > 30)
    return std::nullopt;
  return shift < -31 ? Factor{} : Factor{int32_t(multiplier), shift};
}
