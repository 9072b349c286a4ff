#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/Importer.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

//===--- Whole variables --------------------------------------------------===//

/// Assigns what `next` makes of the variable's value. Ops on variables of
/// TensorFlow 1 give the variable back.
static LogicalResult change(Node &n, llvm::function_ref<Value(Value)> next) {
  const Variable *variable = variableOf(n);
  if (!variable)
    return failure();
  Value value = readVariable(n, *variable);
  if (!value || failed(assignVariable(n, *variable, next(value))))
    return failure();
  if (variable->isReference)
    n.outputs.push_back(n.inputs[0]);
  return success();
}

static LogicalResult buildAssign(Node &n) {
  const Variable *variable = variableOf(n);
  if (!variable || failed(assignVariable(n, *variable, n.in(1))))
    return failure();
  if (variable->isReference)
    n.outputs.push_back(n.inputs[0]);
  return success();
}

template <class OpT> static LogicalResult buildAssignOp(Node &n) {
  return change(n, [&](Value x) {
    Value delta = n.in(1);
    if (delta && n.rank(delta) != n.rank(x))
      return n.refuse("the operand is not of the variable's shape");
    return n.emit<OpT>({x, delta});
  });
}

//===--- Parts ------------------------------------------------------------===//

static LogicalResult buildAssignSlice(Node &n) {
  return change(n, [&](Value x) {
    return updateSlice(n, x, n.in(1), n.in(2), n.in(3), n.in(4), sliceMasks(n));
  });
}

/// "update", "add" ... from the op's name behind `stem`.
static std::string modeOf(const Node &n, StringRef stem) {
  StringRef op = n.def.op();
  op.consume_front("Resource");
  return op.drop_front(stem.size()).lower();
}

static LogicalResult buildScatterNd(Node &n) {
  return change(n, [&](Value x) {
    return n.emit<ScatterNdOp>({x, n.in(1), n.in(2)},
                               {{"mode", n.b.getStringAttr(modeOf(n, "ScatterNd"))}});
  });
}

/// Rows: updates are [I.., S..] for indices [I..], or one scalar for all.
static LogicalResult buildScatter(Node &n) {
  return change(n, [&](Value x) -> Value {
    Value indices = n.in(1), updates = n.in(2);
    if (!indices || !updates)
      return {};
    int64_t rank = n.rank(indices);
    if (n.rank(updates) == 0 && n.rank(x) + rank > 1)
      updates = n.emit<BroadcastToOp>(
          {updates,
           n.b.concat(n.loc, {n.b.shapeOf(n.loc, indices), n.b.extents(n.loc, x, 1, n.rank(x))})});
    return n.emit<ScatterNdOp>({x, n.b.expandDims(n.loc, indices, {rank}), updates},
                               {{"mode", n.b.getStringAttr(modeOf(n, "Scatter"))}});
  });
}

void tensorflow::addAssignRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "state", ""}; };
  for (StringRef op : {"AssignVariableOp", "Assign"})
    add(op, buildAssign);
  for (StringRef op : {"AssignAddVariableOp", "AssignAdd"})
    add(op, buildAssignOp<AddOp>);
  for (StringRef op : {"AssignSubVariableOp", "AssignSub"})
    add(op, buildAssignOp<SubOp>);
  for (StringRef op : {"ResourceStridedSliceAssign", "StridedSliceAssign"})
    add(op, buildAssignSlice);
  for (StringRef mode : {"Update", "Add", "Sub", "Mul", "Min", "Max"})
    for (StringRef kind : {"", "Resource"}) {
      add((kind + "Scatter" + mode).str(), buildScatter);
      add((kind + "ScatterNd" + mode).str(), buildScatterNd);
    }
}
