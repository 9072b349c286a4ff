#include "passes/Passes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace ingot {
#define GEN_PASS_DEF_PROMOTEVARIABLES
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// Variables by name, in the order in which the program meets them.
using Names = llvm::SetVector<StringAttr>;
/// The value of each variable at a place in the program.
using Values = llvm::DenseMap<StringAttr, Value>;

static Names assignedIn(Region &region) {
  Names names;
  region.walk([&](AssignVariableOp op) { names.insert(op.getVariableAttr().getAttr()); });
  return names;
}

static Names assignedIn(Operation *op) {
  Names names;
  for (Region &region : op->getRegions())
    names.insert_range(assignedIn(region));
  return names;
}

static SmallVector<Value> valuesOf(const Names &names, const Values &values) {
  return llvm::map_to_vector(names, [&](StringAttr name) { return values.lookup(name); });
}

/// Types of the results of `op` and of `more`.
static SmallVector<Type> withTypes(Operation *op, ValueRange more) {
  SmallVector<Type> types(op->getResultTypes());
  llvm::append_range(types, more.getTypes());
  return types;
}

static void appendToYield(Block &block, ValueRange more) {
  Operation *yield = block.getTerminator();
  yield->insertOperands(yield->getNumOperands(), more);
}

/// The same op with further operands and results; its regions move there.
static Operation *extend(Operation *op, ValueRange operands, ArrayRef<Type> types) {
  OpBuilder b(op);
  OperationState state(op->getLoc(), op->getName());
  state.addOperands(op->getOperands());
  state.addOperands(operands);
  state.addTypes(types);
  state.addAttributes(op->getAttrs());
  for (Region &region : op->getRegions())
    state.addRegion()->takeBody(region);
  Operation *extended = b.create(state);
  op->replaceAllUsesWith(extended->getResults().take_front(op->getNumResults()));
  op->erase();
  return extended;
}

static LogicalResult promoteBlock(Block &block, Values &values);

/// What the branches assign are further results.
static LogicalResult promoteBranches(Operation *op, Values &values) {
  Names assigned = assignedIn(op);
  SmallVector<Type> types = withTypes(op, valuesOf(assigned, values));
  for (Region &region : op->getRegions()) {
    Values inside = values;
    if (failed(promoteBlock(region.front(), inside)))
      return failure();
    appendToYield(region.front(), valuesOf(assigned, inside));
  }
  if (assigned.empty())
    return success();
  Operation *extended = extend(op, {}, types);
  for (auto [name, result] : llvm::zip(assigned, extended->getResults().take_back(assigned.size())))
    values[name] = result;
  return success();
}

/// What the body assigns is carried from iteration to iteration.
static LogicalResult promoteLoop(WhileOp op, Values &values) {
  if (!assignedIn(op.getCondition()).empty())
    return op.emitError(
        "the condition of the loop assigns a variable, which cannot be compiled yet");
  Names assigned = assignedIn(op.getBody());
  SmallVector<Value> before = valuesOf(assigned, values);
  for (Region *region : op.getRegions()) {
    Values inside = values;
    for (auto [name, value] : llvm::zip(assigned, before))
      inside[name] = region->addArgument(value.getType(), op.getLoc());
    if (failed(promoteBlock(region->front(), inside)))
      return failure();
    if (region == &op.getBody())
      appendToYield(region->front(), valuesOf(assigned, inside));
  }
  if (assigned.empty())
    return success();
  Operation *extended = extend(op, before, withTypes(op, before));
  for (auto [name, result] : llvm::zip(assigned, extended->getResults().take_back(assigned.size())))
    values[name] = result;
  return success();
}

static LogicalResult promoteBlock(Block &block, Values &values) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    LogicalResult result = success();
    if (auto read = dyn_cast<ReadVariableOp>(op)) {
      read.replaceAllUsesWith(values.lookup(read.getVariableAttr().getAttr()));
      read.erase();
    } else if (auto assign = dyn_cast<AssignVariableOp>(op)) {
      values[assign.getVariableAttr().getAttr()] = assign.getValue();
      assign.erase();
    } else if (auto loop = dyn_cast<WhileOp>(op)) {
      result = promoteLoop(loop, values);
    } else if (isa<IfOp, SwitchOp>(op)) {
      result = promoteBranches(&op, values);
    }
    if (failed(result))
      return failure();
  }
  return success();
}

namespace {
struct PromoteVariables : ingot::impl::PromoteVariablesBase<PromoteVariables> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(IngotDialect::kSignatureAttr) && failed(promote(function)))
        return signalPassFailure();
  }

  LogicalResult promote(func::FuncOp function) {
    Names used;
    function.walk([&](Operation *op) {
      if (isa<ReadVariableOp, AssignVariableOp>(op))
        used.insert(op->getAttrOfType<FlatSymbolRefAttr>("variable").getAttr());
    });
    if (used.empty())
      return success();
    Values values;
    for (StringAttr name : used)
      if (failed(addArgument(function, name, values)))
        return failure();
    Names assigned = assignedIn(function.getBody());
    if (failed(promoteBlock(function.getBody().front(), values)))
      return failure();
    addResults(function, assigned, values);
    return success();
  }

  LogicalResult addArgument(func::FuncOp function, StringAttr name, Values &values) {
    auto variable = getOperation().lookupSymbol<rt::VariableOp>(name);
    if (!variable)
      return function.emitError() << "there is no variable @" << name.getValue();
    unsigned index = function.getNumArguments();
    auto mark = NamedAttribute(IngotDialect::kVariableAttr, FlatSymbolRefAttr::get(name));
    if (failed(function.insertArgument(index, variable.getType(),
                                       DictionaryAttr::get(&getContext(), mark),
                                       variable.getLoc())))
      return failure();
    values[name] = function.getArgument(index);
    return success();
  }

  static void addResults(func::FuncOp function, const Names &assigned, const Values &values) {
    Operation *ret = function.getBody().front().getTerminator();
    for (StringAttr name : assigned) {
      Value value = values.lookup(name);
      unsigned index = function.getNumResults();
      auto mark = NamedAttribute(IngotDialect::kVariableAttr, FlatSymbolRefAttr::get(name));
      (void)function.insertResult(index, value.getType(),
                                  DictionaryAttr::get(function.getContext(), mark));
      ret->insertOperands(index, value);
    }
  }
};
} // namespace
