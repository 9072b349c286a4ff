#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "passes/Passes.h"
#include "passes/memory/Lifetimes.h"

namespace ingot {
#define GEN_PASS_DEF_REUSEBUFFERS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// True if nothing uses the buffer before `op`, which is in the alloc's block.
static bool isFirstUse(memref::AllocOp buffer, Operation *op) {
  return llvm::all_of(buffer->getUsers(), [&](Operation *user) {
    Operation *at = op->getBlock()->findAncestorOpInBlock(*user);
    return at == op || (at && op->isBeforeInBlock(at));
  });
}

/// True if each element of `read` is read only for the same element of `written`.
static bool isElementwise(linalg::LinalgOp op, OpOperand &read, OpOperand &written) {
  AffineMap map = op.getMatchingIndexingMap(&written);
  return map.isPermutation() && map == op.getMatchingIndexingMap(&read) &&
         llvm::all_of(op->getOpOperands(), [&](OpOperand &other) {
           return other.get() != read.get() || op.getMatchingIndexingMap(&other) == map;
         });
}

static bool haveOneShape(memref::AllocOp a, memref::AllocOp b) {
  return a.getType() == b.getType() && a.getDynamicSizes() == b.getDynamicSizes();
}

/// All uses of a buffer are looked at for each op that would compute in it.
static constexpr unsigned kMaxUses = 512;

/// A buffer whose last elements `op` reads and that can take those which it writes.
static memref::AllocOp findReusable(linalg::LinalgOp op, OpOperand &written,
                                    memref::AllocOp target) {
  for (OpOperand *read : op.getDpsInputOperands()) {
    auto source = read->get().getDefiningOp<memref::AllocOp>();
    if (source && source->getBlock() == op->getBlock() && haveOneShape(source, target) &&
        !source.getResult().hasNUsesOrMore(kMaxUses) && isElementwise(op, *read, written) &&
        isLastUse(source, op))
      return source;
  }
  return nullptr;
}

namespace {
struct ReuseBuffers : ingot::impl::ReuseBuffersBase<ReuseBuffers> {
  void runOnOperation() override {
    getOperation().walk([](linalg::LinalgOp op) {
      for (OpOperand &written : op.getDpsInitsMutable()) {
        auto target = written.get().getDefiningOp<memref::AllocOp>();
        if (!target || target->getBlock() != op->getBlock() || !isFirstUse(target, op))
          continue;
        if (memref::AllocOp source = findReusable(op, written, target)) {
          target.replaceAllUsesWith(source.getResult());
          target.erase();
        }
      }
    });
  }
};
} // namespace
