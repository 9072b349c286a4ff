#include "compiler/frontends/tflite/Importer.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// A variable that only the initialisation assigns is a constant.
static LogicalResult buildRead(Node &n) {
  auto name = n.given(0) ? variableName(n.graph, n.op.inputs[0]) : std::nullopt;
  if (!name)
    return n.fail("which variable is read is known only at run time");
  const Variable *variable = n.importer.variables.find(*name);
  if (!variable)
    return n.fail("variable \"" + *name + "\" has no initial value");
  if (variable->isWritten)
    return n.fail("variable \"" + *name + "\" changes, which cannot be compiled yet",
                  "make it an input and an output of the model");
  return n.out(n.importer.constant(*variable->value, n.loc));
}

/// The handle is no value; who uses it looks for this operator.
static LogicalResult buildHandle(Node &n) { return success(); }

static LogicalResult buildAssign(Node &n) {
  return n.fail("writes a variable, which cannot be compiled yet",
                "make it an input and an output of the model");
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
  StringRef note = "variables that only CALL_ONCE assigns constants to";
  t[Builtin::VAR_HANDLE] = {buildHandle, "state", note};
  t[Builtin::READ_VARIABLE] = {buildRead, "state", note};
  t[Builtin::ASSIGN_VARIABLE] = {buildAssign, "state", note};
  t[Builtin::CALL_ONCE] = {buildCallOnce, "state", note};
}
