#include "compiler/frontends/tflite/integer/ShortCode.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// A constant of 32 bits as one of 16.
static constexpr int64_t halved(int64_t value) {
  return value >= 0 ? (value + (1 << 15)) >> 16 : -((-value + (1 << 15)) >> 16);
}

Value ShortCode::saturated(Value x) {
  return n.emit<MinimumOp>({n.emit<MaximumOp>({x, number(INT16_MIN)}), number(INT16_MAX)});
}

Value ShortCode::roundedShift(Value x, int64_t bits) {
  if (bits == 0)
    return x;
  Value isNegative = n.emit<LessOp>({x, number(0)});
  Value half =
      select(isNegative, number((int64_t(1) << (bits - 1)) - 1), number(int64_t(1) << (bits - 1)));
  return n.emit<ShiftRightOp>({add(x, half), number(bits)});
}

/// round(x * y / 2^15), halves up, saturated.
Value ShortCode::mulHigh(Value x, Value y) {
  return saturated(n.emit<ShiftRightOp>({add(mul(x, y), 1 << 14), number(15)}));
}

/// Saturated.
Value ShortCode::shiftLeft(Value x, int64_t bits) {
  return saturated(n.emit<ShiftLeftOp>({x, number(bits)}));
}

/// exp(x) of x in [-1/4, 0), both with 15 fractional bits: Taylor's series around -1/8.
Value ShortCode::expNearZero(Value x) {
  constexpr int64_t kExpOfCentre = halved(1895147668), kThird = halved(715827883);
  x = add(x, 1 << 12); // + 1/8
  Value x2 = mulHigh(x, x), x3 = mulHigh(x2, x), x4 = mulHigh(x2, x2);
  Value tail = add(mulHigh(add(roundedShift(x4, 2), x3), kThird), x2);
  Value series = add(x, roundedShift(tail, 1));
  return saturated(add(mulHigh(series, kExpOfCentre), kExpOfCentre));
}

/// exp(x) of x <= 0 with 15 fractional bits. Source: exp_on_negative_values.
Value ShortCode::expOfNegative(Value x, int integerBits) {
  // exp(-2^e) for e from -2 to 4.
  constexpr int64_t kPowers[] = {1672461947, 1302514674, 790015084, 290630308,
                                 39332535,   720401,     242};
  int fraction = 15 - integerBits;
  int64_t quarter = int64_t(1) << (fraction - 2);
  Value rest = sub(n.emit<AndOp>({x, number(quarter - 1)}), quarter); // in [-1/4, 0)
  Value result = expNearZero(shiftLeft(rest, integerBits));
  Value whole = sub(rest, x), zero = number(0); // a sum of powers of two
  for (int e = -2; e <= 4 && e < integerBits; ++e) {
    Value bit = n.emit<AndOp>({whole, number(int64_t(1) << (fraction + e))});
    Value isSet = n.emit<NotEqualOp>({bit, zero});
    result = select(isSet, mulHigh(result, halved(kPowers[e + 2])), result);
  }
  if (integerBits > 5) // exp(-32) is 0
    result = select(n.emit<LessOp>({x, number(-(int64_t(32) << fraction))}), zero, result);
  return select(n.emit<EqualOp>({x, zero}), number(INT16_MAX), result);
}

/// 2 / (1 + x) of x in [0, 1), with 13 fractional bits, by three steps of Newton's method.
Value ShortCode::inverseIterations(Value x) {
  constexpr int64_t kFirst = halved(1515870810), kSlope = halved(-1010580540), kOne = 1 << 13;
  // Half of 1 + x, where 1 is the largest number.
  Value d = n.emit<ShiftRightOp>({add(x, int64_t(INT16_MAX) + 1), number(1)});
  Value y = add(mulHigh(d, kSlope), kFirst);
  for (int step = 0; step < 3; ++step) {
    Value error = sub(number(kOne), mulHigh(d, y));
    y = add(y, shiftLeft(mulHigh(y, error), 2));
  }
  return y;
}

Value ShortCode::logistic(Value x) {
  constexpr int kIntegerBits = 3;
  Value zero = number(0), isPositive = n.emit<GreaterOp>({x, zero});
  Value negative = select(isPositive, sub(zero, x), x);
  Value result = shiftLeft(inverseIterations(expOfNegative(negative, kIntegerBits)), 1);
  result = select(isPositive, result, sub(number(INT16_MAX), result));
  return select(n.emit<EqualOp>({x, zero}), number(1 << 14), result);
}

Value ShortCode::tanh(Value x, int integerBits) {
  Value zero = number(0), isNegative = n.emit<LessOp>({x, zero});
  Value negative = select(isNegative, x, sub(zero, x));
  Value inverse = inverseIterations(expOfNegative(negative, integerBits + 1));
  Value result = shiftLeft(sub(inverse, 1 << 13), 2); // (1 - e) / (1 + e) = 2 / (1 + e) - 1
  result = select(isNegative, sub(zero, result), result);
  return select(n.emit<EqualOp>({x, zero}), zero, result);
}
