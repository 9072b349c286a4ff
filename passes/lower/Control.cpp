#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "passes/lower/Loop.h"

using namespace mlir;
using namespace ingot;

//===--- Carried values ---------------------------------------------------===//

// Scalars go through loops and branches as themselves, not as tensors.

static bool isScalar(Type type) { return cast<RankedTensorType>(type).getRank() == 0; }

static RankedTensorType storedType(Lowering &l, Value value) {
  ShapeInfo info = l.shapes.info(value);
  info.element = storageType(info.element);
  return l.shapes.typeOf(info);
}

static Type carriedType(RankedTensorType type) {
  return isScalar(type) ? type.getElementType() : Type(type);
}

static Value scalarOf(Lowering &l, Location loc, Value tensor) {
  return tensor::ExtractOp::create(l.b, loc, tensor, ValueRange());
}

static Value tensorOf(Lowering &l, Location loc, Value scalar) {
  return tensor::FromElementsOp::create(l.b, loc, RankedTensorType::get({}, scalar.getType()),
                                        scalar);
}

/// `value` in the form in which an scf op takes or yields it.
static Value carry(Lowering &l, Location loc, Value value, RankedTensorType type) {
  if (isScalar(type))
    return scalarOf(l, loc, value);
  return value.getType() == type ? value : tensor::CastOp::create(l.b, loc, type, value);
}

static SmallVector<Value> receive(Lowering &l, Location loc, ValueRange values) {
  return llvm::map_to_vector(values, [&](Value v) {
    return isa<RankedTensorType>(v.getType()) ? v : tensorOf(l, loc, v);
  });
}

/// True if the boolean scalar `tensor` holds.
static Value isTrue(Lowering &l, Location loc, Value tensor) {
  return Lowering::load(l.b, loc, scalarOf(l, loc, tensor), l.b.getI1Type());
}

/// Gives the arguments of a region of a loop the types of the scf op's region.
static void bindArguments(Lowering &l, Block &block) {
  l.b.setInsertionPointToStart(&block);
  for (BlockArgument argument : block.getArguments()) {
    RankedTensorType type = storedType(l, argument);
    ShapeInfo known = l.shapes.info(argument);
    argument.setType(carriedType(type));
    if (!isScalar(type)) {
      l.shapes.set(argument, std::move(known));
      continue;
    }
    Value tensor = tensorOf(l, argument.getLoc(), argument);
    argument.replaceAllUsesExcept(tensor, tensor.getDefiningOp());
    l.shapes.replace(argument, tensor);
  }
}

//===--- while ------------------------------------------------------------===//

/// A tensor of its own with the elements of `value`.
static Value copied(Lowering &l, Location loc, Value value) {
  return bufferization::AllocTensorOp::create(l.b, loc, cast<RankedTensorType>(value.getType()),
                                              ValueRange(), value);
}

/// True if the variable may have another shape in each iteration: it then has no
/// buffer that stays, each value is a new one.
static bool changesShape(Lowering &l, Value init, Value argument) {
  SmallVector<Dim, 4> dims(l.shapes.dims(init));
  return l.shapes.dims(argument) != ArrayRef(dims);
}

/// True if the memory of `value` must not be written: a constant or an input.
static bool isReadOnly(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (op->hasTrait<OpTrait::ConstantLike>())
      return true;
    if (!isa<tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::ReshapeOp,
             tensor::ExtractSliceOp>(op))
      return false;
    value = op->getOperand(0);
  }
  return isa<func::FuncOp>(value.getParentBlock()->getParentOp());
}

/// The first value of the loop variable `argument`. Bufferization would copy what
/// must not be written, but not after a loop of one iteration became its body.
static Value enterLoop(Lowering &l, Location loc, Value init, Value argument) {
  bool isTensor = !isScalar(argument.getType());
  bool isCopied = changesShape(l, init, argument) || (isTensor && isReadOnly(init));
  Value value = carry(l, loc, init, storedType(l, argument));
  return isCopied ? copied(l, loc, value) : value;
}

