#include "compiler/frontends/tflite/Importer.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// Subgraph `index` in place.
static LogicalResult inlined(Node &n, uint32_t index, ArrayRef<Value> arguments) {
  return n.out(n.importer.call(n, index, arguments));
}

static LogicalResult buildCall(Node &n) {
  Values arguments = n.tensors();
  if (llvm::is_contained(arguments, Value()))
    return failure();
  return inlined(n, n.options<schema::CallOptions>().subgraph(), arguments);
}

/// A boolean tensor of one element as a scalar.
static Value conditionOf(Node &n, Value value) {
  if (!value)
    return {};
  if (!n.element(value).isInteger(1))
    return n.refuse("the condition must be a boolean");
  return n.rank(value) == 0 ? value : n.b.reshape(n.loc, value, {});
}

static LogicalResult buildWhile(Node &n) {
  auto callees = calledSubgraphs(n.op);
  auto condition = [&](const Values &values) -> Value {
    auto results = n.importer.call(n, callees[0], values);
    if (failed(results))
      return {};
    if (results->size() != 1)
      return n.refuse("the condition of a loop must give one tensor");
    return conditionOf(n, results->front());
  };
  auto body = [&](const Values &values) { return n.importer.call(n, callees[1], values); };
  return n.out(loop(n, n.tensors(), condition, body));
}

static LogicalResult buildIf(Node &n) {
  auto callees = calledSubgraphs(n.op);
  Values arguments = n.tensors();
  if (arguments.empty() || llvm::is_contained(arguments, Value()))
    return arguments.empty() ? n.fail("has no condition") : failure();
  ArrayRef<Value> values = ArrayRef(arguments).drop_front();
  auto then = [&] { return n.importer.call(n, callees[0], values); };
  auto otherwise = [&] { return n.importer.call(n, callees[1], values); };
  return n.out(choose(n, conditionOf(n, arguments[0]), then, otherwise));
}

void tflite::addControlRows(RowTable &t) {
  t[Builtin::CALL] = {buildCall, "control", ""};
  t[Builtin::WHILE] = {buildWhile, "control", "loop variables keep their ranks"};
  t[Builtin::IF] = {buildIf, "control", ""};
}
