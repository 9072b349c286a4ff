#ifndef INGOT_FRONTENDS_TFLITE_INTEGER_FIXEDMATH_H
#define INGOT_FRONTENDS_TFLITE_INTEGER_FIXEDMATH_H

#include "compiler/frontends/tflite/integer/Integer.h"

namespace ingot::tflite {

// gemmlowp's fixed-point arithmetic (fixedpoint/fixedpoint.h), for what is computed when
// a model is read. Sums wrap around in the source too.

/// round(x * y / 2^31), halves up; x and y are not both -2^31.
inline int32_t mulHigh(int32_t x, int32_t y) {
  return int32_t((int64_t(x) * y + (int64_t(1) << 30)) >> 31);
}

/// round(x / 2^n), halves away from zero, for n in [0, 31].
inline int32_t roundedShift(int32_t x, int n) {
  int64_t half = (int64_t(1) << n) >> 1;
  return int32_t((x + half - (x < 0 && n > 0)) >> n);
}

/// x * 2^n within 32 bits.
int32_t saturatingShiftLeft(int32_t x, int n);

/// x * factor, rounded twice: the "double" of ingot.requantize.
int32_t scaled(int32_t x, FixedPoint factor);

/// exp(x) of x <= 0 with 26 fractional bits, as a number with 31 of them.
/// Source: exp_on_negative_values.
int32_t fixedExp(int32_t x);

/// 1 / sqrt(x) of x > 0.
/// Source: GetInvSqrtQuantizedMultiplierExp in tensorflow/lite/kernels/internal/common.h.
FixedPoint inverseSqrt(int32_t x);

} // namespace ingot::tflite

#endif
