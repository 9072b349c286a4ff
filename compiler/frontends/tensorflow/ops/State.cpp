#include "compiler/frontends/tensorflow/Importer.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

/// Edges pass through, resources too.
static LogicalResult buildIdentity(Node &n) {
  n.outputs.assign(n.inputs.begin(), n.inputs.end());
  return success();
}

/// Of what only passes a value on: its first input.
static LogicalResult buildFirst(Node &n) { return n.out(n.in(0)); }

static LogicalResult buildConst(Node &n) {
  Tensor tensor = n.attrs.getTensor("value");
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

Value tensorflow::readVariable(Node &n, const Variable &variable) {
  if (variable.checkpointKey.empty()) {
    (void)n.fail("variable \"" + Twine(n.importer.model.graph().node(variable.node).name()) +
                 "\" has no value in the checkpoint");
    return {};
  }
  Type element = elementType(n.b.getContext(), variable.dtype);
  if (!element) {
    (void)n.fail("variables of type " + name(variable.dtype) + " cannot be compiled yet");
    return {};
  }
  auto type = RankedTensorType::get(variable.value.shape, element);
  return n.b.constant(n.loc, n.importer.elements(variable, type));
}

/// Input 0 as a variable; null and an error at the node if it is none.
static const Variable *variableOf(Node &n) {
  if (n.size() > 0 && n.inputs[0].variable)
    return n.inputs[0].variable;
  (void)n.fail("input 0 is no variable of the model");
  return nullptr;
}

static LogicalResult buildReadVariable(Node &n) {
  const Variable *variable = variableOf(n);
  return variable ? n.out(readVariable(n, *variable)) : failure();
}

static LogicalResult buildVariableShape(Node &n) {
  const Variable *variable = variableOf(n);
  if (!variable)
    return failure();
  if (variable->checkpointKey.empty())
    return n.fail("the variable has no value in the checkpoint");
  bool isWide = n.attrs.getType("out_type", DataType::Int32) == DataType::Int64;
  return n.out(n.b.integers(n.loc, variable->value.shape, isWide ? 64 : 32));
}

static LogicalResult buildIsInitialized(Node &n) {
  const Variable *variable = variableOf(n);
  if (!variable)
    return failure();
  return n.out(n.b.splat(n.loc, {}, n.b.getI1Type(), !variable->checkpointKey.empty()));
}

static LogicalResult buildWrite(Node &n) {
  return n.fail("op " + n.def.op() + " writes a variable; variables that the model writes come "
                                     "later",
                "export a signature that only reads them");
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
  for (StringRef op : {"AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp", "Assign",
                       "AssignAdd", "AssignSub", "ResourceScatterUpdate", "ResourceScatterAdd"})
    t[op] = {buildWrite, "state", "refused"};
  add("NoOp", buildNothing);
  add("Placeholder", buildPlaceholder);
  add("PlaceholderWithDefault", buildIdentity);
  t["Print"] = {buildFirst, "state", "prints nothing"};
  t["PrintV2"] = {buildNothing, "state", "prints nothing"};
  add("PartitionedCall", buildCall);
  add("StatefulPartitionedCall", buildCall);
  for (StringRef op : {"Identity", "IdentityN", "StopGradient", "PreventGradient", "Snapshot"})
    add(op, buildIdentity);
}