/// Replaces ingot.yield at the end of the body; values without a place in
/// `arguments` are not carried.
static void endBody(Lowering &l, Block &body, ArrayRef<BlockArgument> arguments) {
  auto yield = cast<YieldOp>(body.getTerminator());
  Location loc = yield.getLoc();
  l.b.setInsertionPoint(yield);
  SmallVector<Value> next(arguments.size());
  SmallVector<bool> hasBuffer(arguments.size());
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    auto type = argument ? dyn_cast<RankedTensorType>(argument.getType()) : RankedTensorType();
    if (argument && !type)
      next[i] = scalarOf(l, loc, yield.getValues()[i]);
    if (!type)
      continue;
    bool isNew = changesShape(l, yield.getValues()[i], argument);
    next[i] = carry(l, loc, yield.getValues()[i], type);
    if (isNew)
      next[i] = copied(l, loc, next[i]);
    hasBuffer[i] = !isNew;
  }
  // Writes come last: what the others still read is not overwritten.
  for (auto [value, argument, writes] : llvm::zip(next, arguments, hasBuffer))
    if (writes)
      value = intoLoopVariable(l, loc, value, argument);
  llvm::erase(next, Value());
  scf::YieldOp::create(l.b, loc, next);
  yield.erase();
}

/// init + steps taken * step, in the counter's type.
static Value counterAfter(Lowering &l, Location loc, Value init, Value taken, int64_t step) {
  Value start = scalarOf(l, loc, init);
  Value count = arith::IndexCastOp::create(l.b, loc, start.getType(), taken);
  Value factor = arith::ConstantOp::create(l.b, loc, l.b.getIntegerAttr(start.getType(), step));
  Value passed = arith::MulIOp::create(l.b, loc, count, factor);
  return tensorOf(l, loc, arith::AddIOp::create(l.b, loc, start, passed));
}

/// Takes the counters among the arguments of the body out: they follow from the
/// iteration. Returns the arguments that stay, null for counters.
static SmallVector<BlockArgument> dropCounters(Lowering &l, Block &body, ValueRange inits,
                                               const CountedLoop &loop) {
  Location loc = inits.empty() ? l.b.getUnknownLoc() : inits[0].getLoc();
  BlockArgument iteration = body.insertArgument(0u, l.b.getIndexType(), loc);
  SmallVector<BlockArgument> carried;
  for (unsigned i = 0, at = 1; i < inits.size(); ++i) {
    BlockArgument argument = body.getArgument(at);
    if (!loop.steps[i]) {
      carried.push_back(argument);
      ++at;
      continue;
    }
    Operation *received = *argument.getUsers().begin(); // see bindArguments
    l.b.setInsertionPoint(received);
    Value counter = counterAfter(l, argument.getLoc(), inits[i], iteration, *loop.steps[i]);
    l.shapes.replace(received->getResult(0), counter);
    received->replaceAllUsesWith(ValueRange(counter));
    received->erase();
    body.eraseArgument(at);
    carried.push_back({});
  }
  return carried;
}

static LogicalResult lowerCounted(WhileOp op, Lowering &l, const CountedLoop &loop) {
  Location loc = op.getLoc();
  Block &body = op.getBody().front();
  SmallVector<Value> inits, results;
  for (auto [i, init] : llvm::enumerate(op.getInits())) {
    results.push_back(loop.steps[i] ? counterAfter(l, loc, init, loop.trips, *loop.steps[i])
                                    : Value());
    if (!loop.steps[i])
      inits.push_back(enterLoop(l, loc, init, body.getArgument(i)));
  }
  auto target = scf::ForOp::create(l.b, loc, l.index(loc, 0), loop.trips, l.index(loc, 1), inits);
  OpBuilder::InsertionGuard guard(l.b);
  target.getRegion().takeBody(op.getBody());
  bindArguments(l, body);
  SmallVector<BlockArgument> carried = dropCounters(l, body, op.getInits(), loop);
  if (failed(l.lowerBlock(body)))
    return failure();
  endBody(l, body, carried);
  l.b.setInsertionPointAfter(target);
  SmallVector<Value> received = receive(l, loc, target.getResults());
  auto next = received.begin();
  for (Value &result : results)
    if (!result)
      result = *next++;
  return l.replace(op, results);
}

static void endCondition(Lowering &l, Block &block) {
  auto end = cast<ConditionOp>(block.getTerminator());
  l.b.setInsertionPoint(end);
  scf::ConditionOp::create(l.b, end.getLoc(), isTrue(l, end.getLoc(), end.getValue()),
                           block.getArguments());
  end.erase();
}

