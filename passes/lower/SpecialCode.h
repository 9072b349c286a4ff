#ifndef INGOT_PASSES_LOWER_SPECIALCODE_H
#define INGOT_PASSES_LOWER_SPECIALCODE_H

#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/lower/ScalarCode.h"

/// What the special functions are written with.
namespace ingot::special {

constexpr double kPi = 3.14159265358979323846;

inline mlir::Value log(FloatCode &c, mlir::Value x) { return c.math<mlir::math::LogOp>(x); }
inline mlir::Value exp(FloatCode &c, mlir::Value x) { return c.math<mlir::math::ExpOp>(x); }
inline mlir::Value abs(FloatCode &c, mlir::Value x) { return c.math<mlir::math::AbsFOp>(x); }
inline mlir::Value sqrt(FloatCode &c, mlir::Value x) { return c.math<mlir::math::SqrtOp>(x); }
inline mlir::Value floor(FloatCode &c, mlir::Value x) { return c.math<mlir::math::FloorOp>(x); }
inline mlir::Value isInteger(FloatCode &c, mlir::Value x) {
  return c.compare(FloatCode::P::OEQ, x, floor(c, x));
}
inline mlir::Value both(FloatCode &c, mlir::Value x, mlir::Value y) {
  return mlir::arith::AndIOp::create(c.b, c.loc, x, y);
}
inline mlir::Value either(FloatCode &c, mlir::Value x, mlir::Value y) {
  return mlir::arith::OrIOp::create(c.b, c.loc, x, y);
}

/// Horner's scheme; coefficients from the constant term on.
inline mlir::Value polynomial(FloatCode &c, mlir::Value x, llvm::ArrayRef<double> coefficients) {
  mlir::Value sum = c.constant(coefficients.back());
  for (double a : llvm::reverse(coefficients.drop_back()))
    sum = c.add(c.mul(sum, x), c.constant(a));
  return sum;
}

} // namespace ingot::special

#endif
