#ifndef INGOT_PASSES_LOWER_FIXEDPOINT_H
#define INGOT_PASSES_LOWER_FIXEDPOINT_H

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace ingot {

/// Shorthand for straight-line code on 32-bit integers that stand for fixed-point
/// numbers. Sums wrap around. Source of the roundings: gemmlowp, fixedpoint/fixedpoint.h.
struct FixedPointCode {
  using Value = mlir::Value;
  using P = mlir::arith::CmpIPredicate;

  mlir::OpBuilder &b;
  mlir::Location loc;

  Value constant(int64_t v, unsigned width = 32);
  Value add(Value x, Value y) { return mlir::arith::AddIOp::create(b, loc, x, y); }
  Value sub(Value x, Value y) { return mlir::arith::SubIOp::create(b, loc, x, y); }
  Value mul(Value x, Value y) { return mlir::arith::MulIOp::create(b, loc, x, y); }
  Value shiftLeft(Value x, Value n) { return mlir::arith::ShLIOp::create(b, loc, x, n); }
  Value shiftRight(Value x, Value n) { return mlir::arith::ShRSIOp::create(b, loc, x, n); }
  Value clamp(Value x, int64_t low, int64_t high);

  /// round(x * y / 2^31), halves up; saturates where both are -2^31.
  Value mulHigh(Value x, Value y);
  /// floor(x * y / 2^32)
  Value mulUpper(Value x, Value y);
  /// The same as mulHigh() where y is not -2^31.
  Value mulHighUnsaturated(Value x, Value y);
  /// round(x / 2^n), halves away from zero, for n in [0, 31].
  Value divideByPowerOfTwo(Value x, Value n);
  /// x * 2^n, saturated.
  Value saturatingShiftLeft(Value x, unsigned n);
  /// 1 / (1 + x) of x in [0, 1), both with 31 fractional bits, by three steps of
  /// Newton's method.
  Value reciprocalOfOnePlus(Value x);
};

} // namespace ingot

#endif
