#include "compiler/frontends/tensorflow/ops/Loop.h"
#include "compiler/frontends/tensorflow/Importer.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

/// True if result `i` of the function is its argument `i`, by its graph alone.
static bool givesBack(const Function &function, unsigned i) {
  if (i >= function.body.results().size())
    return false;
  Source source = function.body.results()[i];
  // No chain is longer than the body.
  for (uint32_t steps = 0; source.kind == Source::Output && steps < function.body.size(); ++steps) {
    if (function.body.node(source.node).op() != "Identity")
      return false;
    ArrayRef<Source> inputs = function.body.dataInputs(source.node);
    if (inputs.empty())
      return false;
    source = inputs[0];
  }
  return source.kind == Source::Argument && source.node == i;
}

void LoopBuilder::findFixed(StringRef name) {
  const Function *function = n.importer.model.library().find(name);
  for (auto [i, isFixed] : llvm::enumerate(fixed))
    isFixed = function && givesBack(*function, i);
}

/// The op with its blocks, for what is carried now.
void LoopBuilder::startOp() {
  carried.clear();
  OperationState state(n.loc, WhileOp::getOperationName());
  SmallVector<Type> types;
  for (auto [i, init] : llvm::enumerate(inits)) {
    init = settled(init);
    if (fixed[i] || !init.value)
      continue;
    carried.push_back(i);
    state.addOperands(init.value);
    types.push_back(init.value.getType());
  }
  state.addTypes(types);
  SmallVector<Location> locations(types.size(), n.loc);
  for (int i = 0; i < 2; ++i)
    state.addRegion()->emplaceBlock().addArguments(types, locations);
  op = cast<WhileOp>(n.b.create(state));
  if (open.size() != carried.size())
    open = op.noOpenDims(n.b.shapes);
}

/// Arguments of a function that is built into the region.
SmallVector<Edge> LoopBuilder::enter(Region &region) {
  op.enter(n.b.shapes, region, open);
  SmallVector<Edge> edges(inits);
  for (auto [argument, i] : llvm::zip(region.getArguments(), carried)) {
    argument.setType(n.b.shapes.typeOf(n.b.shapes.info(argument)));
    edges[i].value = argument;
  }
  n.b.setInsertionPointToEnd(&region.front());
  return edges;
}

/// Which of the alternatives a loop variable is, the body tells, which gives it back: true if
/// it was taken for another one.
static bool chooseAlternative(Node &n, Edge &init, const Edge &result) {
  if (!init.list || init.list->alternatives.empty() || !result.list || !result.value)
    return false;
  SmallVector<Edge> parts = partsOf(n, init);
  auto *found = llvm::find_if(parts, [&](const Edge &e) { return areAlike(n, e, result); });
  if (found == parts.begin() || found == parts.end())
    return false;
  init = *found;
  return true;
}

/// Holds the results against what was assumed of them.
LoopBuilder::Round LoopBuilder::compare(ArrayRef<Edge> results) {
  Round round = Round::Done;
  for (auto [i, init] : llvm::enumerate(inits)) {
    Edge result = settled(results[i]);
    if (!init.value && settled(init).value) {
      round = Round::Again; // the first element of a list was written
      continue;
    }
    if (chooseAlternative(n, init, result)) {
      round = Round::Again;
      continue;
    }
    bool isSameKind = result.variable == init.variable && result.table == init.table &&
                      !result.list == !init.list && !result.value == !init.value &&
                      result.isText == init.isText && result.strings == init.strings;
    if (!isSameKind || (init.list && !init.value && init.list != result.list))
      return (void)n.fail("loop variable " + Twine(i) +
                          " is another resource or list after an "
                          "iteration"),
             Round::Failed;
    if (result.list && result.list != init.list && !result.list->alternatives.empty())
      return (void)n.fail("loop variable " + Twine(i) + " holds values of several types"),
             Round::Failed;
  }
  for (auto [argument, i] : llvm::zip(op.getBody().getArguments(), carried))
    if (results[i].value == argument) {
      fixed[i] = true;
      open.clear();
      round = Round::Again;
    }
  return round;
}

LoopBuilder::Round LoopBuilder::buildBody() {
  startOp();
  OpBuilder::InsertionGuard guard(n.b);
  SmallVector<Edge> arguments = enter(op.getBody());
  auto results = body(arguments);
  if (failed(results) || llvm::any_of(*results, [](const Edge &e) { return !e; }))
    return Round::Failed;
  if (results->size() != inits.size())
    return (void)n.fail("the body has another number of results than of arguments"), Round::Failed;
  if (Round round = compare(*results); round != Round::Done)
    return round;
  auto next =
      llvm::map_to_vector(carried, [&](unsigned i) { return settled((*results)[i]).value; });
  n.b.setInsertionPointToEnd(&op.getBody().front());
  YieldOp::create(n.b, n.loc, next);
  FailureOr<bool> widened = op.widen(n.b.shapes, open);
  if (failed(widened))
    return Round::Failed;
  return *widened ? Round::Again : Round::Done;
}

LogicalResult LoopBuilder::buildCondition() {
  OpBuilder::InsertionGuard guard(n.b);
  SmallVector<Edge> arguments = enter(op.getCondition());
  auto results = condition(arguments);
  if (failed(results) || llvm::any_of(*results, [](const Edge &e) { return !e; }))
    return failure();
  if (results->size() != 1 || !results->front().isTensor())
    return n.fail("the condition of a loop must give one tensor");
  Value holds = conditionOf(n, results->front().value);
  if (!holds)
    return failure();
  ConditionOp::create(n.b, n.loc, holds);
  return success();
}

LogicalResult LoopBuilder::finish() {
  if (failed(buildCondition()) || failed(op.leave(n.b.shapes, open)))
    return failure();
  n.outputs.assign(inits.begin(), inits.end());
  for (auto [result, i] : llvm::zip(op.getResults(), carried)) {
    result.setType(n.b.shapes.typeOf(n.b.shapes.info(result)));
    n.outputs[i].value = result;
  }
  return success();
}

LogicalResult LoopBuilder::build() {
  if (n.importer.loopDepth >= kMaxLoopDepth)
    return n.fail("more than " + Twine(kMaxLoopDepth) + " loops within each other");
  ++n.importer.loopDepth;
  Round round = Round::Again;
  while ((round = buildBody()) == Round::Again)
    n.b.shapes.erase(op);
  LogicalResult result = failure(round == Round::Failed);
  if (succeeded(result))
    result = finish();
  --n.importer.loopDepth;
  // Part of the op has no terminator after a failure.
  if (failed(result))
    n.b.shapes.erase(op);
  return result;
}
