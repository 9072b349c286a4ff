#ifndef INGOT_PASSES_LOWER_COMPLEXFUNCTIONS_H
#define INGOT_PASSES_LOWER_COMPLEXFUNCTIONS_H

#include "passes/lower/ScalarCode.h"

namespace ingot {

/// Real and imaginary part, f64 scalars.
struct ComplexParts {
  mlir::Value re, im;
};

// Functions of complex numbers with the branch cuts, infinities, NaN and signs of
// zero of C99's annex G, after W. Kahan, "Branch cuts for complex elementary
// functions" (1987).

/// |z| without overflow, in floats of any type; infinite if a part is, even beside NaN.
mlir::Value emitComplexAbs(FloatCode &c, ComplexParts z);
ComplexParts emitComplexExp(FloatCode &c, ComplexParts z);
/// exp(y log(x)), of 0 too: NaN where y is 0 or not a real number, as in Eigen.
ComplexParts emitComplexPow(FloatCode &c, ComplexParts x, ComplexParts y);
ComplexParts emitComplexExpm1(FloatCode &c, ComplexParts z);
ComplexParts emitComplexSinh(FloatCode &c, ComplexParts z);
ComplexParts emitComplexCosh(FloatCode &c, ComplexParts z);
ComplexParts emitComplexTanh(FloatCode &c, ComplexParts z);
ComplexParts emitComplexAsinh(FloatCode &c, ComplexParts z);
ComplexParts emitComplexAcosh(FloatCode &c, ComplexParts z);
ComplexParts emitComplexAcos(FloatCode &c, ComplexParts z);
ComplexParts emitComplexAtanh(FloatCode &c, ComplexParts z);

} // namespace ingot

#endif
