#include "compiler/frontends/tensorflow/Body.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <map>
#include <queue>

using namespace ingot::tensorflow;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

/// Far above any op's; keeps every index in range of 32-bit arithmetic.
static constexpr uint32_t kMaxOutput = 1u << 24;

static Error nodeError(const proto::NodeDef &node, const llvm::Twine &what) {
  return createStringError("node '" + node.name() + "' (" + node.op() + "): " + what.str());
}

static bool parseIndex(StringRef text, uint32_t &index) {
  return !text.getAsInteger(10, index) && index <= kMaxOutput;
}

Expected<GraphName> ingot::tensorflow::parseGraphName(StringRef text) {
  GraphName name;
  StringRef rest = text;
  name.control = rest.consume_front("^");
  auto [node, output] = rest.rsplit(':');
  name.node = node;
  bool hasOutput = node.size() != rest.size();
  if (node.empty() || (hasOutput && (name.control || !parseIndex(output, name.output))))
    return createStringError("'" + text.str() + "' is not the name of a tensor");
  return name;
}

std::optional<uint32_t> Body::find(StringRef name) const {
  auto it = index.find(name);
  return it == index.end() ? std::nullopt : std::optional(it->second);
}

llvm::ArrayRef<Source> Body::dataInputs(uint32_t index) const {
  return inputs(index).take_while([](const Source &s) { return s.kind != Source::Control; });
}

Error Body::setNodes(const google::protobuf::RepeatedPtrField<proto::NodeDef> &list) {
  nodes.reserve(list.size());
  for (const proto::NodeDef &node : list) {
    if (node.name().empty())
      return createStringError("node %zu has no name", nodes.size());
    if (arguments.contains(node.name()) || !index.try_emplace(node.name(), nodes.size()).second)
      return nodeError(node, "another node has the same name");
    nodes.push_back(&node);
  }
  return Error::success();
}

Error Body::setArguments(const proto::OpDef &signature) {
  for (const auto &argument : signature.input_arg())
    if (argument.name().empty() || !arguments.try_emplace(argument.name(), arguments.size()).second)
      return createStringError("argument '" + argument.name() +
                               "' has no name or one that is used twice");
  return Error::success();
}

/// "^node"; in graphs "node", "node:index"; in functions "argument",
/// "argument:index", "node:port", "node:port:index".
Expected<Source> Body::resolve(StringRef text, bool inFunction) const {
  Source source;
  StringRef name = text;
  if (name.consume_front("^"))
    source.kind = Source::Control;
  auto [head, tail] = name.split(':');
  bool isArgument = inFunction && source.kind != Source::Control && arguments.contains(head);
  bool hasTail = head.size() != name.size();
  StringRef indexText = tail;
  if (inFunction && !isArgument && hasTail)
    std::tie(source.port, indexText) = tail.split(':');
  if (isArgument)
    source.kind = Source::Argument;
  source.all = inFunction && source.kind != Source::Control && indexText.empty();
  const auto &names = isArgument ? arguments : index;
  auto it = names.find(head);
  if (it == names.end())
    return createStringError("'" + text.str() + "' names no node");
  source.node = it->second;
  bool malformed = source.kind == Source::Control
                       ? hasTail
                       : !indexText.empty() && !parseIndex(indexText, source.index);
  if (malformed || (hasTail && tail.empty()))
    return createStringError("'" + text.str() + "' is not the name of a tensor");
  return source;
}

Error Body::resolveInputs(bool inFunction) {
  firstInput.reserve(nodes.size() + 1);
  for (const proto::NodeDef *node : nodes) {
    firstInput.push_back(sources.size());
    bool controls = false;
    for (const std::string &text : node->input()) {
      if (text.starts_with('^') && arguments.contains(text.substr(1)))
        continue; // arguments are there before any node runs
      Expected<Source> source = resolve(text, inFunction);
      if (!source)
        return nodeError(*node, "input " + llvm::toString(source.takeError()));
      if (controls && source->kind != Source::Control)
        return nodeError(*node, "a data input follows a control input");
      controls = source->kind == Source::Control;
      sources.push_back(*source);
    }
  }
  firstInput.push_back(sources.size());
  return Error::success();
}

/// A while loop of TensorFlow 1 closes its circle here.
static bool isBackEdge(const proto::NodeDef &from) {
  return from.op() == "NextIteration" || from.op() == "RefNextIteration";
}

/// Kahn's algorithm; of the nodes that are ready the first in the file goes first.
Error Body::sort() {
  std::vector<llvm::SmallVector<uint32_t, 2>> users(size());
  std::vector<uint32_t> waiting(size(), 0);
  for (uint32_t user : llvm::seq(size()))
    for (const Source &source : inputs(user)) {
      if (source.kind == Source::Argument || isBackEdge(node(source.node)))
        continue;
      users[source.node].push_back(user);
      ++waiting[user];
    }
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ready;
  for (uint32_t i : llvm::seq(size()))
    if (waiting[i] == 0)
      ready.push(i);
  while (!ready.empty()) {
    uint32_t next = ready.top();
    ready.pop();
    sorted.push_back(next);
    for (uint32_t user : users[next])
      if (--waiting[user] == 0)
        ready.push(user);
  }
  if (sorted.size() == size())
    return Error::success();
  uint32_t stuck = llvm::find_if(waiting, [](uint32_t n) { return n != 0; }) - waiting.begin();
  return nodeError(node(stuck), "is part of a cycle or depends on one");
}

Error Body::setReturns(const proto::FunctionDef &function) {
  for (const auto &output : function.signature().output_arg()) {
    auto it = function.ret().find(output.name());
    if (it == function.ret().end())
      return createStringError("result '" + output.name() + "' has no value");
    Expected<Source> source = resolve(it->second, /*inFunction=*/true);
    if (!source)
      return createStringError("result '" + output.name() +
                               "': " + llvm::toString(source.takeError()));
    if (source->kind == Source::Control)
      return createStringError("result '" + output.name() + "' is a control edge");
    returns.push_back(*source);
  }
  // The message's map has no order of its own.
  std::map<StringRef, StringRef> controls(function.control_ret().begin(),
                                          function.control_ret().end());
  for (auto &[name, target] : controls) {
    std::optional<uint32_t> found = find(target);
    if (!found)
      return createStringError("control result '" + name.str() + "' names no node");
    controlReturns.push_back(*found);
  }
  return Error::success();
}

Expected<Body> Body::create(const proto::GraphDef &graph) {
  Body body;
  if (Error error = body.setNodes(graph.node()))
    return std::move(error);
  if (Error error = body.resolveInputs(/*inFunction=*/false))
    return std::move(error);
  if (Error error = body.sort())
    return std::move(error);
  return body;
}

Expected<Body> Body::create(const proto::FunctionDef &function) {
  Body body;
  auto build = [&]() -> Error {
    if (Error error = body.setArguments(function.signature()))
      return error;
    if (Error error = body.setNodes(function.node_def()))
      return error;
    if (Error error = body.resolveInputs(/*inFunction=*/true))
      return error;
    if (Error error = body.setReturns(function))
      return error;
    return body.sort();
  };
  if (Error error = build())
    return createStringError("function '" + function.signature().name() +
                             "': " + llvm::toString(std::move(error)));
  return body;
}
