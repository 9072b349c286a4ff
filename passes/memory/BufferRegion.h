#ifndef INGOT_PASSES_MEMORY_BUFFERREGION_H
#define INGOT_PASSES_MEMORY_BUFFERREGION_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"

namespace ingot {

/// The part of a buffer that a view shows.
struct BufferRegion {
  mlir::Value root; ///< the buffer, which is no view itself
  /// Offset and size in each dimension of the root, in elements; dynamic where
  /// they are not known. Empty if the view is no box.
  llvm::SmallVector<std::pair<int64_t, int64_t>> box;

  /// True if the two, of one root, are known to share no element.
  bool isDisjoint(const BufferRegion &other) const;
};

BufferRegion regionOf(mlir::Value view);

/// True for ops whose one result is another look at their first operand.
bool isView(mlir::Operation *op);

/// The view `op`, of `source` instead of its operand, which differs in layout
/// only. Null where that layout has no such view.
mlir::Operation *cloneView(mlir::RewriterBase &b, mlir::Operation *op, mlir::Value source);

} // namespace ingot

#endif
