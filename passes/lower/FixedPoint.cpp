#include "passes/lower/FixedPoint.h"

using namespace mlir;
using namespace ingot;

Value FixedPointCode::constant(int64_t v, unsigned width) {
  APInt value(width, v, /*isSigned=*/true, /*implicitTrunc=*/true);
  return arith::ConstantOp::create(b, loc, b.getIntegerAttr(b.getIntegerType(width), value));
}

Value FixedPointCode::clamp(Value x, int64_t low, int64_t high) {
  if (low > INT32_MIN)
    x = arith::MaxSIOp::create(b, loc, x, constant(low));
  if (high < INT32_MAX)
    x = arith::MinSIOp::create(b, loc, x, constant(high));
  return x;
}

/// The rounding towards zero of the source after its nudge is one to the floor
/// after adding a half.
Value FixedPointCode::mulHighUnsaturated(Value x, Value y) {
  auto wide = [&](Value v) -> Value { return arith::ExtSIOp::create(b, loc, b.getI64Type(), v); };
  Value product = add(mul(wide(x), wide(y)), constant(int64_t(1) << 30, 64));
  Value high = arith::ShRSIOp::create(b, loc, product, constant(31, 64));
  return arith::TruncIOp::create(b, loc, b.getI32Type(), high);
}

Value FixedPointCode::mulUpper(Value x, Value y) {
  auto wide = [&](Value v) -> Value { return arith::ExtSIOp::create(b, loc, b.getI64Type(), v); };
  Value upper = arith::ShRSIOp::create(b, loc, mul(wide(x), wide(y)), constant(32, 64));
  return arith::TruncIOp::create(b, loc, b.getI32Type(), upper);
}

Value FixedPointCode::mulHigh(Value x, Value y) {
  Value lowest = constant(INT32_MIN);
  Value isLowest = arith::AndIOp::create(b, loc, arith::CmpIOp::create(b, loc, P::eq, x, y),
                                         arith::CmpIOp::create(b, loc, P::eq, x, lowest));
  return arith::SelectOp::create(b, loc, isLowest, constant(INT32_MAX), mulHighUnsaturated(x, y));
}

/// Up if the rest is above a half, or is a half of a positive number.
Value FixedPointCode::divideByPowerOfTwo(Value x, Value n) {
  Value one = constant(1), mask = sub(shiftLeft(one, n), one);
  Value rest = arith::AndIOp::create(b, loc, x, mask);
  Value isNegative = arith::ShRUIOp::create(b, loc, x, constant(31));
  Value threshold = add(arith::ShRUIOp::create(b, loc, mask, one), isNegative);
  Value isUp = arith::CmpIOp::create(b, loc, P::sgt, rest, threshold);
  return add(shiftRight(x, n), arith::ExtUIOp::create(b, loc, b.getI32Type(), isUp));
}

Value FixedPointCode::saturatingShiftLeft(Value x, unsigned n) {
  int64_t limit = (int64_t(1) << (31 - n)) - 1;
  auto select = [&](P p, int64_t bound, int64_t value, Value otherwise) -> Value {
    Value is = arith::CmpIOp::create(b, loc, p, x, constant(bound));
    return arith::SelectOp::create(b, loc, is, constant(value), otherwise);
  };
  Value shifted = shiftLeft(x, constant(n));
  shifted = select(P::sgt, limit, INT32_MAX, shifted);
  return select(P::slt, -limit, INT32_MIN, shifted);
}

Value FixedPointCode::reciprocalOfOnePlus(Value x) {
  // Half of 1 + x, then 48/17 - 32/17 * d: numbers with 29 fractional bits, as 1 << 29.
  auto wide = [&](Value v) -> Value { return arith::ExtSIOp::create(b, loc, b.getI64Type(), v); };
  Value sum = add(wide(x), constant(int64_t(INT32_MAX) + 1, 64)); // + 1 for the rounding
  Value d = arith::TruncIOp::create(b, loc, b.getI32Type(),
                                    arith::ShRSIOp::create(b, loc, sum, constant(1, 64)));
  Value y = add(constant(1515870810), mulHighUnsaturated(d, constant(-1010580540)));
  for (int step = 0; step < 3; ++step) {
    Value error = sub(constant(1 << 29), mulHighUnsaturated(d, y));
    y = add(y, saturatingShiftLeft(mulHighUnsaturated(y, error), 2));
  }
  return saturatingShiftLeft(y, 1);
}
