#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/Importer.h"
#include "compiler/frontends/tensorflow/ops/Loop.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

Value tensorflow::conditionOf(Node &n, Value value) {
  ShapeInfo info = n.b.shapes.info(value);
  if (!info.dims.empty()) {
    Value count = n.b.splat(n.loc, {}, n.b.getI64Type(), 1);
    Value shape = n.b.shapeOf(n.loc, value);
    for (int64_t d = 0, rank = info.dims.size(); d < rank; ++d) {
      Value extent = n.emit<StridedSliceOp>(
          {shape, n.b.integers(n.loc, {d}), n.b.integers(n.loc, {d + 1}), n.b.integers(n.loc, {1})},
          {{"begin_mask", n.b.getI64IntegerAttr(0)},
           {"end_mask", n.b.getI64IntegerAttr(0)},
           {"shrink_mask", n.b.getI64IntegerAttr(1)}});
      count = n.emit<MulOp>({count, extent});
    }
    return n.emit<NotEqualOp>({count, n.b.splat(n.loc, {}, n.b.getI64Type(), 0)});
  }
  if (info.element.isInteger(1))
    return value;
  return n.emit<NotEqualOp>({value, n.b.splat(n.loc, {}, info.element, 0)});
}

static LogicalResult buildWhile(Node &n) {
  auto calling = [&n](StringRef name) {
    return [&n, function = n.attrs.getFunction(name)](ArrayRef<Edge> values) {
      return n.importer.call(n, function, values);
    };
  };
  LoopBuilder loop(n, calling("cond"), calling("body"));
  loop.findFixed(n.attrs.getFunction("body"));
  return loop.build();
}

//===--- Branches ---------------------------------------------------------===//

namespace {
/// An If or Case node while its op is built.
struct BranchBuilder {
  Node &n;
  StringRef opName;
  Value selector;
  SmallVector<StringRef> functions;
  SmallVector<Edge> arguments;
  /// (Result, further one): Optionals of one result that hold different types.
  SmallVector<std::pair<unsigned, unsigned>> apart = {};

  /// Sets the outputs of the node.
  LogicalResult build();

private:
  using Results = SmallVector<SmallVector<Edge>>; ///< of each branch
  FailureOr<Results> call(Operation *op);
  void separate(Results &results, unsigned i);
  LogicalResult fill(Operation *op, MutableArrayRef<SmallVector<Edge>> results, unsigned i);
  FailureOr<std::optional<Edge>> common(ArrayRef<SmallVector<Edge>> results, unsigned i);
  LogicalResult finish(Operation *draft, ArrayRef<SmallVector<Edge>> results);
  void joinAlternatives();
  bool settle();
};
} // namespace

/// Takes in the tensors of lists; true if there are new ones.
bool BranchBuilder::settle() {
  bool changed = false;
  for (Edge &edge : arguments) {
    Edge now = settled(edge);
    changed |= now.value != edge.value;
    edge = now;
  }
  return changed;
}

/// Optionals that hold values of different types or ranks, depending on the branch: each
/// but the first becomes a result of its own, which is none in the other branches.
void BranchBuilder::separate(Results &results, unsigned i) {
  SmallVector<Edge> kinds;
  auto kindOf = [&](const Edge &e) {
    auto *same = llvm::find_if(kinds, [&](const Edge &k) { return areAlike(n, k, e); });
    if (same == kinds.end())
      kinds.push_back(e), same = &kinds.back();
    return unsigned(same - kinds.begin());
  };
  for (const auto &branch : results)
    if (!branch[i].list || !branch[i].list->isOptional)
      return;
  for (const auto &branch : results)
    for (const Edge &part : partsOf(n, branch[i]))
      (void)kindOf(part);
  if (kinds.size() < 2)
    return;
  unsigned first = results[0].size();
  for (auto &branch : results) {
    SmallVector<Edge> parts = partsOf(n, branch[i]), columns;
    for (const Edge &kind : kinds)
      columns.push_back(handleLike(n, *kind.list, Value()));
    for (const Edge &part : parts)
      columns[kindOf(part)] = part;
    branch[i] = columns[0];
    branch.append(columns.begin() + 1, columns.end());
  }
  for (unsigned k = 1; k < kinds.size(); ++k)
    apart.push_back({i, first + k - 1});
}

