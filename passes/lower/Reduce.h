#ifndef INGOT_PASSES_LOWER_REDUCE_H
#define INGOT_PASSES_LOWER_REDUCE_H

#include "passes/lower/Lower.h"

namespace ingot {

/// Associative functions that reductions, scans and segment ops fold with.
enum class Fold { Sum, Product, Max, Min, And, Or };

/// x folded with y, as stored scalars; NaN wins in Max and Min. `element` is the
/// source's type. Sums and products of floats may be reassociated.
mlir::Value emitFold(Fold fold, mlir::OpBuilder &b, mlir::Location loc, mlir::Value x,
                     mlir::Value y, mlir::Type element);

/// What leaves every x as it is. The neutral of Max and Min is an infinity, or
/// with `finite` the lowest or largest finite number.
mlir::Value emitNeutral(Fold fold, Lowering &l, mlir::Location loc, mlir::Type element,
                        bool finite = false);

/// The type to fold in: f32 for 16-bit floats, 64 bits for means of integers.
mlir::Type accumulatorType(mlir::Type element, bool isMean = false);

/// x folded over `axes`, which go away, in the type `accumulator`.
mlir::Value emitReduction(Lowering &l, mlir::Location loc, mlir::Value x,
                          llvm::ArrayRef<int64_t> axes, Fold fold, mlir::Type accumulator);

/// A sum divided by `count` (an index), in the type of the sum; an integer sum of
/// nothing stays 0.
mlir::Value emitQuotient(mlir::OpBuilder &b, mlir::Location loc, mlir::Value sum,
                         mlir::Type element, mlir::Value count);

/// `value` with dimensions of 1 at `axes` of `dims`, its shape afterwards.
mlir::Value emitKeptDims(Lowering &l, mlir::Location loc, mlir::Value value,
                         llvm::ArrayRef<int64_t> axes, llvm::ArrayRef<Dim> dims);

} // namespace ingot

#endif