static LogicalResult lowerWhile(WhileOp op, Lowering &l) {
  if (auto counted = countTrips(op, l))
    return lowerCounted(op, l, *counted);
  Location loc = op.getLoc();
  Block &condition = op.getCondition().front(), &body = op.getBody().front();
  SmallVector<Value> inits;
  SmallVector<Type> types;
  for (auto [init, argument] : llvm::zip(op.getInits(), body.getArguments())) {
    inits.push_back(enterLoop(l, loc, init, argument));
    types.push_back(inits.back().getType());
  }
  auto target = scf::WhileOp::create(l.b, loc, types, inits);
  OpBuilder::InsertionGuard guard(l.b);
  target.getBefore().takeBody(op.getCondition());
  target.getAfter().takeBody(op.getBody());
  for (Block *block : {&condition, &body}) {
    bindArguments(l, *block);
    if (failed(l.lowerBlock(*block)))
      return failure();
  }
  endCondition(l, condition);
  endBody(l, body, llvm::to_vector(body.getArguments()));
  l.b.setInsertionPointAfter(target);
  return l.replace(op, receive(l, loc, target.getResults()));
}

//===--- if, switch -------------------------------------------------------===//

/// Moves the branches of `op` into those of `target`, and its results too.
static LogicalResult lowerBranches(Operation *op, Operation *target, Lowering &l,
                                   ArrayRef<Region *> regions) {
  OpBuilder::InsertionGuard guard(l.b);
  for (auto [from, to] : llvm::zip_equal(op->getRegions(), regions)) {
    to->takeBody(from);
    if (failed(l.lowerBlock(to->front())))
      return failure();
    auto yield = cast<YieldOp>(to->front().getTerminator());
    l.b.setInsertionPoint(yield);
    SmallVector<Value> values;
    for (auto [value, result] : llvm::zip(yield.getValues(), op->getResults()))
      values.push_back(carry(l, yield.getLoc(), value, storedType(l, result)));
    scf::YieldOp::create(l.b, yield.getLoc(), values);
    yield.erase();
  }
  l.b.setInsertionPointAfter(target);
  return l.replace(op, receive(l, op->getLoc(), target->getResults()));
}

static SmallVector<Type> resultTypes(Operation *op, Lowering &l) {
  return llvm::map_to_vector(op->getResults(),
                             [&](Value v) { return carriedType(storedType(l, v)); });
}

static LogicalResult lowerIf(IfOp op, Lowering &l) {
  Value condition = isTrue(l, op.getLoc(), op.getCondition());
  auto target = scf::IfOp::create(l.b, op.getLoc(), resultTypes(op, l), condition,
                                  /*addThenBlock=*/false, /*addElseBlock=*/false);
  return lowerBranches(op, target, l, {&target.getThenRegion(), &target.getElseRegion()});
}

/// The last branch takes every index outside of the others.
static LogicalResult lowerSwitch(SwitchOp op, Lowering &l) {
  Location loc = op.getLoc();
  Value scalar = scalarOf(l, loc, op.getIndex());
  Value index = arith::IndexCastOp::create(l.b, loc, l.b.getIndexType(), scalar);
  int64_t cases = op.getBranches().size() - 1;
  auto target = scf::IndexSwitchOp::create(l.b, loc, resultTypes(op, l), index,
                                           llvm::to_vector(llvm::seq<int64_t>(0, cases)), cases);
  // The default region is the first of the op's.
  SmallVector<Region *> regions;
  for (Region &region : target.getCaseRegions())
    regions.push_back(&region);
  regions.push_back(&target.getDefaultRegion());
  return lowerBranches(op, target, l, regions);
}

//===--- Others -----------------------------------------------------------===//

static LogicalResult lowerAssert(AssertOp op, Lowering &l) {
  Location loc = op.getLoc();
  Value holds = isTrue(l, loc, op.getCondition());
  if (!op.getText()) {
    l.check(loc, holds, INGOT_ASSERTION, op.getMessage());
    op.erase();
    return success();
  }
  Value fails = arith::XOrIOp::create(l.b, loc, holds,
                                      arith::ConstantOp::create(l.b, loc, l.b.getBoolAttr(true)));
  auto branch = scf::IfOp::create(l.b, loc, fails, /*withElseRegion=*/false);
  l.b.setInsertionPointToStart(branch.thenBlock());
  rt::FailOp::create(l.b, loc, op.getText(), int32_t(INGOT_ASSERTION), op.getMessage());
  op.erase();
  return success();
}

/// Ends of regions are lowered with the op that has the region.
static LogicalResult keep(Operation *, Lowering &) { return success(); }

void ingot::addControlLowerings(LowerTable &table) {
  addLowering<WhileOp, lowerWhile>(table);
  addLowering<IfOp, lowerIf>(table);
  addLowering<SwitchOp, lowerSwitch>(table);
  addLowering<AssertOp, lowerAssert>(table);
  table[YieldOp::getOperationName()] = keep;
  table[ConditionOp::getOperationName()] = keep;
}
