#include "passes/lower/FixedPoint.h"
#include "passes/lower/Quantize.h"
#include "passes/lower/Scalar.h"
#include "passes/lower/ScalarCode.h"

#include <cmath>

using namespace mlir;
using namespace ingot;

Value ingot::emitInRange(RequantizeOp op, FixedPointCode &c, Value x) {
  x = c.clamp(x, op.getLow(), op.getHigh());
  return emitCast(c.b, c.loc, x, c.b.getI32Type(), storageType(op.getTo()));
}

/// zero_point + scaled, clamped, as the result's type; wraps in 32 bits.
static Value finish(RequantizeOp op, FixedPointCode &c, Value scaled) {
  return emitInRange(op, c, c.add(scaled, c.constant(op.getZeroPoint())));
}

Value ingot::emitCentered(RequantizeOp op, FixedPointCode &c, Value x, Type element) {
  unsigned width = element.isInteger(64) ? 64 : 32;
  x = emitCast(c.b, c.loc, x, element, c.b.getIntegerType(width));
  if (int64_t zero = op.getInputZeroPoint())
    x = c.sub(x, c.constant(zero, width));
  if (int64_t shift = op.getLeftShift())
    x = c.shiftLeft(x, c.constant(shift, width));
  return x;
}

static LogicalResult requantizeDouble(RequantizeOp op, Lowering &l, Type element) {
  Location loc = op.getLoc();
  SmallVector<int32_t> lefts, rights;
  for (int32_t shift : op.getShifts()) {
    lefts.push_back(std::max(shift, 0));
    rights.push_back(std::max(-shift, 0));
  }
  ShapeInfo result = l.shapes.info(op.getResult());
  ChannelOperands channels(l, loc, result.dims.size(), op.getAxis());
  channels.add(op.getX());
  auto multiplier = channels.add(op.getMultipliers());
  auto left = channels.add(ArrayRef(lefts)), right = channels.add(ArrayRef(rights));
  bool isShifted = llvm::any_of(lefts, [](int32_t n) { return n > 0; });
  bool isDivided = llvm::any_of(rights, [](int32_t n) { return n > 0; });
  bool saturates = llvm::is_contained(op.getMultipliers(), INT32_MIN);
  auto body = [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
    FixedPointCode c{b, loc};
    Value x = emitCentered(op, c, v[0], element);
    if (isShifted)
      x = c.shiftLeft(x, channels.at(b, loc, left, v));
    Value by = channels.at(b, loc, multiplier, v);
    x = saturates ? c.mulHigh(x, by) : c.mulHighUnsaturated(x, by);
    if (isDivided)
      x = c.divideByPowerOfTwo(x, channels.at(b, loc, right, v));
    return finish(op, c, x);
  };
  return l.replace(op, l.generic(loc, result.dims, result.element, channels.operands, body));
}

namespace {
/// x * multiplier, shifted to the right with halves rounded up, all in 64 bits.
struct SingleRounding {
  SmallVector<int64_t> multipliers, shifts;
};
} // namespace

static LogicalResult requantizeOnce(RequantizeOp op, Lowering &l, Type element,
                                    const SingleRounding &how) {
  Location loc = op.getLoc();
  auto halves = llvm::map_to_vector(how.shifts, [](int64_t s) { return int64_t(1) << (s - 1); });
  ShapeInfo result = l.shapes.info(op.getResult());
  ChannelOperands channels(l, loc, result.dims.size(), op.getAxis());
  channels.add(op.getX());
  auto multiplier = channels.add(ArrayRef<int64_t>(how.multipliers));
  auto shift = channels.add(ArrayRef<int64_t>(how.shifts));
  auto half = channels.add(ArrayRef<int64_t>(halves));
  auto body = [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
    FixedPointCode c{b, loc};
    Value x = emitCentered(op, c, v[0], element);
    x = emitCast(b, loc, x, x.getType(), b.getI64Type());
    x = c.mul(x, channels.at(b, loc, multiplier, v));
    x = c.shiftRight(c.add(x, channels.at(b, loc, half, v)), channels.at(b, loc, shift, v));
    return finish(op, c, arith::TruncIOp::create(b, loc, b.getI32Type(), x));
  };
  return l.replace(op, l.generic(loc, result.dims, result.element, channels.operands, body));
}

static LogicalResult requantizeSingle(RequantizeOp op, Lowering &l, Type element) {
  auto shifts = llvm::map_to_vector<6>(op.getShifts(), [](int32_t s) { return int64_t(31) - s; });
  return requantizeOnce(op, l, element,
                        {SmallVector<int64_t>(op.getMultipliers()), SmallVector<int64_t>(shifts)});
}

/// The multiplier in 15 bits.
static int64_t reducedMultiplier(int32_t multiplier) {
  return multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
}

static LogicalResult requantize64(RequantizeOp op, Lowering &l, Type element) {
  SingleRounding how;
  for (auto [multiplier, shift] : llvm::zip(op.getMultipliers(), op.getShifts())) {
    how.multipliers.push_back(reducedMultiplier(multiplier));
    how.shifts.push_back(15 - shift);
  }
  return requantizeOnce(op, l, element, how);
}

/// One multiplication and one rounding, which the addition of 1.5 * 2^23 does: the low
/// bits of the sum are the integer.
static LogicalResult requantizeToNearest(RequantizeOp op, Lowering &l, Type element) {
  Location loc = op.getLoc();
  SmallVector<float> scales;
  for (auto [multiplier, shift] : llvm::zip(op.getMultipliers(), op.getShifts()))
    scales.push_back(std::ldexp(double(multiplier), shift - 31));
  ShapeInfo result = l.shapes.info(op.getResult());
  ChannelOperands channels(l, loc, result.dims.size(), op.getAxis());
  channels.add(op.getX());
  auto scale = channels.add(ArrayRef<float>(scales));
  auto body = [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
    FixedPointCode c{b, loc};
    FloatCode f{b, loc, b.getF32Type()};
    Value x = arith::SIToFPOp::create(b, loc, f.type, emitCentered(op, c, v[0], element));
    constexpr double kShift = 12582912; // 1.5 * 2^23
    int64_t zero = op.getZeroPoint();
    double low = double(int64_t(op.getLow()) - zero), high = double(int64_t(op.getHigh()) - zero);
    Value scaled = f.clamp(f.mul(x, channels.at(b, loc, scale, v)), low, high);
    Value rounded = f.bits(f.add(scaled, f.constant(kShift)));
    constexpr int32_t kBits = 0x4B400000;
    Value integer = c.add(rounded, c.constant(zero - kBits));
    return emitCast(b, loc, integer, b.getI32Type(), storageType(op.getTo()));
  };
  return l.replace(op, l.generic(loc, result.dims, result.element, channels.operands, body));
}

static LogicalResult lowerRequantize(RequantizeOp op, Lowering &l) {
  Type element = l.shapes.elementType(op.getX());
  if (op.getRounding() == "nearest")
    return requantizeToNearest(op, l, element);
  if (succeeded(requantizeBounded(op, l)))
    return success();
  if (op.getRounding() == "single")
    return requantizeSingle(op, l, element);
  return element.isInteger(64) ? requantize64(op, l, element) : requantizeDouble(op, l, element);
}

void ingot::addRequantizeLowerings(LowerTable &table) {
  addLowering<RequantizeOp, lowerRequantize>(table);
}
