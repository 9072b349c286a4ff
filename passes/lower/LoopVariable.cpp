#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "passes/lower/Loop.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace ingot;

void ingot::addMemorySources(OpResult value, SmallVectorImpl<Value> &sources) {
  Operation *op = value.getOwner();
  unsigned i = value.getResultNumber();
  if (isa<tensor::EmptyOp, tensor::FromElementsOp, tensor::SplatOp, tensor::GenerateOp>(op))
    return;
  if (auto style = dyn_cast<DestinationStyleOpInterface>(op)) {
    sources.push_back(style.getTiedOpOperand(value)->get());
    return;
  }
  if (auto loop = dyn_cast<LoopLikeOpInterface>(op)) {
    sources.push_back(loop.getInits()[i]);
    return;
  }
  if (isa<scf::IfOp, scf::IndexSwitchOp>(op)) {
    for (Region &region : op->getRegions())
      sources.push_back(region.front().getTerminator()->getOperand(i));
    return;
  }
  llvm::append_range(sources, op->getOperands());
}

bool ingot::mayBeLoopVariable(Value value, Block &body) {
  llvm::SetVector<Value> seen;
  seen.insert(value);
  for (unsigned next = 0; next < seen.size(); ++next) {
    Value v = seen[next];
    if (!isa<RankedTensorType>(v.getType()) || !body.getParent()->isAncestor(v.getParentRegion()))
      continue;
    auto result = dyn_cast<OpResult>(v);
    if (!result && v.getParentBlock() == &body)
      return true;
    SmallVector<Value> sources;
    if (result)
      addMemorySources(result, sources);
    seen.insert_range(sources);
  }
  return false;
}

/// True if `user` may run after `op` has: it is behind it, or in a loop with it.
static bool runsAfter(Operation *user, Operation *op) {
  for (Operation *at = op; at; at = at->getParentOp()) {
    Operation *ancestor = at->getBlock()->findAncestorOpInBlock(*user);
    if (ancestor == at)
      return user != op && isa<LoopLikeOpInterface>(at);
    if (ancestor)
      return at->isBeforeInBlock(ancestor);
  }
  return true;
}

/// True if what `value` holds may be read after `op`, through views too.
static bool isReadAfter(Value value, Operation *op) {
  SmallVector<Value> views = {value};
  while (!views.empty())
    for (Operation *user : views.pop_back_val().getUsers()) {
      if (user == op)
        continue;
      if (runsAfter(user, op))
        return true;
      if (isa<tensor::ExtractSliceOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
              tensor::CastOp, rt::BroadcastOp>(user))
        views.push_back(user->getResult(0));
    }
  return false;
}

/// True if `value` is the loop variable after updates that can be made in place.
static bool isUpdateOf(Value value, BlockArgument argument) {
  if (value == argument)
    return true;
  auto result = dyn_cast<OpResult>(value);
  if (!result)
    return false;
  Operation *op = result.getOwner();
  if (isa<scf::IfOp, scf::IndexSwitchOp>(op))
    return !isReadAfter(argument, op) && llvm::all_of(op->getRegions(), [&](Region &region) {
      return isUpdateOf(region.front().getTerminator()->getOperand(result.getResultNumber()),
                        argument);
    });
  Value before;
  if (isa<tensor::InsertSliceOp, tensor::InsertOp>(op))
    before = cast<DestinationStyleOpInterface>(op).getTiedOpOperand(result)->get();
  else if (auto loop = dyn_cast<LoopLikeOpInterface>(op))
    before = loop.getInits()[result.getResultNumber()];
  return before && !isReadAfter(before, op) && isUpdateOf(before, argument);
}

Value ingot::intoLoopVariable(Lowering &l, Location loc, Value next, BlockArgument argument) {
  if (isUpdateOf(next, argument))
    return next;
  // Another variable's memory is overwritten before it is read.
  if (mayBeLoopVariable(next, *argument.getOwner()))
    next = bufferization::AllocTensorOp::create(l.b, loc, cast<RankedTensorType>(next.getType()),
                                                ValueRange(), next);
  return bufferization::MaterializeInDestinationOp::create(l.b, loc, next, argument).getResult();
}
