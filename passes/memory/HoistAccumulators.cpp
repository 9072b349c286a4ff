#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_HOISTACCUMULATORS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;

/// The buffer that `memref` is a view of.
static Value root(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  return memref;
}

/// Allocations and arguments of functions do not overlap each other; of other
/// buffers nothing is known.
static bool isKnown(Value root) {
  if (auto argument = dyn_cast<BlockArgument>(root))
    return isa<func::FuncOp>(argument.getOwner()->getParentOp());
  return isa<memref::AllocOp, memref::AllocaOp, memref::GetGlobalOp>(root.getDefiningOp());
}

static bool mayAlias(Value a, Value b) {
  Value x = root(a), y = root(b);
  return x == y || !isKnown(x) || !isKnown(y);
}

namespace {
/// What a loop, with the loops in it, does to memory.
struct Accesses {
  SmallVector<memref::LoadOp> loads;
  SmallVector<memref::StoreOp> stores;
  bool isComplete = true; ///< false: there are other effects

  explicit Accesses(scf::ForOp loop) {
    loop.getBody()->walk([&](Operation *op) {
      if (auto load = dyn_cast<memref::LoadOp>(op))
        loads.push_back(load);
      else if (auto store = dyn_cast<memref::StoreOp>(op))
        stores.push_back(store);
      else if (!op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() && !isMemoryEffectFree(op))
        isComplete = false;
    });
  }
  auto storesTo(Value memref) const {
    return llvm::filter_to_vector(
        stores, [=](memref::StoreOp s) { return mayAlias(s.getMemref(), memref); });
  }
  auto loadsFrom(Value memref) const {
    return llvm::filter_to_vector(
        loads, [=](memref::LoadOp l) { return mayAlias(l.getMemref(), memref); });
  }
};
} // namespace

static bool isInvariant(scf::ForOp loop, memref::LoadOp load) {
  return load->getParentOp() == loop &&
         llvm::all_of(load->getOperands(), [&](Value v) { return loop.isDefinedOutsideOfLoop(v); });
}

/// The element stays in a value that the loop carries; it is stored behind it.
static scf::ForOp carry(IRRewriter &rewriter, scf::ForOp loop, memref::LoadOp load,
                        memref::StoreOp store) {
  load->moveBefore(loop);
  Value stored = store.getValue(), memref = store.getMemref();
  SmallVector<Value> indices(store.getIndices());
  rewriter.eraseOp(store);
  auto yield = [&](OpBuilder &, Location, ArrayRef<BlockArgument>) {
    return SmallVector<Value>{stored};
  };
  rewriter.setInsertionPoint(loop);
  auto result = *loop.replaceWithAdditionalYields(rewriter, load.getResult(),
                                                  /*replaceInitOperandUsesInLoop=*/true, yield);
  auto carrying = cast<scf::ForOp>(*result);
  rewriter.setInsertionPointAfter(carrying);
  memref::StoreOp::create(rewriter, carrying.getLoc(), carrying.getResults().back(), memref,
                          indices);
  return carrying;
}

/// Moves one invariant load out of the loop, with the only store to its element
/// if there is one. Null when there is nothing to move.
static scf::ForOp hoistOne(IRRewriter &rewriter, scf::ForOp loop) {
  Accesses accesses(loop);
  if (!accesses.isComplete)
    return {};
  for (memref::LoadOp load : accesses.loads) {
    if (!isInvariant(loop, load))
      continue;
    auto stores = accesses.storesTo(load.getMemref());
    if (stores.empty()) {
      load->moveBefore(loop);
      return loop;
    }
    memref::StoreOp store = stores.front();
    bool isAccumulator = stores.size() == 1 && accesses.loadsFrom(load.getMemref()).size() == 1 &&
                         store->getBlock() == load->getBlock() && load->isBeforeInBlock(store) &&
                         store.getMemref() == load.getMemref() &&
                         llvm::equal(store.getIndices(), load.getIndices());
    if (isAccumulator)
      return carry(rewriter, loop, load, store);
  }
  return {};
}

namespace {
struct HoistAccumulators : ingot::impl::HoistAccumulatorsBase<HoistAccumulators> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<scf::ForOp> loops; // inner loops first
    getOperation().walk([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops)
      while (loop)
        loop = hoistOne(rewriter, loop);
  }
};
} // namespace
