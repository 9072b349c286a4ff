#include "passes/tile/BatchFacts.h"

#include "dialects/ingot/Ingot.h"
#include "dialects/rt/Rt.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace ingot;

static BatchFact rows(int axis, bool one) { return {BatchFact::Rows, one, axis}; }

BatchFact ingot::joined(BatchFact a, BatchFact b) {
  if (a == b)
    return a;
  if (a.isSame() && b.isSame())
    return kSameFact;
  if (a.kind == BatchFact::Rows && b.kind == BatchFact::Rows && a.axis == b.axis)
    return rows(a.axis, a.one && b.one);
  return kMixedFact;
}

BatchFacts::BatchFacts(func::FuncOp function) {
  bool hasBatch = false;
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    bool isVariable =
        bool(function.getArgAttr(argument.getArgNumber(), IngotDialect::kVariableAttr));
    bool isBatch = type && type.getRank() > 0 && type.isDynamicDim(0) && !isVariable;
    set(argument, isBatch ? rows(0, true) : kSameFact);
    hasBatch |= isBatch;
  }
  failed = !hasBatch;
  if (!failed)
    visit(function.getBody().front());
}

void BatchFacts::setAll(Operation *op, BatchFact fact) {
  for (Value result : op->getResults())
    set(result, fact);
}

bool BatchFacts::areSame(ValueRange values) const {
  return llvm::all_of(values, [&](Value v) { return fact(v).isSame(); });
}

bool BatchFacts::join(ValueRange into, ValueRange from) {
  bool changed = false;
  for (auto [to, value] : llvm::zip(into, from)) {
    BatchFact now = joined(fact(to), fact(value));
    changed |= !(now == fact(to));
    set(to, now);
  }
  return changed;
}

void BatchFacts::visit(Block &block) {
  for (Operation &op : block) {
    if (failed)
      return;
    visit(&op);
  }
}

// --- sizes and conditions --------------------------------------------------------

static bool isConstant(Value value, llvm::function_ref<bool(int64_t)> holds) {
  std::optional<int64_t> constant = getConstantIntValue(value);
  return constant && holds(*constant);
}

/// Comparisons of what grows with the batch: with each other, with 0, with limits that no
/// batch should reach.
BatchFact BatchFacts::compared(arith::CmpIOp op) const {
  using P = arith::CmpIPredicate;
  BatchFact a = fact(op.getLhs()), b = fact(op.getRhs());
  P p = op.getPredicate();
  if (a.isSame() && b.isSame())
    return kSameFact;
  bool isZero = isConstant(op.getRhs(), [](int64_t c) { return c == 0; });
  if (a.kind == BatchFact::Any)
    return isZero && p == P::eq ? BatchFact{BatchFact::Every} : kMixedFact;
  if (a.kind == BatchFact::Rows && b.kind == BatchFact::Rows) // both have the factor
    return a.one && b.one && p == P::eq ? BatchFact{BatchFact::True} : kSameFact;
  bool isLess = p == P::ult || p == P::ule || p == P::slt || p == P::sle;
  if (a.kind == BatchFact::Grows && b.isSame())
    return isLess ? BatchFact{BatchFact::Every} : kMixedFact;
  if (a.kind != BatchFact::Rows || !b.isSame())
    return kMixedFact;
  if (p == P::sge && isZero)
    return {BatchFact::True};
  bool isLimit = isConstant(op.getRhs(), [](int64_t c) { return c >= INT32_MAX; });
  return isLess && isLimit ? BatchFact{BatchFact::Every} : kMixedFact;
}

static bool grows(BatchFact fact) {
  return fact.kind == BatchFact::Rows || fact.kind == BatchFact::Grows;
}

static BatchFact bothHold(BatchFact a, BatchFact b) {
  auto holdsOfParts = [](BatchFact f) { return f.isSame() || f.kind == BatchFact::Every; };
  if (a.kind == BatchFact::True)
    return b;
  if (b.kind == BatchFact::True)
    return a;
  return holdsOfParts(a) && holdsOfParts(b) ? BatchFact{BatchFact::Every} : kMixedFact;
}

static BatchFact oneHolds(BatchFact a, BatchFact b) {
  if (a.kind == BatchFact::True || b.kind == BatchFact::True)
    return {BatchFact::True};
  return bothHold(a, b);
}

