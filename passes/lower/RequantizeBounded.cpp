#include "passes/fuse/BoundIntegers.h"
#include "passes/lower/Quantize.h"

using namespace mlir;
using namespace ingot;

namespace {

/// One channel: with v = x * 2^before and h = floor(v * multiplier / 2^32),
///
///     result = (h + addend + (v < 0 ? negative : 0)) >> shift
///
/// Double rounding, e = -shift of the op: the inner rounding is (h + 1) >> 1 for v = 4x, the
/// outer one adds a half, less one below zero, and shifts by e: floors compose. Single
/// rounding has all its halves in the upper word if e > 1. No 64-bit sum is left.
struct Channel {
  int32_t before, multiplier, addend, negative, shift;
};

class BoundedRequantization {
public:
  /// Fails if a number might not fit.
  static std::optional<BoundedRequantization> of(RequantizeOp op);

  SmallVector<int32_t> before, multipliers, addends, negatives, shifts;
  bool hasZeroPoint = false; ///< the addends include it

private:
  bool add(const Channel &channel, int64_t magnitude);
};

} // namespace

static Channel doublyRounded(int32_t multiplier, int32_t shift) {
  int32_t e = std::max(-shift, 0);
  if (e >= 30) // less than a half of the last place
    return {2, 0, 1 + (1 << 1), -2, 2};
  return {std::max(shift, 0) + 2, multiplier, e ? 1 + (1 << e) : 1, e ? -2 : 0, e + 1};
}

static Channel singlyRounded(int32_t multiplier, int32_t shift) {
  int32_t e = std::max(-shift, 2);
  return {e + shift, multiplier, 1 << (e - 2), 0, e - 1};
}

bool BoundedRequantization::add(const Channel &c, int64_t magnitude) {
  constexpr int64_t kMost = INT32_MAX;
  if (c.multiplier < 0 || c.before > 30 || magnitude > kMost >> c.before)
    return false;
  before.push_back(c.before);
  multipliers.push_back(c.multiplier);
  addends.push_back(c.addend);
  negatives.push_back(c.negative);
  shifts.push_back(c.shift);
  return true;
}

std::optional<BoundedRequantization> BoundedRequantization::of(RequantizeOp op) {
  auto magnitude = op->getAttrOfType<IntegerAttr>(kMagnitudeAttr);
  bool isDouble = op.getRounding() == "double";
  if (!magnitude || (!isDouble && op.getRounding() != "single"))
    return std::nullopt;
  BoundedRequantization result;
  for (auto [multiplier, shift] : llvm::zip(op.getMultipliers(), op.getShifts()))
    if (!result.add(isDouble ? doublyRounded(multiplier, shift) : singlyRounded(multiplier, shift),
                    magnitude.getInt()))
      return std::nullopt;
  // |h| <= 2^30: with the addend and the zero point it must stay in 32 bits.
  const int64_t zeroPoint = op.getZeroPoint(), zero = std::abs(zeroPoint);
  if (zero > 1 << 16)
    return std::nullopt;
  result.hasZeroPoint = llvm::all_of(llvm::zip(result.addends, result.shifts), [&](auto channel) {
    auto [addend, shift] = channel;
    return (int64_t(1) << 30) + addend + (zero << shift) <= INT32_MAX;
  });
  if (result.hasZeroPoint)
    for (auto [addend, shift] : llvm::zip(result.addends, result.shifts))
      addend += int32_t(zeroPoint * (int64_t(1) << shift));
  return result;
}

LogicalResult ingot::requantizeBounded(RequantizeOp op, Lowering &l) {
  auto how = BoundedRequantization::of(op);
  Type element = l.shapes.elementType(op.getX());
  if (!how || element.getIntOrFloatBitWidth() > 32)
    return failure();
  ShapeInfo result = l.shapes.info(op.getResult());
  ChannelOperands channels(l, op.getLoc(), result.dims.size(), op.getAxis());
  channels.add(op.getX());
  auto before = channels.add(ArrayRef<int32_t>(how->before));
  auto multiplier = channels.add(ArrayRef<int32_t>(how->multipliers));
  auto addend = channels.add(ArrayRef<int32_t>(how->addends));
  auto negative = channels.add(ArrayRef<int32_t>(how->negatives));
  auto shift = channels.add(ArrayRef<int32_t>(how->shifts));
  bool isShifted = llvm::any_of(how->before, [](int32_t n) { return n > 0; });
  bool hasSign = llvm::any_of(how->negatives, [](int32_t n) { return n != 0; });
  auto body = [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
    FixedPointCode c{b, loc};
    auto at = [&](const auto &parameter) { return channels.at(b, loc, parameter, v); };
    Value x = emitCentered(op, c, v[0], element);
    Value shifted = isShifted ? c.shiftLeft(x, at(before)) : x;
    Value sum = c.add(c.mulUpper(shifted, at(multiplier)), at(addend));
    if (hasSign)
      sum =
          c.add(sum, arith::AndIOp::create(b, loc, c.shiftRight(x, c.constant(31)), at(negative)));
    sum = c.shiftRight(sum, at(shift));
    if (!how->hasZeroPoint)
      sum = c.add(sum, c.constant(op.getZeroPoint()));
    return emitInRange(op, c, sum);
  };
  return l.replace(op,
                   l.generic(op.getLoc(), result.dims, result.element, channels.operands, body));
}