/// Builds each function into a region of `op`.
FailureOr<BranchBuilder::Results> BranchBuilder::call(Operation *op) {
  OpBuilder::InsertionGuard guard(n.b);
  Results all;
  for (auto [function, region] : llvm::zip(functions, op->getRegions())) {
    n.b.setInsertionPointToEnd(&region.emplaceBlock());
    auto results = n.importer.call(n, function, arguments);
    if (failed(results) || llvm::any_of(*results, [](const Edge &e) { return !e; }))
      return failure();
    all.push_back(std::move(*results));
    for (Edge &edge : all.back())
      edge = settled(edge);
    if (all.back().size() != all.front().size())
      return n.fail("the branches have different numbers of results");
  }
  apart.clear();
  for (unsigned i = 0, count = all.front().size(); i < count; ++i)
    separate(all, i);
  for (unsigned i = 0; i < all.front().size(); ++i)
    if (failed(fill(op, all, i)))
      return failure();
  return all;
}

/// Zeros of `shape`, of which dimensions that are not known here are 0: what stands for
/// the value of an Optional that has none.
static Value unsetValue(Node &n, Type element, ArrayRef<Dim> shape) {
  SmallVector<Dim, 4> dims(shape);
  for (Dim &d : dims)
    if (!isVisible(n.b.shapes.table, d, n.b.getBlock()))
      d = n.b.shapes.constant(0);
  return n.emit<BroadcastToOp>({n.b.splat(n.loc, {}, element, 0), dimVector(n.b, n.loc, dims)});
}

/// Gives a list or Optional that one branch wrote to, and another did not, a tensor in
/// that other one.
LogicalResult BranchBuilder::fill(Operation *op, MutableArrayRef<SmallVector<Edge>> results,
                                  unsigned i) {
  Edge donor;
  for (const auto &branch : results)
    if (branch[i].list && branch[i].value && !donor)
      donor = branch[i];
  if (!donor)
    return success();
  SmallVector<Dim, 4> dims(n.b.shapes.dims(donor.value));
  for (auto [branch, region] : llvm::zip(results, op->getRegions())) {
    Edge &edge = branch[i];
    if (!edge.list || edge.value)
      continue;
    n.b.setInsertionPointToEnd(&region.front());
    bool isEmpty = !edge.list->isOptional && edge.list->ofHandles;
    SmallVector<Dim, 4> own(dims);
    if (isEmpty)
      own[0] = n.b.shapes.constant(0);
    edge.value = edge.list->isOptional || isEmpty
                     ? unsetValue(n, n.element(donor.value), own)
                     : materialize(n, *edge.list, ArrayRef(dims).drop_front());
    edge.list = donor.list;
    if (!edge.value)
      return n.fail("the branches give different lists for result " + Twine(i));
  }
  return success();
}

/// Result `i` if it is one thing in all branches that needs no result of the op;
/// nothing if they are tensors to choose from.
FailureOr<std::optional<Edge>> BranchBuilder::common(ArrayRef<SmallVector<Edge>> results,
                                                     unsigned i) {
  Edge first = results[0][i];
  bool areSame = true, areTensors = true, areUnset = true;
  for (const auto &branch : results) {
    const Edge &e = branch[i];
    areSame &= e.value == first.value && e.variable == first.variable && e.table == first.table &&
               (e.value || e.list == first.list) && !e.list == !first.list &&
               e.strings == first.strings;
    areTensors &= e.value && !e.list == !first.list && e.isText == first.isText;
    areUnset &= !e.value && e.list && e.list->isOptional;
    areTensors &= !e.list || e.list->alternatives.empty();
  }
  if (areSame || areUnset)
    return std::optional(first);
  if (!areTensors)
    return n.fail("the branches give different resources, lists or vectors of strings for result " +
                  Twine(i));
  return std::optional<Edge>();
}

/// Moves the branches of `draft` into an op with their results.
LogicalResult BranchBuilder::finish(Operation *draft, ArrayRef<SmallVector<Edge>> results) {
  SmallVector<unsigned> chosen;
  for (unsigned i = 0; i < results[0].size(); ++i) {
    auto edge = common(results, i);
    if (failed(edge))
      return failure();
    if (!*edge)
      chosen.push_back(i);
    n.outputs.push_back(edge->value_or(results[0][i]));
  }
  OperationState state(n.loc, opName);
  state.addOperands(selector);
  for (unsigned i : chosen)
    state.addTypes(results[0][i].value.getType());
  for (Region &region : draft->getRegions())
    state.addRegion()->takeBody(region);
  Operation *op = n.b.create(state);
  OpBuilder::InsertionGuard guard(n.b);
  for (auto [region, branch] : llvm::zip(op->getRegions(), results)) {
    n.b.setInsertionPointToEnd(&region.front());
    YieldOp::create(n.b, n.loc,
                    llvm::map_to_vector(chosen, [&](unsigned i) { return branch[i].value; }));
  }
  if (failed(joinBranches(n.b.shapes, op)))
    return n.b.shapes.erase(op), failure();
  for (auto [result, i] : llvm::zip(op->getResults(), chosen)) {
    result.setType(n.b.shapes.typeOf(n.b.shapes.info(result)));
    n.outputs[i].value = result;
  }
  joinAlternatives();
  return success();
}

