#include "compiler/frontends/tensorflow/Restore.h"

#include "compiler/frontends/tensorflow/Attributes.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace ingot::tensorflow;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

/// Steps from an assignment back to what it assigns; writers need a handful.
static constexpr unsigned kMaxTrace = 1024;

namespace {

/// One call of a function; the first frame is the graph itself.
struct Frame {
  const Body *body;
  uint32_t parent, call; // the frame and node that make the call
  std::vector<uint32_t> nodes;
};

/// A node within a call.
struct Place {
  uint32_t frame, node;
};

class Walk {
public:
  explicit Walk(const Library &library) : library(library) {}

  void collectFrames(uint32_t restoreNode);
  Error visitNodes();

  RestorePlan plan;
  std::map<uint32_t, std::pair<Tensor, Tensor>> initialTables;

private:
  /// An output of a node, or nothing if the trace leads nowhere.
  struct Origin {
    Place place;
    uint32_t output;
  };
  const proto::NodeDef &node(Place place) const {
    return frames[place.frame].body->node(place.node);
  }
  std::optional<Origin> trace(uint32_t frame, Source source) const;
  std::optional<uint32_t> traceHandle(Place user, unsigned input) const;
  Expected<std::optional<CheckpointRef>> traceValue(Place user, unsigned input);
  Expected<const Tensor *> constant(Place user, unsigned input);
  bool isConstant(Place user, unsigned input) const;
  Error visitAssign(Place place);
  Error visitImport(Place place);

  const Library &library;
  std::vector<Frame> frames;
  llvm::DenseMap<std::pair<uint32_t, uint32_t>, uint32_t> frameOfCall;
  std::map<const proto::NodeDef *, Tensor> constants;
};

} // namespace

/// The nodes that must run before this one, and itself.
static std::vector<uint32_t> dependencies(const Body &body, uint32_t root) {
  llvm::BitVector seen(body.size());
  std::vector<uint32_t> found{root};
  seen.set(root);
  for (size_t i = 0; i < found.size(); ++i)
    for (const Source &source : body.inputs(found[i]))
      if (source.kind != Source::Argument && !seen.test(source.node)) {
        seen.set(source.node);
        found.push_back(source.node);
      }
  return found;
}

/// The function that a node calls at once (not a branch or a loop body).
static const Function *calledFunction(const Library &library, const proto::NodeDef &node) {
  if (node.op() != "PartitionedCall" && node.op() != "StatefulPartitionedCall")
    return library.find(node.op());
  auto it = node.attr().find("f");
  return it == node.attr().end() ? nullptr : library.find(it->second.func().name());
}

/// The library has bounded what all calls together expand to.
void Walk::collectFrames(uint32_t restoreNode) {
  const Body &graph = library.graph();
  frames.push_back({&graph, 0, 0, dependencies(graph, restoreNode)});
  for (uint32_t f = 0; f < frames.size(); ++f)
    for (size_t i = 0; i < frames[f].nodes.size(); ++i) {
      uint32_t call = frames[f].nodes[i];
      const Function *callee = calledFunction(library, frames[f].body->node(call));
      if (!callee)
        continue;
      auto all = llvm::to_vector(llvm::seq(callee->body.size()));
      frameOfCall[{f, call}] = frames.size();
      frames.push_back({&callee->body, f, call, {all.begin(), all.end()}});
    }
}

static bool passesThrough(const proto::NodeDef &node) {
  static const StringRef kOps[] = {"Identity", "Cast", "EnsureShape", "StopGradient"};
  return llvm::is_contained(kOps, StringRef(node.op()));
}

std::optional<Walk::Origin> Walk::trace(uint32_t frame, Source source) const {
  for (unsigned step = 0; step < kMaxTrace; ++step) {
    const Frame &current = frames[frame];
    if (source.kind == Source::Control)
      return std::nullopt;
    if (source.kind == Source::Argument) {
      auto arguments = frames[current.parent].body->dataInputs(current.call);
      if (frame == 0 || source.node >= arguments.size())
        return std::nullopt;
      source = arguments[source.node];
      frame = current.parent;
      continue;
    }
    auto inputs = current.body->dataInputs(source.node);
    if (passesThrough(current.body->node(source.node)) && !inputs.empty()) {
      source = inputs[0];
      continue;
    }
    auto callee = frameOfCall.find({frame, source.node});
    if (callee == frameOfCall.end())
      return Origin{{frame, source.node}, source.index};
    auto results = frames[callee->second].body->results();
    if (source.index >= results.size())
      return std::nullopt;
    source = results[source.index];
    frame = callee->second;
  }
  return std::nullopt;
}

/// The node of the graph that makes the variable or table.
std::optional<uint32_t> Walk::traceHandle(Place user, unsigned input) const {
  auto inputs = frames[user.frame].body->dataInputs(user.node);
  if (input >= inputs.size())
    return std::nullopt;
  std::optional<Origin> origin = trace(user.frame, inputs[input]);
  if (!origin || origin->place.frame != 0)
    return std::nullopt;
  return origin->place.node;
}

bool Walk::isConstant(Place user, unsigned input) const {
  auto inputs = frames[user.frame].body->dataInputs(user.node);
  std::optional<Origin> origin =
      input < inputs.size() ? trace(user.frame, inputs[input]) : std::nullopt;
  return origin && node(origin->place).op() == "Const";
}

