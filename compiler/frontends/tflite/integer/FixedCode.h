#ifndef INGOT_FRONTENDS_TFLITE_INTEGER_FIXEDCODE_H
#define INGOT_FRONTENDS_TFLITE_INTEGER_FIXEDCODE_H

#include "compiler/frontends/tflite/integer/Integer.h"

namespace ingot::tflite {

/// Fixed-point arithmetic of TensorFlow Lite on tensors, where factors and shifts are
/// known only at run time: the functions of FixedMath.h as ops.
///
/// All tensors are i64, so that products need no conversion; their numbers have 32 bits.
/// Null values give null.
class FixedCode {
public:
  using Value = mlir::Value;

  /// multiplier * 2^(shift - 31)
  struct Factor {
    Value multiplier, shift;
  };

  explicit FixedCode(Node &n) : n(n) {}

  Value number(int64_t value) { return integer(n, n.b.getI64Type(), value); }
  /// x, of any integer type, as this class has it; and back again.
  Value wide(Value x) { return n.b.cast(n.loc, x, n.b.getI64Type()); }
  /// The lowest 32 bits, with their sign.
  Value wrapped(Value x) { return wide(n.b.cast(n.loc, x, n.b.getI32Type())); }

  Value add(Value x, Value y) { return n.emit<AddOp>({x, y}); }
  Value sub(Value x, Value y) { return n.emit<SubOp>({x, y}); }
  Value mul(Value x, Value y) { return n.emit<MulOp>({x, y}); }
  Value add(Value x, int64_t y) { return add(x, number(y)); }
  Value sub(Value x, int64_t y) { return sub(x, number(y)); }
  Value mul(Value x, int64_t y) { return mul(x, number(y)); }
  Value shiftLeft(Value x, Value bits) { return n.emit<ShiftLeftOp>({x, bits}); }
  Value shiftRight(Value x, Value bits) { return n.emit<ShiftRightOp>({x, bits}); }
  Value shiftRight(Value x, int64_t bits) { return shiftRight(x, number(bits)); }
  Value maximum(Value x, Value y) { return n.emit<MaximumOp>({x, y}); }
  Value minimum(Value x, Value y) { return n.emit<MinimumOp>({x, y}); }
  Value select(Value condition, Value x, Value y) { return n.emit<SelectOp>({condition, x, y}); }
  Value isNegative(Value x) { return n.emit<LessOp>({x, number(0)}); }
  Value magnitude(Value x) { return n.emit<AbsOp>(x); }
  Value clamp(Value x, int64_t low, int64_t high) {
    return minimum(maximum(x, number(low)), number(high));
  }

  /// round(x * y / 2^31), halves up, saturated.
  Value mulHigh(Value x, Value y);
  Value mulHigh(Value x, int64_t y) { return mulHigh(x, number(y)); }
  /// round(x / 2^bits), halves away from zero; bits in [0, 31].
  Value roundedShift(Value x, Value bits);
  Value roundedShift(Value x, int64_t bits) { return roundedShift(x, number(bits)); }
  /// x * 2^bits, saturated at 32 bits; bits in [0, 31].
  Value saturatingShiftLeft(Value x, Value bits);
  Value saturatingShiftLeft(Value x, int64_t bits) { return saturatingShiftLeft(x, number(bits)); }
  /// x * factor, rounded twice ("double" of ingot.requantize).
  Value scaled(Value x, Factor factor);
  /// Zeros above the highest bit of a 32-bit number that is not negative.
  Value leadingZeros(Value x);

  /// round((x + y) / 2), halves away from zero.
  Value halfSum(Value x, Value y);
  /// 1 / (1 + x) of x in [0, 1), both with 31 fractional bits.
  /// Source: one_over_one_plus_x_for_x_in_0_1 of gemmlowp.
  Value reciprocalOfOnePlus(Value x);
  /// 1 / x of x > 0, as multiplier * 2^-(31 + shift).
  /// Source: GetReciprocal in tensorflow/lite/kernels/internal/common.h.
  Factor reciprocal(Value x);
  /// 1 / sqrt(x); x <= 1 counts as 1.
  /// Source: GetInvSqrtQuantizedMultiplierExp, same file.
  Factor inverseSqrt(Value x);
  /// log(x) of x >= 1 with 12 integer bits, as a number with 5.
  /// Source: log_x_for_x_greater_than_or_equal_to_1, same file.
  Value log(Value x);

private:
  Node &n;
};

} // namespace ingot::tflite

#endif
