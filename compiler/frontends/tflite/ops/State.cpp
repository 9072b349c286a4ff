#include "compiler/frontends/tflite/Importer.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// The variable whose handle is input 0; null and an error at the operator if it has
/// no first value.
static const Variable *variableOf(Node &n, std::string &name) {
  auto found = n.given(0) ? variableName(n.graph, n.op.inputs[0]) : std::nullopt;
  if (!found)
    return (void)n.fail("which variable is meant is known only at run time"), nullptr;
  name = *found;
  const Variable *variable = n.importer.variables.find(name);
  if (!variable || !variable->initial) {
    (void)n.fail("variable \"" + name + "\" has no initial value");
    return nullptr;
  }
  return variable;
}

/// Where it lies in the state block; nothing after an error.
static std::optional<StateVariable> placeOf(Node &n, const Variable &variable, StringRef name) {
  ElementsAttr initial = n.importer.elements(*variable.initial, n.loc);
  if (!initial)
    return std::nullopt;
  auto type = cast<RankedTensorType>(initial.getType());
  StringRef shown = name.drop_front(name.find('/') + 1);
  return StateVariable{n.importer.variable(name, shown, type, initial), type};
}

/// A variable that only the initialisation assigns is a constant.
static LogicalResult buildRead(Node &n) {
  std::string name;
  const Variable *variable = variableOf(n, name);
  if (!variable)
    return failure();
  if (!variable->isWritten)
    return n.out(n.importer.constant(*variable->initial, n.loc));
  auto place = placeOf(n, *variable, name);
  return place ? n.out(readVariable(n, *place)) : failure();
}

/// The handle is no value; who uses it looks for this operator.
static LogicalResult buildHandle(Node &n) { return success(); }

static LogicalResult buildAssign(Node &n) {
  std::string name;
  const Variable *variable = variableOf(n, name);
  auto place = variable ? placeOf(n, *variable, name) : std::nullopt;
  return place ? assignVariable(n, *place, n.in(1)) : failure();
}

/// The assignments of constants in the subgraph have been found before.
static LogicalResult buildCallOnce(Node &n) {
  for (uint32_t callee : calledSubgraphs(n.op))
    for (const Operator &op : n.importer.model.subgraphs()[callee].operators)
      if (op.op != Builtin::VAR_HANDLE && op.op != Builtin::ASSIGN_VARIABLE)
        return n.fail("initialises the model with " + op.name() + ", which cannot be compiled yet");
  return success();
}

void tflite::addStateRows(RowTable &t) {
  StringRef note = "variables to which CALL_ONCE assigns a constant";
  t[Builtin::VAR_HANDLE] = {buildHandle, "state", note};
  t[Builtin::READ_VARIABLE] = {buildRead, "state", note};
  t[Builtin::ASSIGN_VARIABLE] = {buildAssign, "state", note};
  t[Builtin::CALL_ONCE] = {buildCallOnce, "state", note};
}
