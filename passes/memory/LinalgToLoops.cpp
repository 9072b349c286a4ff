#include "dialects/rt/Parallel.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "passes/Passes.h"

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

/// LLVM would unroll a short innermost loop before it vectorises, and then take a loop
/// further out with gathers and scatters. Vectors of the innermost one are contiguous.
static void keepInnermost(ArrayRef<utils::IteratorType> iterators, linalg::LinalgLoops &loops) {
  constexpr int64_t least = 4, most = 64; // shorter: no vectors; longer: not unrolled
  if (loops.empty() || !linalg::isParallelIterator(iterators.back()))
    return;
  auto loop = dyn_cast<scf::ForOp>(loops.back());
  auto trips = loop ? loop.getStaticTripCount() : std::nullopt;
  if (!trips || trips->ult(least) || trips->ugt(most))
    return;
  MLIRContext *context = loop.getContext();
  auto unroll =
      LLVM::LoopUnrollAttr::get(context, BoolAttr::get(context, true), {}, {}, {}, {}, {}, {});
  loop->setAttr("loop_annotation",
                LLVM::LoopAnnotationAttr::get(context, {}, {}, {}, unroll, {}, {}, {}, {}, {}, {},
                                              {}, {}, {}, {}, {}));
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
      keepInnermost(iterators, *loops);
      rewriter.eraseOp(op);
    }
  }
};
} // namespace
