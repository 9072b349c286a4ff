#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

static YieldOp yieldOf(Region &region) { return cast<YieldOp>(region.front().getTerminator()); }

static bool isScalar(ShapeAnalysis &shapes, Value value, bool isBoolean) {
  Type element = shapes.elementType(value);
  return shapes.rank(value) == 0 && (isBoolean ? element.isInteger(1) : element.isInteger());
}

//===--- while ------------------------------------------------------------===//

LogicalResult WhileOp::verify() {
  unsigned depth = 1;
  for (auto outer = (*this)->getParentOfType<WhileOp>(); outer;
       outer = outer->getParentOfType<WhileOp>())
    if (++depth > kMaxLoopDepth)
      return emitOpError() << "is in more than " << kMaxLoopDepth << " loops";
  if (getResults().size() != getInits().size())
    return emitOpError("needs as many results as initial values");
  for (Region *region : getRegions())
    if (region->getNumArguments() != getInits().size())
      return emitOpError("needs regions that take the carried values");
  if (!isa<ConditionOp>(getCondition().front().getTerminator()))
    return emitOpError("needs a condition that ends with ingot.condition");
  auto yield = dyn_cast<YieldOp>(getBody().front().getTerminator());
  if (!yield || yield.getValues().size() != getInits().size())
    return emitOpError("needs a body that yields the carried values");
  return success();
}

WhileOp::OpenDims WhileOp::noOpenDims(ShapeAnalysis &shapes) {
  return llvm::map_to_vector(getInits(),
                             [&](Value init) { return llvm::SmallBitVector(shapes.rank(init)); });
}

void WhileOp::enter(ShapeAnalysis &shapes, Region &region, const OpenDims &open) {
  for (auto [i, init] : llvm::enumerate(getInits())) {
    Value argument = region.getArgument(i);
    // The elements change from iteration to iteration: no contents.
    ShapeInfo info{shapes.elementType(init), SmallVector<Dim, 4>(shapes.dims(init)), std::nullopt};
    for (unsigned d : open[i].set_bits())
      info.dims[d] = shapes.table.dimOf(argument, d);
    shapes.set(argument, std::move(info));
  }
}

FailureOr<bool> WhileOp::widen(ShapeAnalysis &shapes, OpenDims &open) {
  bool widened = false;
  for (auto [i, next] : llvm::enumerate(yieldOf(getBody()).getValues())) {
    ShapeInfo now = shapes.info(getBody().getArgument(i)), then = shapes.info(next);
    if (now.element != then.element || now.dims.size() != then.dims.size())
      return emitError() << "loop variable " << i << " changes from " << shapes.typeOf(now)
                         << " to " << shapes.typeOf(then);
    for (auto [d, pair] : llvm::enumerate(llvm::zip(now.dims, then.dims))) {
      auto [a, b] = pair;
      if (a == b)
        continue;
      widened |= !open[i].test(d);
      open[i].set(d);
    }
  }
  return widened;
}

LogicalResult WhileOp::leave(ShapeAnalysis &shapes, const OpenDims &open) {
  for (auto [i, init] : llvm::enumerate(getInits())) {
    SmallVector<Dim, 4> dims(shapes.dims(init));
    for (unsigned d : open[i].set_bits())
      dims[d] = shapes.ownDim(*this, i, d);
    if (failed(shapes.setResult(*this, i, shapes.elementType(init), dims)))
      return failure();
  }
  return success();
}

LogicalResult WhileOp::inferShapes(ShapeAnalysis &shapes) {
  OpenDims open = noOpenDims(shapes);
  for (bool changes = true; changes;) {
    enter(shapes, getBody(), open);
    if (failed(shapes.visitBody(getBody())))
      return failure();
    FailureOr<bool> widened = widen(shapes, open);
    if (failed(widened))
      return failure();
    changes = *widened;
  }
  enter(shapes, getCondition(), open);
  if (failed(shapes.visitBody(getCondition())))
    return failure();
  auto condition = cast<ConditionOp>(getCondition().front().getTerminator());
  if (!isScalar(shapes, condition.getValue(), /*isBoolean=*/true))
    return emitError("the condition of a loop must be a boolean scalar");
  return leave(shapes, open);
}

//===--- if, switch -------------------------------------------------------===//

static LogicalResult verifyBranches(Operation *op) {
  for (Region &region : op->getRegions()) {
    auto yield = dyn_cast<YieldOp>(region.front().getTerminator());
    if (!yield || yield.getValues().size() != op->getNumResults())
      return op->emitOpError("needs branches that yield its results");
  }
  return success();
}

LogicalResult IfOp::verify() { return verifyBranches(*this); }

LogicalResult SwitchOp::verify() {
  if (getBranches().size() < 2)
    return emitOpError("needs two branches or more");
  return verifyBranches(*this);
}

/// Dims and contents that hold for both; null dims where they differ.
static void join(ShapeInfo &info, const ShapeInfo &other) {
  for (auto [a, b] : llvm::zip(info.dims, other.dims))
    if (a != b)
      a = Dim();
  if (info.contents != other.contents)
    info.contents.reset();
}

LogicalResult ingot::joinBranches(ShapeAnalysis &shapes, Operation *op) {
  for (unsigned i = 0; i < op->getNumResults(); ++i) {
    ShapeInfo joined = shapes.info(yieldOf(op->getRegion(0)).getValues()[i]);
    for (Region &region : op->getRegions().drop_front()) {
      ShapeInfo other = shapes.info(yieldOf(region).getValues()[i]);
      if (other.element != joined.element || other.dims.size() != joined.dims.size())
        return op->emitError() << "the branches give different types for result " << i << ": "
                               << shapes.typeOf(
                                      shapes.info(yieldOf(op->getRegion(0)).getValues()[i]))
                               << " and " << shapes.typeOf(other);
      join(joined, other);
    }
    for (auto [d, dim] : llvm::enumerate(joined.dims))
      if (!dim)
        dim = shapes.ownDim(op, i, d);
    if (failed(shapes.setResult(op, i, joined.element, joined.dims, joined.contents)))
      return failure();
  }
  return success();
}

static LogicalResult inferBranches(ShapeAnalysis &shapes, Operation *op) {
  for (Region &region : op->getRegions())
    if (failed(shapes.visitBody(region)))
      return failure();
  return joinBranches(shapes, op);
}

LogicalResult IfOp::inferShapes(ShapeAnalysis &shapes) {
  if (!isScalar(shapes, getCondition(), /*isBoolean=*/true))
    return emitError("the condition must be a boolean scalar");
  return inferBranches(shapes, *this);
}

LogicalResult SwitchOp::inferShapes(ShapeAnalysis &shapes) {
  if (!isScalar(shapes, getIndex(), /*isBoolean=*/false))
    return emitError("the index must be an integer scalar");
  return inferBranches(shapes, *this);
}

//===--- assert -----------------------------------------------------------===//

LogicalResult AssertOp::inferShapes(ShapeAnalysis &shapes) {
  if (!isScalar(shapes, getCondition(), /*isBoolean=*/true))
    return emitError("the condition must be a boolean scalar");
  if (getText() &&
      (shapes.rank(getText()) != 1 || !shapes.elementType(getText()).isUnsignedInteger(8)))
    return emitError("the message must be a string");
  return success();
}
