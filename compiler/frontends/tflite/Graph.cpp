#include "compiler/frontends/tflite/Graph.h"

#include "compiler/frontends/CallGraph.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace ingot;
using namespace ingot::tflite;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using Op = schema::BuiltinOperator;

StringRef Operator::name() const {
  return op == Op::CUSTOM ? customName : StringRef(schema::EnumNameBuiltinOperator(op));
}

std::string ingot::tflite::describe(const Operator &op, size_t index) {
  std::string text = "operator " + std::to_string(index);
  return op.name().empty() ? text : text + " (" + op.name().str() + ")";
}

std::string ingot::tflite::typesOf(const Subgraph &graph, const Operator &op) {
  auto list = [&](ArrayRef<int32_t> tensors) {
    return llvm::join(llvm::map_range(tensors,
                                      [&](int32_t t) {
                                        return std::string(t == kNoTensor
                                                               ? "none"
                                                               : schema::EnumNameTensorType(
                                                                     graph.tensors[t].type));
                                      }),
                      ", ");
  };
  return list(op.inputs) + " -> " + list(op.outputs);
}

template <typename T> static ArrayRef<T> view(const flatbuffers::Vector<T> *vector) {
  return vector ? ArrayRef<T>(vector->data(), vector->size()) : ArrayRef<T>();
}

static StringRef view(const flatbuffers::String *string) {
  return string ? StringRef(string->data(), string->size()) : "";
}

namespace {

class SubgraphReader {
public:
  SubgraphReader(const schema::SubGraph &def, const schema::Model &model, Buffers &buffers)
      : def(def), model(model), buffers(buffers) {}

  Expected<Subgraph> run();

private:
  Error readTensors();
  Error readOperators();
  Error setCode(Operator &op) const;
  Error checkOperands(ArrayRef<int32_t> indices, StringRef what, bool optional);
  Error checkInputs();
  Error checkOrder(const Operator &op);
  std::string tensorName(int32_t index) const;

  const schema::SubGraph &def;
  const schema::Model &model;
  Buffers &buffers;
  Subgraph graph;
  llvm::BitVector written, available;
};

} // namespace

std::string SubgraphReader::tensorName(int32_t index) const {
  return "tensor " + std::to_string(index) + " '" + graph.tensors[index].name.str() + "'";
}

Error SubgraphReader::readTensors() {
  if (!def.tensors())
    return Error::success();
  graph.tensors.reserve(def.tensors()->size());
  for (const schema::Tensor *tensor : *def.tensors()) {
    Expected<Tensor> read = readTensor(*tensor, buffers);
    if (!read)
      return createStringError("tensor " + std::to_string(graph.tensors.size()) + " '" +
                               view(tensor->name()).str() +
                               "': " + llvm::toString(read.takeError()));
    graph.tensors.push_back(std::move(*read));
  }
  return Error::success();
}

/// Numbers above 127 do not fit the old field, which then holds a placeholder.
Error SubgraphReader::setCode(Operator &op) const {
  uint32_t index = op.def->opcode_index();
  if (!model.operator_codes() || index >= model.operator_codes()->size())
    return createStringError("operator code %u does not exist", index);
  const schema::OperatorCode &code = *model.operator_codes()->Get(index);
  op.op = std::max(Op(code.deprecated_builtin_code()), code.builtin_code());
  op.version = code.version();
  op.customName = view(code.custom_code());
  if (op.op < Op::MIN || op.op > Op::MAX)
    return createStringError("operator number %d is not known", int(op.op));
  return Error::success();
}

Error SubgraphReader::checkOperands(ArrayRef<int32_t> indices, StringRef what, bool optional) {
  if (Error error = buffers.takeElements(indices.size()))
    return error;
  for (int32_t index : indices) {
    bool exists = index >= 0 && size_t(index) < graph.tensors.size();
    if (!exists && !(optional && index == kNoTensor))
      return createStringError("%s: tensor %d does not exist", what.data(), index);
  }
  return Error::success();
}

Error SubgraphReader::readOperators() {
  if (!def.operators())
    return Error::success();
  graph.operators.reserve(def.operators()->size());
  for (const schema::Operator *operatorDef : *def.operators()) {
    Operator &op = graph.operators.emplace_back();
    op.def = operatorDef;
    op.inputs = view(operatorDef->inputs());
    op.outputs = view(operatorDef->outputs());
    op.intermediates = view(operatorDef->intermediates());
    op.customOptions = view(operatorDef->custom_options());
    auto check = [&]() -> Error {
      if (Error error = setCode(op))
        return error;
      if (operatorDef->large_custom_options_offset() > 1)
        return createStringError("options behind the flatbuffer are not supported");
      if (Error error = checkOperands(op.inputs, "input", /*optional=*/true))
        return error;
      if (Error error = checkOperands(op.outputs, "output", /*optional=*/false))
        return error;
      if (Error error = checkOperands(op.intermediates, "intermediate", /*optional=*/true))
        return error;
      if (Error error = checkOptions(op.op, *operatorDef))
        return error;
      return checkOrder(op);
    };
    if (Error error = check())
      return createStringError(describe(op, graph.operators.size() - 1) + ": " +
                               llvm::toString(std::move(error)));
  }
  return Error::success();
}

