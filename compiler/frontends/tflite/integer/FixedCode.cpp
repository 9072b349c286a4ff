#include "compiler/frontends/tflite/integer/FixedCode.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

//===--- Products and shifts --------------------------------------------------===//

Value FixedCode::mulHigh(Value x, Value y) {
  Value high = shiftRight(add(mul(x, y), int64_t(1) << 30), 31);
  return minimum(high, number(INT32_MAX)); // -2^31 times itself
}

Value FixedCode::roundedShift(Value x, Value bits) {
  Value half = shiftRight(shiftLeft(number(1), bits), 1);
  Value isDown = n.emit<AndOp>({isNegative(x), n.emit<GreaterOp>({bits, number(0)})});
  return shiftRight(sub(add(x, half), wide(isDown)), bits);
}

Value FixedCode::saturatingShiftLeft(Value x, Value bits) {
  return clamp(shiftLeft(x, bits), INT32_MIN, INT32_MAX);
}

Value FixedCode::scaled(Value x, Factor factor) {
  Value left = maximum(factor.shift, number(0));
  Value right = maximum(sub(number(0), factor.shift), number(0));
  return roundedShift(mulHigh(wrapped(shiftLeft(x, left)), factor.multiplier), right);
}

/// The exponent of the number as a double, which has it exactly.
Value FixedCode::leadingZeros(Value x) {
  constexpr int kMantissa = 52, kBias = 1023;
  Value real = n.b.cast(n.loc, x, n.b.getF64Type());
  Value bits = n.emit<BitcastOp>(real, {{"to", TypeAttr::get(n.b.getI64Type())}});
  return minimum(sub(number(kBias + 31), shiftRight(bits, kMantissa)), number(32));
}

//===--- Functions --------------------------------------------------------------===//

Value FixedCode::halfSum(Value x, Value y) {
  Value sum = add(x, y);
  return roundedShift(sum, 1);
}

/// As reciprocalOfOnePlus in passes/lower/FixedPoint.h, step by step.
Value FixedCode::reciprocalOfOnePlus(Value x) {
  constexpr int64_t kFirst = 1515870810, kSlope = -1010580540, kOne = 1 << 29; // 48/17, -32/17, 1
  Value d = shiftRight(add(x, int64_t(INT32_MAX) + 1), 1);
  Value y = add(mulHigh(d, kSlope), kFirst);
  for (int step = 0; step < 3; ++step) {
    Value error = sub(number(kOne), mulHigh(d, y));
    y = add(y, saturatingShiftLeft(mulHigh(y, error), 2));
  }
  return saturatingShiftLeft(y, 1);
}

FixedCode::Factor FixedCode::reciprocal(Value x) {
  Value zeros = leadingZeros(x);
  Value mantissa = sub(shiftLeft(x, zeros), int64_t(1) << 31);
  return {reciprocalOfOnePlus(mantissa), sub(number(31), zeros)};
}

/// As inverseSqrt in FixedMath.cpp.
FixedCode::Factor FixedCode::inverseSqrt(Value x) {
  constexpr int64_t kLimit = 1 << 29, kThreeHalves = (1 << 28) + (1 << 27);
  constexpr int64_t kHalfSqrt2 = 1518500250;
  Value isLarge = n.emit<GreaterEqualOp>({x, number(kLimit)});
  Value isSmall = n.emit<LessEqualOp>({x, number(1)});
  Value m = select(isLarge, shiftRight(x, 2), maximum(x, number(2)));
  Value pairs = sub(shiftRight(sub(leadingZeros(m), 1), 1), 1);
  Value shift = sub(add(wide(isLarge), 11), pairs);
  m = shiftLeft(m, mul(pairs, 2));
  Value half = roundedShift(shiftRight(m, 1), 1), y = number(1 << 28);
  for (int step = 0; step < 5; ++step) {
    Value cube = saturatingShiftLeft(mulHigh(mulHigh(y, y), y), 6);
    y = saturatingShiftLeft(sub(mulHigh(y, kThreeHalves), mulHigh(half, cube)), 3);
  }
  y = shiftLeft(mulHigh(y, kHalfSqrt2), maximum(sub(number(0), shift), number(0)));
  Value back = minimum(sub(number(0), shift), number(0));
  return {select(isSmall, number(INT32_MAX), y), select(isSmall, number(0), back)};
}

/// x = 2^k * r, where r is taken around sqrt(sqrt(1/2)) in one of two ways; the
/// logarithm of r is a quotient of polynomials.
Value FixedCode::log(Value x) {
  constexpr int64_t kLog2 = 1488522236, kSqrtHalf = 1518500250, kFourthRootOfHalf = 1805811301;
  constexpr int64_t kNumerator = 117049297, kDenominator = 127690142; // alpha_n, alpha_d
  constexpr int64_t kConstant = 1057819769, kLinear = 638450708;      // alpha_i, alpha_f
  constexpr int kInputBits = 12, kSumBits = 6;
  constexpr int64_t kQuarter = 1 << (31 - kSumBits - 2);
  auto exponent = [&](Value zeros) {
    return saturatingShiftLeft(sub(number(kInputBits), zeros), 31 - kSumBits);
  };
  Value zeros = leadingZeros(x), headroom = sub(leadingZeros(mulHigh(x, kSqrtHalf)), 1);
  Value first = saturatingShiftLeft(x, sub(zeros, 1));
  first = saturatingShiftLeft(mulHigh(first, kSqrtHalf), 1);
  Value second = saturatingShiftLeft(x, headroom);
  Value r = minimum(first, second);
  Value k = maximum(clamp(add(exponent(zeros), kQuarter), INT32_MIN, INT32_MAX),
                    clamp(sub(exponent(headroom), kQuarter), INT32_MIN, INT32_MAX));
  Value p = halfSum(r, number(kFourthRootOfHalf)), q = mul(sub(r, kFourthRootOfHalf), 2);
  Value square = mulHigh(q, q);
  Value numerator = add(mulHigh(q, r), mulHigh(mulHigh(q, square), kNumerator));
  Value inner = add(add(q, kConstant), mulHigh(square, kDenominator));
  Value rest = add(mulHigh(p, inner), mulHigh(q, kLinear)); // the denominator - 1
  Value ofR = mulHigh(roundedShift(numerator, kSumBits), reciprocalOfOnePlus(rest));
  return saturatingShiftLeft(add(mulHigh(k, kLog2), ofR), 1);
}
