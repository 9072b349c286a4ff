// Variables: symbols of the module with their initial values.
#include "compiler/frontends/tensorflow/Importer.h"
#include "dialects/rt/Rt.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

FlatSymbolRefAttr Importer::stateSymbol(const Variable &variable) {
  if (variable.hasValue() && !isAssigned(variable))
    return {};
  std::string symbol = graph->node(variable.node).name();
  if (model.signature(symbol))
    symbol += "_variable"; // functions have their names in the same table
  return FlatSymbolRefAttr::get(b.getContext(), symbol);
}

FlatSymbolRefAttr Importer::flagSymbol(const Variable &variable) {
  return FlatSymbolRefAttr::get(b.getContext(),
                                (stateSymbol(variable).getValue() + "/is_initialized").str());
}

void Importer::noteUnsetRead(const Variable &variable, Location loc) {
  unsetReads.try_emplace(&variable, loc);
}

LogicalResult Importer::checkUnsetReads() {
  LogicalResult result = success();
  for (auto &[variable, loc] : unsetReads)
    if (!isAssigned(*variable))
      result = emitError(loc) << "variable \"" << graph->node(variable->node).name()
                              << "\" has no value in the checkpoint, and no compiled signature "
                                 "assigns it";
  return result;
}

std::optional<SmallVector<int64_t>> Importer::shapeOf(const Variable &variable, Value given) {
  if (variable.hasValue())
    return llvm::to_vector<6>(variable.value.shape);
  const Shape &declared = variable.shape;
  if (declared.ranked && llvm::all_of(declared.dims, [](int64_t extent) { return extent >= 0; })) {
    auto count = countElements(variable.dtype, declared.dims);
    bool isPossible = bool(count);
    llvm::consumeError(count.takeError());
    return isPossible ? std::optional(llvm::to_vector<6>(declared.dims)) : std::nullopt;
  }
  auto [it, isNew] = assignedShapes.try_emplace(&variable);
  if (!isNew)
    return it->second;
  for (Dim d : given ? b.shapes.dims(given) : ArrayRef<Dim>())
    it->second.push_back(d.constant().value_or(-1));
  if (given && !llvm::is_contained(it->second, -1) && declared.admits(it->second))
    return it->second;
  assignedShapes.erase(it);
  return std::nullopt;
}

FlatSymbolRefAttr Importer::noteAssigned(const Variable &variable) {
  foundAssigned |= assigned.insert(&variable);
  return foundAssigned ? FlatSymbolRefAttr() : stateSymbol(variable);
}

FlatSymbolRefAttr Importer::generator(const Node &node) {
  FlatSymbolRefAttr &symbol = generators[&node.def];
  if (symbol)
    return symbol;
  std::string name = node.def.name() + "/counter";
  while (SymbolTable::lookupSymbolIn(module, name) || model.signature(name))
    name += "_";
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(module.getBody());
  auto type = RankedTensorType::get({}, b.getI64Type());
  rt::VariableOp::create(b, node.loc, name, type, cast<ElementsAttr>(b.getZeroAttr(type)));
  return symbol = FlatSymbolRefAttr::get(b.getContext(), name);
}

void Importer::forget() {
  foundAssigned = false;
  imported = 0;
  for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
    op.erase();
  lists.clear();
  generators.clear();
  // Values to come may lie where those were that it knows.
  b.shapes = ShapeAnalysis(b.getContext());
}

LogicalResult Importer::addVariables() {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(module.getBody());
  for (const Variable &variable : model.variables())
    if (isAssigned(variable) && failed(addVariable(variable)))
      return failure();
  return success();
}

void Importer::completeVariables() {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(module.getBody());
  for (const Variable &variable : model.variables()) {
    bool isUsed = isAssigned(variable) || unsetReads.contains(&variable);
    if (isUsed && !variable.hasValue() && shapeOf(variable) &&
        !SymbolTable::lookupSymbolIn(module, stateSymbol(variable).getAttr()))
      (void)addVariable(variable);
  }
}

LogicalResult Importer::addVariable(const Variable &variable) {
  Location loc = location(graph->node(variable.node));
  auto type =
      RankedTensorType::get(*shapeOf(variable), elementType(b.getContext(), variable.dtype));
  auto add = [&](FlatSymbolRefAttr symbol, RankedTensorType type, ElementsAttr value) {
    if (SymbolTable::lookupSymbolIn(module, symbol.getAttr()))
      return LogicalResult(emitError(loc) << "another variable has this name");
    rt::VariableOp::create(b, loc, symbol.getAttr(), type, value);
    return success();
  };
  if (variable.hasValue())
    return add(stateSymbol(variable), type, elements(variable, type));
  auto flag = RankedTensorType::get({}, b.getI1Type());
  if (failed(add(flagSymbol(variable), flag, DenseElementsAttr::get(flag, false))))
    return failure();
  SmallVector<char, 16> zero(type.getNumElements() ? elementBytes(variable.dtype) : 0, 0);
  return add(stateSymbol(variable), type, b.elements(type, zero, !zero.empty(), nullptr));
}
