#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_FUSEELEMENTWISE
#define GEN_PASS_DEF_ORDERLOOPS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// Ops in the body of a loop that fusing may lead to: each fusion copies both
/// bodies, and values of longer ones do not stay in registers anyway.
static constexpr size_t kMaxBodyOps = 256;

/// True for work on 32-bit sums, which a contraction does before it stores them.
static bool readsSums(linalg::GenericOp op) {
  return llvm::any_of(op.getInputs(), [](Value value) {
    auto sums = value.getDefiningOp<linalg::GenericOp>();
    return sums && sums.getNumReductionLoops() &&
           getElementTypeOrSelf(value.getType()).isInteger(32);
  });
}

/// Fusing must not compute anything twice: the producer has one user, which
/// reads each of its elements once.
static bool isFusable(OpOperand *operand) {
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  if (!consumer || !producer || !producer->hasOneUse() ||
      consumer.getBody()->getOperations().size() + producer.getBody()->getOperations().size() >
          kMaxBodyOps)
    return false;
  if (readsSums(producer) && (readsSums(consumer) || consumer.getNumReductionLoops()))
    return false;
  return consumer.getMatchingIndexingMap(operand).isPermutation();
}

namespace {
struct FuseElementwise : ingot::impl::FuseElementwiseBase<FuseElementwise> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(patterns, isFusable);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

//===--- Loop order -------------------------------------------------------===//

/// The order that puts the contiguous dimension of the result innermost, if all
/// operands run along it too or do not depend on it.
static std::optional<SmallVector<unsigned>> vectorOrder(linalg::GenericOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumParallelLoops() == 0 || op.getNumDpsInits() != 1)
    return std::nullopt;
  AffineMap out = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (out.getNumResults() == 0)
    return std::nullopt;
  auto inner = dyn_cast<AffineDimExpr>(out.getResults().back());
  if (!inner)
    return std::nullopt;
  for (AffineMap map : op.getIndexingMapsArray())
    for (auto [i, expr] : llvm::enumerate(map.getResults()))
      if (expr.isFunctionOfDim(inner.getPosition()) &&
          (i + 1 != map.getNumResults() || expr != inner))
        return std::nullopt;
  SmallVector<unsigned> order;
  auto types = op.getIteratorTypesArray();
  for (auto wanted : {utils::IteratorType::parallel, utils::IteratorType::reduction})
    for (auto [d, type] : llvm::enumerate(types))
      if (type == wanted && d != inner.getPosition())
        order.push_back(d);
  order.push_back(inner.getPosition());
  return order;
}

namespace {
struct OrderLoops : ingot::impl::OrderLoopsBase<OrderLoops> {
  void runOnOperation() override {
    SmallVector<linalg::GenericOp> generics;
    getOperation().walk([&](linalg::GenericOp op) { generics.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (linalg::GenericOp op : generics) {
      auto order = vectorOrder(op);
      if (!order || llvm::is_sorted(*order))
        continue;
      rewriter.setInsertionPoint(op);
      if (failed(linalg::interchangeGenericOp(rewriter, op, *order)))
        return signalPassFailure();
    }
  }
};
} // namespace
