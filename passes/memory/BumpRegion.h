#ifndef INGOT_PASSES_MEMORY_BUMPREGION_H
#define INGOT_PASSES_MEMORY_BUMPREGION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/SetVector.h"

namespace ingot {

/// The end of the arena, for buffers whose size only the data tells: while the
/// function runs, each is taken behind the one before.
///
/// What an iteration of a loop takes ends with it, but for the buffers that it
/// hands to the next one (variables whose shape changes): those move down to
/// where the region was when the loop began, so that a loop needs two values of
/// its variables at most.
class BumpRegion {
public:
  /// `start`: offset in the arena from which on it is free.
  BumpRegion(mlir::Value arena, mlir::Value start);

  /// True if the buffer is handed to the next iteration of the loop that makes it.
  static bool isCarried(mlir::memref::AllocOp op);

  /// Gives the buffer its place; in program order. `bytes`: its size without the
  /// dynamic dimensions.
  void place(mlir::memref::AllocOp op, int64_t bytes);

  /// Ends the iterations of all loops in which buffers were placed.
  void finish();

private:
  /// A buffer of an iteration that the next one gets.
  struct Carried {
    mlir::memref::ViewOp view;
    mlir::Value bytes;
  };
  mlir::Value checkedBytes(mlir::OpBuilder &b, mlir::memref::AllocOp op, int64_t unit);
  mlir::Value moveDown(mlir::OpBuilder &b, const Carried &carried, mlir::Value to);
  void endIteration(mlir::Region &body);

  mlir::Value arena, cursor, limit;
  llvm::SetVector<mlir::Region *> loops;
  llvm::DenseMap<mlir::Region *, llvm::SmallVector<Carried>> carried;
};

/// Hands buffers on themselves where loops hand on copies of them that nothing else
/// needs: bufferization copies each variable whose shape changes, and in the
/// condition of a loop once more.
void dropCarriedCopies(mlir::func::FuncOp function);

} // namespace ingot

#endif
