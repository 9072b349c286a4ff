#ifndef INGOT_PASSES_LOWER_MATHFUNCTIONS_H
#define INGOT_PASSES_LOWER_MATHFUNCTIONS_H

#include "passes/lower/ScalarCode.h"

namespace ingot {

// Functions of f32 as straight-line code, which loop vectorisers take: no calls,
// no branches, right for every argument (NaN, infinities, zeros of both signs).
// Coefficients are minimax fits (Lawson's iteration); the bounds given are of the
// fit, to which a few roundings of f32 add. Subnormal arguments count as zero.

/// hasLdexp: the target multiplies with powers of two in one instruction.
mlir::Value emitExp(FloatCode &c, mlir::Value x, bool hasLdexp);
mlir::Value emitExpm1(FloatCode &c, mlir::Value x);
mlir::Value emitLog(FloatCode &c, mlir::Value x);
mlir::Value emitLog1p(FloatCode &c, mlir::Value x);
mlir::Value emitTanh(FloatCode &c, mlir::Value x);
mlir::Value emitErf(FloatCode &c, mlir::Value x);
mlir::Value emitErfc(FloatCode &c, mlir::Value x);

/// The same for any type from exp and log alone, right to the last bits also where
/// they round to 1 and 0 (W. Kahan).
mlir::Value emitExactExpm1(FloatCode &c, mlir::Value x);
mlir::Value emitExactLog1p(FloatCode &c, mlir::Value x);

} // namespace ingot

#endif
