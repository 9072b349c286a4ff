#include "compiler/Tensors.h"

#include "compiler/Diagnostics.h"
#include "compiler/frontends/GraphBuilder.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/quantize/Scales.h"
#include "llvm/ADT/StringMap.h"
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

namespace {
struct NamedTensor {
  std::string name;
  Value value;
};
using IsWanted = llvm::function_ref<bool(Value)>;
} // namespace

/// Intermediate tensors under the names of their nodes, with a number behind them.
static SmallVector<NamedTensor> intermediates(func::FuncOp function, IsWanted isWanted) {
  func::ReturnOp ret = returnOf(function);
  llvm::StringSet<> names;
  for (unsigned i = 0; i < ret.getNumOperands(); ++i)
    if (auto name = function.getResultAttrOfType<StringAttr>(i, IngotDialect::kNameAttr))
      names.insert(name.getValue());
  SmallVector<NamedTensor> tensors;
  for (Operation &op : function.getBody().front().without_terminator())
    for (Value value : op.getResults()) {
      if (!isIntermediate(value, ret.getOperands()) || !isWanted(value))
        continue;
      std::string node = nodeName(value.getLoc()), name;
      for (unsigned k = 0; name.empty() || !names.insert(name).second; ++k)
        name = node + ":" + std::to_string(k);
      tensors.push_back({std::move(name), value});
    }
  return tensors;
}

/// Behind the outputs that there are; the final values of variables stay behind all.
static void addResults(func::FuncOp function, ArrayRef<NamedTensor> tensors, bool isObserved) {
  func::ReturnOp ret = returnOf(function);
  SmallVector<Value> values(ret.getOperands());
  unsigned at = 0;
  while (at < values.size() && !function.getResultAttr(at, IngotDialect::kVariableAttr))
    ++at;
  Builder b(function.getContext());
  for (const NamedTensor &tensor : tensors) {
    NamedAttrList attributes;
    attributes.set(IngotDialect::kNameAttr, b.getStringAttr(tensor.name));
    if (isObserved)
      attributes.set(kObservedAttr, b.getUnitAttr());
    (void)function.insertResult(at, tensor.value.getType(),
                                attributes.getDictionary(b.getContext()));
    values.insert(values.begin() + at++, tensor.value);
  }
  ret.getOperandsMutable().assign(values);
}

void ingot::exposeTensors(ModuleOp module) {
  for (func::FuncOp function : signatures(module))
    addResults(function, intermediates(function, [](Value) { return true; }), false);
}

static bool isOfFloats(Value value) { return getElementTypeOrSelf(value).isF32(); }

void ingot::observeTensors(ModuleOp module) {
  for (func::FuncOp function : signatures(module))
    addResults(function, intermediates(function, isOfFloats), true);
}

void ingot::setRanges(ModuleOp module, llvm::ArrayRef<TensorRange> ranges) {
  llvm::StringMap<const TensorRange *> byName;
  for (const TensorRange &range : ranges)
    byName[range.signature + '\0' + range.name] = &range;
  for (func::FuncOp function : signatures(module)) {
    auto signature = function->getAttrOfType<StringAttr>(IngotDialect::kSignatureAttr);
    auto note = [&](StringRef name, Value value) {
      auto range = byName.find((signature.getValue() + Twine('\0') + name).str());
      if (range == byName.end())
        return;
      setRange(value, {range->second->low, range->second->high});
      if (!range->second->means.empty())
        setMeans(value, range->second->means);
    };
    for (const NamedTensor &tensor : intermediates(function, isOfFloats))
      note(tensor.name, tensor.value);
    for (auto [i, value] : llvm::enumerate(function.getArguments()))
      if (auto name = function.getArgAttrOfType<StringAttr>(i, IngotDialect::kNameAttr))
        note(name.getValue(), value);
    for (auto [i, value] : llvm::enumerate(returnOf(function).getOperands()))
      if (auto name = function.getResultAttrOfType<StringAttr>(i, IngotDialect::kNameAttr);
          name && value.getDefiningOp())
        note(name.getValue(), value);
  }
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
