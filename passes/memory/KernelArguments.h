#ifndef INGOT_PASSES_MEMORY_KERNELARGUMENTS_H
#define INGOT_PASSES_MEMORY_KERNELARGUMENTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/MapVector.h"

namespace ingot {

/// What an op with regions takes from outside of it, in the form in which a
/// function takes it: a buffer as a bare pointer and its dynamic sizes (and
/// strides, where they do not follow from the sizes), a scalar as it is. The
/// context comes first. Constants are no arguments, they are made again inside.
class KernelArguments {
public:
  /// `b` stands in front of the op: that is where sizes are read.
  KernelArguments(mlir::OpBuilder &b, mlir::Operation *op, mlir::func::FuncOp caller);

  /// For the call, each value once.
  mlir::ValueRange values() const { return arguments.getArrayRef(); }
  mlir::SmallVector<mlir::Type> types() const;

  /// Which arguments are pointers to memory that no other argument leads to, or
  /// that nobody writes meanwhile (the attribute noalias).
  mlir::SmallVector<bool> disjoint() const;

  /// Makes what the op took from outside again from the arguments of a function,
  /// at the builder's place, and lets the op, which is there now, use it.
  void rebuild(mlir::OpBuilder &b, mlir::Operation *op, mlir::ValueRange parameters) const;

private:
  /// A buffer: static numbers, or the place among the arguments.
  struct Layout {
    unsigned base = 0;
    mlir::MemRefType type; ///< within the function
    mlir::SmallVector<mlir::OpFoldResult> offset, sizes, strides;
  };

  unsigned add(mlir::Value value);
  /// A static number as it is, a dynamic one as an argument.
  mlir::OpFoldResult number(mlir::OpBuilder &b, int64_t known, mlir::Value dynamic);
  /// `isWhole`: the kernel uses it other than by element.
  void addBuffer(mlir::OpBuilder &b, mlir::TypedValue<mlir::MemRefType> buffer, bool isWhole);
  mlir::Value rebuildBuffer(mlir::OpBuilder &b, mlir::Value buffer, const Layout &layout,
                            mlir::ValueRange parameters) const;

  mlir::Operation *kernel;
  mlir::Value arena;
  llvm::SetVector<mlir::Value> arguments;
  llvm::MapVector<mlir::Value, Layout> buffers;
  llvm::SetVector<mlir::Value> constants;
};

} // namespace ingot

#endif
