#include "compiler/frontends/tflite/integer/FixedMath.h"

#include <algorithm>
#include <bit>
#include <iterator>

using namespace ingot;
using namespace ingot::tflite;

int32_t tflite::saturatingShiftLeft(int32_t x, int n) {
  return int32_t(std::clamp<int64_t>(int64_t(x) << n, INT32_MIN, INT32_MAX));
}

int32_t tflite::scaled(int32_t x, FixedPoint factor) {
  int32_t shifted = int32_t(uint32_t(x) << std::max(factor.shift, 0));
  return roundedShift(mulHigh(shifted, factor.multiplier), std::max(-factor.shift, 0));
}

/// exp(x) of x in [-1/4, 0) with 31 fractional bits: Taylor's series around -1/8.
static int32_t expNearZero(int32_t x) {
  constexpr int32_t kExpOfCentre = 1895147668, kThird = 715827883; // exp(-1/8), 1/3
  x += 1 << 28;                                                    // + 1/8
  int32_t x2 = mulHigh(x, x), x3 = mulHigh(x2, x), x4 = mulHigh(x2, x2);
  int32_t tail = mulHigh(roundedShift(x4, 2) + x3, kThird) + x2; // x^4/12 + x^3/3 + x^2
  return kExpOfCentre + mulHigh(kExpOfCentre, x + roundedShift(tail, 1));
}

int32_t tflite::fixedExp(int32_t x) {
  if (x == 0)
    return INT32_MAX;
  constexpr int kFraction = 26, kQuarter = 1 << (kFraction - 2);
  // exp(-2^e) for e from -2 to 4, with 31 fractional bits.
  constexpr int32_t kPowers[] = {1672461947, 1302514674, 790015084, 290630308,
                                 39332535,   720401,     242};
  int32_t rest = (x & (kQuarter - 1)) - kQuarter; // in [-1/4, 0)
  int32_t result = expNearZero(rest * (1 << 5));
  int32_t whole = rest - x; // a sum of powers of two
  for (int i = 0; i < int(std::size(kPowers)); ++i)
    if (whole & (1 << (kFraction - 2 + i)))
      result = mulHigh(result, kPowers[i]);
  return result;
}

FixedPoint tflite::inverseSqrt(int32_t x) {
  if (x <= 1)
    return {INT32_MAX, 0};
  // x / 2^29 in [1/4, 1): the root of the power of 4 that is taken out is a shift.
  int shift = 11;
  for (; x >= 1 << 29; x /= 4)
    ++shift;
  int pairs = (std::countl_zero(uint32_t(x)) - 1) / 2 - 1;
  shift -= pairs;
  x <<= 2 * pairs;
  // Newton's method from 1, in numbers with 28 fractional bits.
  int32_t half = roundedShift(x >> 1, 1), y = 1 << 28;
  constexpr int32_t kThreeHalves = (1 << 28) + (1 << 27), kHalfSqrt2 = 1518500250;
  for (int step = 0; step < 5; ++step) {
    int32_t cube = saturatingShiftLeft(mulHigh(mulHigh(y, y), y), 6);
    y = saturatingShiftLeft(mulHigh(kThreeHalves, y) - mulHigh(half, cube), 3);
  }
  y = mulHigh(y, kHalfSqrt2);
  return shift < 0 ? FixedPoint{y << -shift, 0} : FixedPoint{y, -shift};
}
