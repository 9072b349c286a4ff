#ifndef INGOT_PASSES_LOWER_LOOPS_H
#define INGOT_PASSES_LOWER_LOOPS_H

#include "passes/lower/Lower.h"

namespace ingot {

/// Body of a loop nest: indices, and the values that the loops carry, to the
/// values for the next step.
using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
    mlir::OpBuilder &, mlir::Location, mlir::ValueRange indices, mlir::ValueRange carried)>;

/// Loops from 0 to each bound, the first outermost, where only data decides what
/// is read or written; gives what they carry behind the last step.
llvm::SmallVector<mlir::Value> emitLoops(mlir::OpBuilder &b, mlir::Location loc,
                                         llvm::ArrayRef<mlir::Value> bounds, mlir::ValueRange init,
                                         LoopBody body);

/// `then` where the condition holds, else `otherwise`.
llvm::SmallVector<mlir::Value>
emitIf(mlir::OpBuilder &b, mlir::Location loc, mlir::Value condition, mlir::ValueRange otherwise,
       llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::OpBuilder &, mlir::Location)> then);

} // namespace ingot

#endif
