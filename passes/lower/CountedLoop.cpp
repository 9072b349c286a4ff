#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "passes/lower/Loop.h"

using namespace mlir;
using namespace ingot;

namespace {
/// `x < bound` if ascending, else `x > bound`; x is carried value `index`.
struct Test {
  unsigned index;
  Value bound;
  bool ascending;
};
} // namespace

/// What the body adds to carried value `i`, if that is a constant.
static std::optional<int64_t> stepOf(WhileOp op, unsigned i, ShapeAnalysis &shapes) {
  Block &body = op.getBody().front();
  Value argument = body.getArgument(i);
  Type element = shapes.elementType(argument);
  if (shapes.rank(argument) != 0 || !(element.isInteger(32) || element.isInteger(64)))
    return std::nullopt;
  Operation *next = cast<YieldOp>(body.getTerminator()).getValues()[i].getDefiningOp();
  if (!isa_and_nonnull<AddOp, SubOp>(next))
    return std::nullopt;
  bool first = next->getOperand(0) == argument;
  if (!first && (isa<SubOp>(next) || next->getOperand(1) != argument))
    return std::nullopt;
  auto constant = shapes.constantContents(next->getOperand(first ? 1 : 0));
  if (!constant || constant->size() != 1)
    return std::nullopt;
  return isa<SubOp>(next) ? -(*constant)[0] : (*constant)[0];
}

/// The comparison as a test of a carried value against one that stays.
static std::optional<Test> testOf(Operation *comparison, WhileOp op, ShapeAnalysis &shapes) {
  bool ascending = isa<LessOp>(comparison);
  Value x = comparison->getOperand(0), bound = comparison->getOperand(1);
  auto argument = dyn_cast<BlockArgument>(x);
  if (!argument) {
    std::swap(x, bound);
    ascending = !ascending;
    argument = dyn_cast<BlockArgument>(x);
  }
  if (!argument || argument.getOwner() != &op.getCondition().front())
    return std::nullopt;
  bool isInside = op.getCondition().isAncestor(bound.getParentRegion());
  if (shapes.rank(bound) != 0 || (isInside && !shapes.constantContents(bound)))
    return std::nullopt;
  return Test{argument.getArgNumber(), bound, ascending};
}

/// The tests whose conjunction the condition is.
static std::optional<SmallVector<Test>> testsOf(WhileOp op, ShapeAnalysis &shapes) {
  Block &block = op.getCondition().front();
  for (Operation &o : block.without_terminator())
    if (!isMemoryEffectFree(&o))
      return std::nullopt;
  SmallVector<Value> open = {cast<ConditionOp>(block.getTerminator()).getValue()};
  SmallVector<Test> tests;
  while (!open.empty()) {
    Operation *o = open.pop_back_val().getDefiningOp();
    if (isa_and_nonnull<AndOp>(o)) {
      open.append(o->operand_begin(), o->operand_end());
      continue;
    }
    auto test = isa_and_nonnull<LessOp, GreaterOp>(o) ? testOf(o, op, shapes) : std::nullopt;
    if (!test)
      return std::nullopt;
    tests.push_back(*test);
  }
  return tests;
}

/// The integer scalar `tensor` as an index.
static Value asIndex(Lowering &l, Location loc, Value tensor) {
  return l.index(loc, l.shapes.contents(tensor)->front());
}

std::optional<CountedLoop> ingot::countTrips(WhileOp op, Lowering &l) {
  CountedLoop loop;
  for (unsigned i = 0; i < op.getInits().size(); ++i)
    loop.steps.push_back(stepOf(op, i, l.shapes));
  auto tests = testsOf(op, l.shapes);
  if (!tests || tests->empty())
    return std::nullopt;
  // Other steps could jump over the bound by wrapping around.
  for (const Test &test : *tests)
    if (loop.steps[test.index] != (test.ascending ? 1 : -1))
      return std::nullopt;
  Location loc = op.getLoc();
  for (const Test &test : *tests) {
    Value from = asIndex(l, loc, op.getInits()[test.index]), to = asIndex(l, loc, test.bound);
    if (!test.ascending)
      std::swap(from, to);
    Value trips = arith::SubIOp::create(l.b, loc, to, from);
    loop.trips = loop.trips ? arith::MinSIOp::create(l.b, loc, loop.trips, trips) : trips;
  }
  loop.trips = arith::MaxSIOp::create(l.b, loc, loop.trips, l.index(loc, 0));
  return loop;
}
