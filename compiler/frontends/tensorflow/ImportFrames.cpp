// Control flow of TensorFlow 1: Switch, Merge and frames become ingot.if and ingot.while.
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/Importer.h"
#include "compiler/frontends/tensorflow/ops/Loop.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

const Frames &Importer::framesOf(const Body &body) {
  std::unique_ptr<Frames> &found = frames[&body];
  if (!found)
    found = std::make_unique<Frames>(body);
  return *found;
}

SmallVector<Edge> Importer::importSources(const Body &body, ArrayRef<Source> sources,
                                          ArrayRef<Edge> arguments, Edges &edges) {
  SmallVector<uint32_t> wanted;
  for (const Source &source : sources)
    if (source.kind == Source::Output && !edges.contains(source.node))
      wanted.push_back(source.node);
  importBody(body, arguments, wanted, edges);
  SmallVector<Edge> results;
  for (const Source &source : sources) {
    results.push_back(resolve(body, source, arguments, edges));
    if (!results.back() && !refused && source.kind == Source::Output) {
      const proto::NodeDef &node = body.node(source.node);
      refused = true;
      emitError(location(node))
          << "has no such output, or runs on a side of a branch that is joined nowhere";
    }
  }
  return results;
}

LogicalResult Importer::importLoop(const Body &body, uint32_t exit, ArrayRef<Edge> arguments,
                                   Edges &edges) {
  const FrameLoop &loop = *framesOf(body).loopOf(exit);
  SmallVector<Edge> inits;
  for (const FrameLoop::Variable &variable : loop.variables) {
    inits.push_back(edges[variable.enter].empty() ? Edge() : edges[variable.enter].front());
    if (!inits.back())
      return failure();
  }
  auto build = [&](bool isBody, ArrayRef<Edge> values) -> FailureOr<SmallVector<Edge>> {
    Edges inside = edges;
    SmallVector<Source> sources;
    for (auto [variable, value] : llvm::zip(loop.variables, values)) {
      inside[variable.merge] = {value};
      if (isBody && variable.select)
        inside[*variable.select] = {Edge(), value};
      if (isBody)
        llvm::append_range(sources, body.dataInputs(variable.next).take_front());
    }
    if (!isBody)
      llvm::append_range(sources, body.dataInputs(*loop.condition).take_front());
    return importSources(body, sources, arguments, inside);
  };
  Node node(*this, b, body.node(exit), location(body.node(exit)), inits);
  node.body = &body;
  node.index = exit;
  LoopBuilder builder(
      node, [&](ArrayRef<Edge> values) { return build(false, values); },
      [&](ArrayRef<Edge> values) { return build(true, values); });
  LogicalResult built =
      loop.condition ? builder.build() : node.fail("leaves a loop without a condition");
  for (auto [other, number] : loop.exits) {
    edges[other]; // built, or refused
    if (succeeded(built))
      edges[other] = {node.outputs[number]};
  }
  return built;
}

LogicalResult Importer::importMerge(const Body &body, uint32_t merge, ArrayRef<Edge> arguments,
                                    Edges &edges) {
  const proto::NodeDef &def = body.node(merge);
  Node node(*this, b, def, location(def), {});
  edges[merge];
  std::optional<Guard> guard = framesOf(body).predicate(merge);
  ArrayRef<Source> inputs = body.dataInputs(merge);
  if (!guard)
    return node.fail("joins branches whose predicate cannot be told");
  if (branchDepth >= Frames::kMaxGuards)
    return node.fail("more than " + Twine(Frames::kMaxGuards) + " branches within each other");
  Source predicate;
  predicate.kind = guard->node < body.size() ? Source::Output : Source::Argument;
  predicate.node = guard->node < body.size() ? guard->node : guard->node - body.size();
  predicate.index = guard->output;
  Edge condition = resolve(body, predicate, arguments, edges);
  if (!condition.isTensor())
    return failure();
  List *list = nullptr;
  bool isText = false;
  auto side = [&](bool holds) -> FailureOr<Values> {
    Guard here{guard->node, guard->output, holds};
    size_t input = holds == guard->side ? 0 : 1;
    bool isNew = active.insert(here).second;
    Edges inside = edges;
    ++branchDepth;
    SmallVector<Edge> values = importSources(body, inputs[input], arguments, inside);
    --branchDepth;
    if (isNew)
      active.erase(here);
    Edge value = settled(values[0]);
    if (!value || !value.value)
      return !value ? failure() : node.fail("joins resources, or lists that are not written to");
    list = value.list;
    isText = value.isText;
    return Values{value.value, b.splat(node.loc, {}, b.getI32Type(), double(input))};
  };
  Value holds = conditionOf(node, condition.value);
  auto results = holds ? choose(
                             node, holds, [&] { return side(true); }, [&] { return side(false); })
                       : FailureOr<Values>(failure());
  if (failed(results))
    return failure();
  edges[merge] = {Edge((*results)[0], list), Edge((*results)[1])};
  edges[merge][0].isText = isText;
  return success();
}
