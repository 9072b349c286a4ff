#include "compiler/frontends/tensorflow/Importer.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

/// Edges pass through, resources too.
static LogicalResult buildIdentity(Node &n) {
  n.outputs.assign(n.inputs.begin(), n.inputs.end());
  return success();
}

static LogicalResult buildConst(Node &n) {
  Tensor tensor = n.attrs.getTensor("value");
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

static LogicalResult buildReadVariable(Node &n) {
  if (n.inputs.empty() || !n.inputs[0].variable)
    return n.fail("reads something that is no variable of the model");
  const Variable &variable = *n.inputs[0].variable;
  if (variable.checkpointKey.empty())
    return n.fail("variable \"" + Twine(n.importer.model.graph().node(variable.node).name()) +
                  "\" has no value in the checkpoint");
  Type element = elementType(n.b.getContext(), variable.dtype);
  if (!element)
    return n.fail("variables of type " + name(variable.dtype) + " cannot be compiled yet");
  const Tensor &value = variable.value;
  auto type = RankedTensorType::get(value.shape, element);
  return n.out(n.b.constant(n.loc, n.b.elements(type, value.bytes, value.splat, value.owner)));
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
  add("NoOp", buildNothing);
  add("PartitionedCall", buildCall);
  add("StatefulPartitionedCall", buildCall);
  for (StringRef op : {"Identity", "IdentityN", "StopGradient", "PreventGradient", "Snapshot"})
    add(op, buildIdentity);
}