bool BatchFacts::visitSize(Operation *op) {
  if (op->getNumResults() != 1 || isa<ShapedType>(op->getResult(0).getType()))
    return false;
  if (areSame(op->getOperands()) && op->getNumRegions() == 0 && isMemoryEffectFree(op)) {
    set(op->getResult(0), kSameFact);
    return true;
  }
  auto operand = [&](unsigned i) { return fact(op->getOperand(i)); };
  BatchFact result = kMixedFact;
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(op)) {
    result = operand(0);
  } else if (isa<arith::MulIOp>(op)) {
    BatchFact a = operand(0), b = operand(1);
    if (a.isSame() && b.kind == BatchFact::Rows)
      std::swap(a, b);
    if (a.kind == BatchFact::Rows && b.isSame())
      result = rows(0, false);
    if ((a.kind == BatchFact::Grows && b.isSame()) || (b.kind == BatchFact::Grows && a.isSame()))
      result = {BatchFact::Grows};
  } else if (isa<arith::ShRUIOp>(op)) {
    if (grows(operand(0)) && operand(1).isSame())
      result = {BatchFact::Grows};
  } else if (isa<arith::MaxSIOp, arith::MaxUIOp, arith::MinSIOp, arith::MinUIOp>(op)) {
    if (operand(0) == rows(0, true) && operand(1) == rows(0, true))
      result = rows(0, true);
    else if (grows(operand(0)) && operand(1).isSame())
      result = {BatchFact::Grows};
  } else if (auto compare = dyn_cast<arith::CmpIOp>(op)) {
    result = compared(compare);
  } else if (isa<arith::AndIOp>(op)) {
    result = bothHold(operand(0), operand(1));
  } else if (isa<arith::OrIOp>(op)) {
    result = oneHolds(operand(0), operand(1));
  } else if (isa<arith::SelectOp>(op)) {
    // Of two that are equal it does not matter which.
    bool isEither = operand(1) == rows(0, true) && operand(2) == rows(0, true);
    if (isEither || operand(0).isSame())
      result = joined(operand(1), operand(2));
  } else {
    return false;
  }
  set(op->getResult(0), result);
  return true;
}

// --- structured ops --------------------------------------------------------------

/// Where a map's results name the loop: as one plain result, the position; -1: not at all.
static std::optional<int> positionOf(AffineMap map, unsigned loop) {
  int found = -1;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    if (!expr.isFunctionOfDim(loop))
      continue;
    if (found >= 0 || !isa<AffineDimExpr>(expr))
      return std::nullopt;
    found = i;
  }
  return found;
}

std::optional<unsigned> BatchFacts::batchLoop(linalg::LinalgOp op) const {
  for (OpOperand &operand : op->getOpOperands()) {
    BatchFact of = fact(operand.get());
    if (of.kind != BatchFact::Rows)
      continue;
    if (auto dim = dyn_cast<AffineDimExpr>(op.getMatchingIndexingMap(&operand).getResult(of.axis)))
      return dim.getPosition();
  }
  return std::nullopt;
}

/// What the body adds to what the operands say: Mixed if it looks at the number of a sample
/// or at what other samples have. The number may only pick the sample's own row.
BatchFact BatchFacts::bodyFact(linalg::LinalgOp op, std::optional<unsigned> loop) const {
  Block &body = op->getRegion(0).front();
  auto isNumber = [&](Value v) {
    auto index = v.getDefiningOp<linalg::IndexOp>();
    return index && loop && index.getDim() == *loop;
  };
  auto isOwnRow = [&](tensor::ExtractOp extract) {
    BatchFact source = fact(extract.getTensor());
    for (auto [axis, index] : llvm::enumerate(extract.getIndices()))
      if (isNumber(index) != (source.kind == BatchFact::Rows && int(axis) == source.axis))
        return false;
    return source.isSame() || (source.kind == BatchFact::Rows && source.one);
  };
  BatchFact result = kSameFact;
  op->getRegion(0).walk([&](Operation *inner) {
    auto extract = dyn_cast<tensor::ExtractOp>(inner);
    bool isFine = isa<tensor::DimOp>(inner) ? fact(inner->getOperand(0)).isSame()
                  : extract                 ? isOwnRow(extract)
                                            : true;
    if (!isMemoryEffectFree(inner) && !inner->hasTrait<OpTrait::IsTerminator>())
      isFine = false;
    for (Value operand : inner->getOperands()) {
      bool isOutside = !body.getParent()->isAncestor(operand.getParentRegion());
      if (extract && isa<TensorType>(operand.getType()))
        continue;
      isFine &= !isOutside || fact(operand).isSame();
      isFine &= extract || !isNumber(operand);
    }
    if (!isFine)
      result = kMixedFact;
  });
  return result;
}

