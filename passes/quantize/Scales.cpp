#include "passes/quantize/Scales.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace ingot;

constexpr double kLeast = -128, kGreatest = 127;

/// An attribute of the op with one result that a value is of, or of the argument.
static Attribute noteOf(Value value, StringRef name) {
  if (Operation *op = value.getDefiningOp())
    return op->getNumResults() == 1 ? op->getAttr(name) : Attribute();
  auto argument = cast<BlockArgument>(value);
  auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
  return function ? function.getArgAttr(argument.getArgNumber(), name) : Attribute();
}

static void setNote(Value value, StringRef name, Attribute note) {
  if (Operation *op = value.getDefiningOp())
    return op->setAttr(name, note);
  auto argument = cast<BlockArgument>(value);
  auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  function.setArgAttr(argument.getArgNumber(), name, note);
}

std::optional<Interval> ingot::rangeOf(Value value) {
  auto numbers = dyn_cast_or_null<DenseF64ArrayAttr>(noteOf(value, kRangeAttr));
  if (!numbers || numbers.size() != 2)
    return std::nullopt;
  Interval range{numbers[0], numbers[1]};
  bool isRange = std::isfinite(range.low) && std::isfinite(range.high) && range.low <= range.high;
  return isRange ? std::optional(range) : std::nullopt;
}

void ingot::setRange(Value value, Interval range) {
  setNote(value, kRangeAttr, DenseF64ArrayAttr::get(value.getContext(), {range.low, range.high}));
}

ArrayRef<float> ingot::meansOf(Value value) {
  auto means = dyn_cast_or_null<DenseF32ArrayAttr>(noteOf(value, kMeansAttr));
  return means ? means.asArrayRef() : ArrayRef<float>();
}

void ingot::setMeans(Value value, ArrayRef<float> means) {
  setNote(value, kMeansAttr, DenseF32ArrayAttr::get(value.getContext(), means));
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

Factor ingot::factorOf(double value) {
  int shift = 0;
  int64_t multiplier = std::llround(std::ldexp(std::frexp(value, &shift), 31));
  if (multiplier == int64_t(1) << 31) {
    multiplier /= 2;
    ++shift;
  }
  if (!std::isfinite(value) || shift > 30)
    return {INT32_MAX, 30};
  return shift < -31 ? Factor{} : Factor{int32_t(multiplier), shift};
}
