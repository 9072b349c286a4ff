#ifndef INGOT_PASSES_MEMORY_LIVEBYTES_H
#define INGOT_PASSES_MEMORY_LIVEBYTES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "passes/memory/ArenaPlan.h"
#include <vector>

namespace ingot {

/// How many bytes of a function's buffers are alive at each op, as if all dynamic
/// dimensions were 1: enough to compare two ways to place the same tensors.
class LiveBytes {
public:
  explicit LiveBytes(mlir::func::FuncOp function);

  /// Lets `whole` hold what was in `part`, as long as one of them is alive.
  /// False, and nothing is changed, if the most bytes would become more. A
  /// `whole` that is no buffer of the function costs nothing.
  bool join(mlir::memref::AllocOp part, mlir::memref::AllocOp whole);

  /// How many ops there are in all.
  size_t positionCount() const { return bytes.size(); }

private:
  ArenaInterval intervalOf(mlir::memref::AllocOp op) const;
  void add(ArenaInterval live, int64_t bytes);

  llvm::DenseMap<mlir::Operation *, ArenaInterval> positions, lives;
  std::vector<int64_t> bytes; ///< by position
  int64_t most = 0;
};

} // namespace ingot

#endif