/// Whether all that the op does is to tell whether one of the elements is not zero.
static bool isAnyOf(linalg::LinalgOp op) {
  if (op.getNumDpsInits() != 1)
    return false;
  Block &body = op->getRegion(0).front();
  auto either = body.getTerminator()->getOperand(0).getDefiningOp<arith::OrIOp>();
  Value before = body.getArguments().back();
  return either && (either.getLhs() == before || either.getRhs() == before) && before.hasOneUse();
}

void BatchFacts::visitLinalg(linalg::LinalgOp op) {
  std::optional<unsigned> loop = batchLoop(op);
  BatchFact body = bodyFact(op, loop);
  bool one = false, isMixed = !body.isSame();
  for (OpOperand &operand : op->getOpOperands()) {
    BatchFact of = fact(operand.get());
    if (!loop) {
      isMixed |= !of.isSame();
      continue;
    }
    bool isRows = of.kind == BatchFact::Rows;
    std::optional<int> position = positionOf(op.getMatchingIndexingMap(&operand), *loop);
    isMixed |= !position || (isRows ? *position != of.axis : !of.isSame() || *position >= 0);
    one |= isRows && of.one;
  }
  if (!loop || isMixed)
    return setAll(op, isMixed ? kMixedFact : kSameFact);
  if (op.getIteratorTypesArray()[*loop] != utils::IteratorType::parallel)
    return setAll(op, isAnyOf(op) ? BatchFact{BatchFact::Any} : kMixedFact);
  for (auto [init, result] : llvm::zip(op.getDpsInitsMutable(), op->getResults())) {
    std::optional<int> position = positionOf(op.getMatchingIndexingMap(&init), *loop);
    set(result, position && *position >= 0 ? rows(*position, one) : kMixedFact);
  }
}

// --- control flow ----------------------------------------------------------------

void BatchFacts::visitLoop(LoopLikeOpInterface loop, Block &body) {
  ValueRange carried = loop.getRegionIterArgs();
  for (auto [argument, init] : llvm::zip(carried, loop.getInits()))
    set(argument, fact(init));
  do {
    visit(body);
    if (failed)
      return;
  } while (join(carried, body.getTerminator()->getOperands()));
  for (auto [result, argument] : llvm::zip(loop->getResults(), carried))
    set(result, fact(argument));
}

void BatchFacts::visitWhile(scf::WhileOp op) {
  ValueRange before = op.getBeforeArguments(), after = op.getAfterArguments();
  for (auto [argument, init] : llvm::zip(before, op.getInits()))
    set(argument, fact(init));
  bool isFirst = true, changed = true;
  while (changed && !failed) {
    visit(*op.getBeforeBody());
    ValueRange passed = op.getConditionOp().getArgs();
    if (isFirst)
      for (auto [argument, value] : llvm::zip(after, passed))
        set(argument, fact(value));
    changed = join(after, passed) || isFirst;
    isFirst = false;
    if (failed)
      return;
    visit(*op.getAfterBody());
    changed |= join(before, op.getYieldOp().getOperands());
  }
  failed |= !fact(op.getConditionOp().getCondition()).isSame();
  for (auto [result, argument] : llvm::zip(op.getResults(), after))
    set(result, fact(argument));
}

void BatchFacts::visitIf(scf::IfOp op) {
  failed |= !fact(op.getCondition()).isSame();
  for (Region *region : {&op.getThenRegion(), &op.getElseRegion()})
    if (!region->empty() && !failed)
      visit(region->front());
  if (failed || op->getNumResults() == 0)
    return;
  for (auto [result, value] : llvm::zip(op.getResults(), op.thenYield().getOperands()))
    set(result, fact(value));
  join(op.getResults(), op.elseYield().getOperands());
}

void BatchFacts::visit(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return visitLinalg(linalgOp);
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    set(loop.getInductionVar(), kSameFact);
    failed |= !areSame({loop.getLowerBound(), loop.getUpperBound(), loop.getStep()});
    return failed ? void() : visitLoop(loop, *loop.getBody());
  }
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return visitWhile(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return visitIf(branch);
  if (auto check = dyn_cast<rt::CheckOp>(op)) {
    BatchFact condition = fact(check.getCondition());
    failed |= !condition.isSame() && condition.kind != BatchFact::Every;
    return;
  }
  if (op->hasTrait<OpTrait::IsTerminator>())
    return;
  if (visitTensor(op) || visitSize(op))
    return;
  failed |= op->getNumRegions() > 0 || !isMemoryEffectFree(op);
  setAll(op, areSame(op->getOperands()) ? kSameFact : kMixedFact);
}
