#ifndef INGOT_PASSES_LOWER_SPECIALFUNCTIONS_H
#define INGOT_PASSES_LOWER_SPECIALFUNCTIONS_H

#include "passes/lower/ScalarCode.h"

namespace ingot {

// Functions of f64 scalars, to about 1e-13 where they are not steep. Arguments
// outside of a function's domain give NaN; poles give infinities as TensorFlow does.

/// The y with erf(y) = x, a number of a type with this epsilon; of a small x it may
/// be -0.
mlir::Value emitErfinv(FloatCode &c, mlir::Value x, double epsilon);
/// The y below which the standard normal distribution has the share p.
mlir::Value emitNdtri(FloatCode &c, mlir::Value p);
/// log |gamma(x)|.
mlir::Value emitLgamma(FloatCode &c, mlir::Value x);
/// d/dx log(gamma(x)).
mlir::Value emitDigamma(FloatCode &c, mlir::Value x);
/// exp(-|x|) I0(x) and exp(-|x|) I1(x).
mlir::Value emitBesselI0e(FloatCode &c, mlir::Value x);
mlir::Value emitBesselI1e(FloatCode &c, mlir::Value x);
/// Bessel functions J_n and Y_n.
mlir::Value emitBesselJ0(FloatCode &c, mlir::Value x);
mlir::Value emitBesselJ1(FloatCode &c, mlir::Value x);
mlir::Value emitBesselY0(FloatCode &c, mlir::Value x);
mlir::Value emitBesselY1(FloatCode &c, mlir::Value x);
/// exp(x) K0(x) and exp(x) K1(x).
mlir::Value emitBesselK0e(FloatCode &c, mlir::Value x);
mlir::Value emitBesselK1e(FloatCode &c, mlir::Value x);
/// exp(-x^2) times the integral of exp(t^2) over [0, x].
mlir::Value emitDawsn(FloatCode &c, mlir::Value x);
/// The integral of exp(t) / t over t < x, for x > 0.
mlir::Value emitExpint(FloatCode &c, mlir::Value x);
/// Integrals of cos(pi t^2 / 2) and sin(pi t^2 / 2) over [0, x], to 1e-9.
mlir::Value emitFresnelCos(FloatCode &c, mlir::Value x);
mlir::Value emitFresnelSin(FloatCode &c, mlir::Value x);
/// The dilogarithm of 1 - x.
mlir::Value emitSpence(FloatCode &c, mlir::Value x);
/// Regularised incomplete gamma functions: P(a, x), with `upper` Q(a, x) = 1 - P.
/// Where x^a exp(-x) / gamma(a) is not above `least`, TensorFlow takes it for 0.
mlir::Value emitIgamma(FloatCode &c, mlir::Value a, mlir::Value x, bool upper, double least);
/// Hurwitz zeta function: sum of (q + k)^-x for k = 0, 1, 2...
mlir::Value emitZeta(FloatCode &c, mlir::Value x, mlir::Value q);

} // namespace ingot

#endif
