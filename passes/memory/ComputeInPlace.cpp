#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "passes/Passes.h"
#include "passes/memory/BufferRegion.h"
#include "passes/memory/LiveBytes.h"

namespace ingot {
#define GEN_PASS_DEF_COMPUTEINPLACE
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// Parts of parts of parts, or a sum of sizes for each part, would be moved again
/// for every one of them. A block of DenseNet-201 has 48.
static constexpr size_t kMaxMoved = 64;
/// Ops that are counted anew after moves, in one function.
static constexpr size_t kMaxRenumbered = size_t(1) << 26;

namespace {
/// A copy of a buffer to its place in another one, in one block.
struct Placement {
  memref::CopyOp copy;
  memref::AllocOp part;       ///< what is copied
  BufferRegion place;         ///< where to
  Operation *first = nullptr; ///< in the block: the first to use the part
  Operation *last = nullptr;  ///< and the last
};
} // namespace

static bool mayWrite(Operation *op, Value buffer) {
  auto effects = dyn_cast<MemoryEffectOpInterface>(op);
  return !effects || effects.getEffectOnValue<MemoryEffects::Write>(buffer) ||
         !effects.getEffectOnValue<MemoryEffects::Read>(buffer);
}

/// Visits the ops that read or write the buffer, and through which view they do,
/// as long as `visit` returns true.
static bool allAccesses(Value buffer, llvm::function_ref<bool(Operation *, Value view)> visit) {
  SmallVector<Value> views = {buffer};
  while (!views.empty()) {
    Value view = views.pop_back_val();
    for (Operation *user : view.getUsers())
      if (isView(user))
        views.append(user->result_begin(), user->result_end());
      else if (!isa<memref::DimOp>(user) && !visit(user, view))
        return false;
  }
  return true;
}

/// True if the memory that `user` is given may be known by another name later.
static bool givesName(Operation *user) {
  return isa<RegionBranchTerminatorOpInterface>(user) ||
         llvm::any_of(user->getResultTypes(), llvm::IsaPred<BaseMemRefType>) ||
         llvm::any_of(user->getRegions(), [](Region &region) {
           return llvm::any_of(region.getArgumentTypes(), llvm::IsaPred<BaseMemRefType>);
         });
}

/// From the first to the last use of the part. False if it has another name, or
/// is written after it was copied.
static bool findUses(Placement &placement) {
  Block *block = placement.copy->getBlock();
  placement.first = placement.last = placement.copy;
  return allAccesses(placement.part, [&](Operation *user, Value view) {
    Operation *at = block->findAncestorOpInBlock(*user);
    if (!at || givesName(user))
      return false;
    bool isBehind = placement.copy->isBeforeInBlock(at);
    if (isBehind && mayWrite(user, view))
      return false;
    if (at->isBeforeInBlock(placement.first))
      placement.first = at;
    if (placement.last->isBeforeInBlock(at))
      placement.last = at;
    return true;
  });
}

/// True if nothing else uses the place while the part is there.
static bool isFree(const Placement &placement) {
  Block *block = placement.copy->getBlock();
  return allAccesses(placement.place.root, [&](Operation *user, Value view) {
    Operation *at = block->findAncestorOpInBlock(*user);
    if (user == placement.copy)
      return true;
    if (!at || givesName(user))
      return false;
    if (at->isBeforeInBlock(placement.first) || placement.last->isBeforeInBlock(at) ||
        regionOf(view).isDisjoint(placement.place))
      return true;
    return placement.copy->isBeforeInBlock(at) && !mayWrite(user, view);
  });
}

/// True if the place is there, and may be written, wherever the block is.
static bool isOwn(Value root, Block *block) {
  auto argument = dyn_cast<BlockArgument>(root);
  if (!argument)
    return root.getDefiningOp<memref::AllocOp>() && root.getParentBlock() == block;
  auto function = dyn_cast<func::FuncOp>(block->getParentOp());
  return function && argument.getOwner() == block &&
         !function.getArgAttr(argument.getArgNumber(), IngotDialect::kVariableAttr);
}

static std::optional<Placement> findPlacement(memref::CopyOp copy) {
  auto part = copy.getSource().getDefiningOp<memref::AllocOp>();
  Placement placement{copy, part, regionOf(copy.getTarget())};
  if (!part || part->getBlock() != copy->getBlock() || placement.place.root == part ||
      !isOwn(placement.place.root, copy->getBlock()))
    return std::nullopt;
  return findUses(placement) && isFree(placement) ? std::optional(placement) : std::nullopt;
}

/// True if the op takes buffers of any layout.
static bool takesAnyLayout(Operation *op) {
  return isa<linalg::LinalgOp, memref::CopyOp, memref::DimOp, memref::LoadOp, memref::StoreOp,
             rt::ContractOp>(op) ||
         isa<affine::AffineDialect, vector::VectorDialect>(op->getDialect());
}

using Views = SmallVector<std::pair<Value, Value>>;

static void discard(const Views &views, IRRewriter &rewriter) {
  for (auto [_, made] : llvm::reverse(llvm::drop_begin(views)))
    rewriter.eraseOp(made.getDefiningOp());
}

/// The part and all views of it, each with what shows the same of `place`, which
/// has another layout. Empty if a use of the part cannot do with that.
static Views viewsInPlace(Value part, Value place, IRRewriter &rewriter) {
  Views views = {{part, place}};
  for (size_t i = 0; i < views.size(); ++i)
    for (Operation *user : views[i].first.getUsers()) {
      Operation *view = isView(user) ? cloneView(rewriter, user, views[i].second) : nullptr;
      if (!view && !takesAnyLayout(user)) {
        discard(views, rewriter);
        return {};
      }
      if (view)
        views.push_back({user->getResult(0), view->getResult(0)});
    }
  return views;
}

/// Brings what `value` is computed from in front of `at`. False, and nothing is
/// moved, if that has effects or is more than `kMaxMoved` ops. Upstream's
/// moveValueDefinitions has no such bounds, and counts the block anew for each op.
static bool hoist(Value value, Operation *at) {
  llvm::SetVector<Operation *> moved;
  SmallVector<Value> open = {value};
  while (!open.empty()) {
    Operation *op = open.pop_back_val().getDefiningOp();
    if (!op || op->getBlock() != at->getBlock() || op->isBeforeInBlock(at) || !moved.insert(op))
      continue;
    if (op == at || op->getNumRegions() || !isMemoryEffectFree(op) || moved.size() > kMaxMoved)
      return false;
    open.append(op->operand_begin(), op->operand_end());
  }
  auto ops = moved.takeVector();
  llvm::sort(ops, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  for (Operation *op : ops)
    op->moveBefore(at);
  return true;
}

/// Brings the buffer that holds the place, and the view that shows it, in front
/// of the part.
static bool hoist(const Placement &placement) {
  Operation *part = placement.part;
  auto whole = placement.place.root.getDefiningOp<memref::AllocOp>();
  if (whole && !whole->isBeforeInBlock(part)) {
    for (Value size : whole.getDynamicSizes())
      if (!hoist(size, part))
        return false;
    whole->moveBefore(part);
  }
  return hoist(placement.copy->getOperand(1), part);
}

namespace {
struct ComputeInPlace : ingot::impl::ComputeInPlaceBase<ComputeInPlace> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    SmallVector<memref::CopyOp> copies;
    function.walk([&](memref::CopyOp copy) { copies.push_back(copy); });
    if (copies.empty())
      return;
    LiveBytes live(function);
    // Each move lets the order of its block be counted anew.
    size_t moves = kMaxRenumbered / std::max<size_t>(1, live.positionCount());
    if (copies.size() > moves)
      copies.erase(copies.begin(), copies.end() - moves);
    // What a place is part of gets its place first.
    for (memref::CopyOp copy : llvm::reverse(copies))
      if (auto placement = findPlacement(copy))
        compute(*placement, live);
  }

  static void compute(Placement placement, LiveBytes &live) {
    IRRewriter rewriter(placement.part.getContext());
    if (!hoist(placement))
      return;
    memref::CopyOp copy = placement.copy;
    Views views = viewsInPlace(placement.part, copy.getTarget(), rewriter);
    if (views.empty())
      return;
    if (!live.join(placement.part, placement.place.root.getDefiningOp<memref::AllocOp>()))
      return discard(views, rewriter);
    rewriter.eraseOp(copy);
    for (auto [old, now] : llvm::reverse(views)) {
      rewriter.replaceAllUsesWith(old, now);
      rewriter.eraseOp(old.getDefiningOp());
    }
  }
};
} // namespace
