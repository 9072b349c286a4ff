#include "compiler/frontends/tensorflow/Signature.h"

#include "compiler/frontends/tensorflow/Attributes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

#include <map>

using namespace ingot::tensorflow;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

using TensorInfos = google::protobuf::Map<std::string, proto::TensorInfo>;

/// Parts of composite tensors may be composite themselves; none are so deep.
static constexpr unsigned kMaxNesting = 16;

namespace {
/// Collects the tensors of one side of a signature.
class SideReader {
public:
  SideReader(const Body &graph, std::vector<SignatureTensor> &tensors)
      : graph(graph), tensors(tensors) {}
  Error add(const std::string &name, const proto::TensorInfo &info, unsigned depth = 0);

private:
  Error addTensor(const std::string &name, StringRef source, int32_t dtype, Expected<Shape> shape);
  Error addSparse(const std::string &name, const proto::TensorInfo &info);

  const Body &graph;
  std::vector<SignatureTensor> &tensors;
};
} // namespace

Error SideReader::addTensor(const std::string &name, StringRef source, int32_t dtype,
                            Expected<Shape> shape) {
  if (!shape)
    return shape.takeError();
  Expected<GraphName> parsed = parseGraphName(source);
  if (!parsed)
    return parsed.takeError();
  std::optional<uint32_t> node = graph.find(parsed->node);
  if (!node || parsed->control)
    return createStringError("'" + source.str() + "' names no node");
  tensors.push_back({name, *node, parsed->output, toDataType(dtype), std::move(*shape)});
  return Error::success();
}

Error SideReader::addSparse(const std::string &name, const proto::TensorInfo &info) {
  const auto &sparse = info.coo_sparse();
  bool ranked = info.has_tensor_shape() && !info.tensor_shape().unknown_rank();
  int64_t rank = ranked ? info.tensor_shape().dim_size() : -1;
  auto shape = [](llvm::SmallVector<int64_t, 4> dims) { return Shape{true, std::move(dims)}; };
  auto int64 = static_cast<int32_t>(DataType::Int64);
  if (Error error =
          addTensor(name + "/indices", sparse.indices_tensor_name(), int64, shape({-1, rank})))
    return error;
  if (Error error =
          addTensor(name + "/values", sparse.values_tensor_name(), info.dtype(), shape({-1})))
    return error;
  return addTensor(name + "/dense_shape", sparse.dense_shape_tensor_name(), int64, shape({rank}));
}

Error SideReader::add(const std::string &name, const proto::TensorInfo &info, unsigned depth) {
  if (info.has_coo_sparse())
    return addSparse(name, info);
  if (!info.has_composite_tensor()) {
    Expected<Shape> shape = info.has_tensor_shape() ? decodeShape(info.tensor_shape()) : Shape();
    return addTensor(name, info.name(), info.dtype(), std::move(shape));
  }
  if (depth == kMaxNesting)
    return createStringError("composite tensors nest deeper than 16");
  for (const auto &[i, part] : llvm::enumerate(info.composite_tensor().components()))
    if (Error error = add(name + "/" + std::to_string(i), part, depth + 1))
      return error;
  return Error::success();
}

static Error readSide(const TensorInfos &infos, const Body &graph,
                      std::vector<SignatureTensor> &tensors) {
  SideReader reader(graph, tensors);
  std::map<StringRef, const proto::TensorInfo *> sorted;
  for (const auto &[name, info] : infos)
    sorted.emplace(name, &info);
  for (const auto &[name, info] : sorted)
    if (Error error = reader.add(name.str(), *info))
      return createStringError("'" + name.str() + "': " + llvm::toString(std::move(error)));
  return Error::success();
}

Expected<Signature> ingot::tensorflow::readSignature(StringRef name, const proto::SignatureDef &def,
                                                     const Body &graph) {
  Signature signature;
  signature.name = name.str();
  signature.method = def.method_name();
  Error error = readSide(def.inputs(), graph, signature.inputs);
  if (!error)
    error = readSide(def.outputs(), graph, signature.outputs);
  if (error)
    return createStringError("signature '" + name.str() + "': " + llvm::toString(std::move(error)));
  return signature;
}

/// Nodes that end a graph without being a result of it.
static bool hasNoResult(const proto::NodeDef &node) {
  return node.op() == "NoOp" || node.op() == "Assert" || node.op() == "Placeholder";
}

/// The nodes whose value another node takes, or that another node waits for. A
/// NoOp that groups the results does not count.
static std::vector<bool> usedNodes(const Body &graph) {
  std::vector<bool> used(graph.size(), false);
  for (uint32_t user : llvm::seq(graph.size()))
    if (graph.node(user).op() != "NoOp")
      for (const Source &source : graph.inputs(user))
        used[source.node] = true;
  return used;
}

/// Constants, also behind Identity: the weights that freezing has left behind.
static std::vector<bool> constantNodes(const Body &graph) {
  std::vector<bool> constant(graph.size(), false);
  for (uint32_t i : graph.order()) {
    const proto::NodeDef &node = graph.node(i);
    auto inputs = graph.dataInputs(i);
    constant[i] = node.op() == "Const" ||
                  (node.op() == "Identity" && !inputs.empty() && constant[inputs[0].node]);
  }
  return constant;
}

static Expected<SignatureTensor> placeholder(uint32_t index, const proto::NodeDef &node) {
  Attributes attributes(node);
  Shape shape = attributes.getShape("shape", Shape());
  DataType type = attributes.getType("dtype");
  if (Error error = attributes.takeError())
    return std::move(error);
  return SignatureTensor{node.name(), index, 0, type, std::move(shape)};
}

/// True if a caller can give the input a value.
static bool canBeFilled(const SignatureTensor &input) {
  bool isTensor = input.dtype != DataType::Resource && input.dtype != DataType::Variant;
  return isTensor && input.shape.ranked;
}

Expected<Signature> ingot::tensorflow::inferSignature(const Body &graph) {
  Signature signature;
  signature.name = "main";
  std::vector<bool> used = usedNodes(graph), constant = constantNodes(graph);
  // No outputs, unless there is nothing else.
  std::vector<SignatureTensor> constants, passedThrough;
  for (uint32_t i : llvm::seq(graph.size())) {
    const proto::NodeDef &node = graph.node(i);
    if (node.op() == "Placeholder") {
      Expected<SignatureTensor> input = placeholder(i, node);
      if (!input)
        return input.takeError();
      if (!used[i] && canBeFilled(*input))
        passedThrough.push_back(*input);
      if (used[i] || canBeFilled(*input))
        signature.inputs.push_back(std::move(*input));
    }
    if (used[i] || hasNoResult(node))
      continue;
    SignatureTensor output{node.name(), i, 0, DataType::Invalid, {}};
    (constant[i] ? constants : signature.outputs).push_back(std::move(output));
  }
  if (signature.outputs.empty())
    signature.outputs = std::move(constants);
  if (signature.outputs.empty())
    signature.outputs = std::move(passedThrough);
  if (signature.outputs.empty())
    return createStringError("the graph has no output: no node has a value that is not used by "
                             "another");
  return signature;
}
