#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/CSE.h"
#include "passes/Passes.h"
#include "llvm/ADT/Hashing.h"

namespace ingot {
#define GEN_PASS_DEF_ELIMINATECOMMON
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

static constexpr llvm::StringLiteral kHash = "ingot.region_hash";

/// Ops of a region that its hash takes in.
static constexpr unsigned kHashedOps = 64;

/// Equal for values in the same place of equal regions.
static llvm::hash_code hashOf(Value value) {
  if (isa<FunctionOpInterface>(value.getParentBlock()->getParentOp()))
    return hash_value(value);
  if (auto argument = dyn_cast<BlockArgument>(value))
    return llvm::hash_combine(argument.getArgNumber(), argument.getType());
  auto result = cast<OpResult>(value);
  return llvm::hash_combine(result.getResultNumber(), result.getOwner()->getName());
}

static size_t hashRegions(Operation *op) {
  llvm::hash_code hash(0);
  unsigned left = kHashedOps;
  op->walk([&](Operation *inner) {
    hash = llvm::hash_combine(hash, OperationEquivalence::computeHash(
                                        inner, hashOf, OperationEquivalence::ignoreHashValue,
                                        OperationEquivalence::IgnoreLocations));
    return --left ? WalkResult::advance() : WalkResult::interrupt();
  });
  return hash;
}

/// Calls `change` for every op with regions within a function, inner ones first.
static void forRegionOps(Operation *root, llvm::function_ref<void(Operation *)> change) {
  root->walk([&](Operation *op) {
    if (op->getNumRegions() && !op->hasTrait<OpTrait::IsIsolatedFromAbove>())
      change(op);
  });
}

namespace {
struct EliminateCommon : ingot::impl::EliminateCommonBase<EliminateCommon> {
  void runOnOperation() override {
    Builder b(&getContext());
    forRegionOps(getOperation(), [&](Operation *op) {
      op->setAttr(kHash, b.getI64IntegerAttr(int64_t(hashRegions(op))));
    });
    IRRewriter rewriter(&getContext());
    eliminateCommonSubExpressions(rewriter, getAnalysis<DominanceInfo>(), getOperation());
    forRegionOps(getOperation(), [&](Operation *op) { op->removeAttr(kHash); });
  }
};
} // namespace
