#include "compiler/frontends/compositions/Compositions.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace ingot;

//===--- Loops ------------------------------------------------------------===//

namespace {
/// A loop while its op is built. Which values are carried at all and which of
/// their dimensions stay is found by building the body: as long as it
/// contradicts what was assumed, it is thrown away and built anew.
class LoopDraft {
public:
  LoopDraft(NodeBuilder &n, const Values &inits, LoopCondition condition, LoopBody body)
      : n(n), inits(inits), condition(condition), body(body), fixed(inits.size()) {}

  FailureOr<Values> build();

private:
  enum class Round { Failed, Again, Done };

  void startOp();
  Values enter(Region &region);
  Round buildBody();
  bool findFixed(const Values &results);
  LogicalResult buildCondition();

  NodeBuilder &n;
  Values inits;
  LoopCondition condition;
  LoopBody body;
  SmallVector<bool> fixed;       ///< the body gives back what it takes
  SmallVector<unsigned> carried; ///< the other values
  WhileOp::OpenDims open;        ///< of those
  WhileOp op;
};
} // namespace

/// The op with its blocks, for what is carried now.
void LoopDraft::startOp() {
  carried.clear();
  OperationState state(n.loc, WhileOp::getOperationName());
  SmallVector<Type> types;
  for (auto [i, init] : llvm::enumerate(inits)) {
    if (fixed[i])
      continue;
    carried.push_back(i);
    state.addOperands(init);
    types.push_back(init.getType());
  }
  state.addTypes(types);
  SmallVector<Location> locations(types.size(), n.loc);
  for (int i = 0; i < 2; ++i)
    state.addRegion()->emplaceBlock().addArguments(types, locations);
  op = cast<WhileOp>(n.b.create(state));
  if (open.size() != carried.size())
    open = op.noOpenDims(n.b.shapes);
}

/// What is built into the region takes these.
Values LoopDraft::enter(Region &region) {
  op.enter(n.b.shapes, region, open);
  Values values(inits);
  for (auto [argument, i] : llvm::zip(region.getArguments(), carried)) {
    argument.setType(n.b.shapes.typeOf(n.b.shapes.info(argument)));
    values[i] = argument;
  }
  n.b.setInsertionPointToEnd(&region.front());
  return values;
}

/// True if the body gives back more than was assumed.
bool LoopDraft::findFixed(const Values &results) {
  bool found = false;
  for (auto [argument, i] : llvm::zip(op.getBody().getArguments(), carried))
    if (results[i] == argument)
      found = fixed[i] = true;
  if (found)
    open.clear();
  return found;
}

LoopDraft::Round LoopDraft::buildBody() {
  startOp();
  OpBuilder::InsertionGuard guard(n.b);
  auto results = body(enter(op.getBody()));
  if (failed(results) || llvm::is_contained(*results, Value()))
    return Round::Failed;
  if (results->size() != inits.size())
    return (void)n.fail("the body has another number of results than of arguments"), Round::Failed;
  if (findFixed(*results))
    return Round::Again;
  n.b.setInsertionPointToEnd(&op.getBody().front());
  YieldOp::create(n.b, n.loc,
                  llvm::map_to_vector(carried, [&](unsigned i) { return (*results)[i]; }));
  FailureOr<bool> widened = op.widen(n.b.shapes, open);
  if (failed(widened))
    return Round::Failed;
  return *widened ? Round::Again : Round::Done;
}

LogicalResult LoopDraft::buildCondition() {
  OpBuilder::InsertionGuard guard(n.b);
  Value holds = condition(enter(op.getCondition()));
  if (!holds)
    return failure();
  ConditionOp::create(n.b, n.loc, holds);
  return success();
}

FailureOr<Values> LoopDraft::build() {
  Round round = Round::Again;
  while ((round = buildBody()) == Round::Again)
    n.b.shapes.erase(op);
  if (round == Round::Failed || failed(buildCondition()) || failed(op.leave(n.b.shapes, open))) {
    n.b.shapes.erase(op); // part of it may have no terminator
    return failure();
  }
  Values results(inits);
  for (auto [result, i] : llvm::zip(op.getResults(), carried)) {
    result.setType(n.b.shapes.typeOf(n.b.shapes.info(result)));
    results[i] = result;
  }
  return results;
}

static unsigned loopsAround(Block *block) {
  unsigned depth = 0;
  for (Operation *op = block->getParentOp(); op; op = op->getParentOp())
    depth += isa<WhileOp>(op);
  return depth;
}

FailureOr<Values> ingot::loop(NodeBuilder &n, const Values &inits, LoopCondition condition,
                              LoopBody body) {
  if (llvm::is_contained(inits, Value()))
    return failure();
  if (loopsAround(n.b.getInsertionBlock()) >= kMaxLoopDepth)
    return n.fail("more than " + Twine(kMaxLoopDepth) + " loops within each other");
  return LoopDraft(n, inits, condition, body).build();
}

//===--- Branches ---------------------------------------------------------===//

/// Moves the branches of `draft`, which give `results`, into an op.
static FailureOr<Values> finishBranches(NodeBuilder &n, Value condition, Operation *draft,
                                        ArrayRef<Values> results) {
  Values chosen(results[0]);
  SmallVector<unsigned> differing;
  for (unsigned i = 0; i < chosen.size(); ++i)
    if (results[0][i] != results[1][i])
      differing.push_back(i);
  OperationState state(n.loc, IfOp::getOperationName());
  state.addOperands(condition);
  for (unsigned i : differing)
    state.addTypes(chosen[i].getType());
  for (Region &region : draft->getRegions())
    state.addRegion()->takeBody(region);
  Operation *op = n.b.create(state);
  OpBuilder::InsertionGuard guard(n.b);
  for (auto [region, branch] : llvm::zip(op->getRegions(), results)) {
    n.b.setInsertionPointToEnd(&region.front());
    YieldOp::create(n.b, n.loc,
                    llvm::map_to_vector(differing, [&](unsigned i) { return branch[i]; }));
  }
  if (failed(joinBranches(n.b.shapes, op)))
    return n.b.shapes.erase(op), failure();
  for (auto [result, i] : llvm::zip(op->getResults(), differing)) {
    result.setType(n.b.shapes.typeOf(n.b.shapes.info(result)));
    chosen[i] = result;
  }
  return chosen;
}

/// Builds the branches into the regions of `draft`.
static FailureOr<Values> buildBranches(NodeBuilder &n, Value condition, Operation *draft,
                                       ArrayRef<Branch> branches) {
  SmallVector<Values> results;
  for (auto [branch, region] : llvm::zip(branches, draft->getRegions())) {
    OpBuilder::InsertionGuard guard(n.b);
    n.b.setInsertionPointToEnd(&region.emplaceBlock());
    auto values = branch();
    if (failed(values) || llvm::is_contained(*values, Value()))
      return failure();
    results.push_back(std::move(*values));
  }
  if (results[0].size() != results[1].size())
    return n.fail("the branches have different numbers of results");
  return finishBranches(n, condition, draft, results);
}

FailureOr<Values> ingot::choose(NodeBuilder &n, Value condition, Branch then, Branch otherwise) {
  if (!condition)
    return failure();
  DenseIntElementsAttr known;
  if (matchPattern(condition, m_Constant(&known)))
    return known.getValues<bool>()[0] ? then() : otherwise();
  OperationState state(n.loc, IfOp::getOperationName());
  state.addRegion();
  state.addRegion();
  Operation *draft = n.b.create(state);
  auto results = buildBranches(n, condition, draft, {then, otherwise});
  n.b.shapes.erase(draft);
  return results;
}
