#include "compiler/frontends/tensorflow/Library.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

using namespace ingot::tensorflow;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

const Function *Library::find(StringRef name) const {
  auto it = index.find(name);
  return it == index.end() ? nullptr : &functions[it->second];
}

llvm::SmallVector<const Function *, 2> Library::callees(const proto::NodeDef &node) const {
  llvm::SmallVector<const Function *, 2> found;
  auto add = [&](StringRef name) {
    if (const Function *function = find(name))
      found.push_back(function);
  };
  add(node.op());
  for (const auto &[name, value] : node.attr()) {
    if (value.has_func())
      add(value.func().name());
    for (const auto &function : value.list().func())
      add(function.name());
  }
  llvm::sort(found); // the map of attributes has no order of its own
  return found;
}

namespace {

/// What expanding all calls of one body costs.
struct Cost {
  uint64_t nodes = 0;
  uint32_t depth = 0;
};

/// Sizes of the expanded functions, callees first, without expanding anything.
class CallGraph {
public:
  CallGraph(const Library &library) : library(library), states(library.all().size()) {}

  Error visit(const Body &root);

private:
  enum class Mark : uint8_t { New, Open, Done };
  struct State {
    Mark mark = Mark::New;
    Cost cost;
  };
  /// A body that is being summed up.
  struct Frame {
    const Function *function; // null: the graph itself
    std::vector<const Function *> calls;
    size_t next = 0;
    Cost cost;
  };

  State &stateOf(const Function &function) { return states[&function - library.all().data()]; }
  Frame open(const Function *function, const Body &body);
  Error add(Frame &frame, const Cost &callee) const;

  const Library &library;
  std::vector<State> states;
};

} // namespace

CallGraph::Frame CallGraph::open(const Function *function, const Body &body) {
  Frame frame{function, {}, 0, {body.size(), 0}};
  for (uint32_t i : llvm::seq(body.size()))
    llvm::append_range(frame.calls, library.callees(body.node(i)));
  if (function)
    stateOf(*function).mark = Mark::Open;
  return frame;
}

Error CallGraph::add(Frame &frame, const Cost &callee) const {
  frame.cost.nodes = llvm::SaturatingAdd(frame.cost.nodes, callee.nodes);
  frame.cost.depth = std::max(frame.cost.depth, callee.depth + 1);
  std::string where = frame.function ? "function '" + frame.function->name().str() + "'" : "graph";
  if (frame.cost.nodes > kMaxExpandedNodes)
    return createStringError(where + " has more than 2000000 nodes when its calls are expanded");
  if (frame.cost.depth > kMaxCallDepth)
    return createStringError(where + " nests calls deeper than 512");
  return Error::success();
}

Error CallGraph::visit(const Body &root) {
  std::vector<Frame> stack;
  stack.push_back(open(nullptr, root));
  while (true) {
    Frame &frame = stack.back();
    if (frame.next == frame.calls.size()) {
      if (stack.size() == 1)
        return Error::success();
      stateOf(*frame.function) = {Mark::Done, frame.cost};
      stack.pop_back();
      continue;
    }
    const Function &callee = *frame.calls[frame.next];
    State &state = stateOf(callee);
    if (state.mark == Mark::Open)
      return createStringError("function '" + callee.name().str() + "' calls itself");
    if (state.mark == Mark::New) {
      stack.push_back(open(&callee, callee.body));
      continue; // comes back to the same call, which is then Done
    }
    if (Error error = add(frame, state.cost))
      return error;
    ++frame.next;
  }
}

Error Library::checkCalls() const { return CallGraph(*this).visit(main); }

Expected<Library> Library::create(const proto::GraphDef &graph) {
  Library library;
  Expected<Body> main = Body::create(graph);
  if (!main)
    return main.takeError();
  library.main = std::move(*main);
  for (const proto::FunctionDef &def : graph.library().function()) {
    if (!library.index.try_emplace(def.signature().name(), library.functions.size()).second)
      return createStringError("function '" + def.signature().name() + "' is defined twice");
    Expected<Body> body = Body::create(def);
    if (!body)
      return body.takeError();
    library.functions.push_back({&def, std::move(*body)});
  }
  if (Error error = library.checkCalls())
    return std::move(error);
  return library;
}