/// What can be read before any operator has run.
Error SubgraphReader::checkInputs() {
  written.resize(graph.tensors.size());
  available.resize(graph.tensors.size());
  graph.inputs = view(def.inputs());
  if (Error error = checkOperands(graph.inputs, "graph input", /*optional=*/false))
    return error;
  for (const auto &[i, tensor] : llvm::enumerate(graph.tensors))
    if (tensor.constant || tensor.variable || llvm::is_contained(tensor.shape, 0))
      available.set(i);
  for (int32_t input : graph.inputs) {
    if (written.test(input) || graph.tensors[input].constant)
      return createStringError(tensorName(input) + ": is a graph input twice, or a constant too");
    written.set(input);
    available.set(input);
  }
  return Error::success();
}

Error SubgraphReader::checkOrder(const Operator &op) {
  for (int32_t input : op.inputs)
    if (input != kNoTensor && !available.test(input))
      return createStringError("reads " + tensorName(input) +
                               ", which is no input, no constant and not yet written");
  for (int32_t output : op.outputs) {
    if (written.test(output) || graph.tensors[output].constant || graph.tensors[output].variable)
      return createStringError("writes " + tensorName(output) +
                               ", which is an input or constant, or written already");
    written.set(output);
    available.set(output);
  }
  return Error::success();
}

Expected<Subgraph> SubgraphReader::run() {
  graph.name = view(def.name());
  if (Error error = readTensors())
    return std::move(error);
  if (Error error = checkInputs())
    return std::move(error);
  if (Error error = readOperators())
    return std::move(error);
  graph.outputs = view(def.outputs());
  if (Error error = checkOperands(graph.outputs, "graph output", /*optional=*/false))
    return std::move(error);
  for (int32_t output : graph.outputs)
    if (!available.test(output))
      return createStringError(tensorName(output) + ": is a graph output but never written");
  return std::move(graph);
}

Expected<Subgraph> ingot::tflite::readSubgraph(const schema::SubGraph &def,
                                               const schema::Model &model, Buffers &buffers) {
  return SubgraphReader(def, model, buffers).run();
}

llvm::SmallVector<uint32_t, 2> ingot::tflite::calledSubgraphs(const Operator &op) {
  // A negative index becomes one that does not exist.
  auto index = [](int64_t number) { return uint32_t(number); };
  switch (op.op) {
  case Op::WHILE: {
    const auto &options = op.options<schema::WhileOptions>();
    return {index(options.cond_subgraph_index()), index(options.body_subgraph_index())};
  }
  case Op::IF: {
    const auto &options = op.options<schema::IfOptions>();
    return {index(options.then_subgraph_index()), index(options.else_subgraph_index())};
  }
  case Op::CALL_ONCE:
    return {index(op.options<schema::CallOnceOptions>().init_subgraph_index())};
  case Op::STABLEHLO_COMPOSITE:
    if (op.def->builtin_options_2_as_StableHLOCompositeOptions())
      return {
          index(op.options2<schema::StableHLOCompositeOptions>().decomposition_subgraph_index())};
    return {};
  case Op::STABLEHLO_WHILE: {
    const auto &options = op.options2<schema::StablehloWhileOptions>();
    return {index(options.cond_subgraph_index()), index(options.body_subgraph_index())};
  }
  case Op::STABLEHLO_CASE: {
    llvm::SmallVector<uint32_t, 2> branches;
    if (const auto *given = op.options2<schema::StablehloCaseOptions>().branch_subgraph_indices())
      for (int32_t branch : *given)
        branches.push_back(index(branch));
    return branches;
  }
  case Op::STABLEHLO_REDUCE:
    return {index(op.options2<schema::StablehloReduceOptions>().body_subgraph_index())};
  case Op::STABLEHLO_REDUCE_WINDOW:
    return {index(op.options2<schema::StablehloReduceWindowOptions>().body_subgraph_index())};
  case Op::STABLEHLO_SCATTER:
    return {
        index(op.options2<schema::StablehloScatterOptions>().update_computation_subgraph_index())};
  case Op::CALL:
    return {op.options<schema::CallOptions>().subgraph()};
  default:
    return {};
  }
}

/// The last function of the call graph stands for whoever runs the subgraphs.
Error ingot::tflite::checkCalls(ArrayRef<Subgraph> subgraphs) {
  CallGraph calls;
  for (const Subgraph &subgraph : subgraphs) {
    CallGraph::Function &function = calls.functions.emplace_back();
    function.nodes = subgraph.operators.size();
    for (const auto &[i, op] : llvm::enumerate(subgraph.operators))
      for (uint32_t callee : calledSubgraphs(op)) {
        if (callee >= subgraphs.size())
          return createStringError(describe(op, i) + ": subgraph " + std::to_string(callee) +
                                   " does not exist");
        function.callees.push_back(callee);
      }
  }
  CallGraph::Function caller;
  for (uint32_t i = 0; i < subgraphs.size(); ++i)
    caller.callees.push_back(i);
  calls.functions.push_back(std::move(caller));
  return calls.check(subgraphs.size(), [&](uint32_t i) {
    return i == subgraphs.size() ? "the model" : "subgraph " + std::to_string(i);
  });
}
