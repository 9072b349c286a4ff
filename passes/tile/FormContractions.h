#ifndef INGOT_PASSES_TILE_FORMCONTRACTIONS_H
#define INGOT_PASSES_TILE_FORMCONTRACTIONS_H

#include "dialects/rt/Rt.h"

namespace ingot {

// What contractions of floats and of integers are formed with.

/// The loops `dims` of `loops`.
mlir::AffineMap dimsMap(mlir::MLIRContext *context, unsigned loops, llvm::ArrayRef<unsigned> dims);
/// The factors of a * d`i` + b * d`j`; a or b may be 1.
std::optional<std::pair<int64_t, int64_t>> matchWindow(mlir::AffineExpr expr, unsigned i,
                                                       unsigned j, unsigned loops);

/// The tensor with all but the last `kept - 1` dimensions collapsed into one.
mlir::Value collapseLeading(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                            int64_t kept);
/// The way back.
mlir::Value expandLike(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value, mlir::Value like,
                       int64_t kept);

/// A contraction that stores its sums as they are.
rt::ContractOp createContraction(mlir::OpBuilder &b, mlir::Location loc, llvm::StringRef kind,
                                 mlir::Value x, mlir::Value w, mlir::Value out);

/// Stride and dilation of the vertical and of the horizontal windows.
void setWindow(mlir::OpBuilder &b, rt::ContractOp op, std::pair<int64_t, int64_t> h,
               std::pair<int64_t, int64_t> w, llvm::ArrayRef<int64_t> pads);

} // namespace ingot

#endif
