#ifndef INGOT_PASSES_MEMORY_LIFETIMES_H
#define INGOT_PASSES_MEMORY_LIFETIMES_H

#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "passes/memory/ArenaPlan.h"

namespace ingot {

/// From where to where in a function buffers are alive, as intervals of the
/// order in which its ops are written.
///
/// A buffer that is used in a region of an op of its own block is alive during
/// all of that op: a loop may come to the use again. A buffer made in a loop is
/// another one in each iteration; it must not leave the loop (see BumpRegion for
/// those that do).
class Lifetimes {
public:
  explicit Lifetimes(mlir::func::FuncOp function);

  /// Fails with an error at the op if the buffer leaves a loop.
  mlir::FailureOr<ArenaInterval> of(mlir::memref::AllocOp op);

private:
  mlir::BufferViewFlowAnalysis aliases;
  /// Positions of each op and of the last op within it.
  llvm::DenseMap<mlir::Operation *, ArenaInterval> positions;
};

/// True if nothing reads or writes the buffer behind `op`, which is in its block,
/// and no other op may hand it on under another name.
bool isLastUse(mlir::memref::AllocOp buffer, mlir::Operation *op);

/// Bytes of the buffer without the dynamic dimensions.
int64_t staticBytes(mlir::memref::AllocOp op);

} // namespace ingot

#endif
