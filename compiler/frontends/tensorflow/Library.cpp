#include "compiler/frontends/tensorflow/Library.h"

#include "compiler/frontends/CallGraph.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

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

/// The graph itself stands last in the call graph.
Error Library::checkCalls() const {
  CallGraph calls;
  auto add = [&](const Body &body) {
    CallGraph::Function &function = calls.functions.emplace_back();
    function.nodes = body.size();
    for (uint32_t i : llvm::seq(body.size()))
      for (const Function *callee : callees(body.node(i)))
        function.callees.push_back(callee - functions.data());
  };
  for (const Function &function : functions)
    add(function.body);
  add(main);
  return calls.check(functions.size(), [&](uint32_t i) {
    return i == functions.size() ? "the graph" : "function '" + functions[i].name().str() + "'";
  });
}

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
