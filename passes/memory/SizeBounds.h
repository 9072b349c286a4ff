#ifndef INGOT_PASSES_MEMORY_SIZEBOUNDS_H
#define INGOT_PASSES_MEMORY_SIZEBOUNDS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseMap.h"
#include <optional>

namespace ingot {

/// What sizes of buffers cannot exceed, told before the call.
///
/// A size that follows from the dimensions of arguments is its own bound. One
/// that the data tells has a bound if a minimum with such a size is taken on
/// the way to it (of the elements of a tensor, no more than all can be found).
/// Sizes are taken for not negative; who uses a bound checks the size itself.
class SizeBounds {
public:
  /// True if the size is arithmetic on dimensions of arguments.
  bool isExact(mlir::Value size);
  bool isBounded(mlir::Value size);
  /// The bound, if it is the same for every call.
  std::optional<int64_t> constant(mlir::Value size);
  /// Code for the bound, at the start of the call.
  mlir::Value emit(mlir::OpBuilder &builder, mlir::Value size);

private:
  mlir::Value copy(mlir::OpBuilder &builder, mlir::Value value);

  llvm::DenseMap<mlir::Value, bool> exact, bounded;
  llvm::DenseMap<mlir::Value, mlir::Value> bounds;
  mlir::IRMapping copies;
};

} // namespace ingot

#endif
