#include "compiler/Tensors.h"

#include "compiler/Diagnostics.h"
#include "compiler/frontends/GraphBuilder.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

using namespace ingot;
using namespace mlir;

static auto signatures(ModuleOp module) {
  return llvm::make_filter_range(module.getOps<func::FuncOp>(), [](func::FuncOp function) {
    return function->hasAttr(IngotDialect::kSignatureAttr) && !function.isExternal();
  });
}

static func::ReturnOp returnOf(func::FuncOp function) {
  return cast<func::ReturnOp>(function.getBody().front().getTerminator());
}

/// Whether a tensor is worth comparing: computed by a node, and not yet returned.
static bool isIntermediate(Value value, ValueRange returned) {
  return isa<RankedTensorType>(value.getType()) &&
         !value.getDefiningOp()->hasTrait<OpTrait::ConstantLike>() &&
         !nodeName(value.getLoc()).empty() && !llvm::is_contained(returned, value);
}

static void exposeTensors(func::FuncOp function) {
  func::ReturnOp ret = returnOf(function);
  SmallVector<Value> values(ret.getOperands());
  llvm::StringSet<> names;
  for (unsigned i = 0; i < values.size(); ++i)
    if (auto name = function.getResultAttrOfType<StringAttr>(i, IngotDialect::kNameAttr))
      names.insert(name.getValue());
  SmallVector<std::string> added;
  for (Operation &op : function.getBody().front().without_terminator())
    for (Value value : op.getResults()) {
      if (!isIntermediate(value, ret.getOperands()))
        continue;
      std::string node = nodeName(value.getLoc()), name;
      for (unsigned k = 0; name.empty() || !names.insert(name).second; ++k)
        name = node + ":" + std::to_string(k);
      values.push_back(value);
      added.push_back(std::move(name));
    }
  unsigned first = ret.getNumOperands();
  ret.getOperandsMutable().assign(values);
  Builder b(function.getContext());
  function.setType(b.getFunctionType(function.getArgumentTypes(), ValueRange(values).getTypes()));
  for (auto [i, name] : llvm::enumerate(added))
    function.setResultAttr(first + i, IngotDialect::kNameAttr, b.getStringAttr(name));
}

void ingot::exposeTensors(ModuleOp module) {
  for (func::FuncOp function : signatures(module))
    ::exposeTensors(function);
}

/// The value with 1 added, right behind it.
static Value perturbed(GraphBuilder &b, Value value) {
  Location loc = value.getLoc();
  Type element = cast<RankedTensorType>(value.getType()).getElementType();
  b.setInsertionPointAfterValue(value);
  if (element.isInteger(1))
    return b.emit<NotOp>(loc, value);
  return b.emit<AddOp>(loc, {value, b.splat(loc, {}, element, 1)});
}

/// The last value that a node computes; null if there is none.
static Value lastValue(func::FuncOp function, llvm::StringRef node) {
  Value found;
  for (Operation &op : function.getBody().front().without_terminator())
    for (Value value : op.getResults())
      if (nodeName(value.getLoc()) == node && isIntermediate(value, {}))
        found = value;
  return found;
}

llvm::Error ingot::plantError(ModuleOp module, llvm::StringRef node) {
  bool planted = false;
  for (func::FuncOp function : signatures(module)) {
    Value value = lastValue(function, node);
    if (!value)
      continue;
    GraphBuilder b(module.getContext());
    Value wrong = perturbed(b, value);
    if (!wrong)
      return llvm::createStringError("--plant-error: '" + node + "' cannot be changed");
    value.replaceUsesWithIf(
        wrong, [&](OpOperand &use) { return use.getOwner() != wrong.getDefiningOp(); });
    planted = true;
  }
  if (planted)
    return llvm::Error::success();
  return llvm::createStringError("--plant-error: no node '" + node + "' computes a tensor");
}