/// A Const is decoded once, however often the function that holds it is called.
Expected<const Tensor *> Walk::constant(Place user, unsigned input) {
  auto inputs = frames[user.frame].body->dataInputs(user.node);
  std::optional<Origin> origin =
      input < inputs.size() ? trace(user.frame, inputs[input]) : std::nullopt;
  if (!origin || node(origin->place).op() != "Const")
    return createStringError("node '" + node(user).name() + "' (" + node(user).op() + "): input " +
                             std::to_string(input) + " is not a constant");
  auto [it, isNew] = constants.try_emplace(&node(origin->place));
  if (!isNew)
    return &it->second;
  Attributes attributes(node(origin->place));
  it->second = attributes.getTensor("value");
  if (Error error = attributes.takeError())
    return std::move(error);
  return &it->second;
}

static Expected<std::string> stringAt(const proto::NodeDef &user, const Tensor &tensor,
                                      uint32_t index) {
  if (tensor.dtype != DataType::String || index >= tensor.elementCount())
    return createStringError("node '" + user.name() + "' (" + user.op() + "): no name for output " +
                             std::to_string(index));
  return tensor.strings[tensor.splat ? 0 : index].str();
}

/// The tensor of the checkpoint that the input is, or nothing if it is no such.
Expected<std::optional<CheckpointRef>> Walk::traceValue(Place user, unsigned input) {
  auto inputs = frames[user.frame].body->dataInputs(user.node);
  std::optional<Origin> origin =
      input < inputs.size() ? trace(user.frame, inputs[input]) : std::nullopt;
  if (!origin || node(origin->place).op() != "RestoreV2")
    return std::nullopt;
  CheckpointRef ref;
  for (auto [operand, text] : {std::pair(1u, &ref.key), std::pair(2u, &ref.shapeAndSlice)}) {
    Expected<const Tensor *> strings = constant(origin->place, operand);
    if (!strings)
      return strings.takeError();
    Expected<std::string> string = stringAt(node(origin->place), **strings, origin->output);
    if (!string)
      return string.takeError();
    *text = std::move(*string);
  }
  return ref;
}

Error Walk::visitAssign(Place place) {
  std::optional<uint32_t> variable = traceHandle(place, 0);
  if (!variable)
    return Error::success();
  auto value = traceValue(place, 1);
  if (!value)
    return value.takeError();
  if (*value)
    plan.variables.try_emplace(*variable, std::move(**value));
  return Error::success();
}

Error Walk::visitImport(Place place) {
  std::optional<uint32_t> table = traceHandle(place, 0);
  if (!table)
    return Error::success();
  if (isConstant(place, 1) && isConstant(place, 2)) {
    Expected<const Tensor *> keys = constant(place, 1);
    if (!keys)
      return keys.takeError();
    Expected<const Tensor *> values = constant(place, 2);
    if (!values)
      return values.takeError();
    initialTables.try_emplace(*table, **keys, **values);
    return Error::success();
  }
  auto keys = traceValue(place, 1);
  if (!keys)
    return keys.takeError();
  auto values = traceValue(place, 2);
  if (!values)
    return values.takeError();
  if (*keys && *values)
    plan.tables.try_emplace(*table, std::move(**keys), std::move(**values));
  return Error::success();
}

Error Walk::visitNodes() {
  for (uint32_t f : llvm::seq(uint32_t(frames.size())))
    for (uint32_t n : frames[f].nodes) {
      const std::string &op = node({f, n}).op();
      Error error = Error::success();
      if (op == "AssignVariableOp" || op == "Assign")
        error = visitAssign({f, n});
      else if (op == "LookupTableImportV2" || op == "LookupTableImport" ||
               op == "InitializeTableV2" || op == "InitializeTable")
        error = visitImport({f, n});
      if (error)
        return error;
    }
  return Error::success();
}

/// The variable whose value the input is, read through any Identity.
static std::optional<uint32_t> readVariable(const Body &graph, Source source) {
  for (unsigned step = 0; step < kMaxTrace && source.kind == Source::Output; ++step) {
    const std::string &op = graph.node(source.node).op();
    if (op == "VarHandleOp")
      return source.node;
    auto inputs = graph.dataInputs(source.node);
    if ((op != "ReadVariableOp" && op != "Identity") || inputs.empty())
      return std::nullopt;
    source = inputs[0];
  }
  return std::nullopt;
}

/// Keras 3 gives the saver copies of its variables, whose initial values are
/// the variables that the signatures use: these take what their copies get.
static void addOriginals(const Body &graph, RestorePlan &plan) {
  for (uint32_t n : llvm::seq(graph.size())) {
    auto inputs = graph.dataInputs(n);
    if (graph.node(n).op() != "AssignVariableOp" || inputs.size() != 2)
      continue;
    auto copy = inputs[0].kind == Source::Output ? plan.variables.find(inputs[0].node)
                                                 : plan.variables.end();
    std::optional<uint32_t> original = readVariable(graph, inputs[1]);
    if (copy != plan.variables.end() && original)
      plan.variables.try_emplace(*original, copy->second);
  }
}

Expected<RestorePlan> ingot::tensorflow::planRestore(const Library &library, StringRef restoreOp) {
  Expected<GraphName> name = parseGraphName(restoreOp);
  if (!name)
    return name.takeError();
  std::optional<uint32_t> node = library.graph().find(name->node);
  if (!node)
    return createStringError("the restore op '" + restoreOp.str() + "' names no node");
  Walk walk(library);
  walk.collectFrames(*node);
  if (Error error = walk.visitNodes())
    return std::move(error);
  addOriginals(library.graph(), walk.plan);
  return std::move(walk.plan);
}

Expected<std::map<uint32_t, std::pair<Tensor, Tensor>>>
ingot::tensorflow::planTables(const Library &library, uint32_t initOp) {
  Walk walk(library);
  walk.collectFrames(initOp);
  if (Error error = walk.visitNodes())
    return std::move(error);
  return std::move(walk.initialTables);
}
