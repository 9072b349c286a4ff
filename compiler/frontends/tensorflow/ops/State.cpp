#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/Importer.h"
#include "compiler/frontends/tensorflow/ops/Text.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

/// Edges pass through, resources too; a variable of TensorFlow 1 is read here.
static LogicalResult buildIdentity(Node &n) {
  for (auto [i, edge] : llvm::enumerate(n.inputs)) {
    bool isRead = edge.variable && edge.variable->isReference;
    n.outputs.push_back(isRead ? Edge(n.in(i)) : edge);
  }
  return success(llvm::all_of(n.outputs, [](const Edge &e) { return bool(e); }));
}

static LogicalResult buildStrings(Node &n, const Tensor &tensor) {
  Edge strings;
  strings.strings = &n.def;
  n.outputs = {tensor.shape.empty() && !tensor.strings.empty()
                   ? Edge::text(textConstant(n, tensor.strings[0]))
                   : strings};
  return success(bool(n.outputs[0]));
}

static LogicalResult buildConst(Node &n) {
  Tensor tensor = n.attrs.getTensor("value");
  if (tensor.dtype == DataType::String)
    return buildStrings(n, tensor);
  DataType declared = n.attrs.getType("dtype");
  if (declared != DataType::Invalid && declared != tensor.dtype)
    return n.fail("dtype and value are of different types");
  Type element = elementType(n.b.getContext(), tensor.dtype);
  if (!element)
    return n.fail("constants of type " + name(tensor.dtype) + " cannot be compiled yet");
  auto type = RankedTensorType::get(tensor.shape, element);
  // The message outlives the module: it need not be copied.
  std::shared_ptr<const void> owner = tensor.owner;
  if (!owner)
    owner = std::shared_ptr<const void>(std::shared_ptr<const void>(), &n.def);
  return n.out(n.b.constant(n.loc, n.b.elements(type, tensor.bytes, tensor.splat, owner)));
}

/// Whether the variable has a value by now, a boolean scalar.
static Value isInitialized(Node &n, const Variable &variable) {
  Type flag = n.b.getI1Type();
  if (variable.hasValue())
    return n.b.splat(n.loc, {}, flag, 1);
  return ingot::readVariable(n, {n.importer.flagSymbol(variable), RankedTensorType::get({}, flag)});
}

/// The type of a variable, to which `given` is assigned if it is not null; null and an
/// error at the node if it cannot be told.
static RankedTensorType variableType(Node &n, const Variable &variable, Value given = {}) {
  Type element = elementType(n.b.getContext(), variable.dtype);
  if (!element) {
    (void)n.fail("variables of type " + name(variable.dtype) + " cannot be compiled yet");
    return {};
  }
  auto shape = n.importer.shapeOf(variable, given);
  if (!shape) {
    (void)n.fail("variable \"" + Twine(n.importer.model.graph().node(variable.node).name()) +
                     "\" has no value in the checkpoint and no shape that is known here",
                 "give the variable a shape");
    return {};
  }
  return RankedTensorType::get(*shape, element);
}

Value tensorflow::readVariable(Node &n, const Variable &variable) {
  RankedTensorType type = variableType(n, variable);
  if (!type)
    return {};
  if (!variable.hasValue()) {
    n.importer.noteUnsetRead(variable, n.loc);
    if (failed(n.require(isInitialized(n, variable), "reads a variable that was not assigned yet")))
      return {};
  }
  if (FlatSymbolRefAttr symbol = n.importer.stateSymbol(variable))
    return ingot::readVariable(n, {symbol, type});
  return n.b.constant(n.loc, n.importer.elements(variable, type));
}

LogicalResult tensorflow::assignVariable(Node &n, const Variable &variable, Value value) {
  RankedTensorType type = value ? variableType(n, variable, value) : RankedTensorType();
  if (!type)
    return failure();
  FlatSymbolRefAttr symbol = n.importer.noteAssigned(variable);
  if (!symbol)
    return success(); // the import begins anew
  if (failed(ingot::assignVariable(n, {symbol, type}, value)))
    return failure();
  if (variable.hasValue())
    return success();
  Type flag = n.b.getI1Type();
  return ingot::assignVariable(n,
                               {n.importer.flagSymbol(variable), RankedTensorType::get({}, flag)},
                               n.b.splat(n.loc, {}, flag, 1));
}

const Variable *tensorflow::variableOf(Node &n, size_t i) {
  if (i < n.size() && n.inputs[i].variable)
    return n.inputs[i].variable;
  (void)n.fail("input " + Twine(i) + " is no variable of the model");
  return nullptr;
}

static LogicalResult buildReadVariable(Node &n) {
  const Variable *variable = variableOf(n);
  return variable ? n.out(readVariable(n, *variable)) : failure();
}

static LogicalResult buildVariableShape(Node &n) {
  const Variable *variable = variableOf(n);
  RankedTensorType type = variable ? variableType(n, *variable) : RankedTensorType();
  if (!type)
    return failure();
  bool isWide = n.attrs.getType("out_type", DataType::Int32) == DataType::Int64;
  return n.out(n.b.integers(n.loc, type.getShape(), isWide ? 64 : 32));
}

static LogicalResult buildIsInitialized(Node &n) {
  const Variable *variable = variableOf(n);
  if (!variable)
    return failure();
  if (!variable->hasValue() && !n.importer.isAssigned(*variable))
    return n.out(n.b.splat(n.loc, {}, n.b.getI1Type(), 0));
  return n.out(isInitialized(n, *variable));
}

static LogicalResult buildPlaceholder(Node &n) {
  return n.fail("is not an input of the signature and has no value");
}

static LogicalResult buildCall(Node &n) {
  auto results = n.importer.call(n, n.attrs.getFunction("f"), n.inputs);
  if (failed(results))
    return failure();
  n.outputs.assign(results->begin(), results->end());
  return success();
}

static LogicalResult buildNothing(Node &) { return success(); }

void tensorflow::addStateRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "state", ""}; };
  add("Const", buildConst);
  add("VarHandleOp", buildNothing);
  add("VariableV2", buildNothing);
  add("Variable", buildNothing);
  add("ReadVariableOp", buildReadVariable);
  add("VariableShape", buildVariableShape);
  add("VarIsInitializedOp", buildIsInitialized);
  add("IsVariableInitialized", buildIsInitialized);
  add("NoOp", buildNothing);
  add("Placeholder", buildPlaceholder);
  add("PlaceholderWithDefault", buildIdentity);
  add("PartitionedCall", buildCall);
  add("StatefulPartitionedCall", buildCall);
  for (StringRef op : {"Identity", "IdentityN", "StopGradient", "PreventGradient", "Snapshot"})
    add(op, buildIdentity);
}
