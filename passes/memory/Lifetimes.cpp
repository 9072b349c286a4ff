#include "passes/memory/Lifetimes.h"
#include "dialects/ingot/ShapeAnalysis.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace ingot;

Lifetimes::Lifetimes(func::FuncOp function) : aliases(function) {
  int64_t next = 0;
  function.walk<WalkOrder::PreOrder>([&](Operation *op) { positions[op] = {next, next++}; });
  // Children come after their parent, so their ends are known before it.
  function.walk<WalkOrder::PostOrder>([&](Operation *op) {
    if (Operation *parent = op == function ? nullptr : op->getParentOp())
      positions[parent].include(positions[op].last);
  });
}

/// The op of the innermost block around `op` that also holds `user`. Null if a
/// loop has to be left for it.
static Operation *meet(Operation *op, Operation *user) {
  while (true) {
    if (Operation *ancestor = op->getBlock()->findAncestorOpInBlock(*user))
      return ancestor;
    op = op->getParentOp();
    if (!op || isa<LoopLikeOpInterface>(op))
      return nullptr;
  }
}

FailureOr<ArenaInterval> Lifetimes::of(memref::AllocOp op) {
  ArenaInterval live = positions.lookup(op);
  for (Value alias : aliases.resolve(op)) {
    for (Operation *user : alias.getUsers()) {
      Operation *at = meet(op, user);
      if (!at)
        return op.emitError("a buffer that is made in a loop cannot be used after it");
      live.include(positions.lookup(at).first);
      live.include(positions.lookup(at).last);
    }
    // Handed to the next iteration, or out of the loop, without a use.
    auto result = dyn_cast<OpResult>(alias);
    Region *region = alias.getParentRegion();
    bool entersLoop = !result && isa<LoopLikeOpInterface>(region->getParentOp());
    if (entersLoop && region->isAncestor(op->getParentRegion()))
      return op.emitError("a buffer that is made in an iteration cannot be used in the next one");
  }
  return live;
}

static bool makesBuffer(Operation *op) {
  return llvm::any_of(op->getResultTypes(), llvm::IsaPred<BaseMemRefType>);
}

bool ingot::isLastUse(memref::AllocOp buffer, Operation *op) {
  SmallVector<Value> views = {buffer};
  while (!views.empty())
    for (Operation *user : views.pop_back_val().getUsers()) {
      Operation *at = op->getBlock()->findAncestorOpInBlock(*user);
      if (user != op && (!at || !at->isBeforeInBlock(op)))
        return false;
      if (isa<ViewLikeOpInterface>(user))
        views.append(user->result_begin(), user->result_end());
      else if (makesBuffer(at) || isa<RegionBranchTerminatorOpInterface>(user))
        return false;
    }
  return true;
}

int64_t ingot::staticBytes(memref::AllocOp op) {
  int64_t bytes = elementBytes(op.getType().getElementType());
  for (int64_t extent : op.getType().getShape())
    bytes *= ShapedType::isDynamic(extent) ? 1 : extent;
  return bytes;
}
