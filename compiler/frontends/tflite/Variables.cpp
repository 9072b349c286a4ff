#include "compiler/frontends/tflite/Variables.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace ingot::tflite;
using Op = schema::BuiltinOperator;

/// Container and shared name identify a variable.
static std::string nameOf(const Operator &handle) {
  const auto &options = handle.options<schema::VarHandleOptions>();
  auto text = [](const flatbuffers::String *s) { return s ? s->str() : std::string(); };
  return text(options.container()) + "/" + text(options.shared_name());
}

std::optional<std::string> ingot::tflite::variableName(const Subgraph &graph, int32_t tensor) {
  for (const Operator &op : graph.operators)
    if (op.op == Op::VAR_HANDLE && llvm::is_contained(op.outputs, tensor))
      return nameOf(op);
  return std::nullopt;
}

void Variables::addAssignments(const Subgraph &graph, bool isInitial) {
  llvm::DenseMap<int32_t, std::string> handles;
  for (const Operator &op : graph.operators) {
    if (op.op == Op::VAR_HANDLE && !op.outputs.empty())
      handles[op.outputs.front()] = nameOf(op);
    if (op.op != Op::ASSIGN_VARIABLE || op.inputs.size() < 2 || op.inputs[1] == kNoTensor)
      continue;
    Variable &variable = variables[handles.lookup(op.inputs[0])];
    const Tensor &value = graph.tensors[op.inputs[1]];
    bool isFirst = isInitial && value.constant && !variable.initial;
    variable.isWritten |= !isFirst;
    if (isFirst)
      variable.initial = &value;
  }
}

Variables::Variables(const Model &model) {
  llvm::DenseSet<uint32_t> initial;
  for (const Subgraph &graph : model.subgraphs())
    for (const Operator &op : graph.operators)
      if (op.op == Op::CALL_ONCE)
        for (uint32_t callee : calledSubgraphs(op))
          initial.insert(callee);
  for (auto [i, graph] : llvm::enumerate(model.subgraphs()))
    addAssignments(graph, initial.contains(i));
}

const Variable *Variables::find(llvm::StringRef name) const {
  auto it = variables.find(name);
  return it == variables.end() ? nullptr : &it->second;
}
