#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "passes/Passes.h"
#include "passes/Parallel.h"

namespace ingot {
#define GEN_PASS_DEF_LINALGTOLOOPS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// The outer loops, down to the first reduction.
static void markParallel(ArrayRef<utils::IteratorType> iterators, linalg::LinalgLoops &loops) {
  for (auto [iterator, loop] : llvm::zip(iterators, loops)) {
    if (!linalg::isParallelIterator(iterator))
      return;
    if (isa<scf::ForOp>(loop))
      loop->setAttr(kParallelAttr, UnitAttr::get(loop->getContext()));
  }
}

namespace {
struct LinalgToLoops : ingot::impl::LinalgToLoopsBase<LinalgToLoops> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : ops) {
      rewriter.setInsertionPoint(op);
      auto iterators = op.getIteratorTypesArray();
      FailureOr<linalg::LinalgLoops> loops = linalg::linalgOpToLoops(rewriter, op);
      if (failed(loops)) {
        op.emitError("cannot be written as loops");
        return signalPassFailure();
      }
      markParallel(iterators, *loops);
      rewriter.eraseOp(op);
    }
  }
};
} // namespace
