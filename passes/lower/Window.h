#ifndef INGOT_PASSES_LOWER_WINDOW_H
#define INGOT_PASSES_LOWER_WINDOW_H

#include "passes/lower/Lower.h"

namespace ingot {

/// How windows lie over one spatial dimension of a tensor.
struct WindowSteps {
  int64_t stride = 1, dilation = 1, inputDilation = 1;
};

/// x: [N, S1..Sk, C] with its padding written out: `fill` (a stored scalar)
/// before, after and, with an input dilation, between the elements of each
/// spatial dimension. Negative padding takes elements away. x itself if there
/// is nothing to do. An error at `op` if that is too large. Run time checks that the
/// windows fit.
mlir::FailureOr<mlir::Value> padded(Lowering &l, mlir::Operation *op, mlir::Value x,
                                    llvm::ArrayRef<WindowDims> windows,
                                    llvm::ArrayRef<WindowSteps> steps, mlir::Value fill);

/// check() that a window fits into each dimension, or is at most as much larger as
/// TensorFlow takes for no windows.
void checkRoom(Lowering &l, mlir::Location loc, llvm::ArrayRef<WindowDims> windows,
               llvm::ArrayRef<WindowSteps> steps);

/// Indices of spatial dimensions in a window: `output` + i is the loop over
/// the windows of dimension i, `inner` + i the one over its elements.
llvm::SmallVector<mlir::AffineExpr, 3> windowExprs(Lowering &l, unsigned output, unsigned inner,
                                                   llvm::ArrayRef<WindowSteps> steps);

/// The loops first, first + 1 ... first + count - 1.
llvm::SmallVector<mlir::AffineExpr, 6> loopExprs(Lowering &l, unsigned first, unsigned count);

} // namespace ingot

#endif
