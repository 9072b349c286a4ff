#ifndef INGOT_FRONTENDS_TFLITE_INTEGER_SHORTCODE_H
#define INGOT_FRONTENDS_TFLITE_INTEGER_SHORTCODE_H

#include "compiler/frontends/tflite/integer/Integer.h"

namespace ingot::tflite {

/// Fixed-point functions of 16-bit numbers (gemmlowp, fixedpoint/fixedpoint.h), on i32
/// tensors, in which products fit. Null values give null.
class ShortCode {
public:
  using Value = mlir::Value;
  explicit ShortCode(Node &n) : n(n) {}

  /// 1 / (1 + exp(-x)) of x with 3 integer bits, as a number with 15 fractional bits.
  Value logistic(Value x);
  /// tanh(x) of x with so many integer bits, in [0, 6]; 15 fractional bits.
  Value tanh(Value x, int integerBits);

  Value number(int64_t value) { return integer(n, n.b.getI32Type(), value); }
  Value wide(Value x) { return n.b.cast(n.loc, x, n.b.getI32Type()); }
  Value narrow(Value x) { return n.b.cast(n.loc, x, n.b.getI16Type()); }
  Value add(Value x, Value y) { return n.emit<AddOp>({x, y}); }
  Value sub(Value x, Value y) { return n.emit<SubOp>({x, y}); }
  Value mul(Value x, Value y) { return n.emit<MulOp>({x, y}); }
  Value add(Value x, int64_t y) { return add(x, number(y)); }
  Value sub(Value x, int64_t y) { return sub(x, number(y)); }
  /// x within 16 bits.
  Value saturated(Value x);
  /// round(x / 2^bits), halves away from zero.
  Value roundedShift(Value x, int64_t bits);

private:
  Value mulHigh(Value x, Value y);
  Value mulHigh(Value x, int64_t y) { return mulHigh(x, number(y)); }
  Value shiftLeft(Value x, int64_t bits);
  Value select(Value condition, Value x, Value y) { return n.emit<SelectOp>({condition, x, y}); }
  Value expNearZero(Value x);
  Value expOfNegative(Value x, int integerBits);
  Value inverseIterations(Value x);

  Node &n;
};

} // namespace ingot::tflite

#endif