/// Makes one output again of those that separate() made of one.
void BranchBuilder::joinAlternatives() {
  if (apart.empty())
    return;
  for (auto [i, other] : apart) {
    List joined = *n.outputs[i].list;
    joined.alternatives.push_back(n.outputs[other]);
    n.outputs[i].list = n.importer.newList(std::move(joined));
  }
  n.outputs.truncate(apart.front().second);
}

LogicalResult BranchBuilder::build() {
  settle();
  while (true) {
    OperationState state(n.loc, opName);
    for (size_t i = 0; i < functions.size(); ++i)
      state.addRegion();
    Operation *draft = n.b.create(state);
    auto results = call(draft);
    bool again = settle(); // the first element of a list was written in a branch
    LogicalResult built = again || failed(results) ? failure() : finish(draft, *results);
    n.b.shapes.erase(draft);
    if (!again || failed(results))
      return built;
  }
}

/// Builds the only function that can be chosen in place.
static LogicalResult buildInline(Node &n, StringRef function, ArrayRef<Edge> arguments) {
  auto results = n.importer.call(n, function, arguments);
  if (failed(results))
    return failure();
  n.outputs.assign(results->begin(), results->end());
  return success();
}

static LogicalResult buildIf(Node &n) {
  StringRef then = n.attrs.getFunction("then_branch"), other = n.attrs.getFunction("else_branch");
  Value input = n.in(0), condition = input ? conditionOf(n, input) : Value();
  if (!condition)
    return failure();
  ArrayRef<Edge> arguments = n.inputs.drop_front();
  DenseIntElementsAttr known;
  if (matchPattern(condition, m_Constant(&known)))
    return buildInline(n, known.getValues<bool>()[0] ? then : other, arguments);
  return BranchBuilder{
      n, IfOp::getOperationName(), condition, {then, other}, SmallVector<Edge>(arguments)}
      .build();
}

static LogicalResult buildCase(Node &n) {
  Value index = n.in(0);
  auto functions = n.attrs.getFunctions("branches");
  if (!index)
    return failure();
  if (functions.empty())
    return n.fail("has no branches");
  auto contents = n.b.shapes.constantContents(index);
  int64_t last = functions.size() - 1;
  ArrayRef<Edge> arguments = n.inputs.drop_front();
  if (contents && contents->size() == 1) {
    int64_t i = contents->front();
    return buildInline(n, functions[i < 0 || i > last ? last : i], arguments);
  }
  if (last == 0)
    return buildInline(n, functions[0], arguments);
  return BranchBuilder{n, SwitchOp::getOperationName(), index,
                       SmallVector<StringRef>(functions.begin(), functions.end()),
                       SmallVector<Edge>(arguments)}
      .build();
}

//===--- TensorFlow 1 -----------------------------------------------------===//

/// Exit and Merge are built by the importer, which knows what they end.
static LogicalResult buildStray(Node &n) {
  return n.fail("op " + n.def.op() + " ends no loop and no branch that can be told");
}

/// What runs on either side sees the value.
static LogicalResult buildSwitch(Node &n) {
  if (n.inputs.size() != 2)
    return n.fail("needs a value and a predicate");
  n.outputs = {n.inputs[0], n.inputs[0]};
  return success();
}

static LogicalResult buildFirstEdge(Node &n) {
  if (n.inputs.empty())
    return n.fail("input 0 is missing");
  n.outputs = {n.inputs[0]};
  return success();
}

void tensorflow::addControlRows(RowTable &t) {
  auto add = [&](StringRef op, Build build, StringRef note = "") {
    t[op] = {build, "control", note};
  };
  add("While", buildWhile, "loop variables keep their shapes");
  add("StatelessWhile", buildWhile, "loop variables keep their shapes");
  add("If", buildIf);
  add("StatelessIf", buildIf);
  add("Case", buildCase);
  add("StatelessCase", buildCase);
  static constexpr llvm::StringLiteral switchPorts[] = {"output_false", "output_true"};
  static constexpr llvm::StringLiteral mergePorts[] = {"output", "value_index"};
  for (StringRef kind : {"", "Ref"}) {
    t[(kind + "Switch").str()] = {buildSwitch, "control", "", switchPorts};
    t[(kind + "Merge").str()] = {buildStray, "control", "of two branches", mergePorts};
    for (StringRef op : {"Enter", "NextIteration"})
      add((kind + op).str(), buildFirstEdge);
    add((kind + "Exit").str(), buildStray);
  }
  add("LoopCond", buildFirstEdge);
}
