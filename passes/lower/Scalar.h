#ifndef INGOT_PASSES_LOWER_SCALAR_H
#define INGOT_PASSES_LOWER_SCALAR_H

#include "dialects/ingot/Ingot.h"

namespace ingot {

struct FloatCode;

/// Code for one element of an elementwise op, in arith, math and complex: one
/// function for each kind of number. `element` is the source's element type of
/// the operands (it tells signedness); scalars of it are signless, booleans i1.
/// Null if the op is not defined for the type.
mlir::Value emitFloatScalar(mlir::Operation *op, mlir::OpBuilder &b, mlir::Location loc,
                            mlir::ValueRange x);
mlir::Value emitFloatFunction(mlir::Operation *op, FloatCode &code, mlir::ValueRange x);
mlir::Value emitIntegerScalar(mlir::Operation *op, mlir::OpBuilder &b, mlir::Location loc,
                              mlir::ValueRange x, bool isUnsigned);
mlir::Value emitComplexScalar(mlir::Operation *op, mlir::OpBuilder &b, mlir::Location loc,
                              mlir::ValueRange x);

/// Dispatches on the type. 16-bit floats are computed in f32 and rounded once
/// per op, as Eigen's half and bfloat16 are.
mlir::Value emitScalar(mlir::Operation *op, mlir::OpBuilder &b, mlir::Location loc,
                       mlir::ValueRange x, mlir::Type element);

/// Conversion between any two element types of the source, as `ingot.cast`.
mlir::Value emitCast(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, mlir::Type from,
                     mlir::Type to, bool truncate = false);

} // namespace ingot

#endif
