#include "compiler/frontends/tensorflow/Signature.h"

#include "test/unit/frontends/Support.h"
#include "test/unit/frontends/tensorflow/Build.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tensorflow;

static Body bodyOf(const proto::GraphDef &graph) { return llvm::cantFail(Body::create(graph)); }

static proto::NodeDef &addPlaceholder(proto::GraphDef &graph, const std::string &name) {
  auto &node = test::addNode(graph, name, "Placeholder");
  (*node.mutable_attr())["dtype"].set_type(1);
  return node;
}

static std::vector<std::string> names(const std::vector<SignatureTensor> &tensors) {
  std::vector<std::string> result;
  for (const SignatureTensor &tensor : tensors)
    result.push_back(tensor.name);
  return result;
}
using Names = std::vector<std::string>;

static void setInfo(proto::TensorInfo &info, const std::string &name,
                    llvm::ArrayRef<int64_t> dims) {
  info.set_name(name);
  info.set_dtype(1);
  test::setShape(*info.mutable_tensor_shape(), dims);
}

TEST_CASE("a signature's tensors are sorted by name") {
  proto::GraphDef graph;
  test::addNode(graph, "p", "Placeholder");
  test::addNode(graph, "q", "Split", {"p"});
  proto::SignatureDef def;
  setInfo((*def.mutable_inputs())["x"], "p:0", {-1, 3});
  setInfo((*def.mutable_outputs())["b"], "q:1", {2});
  setInfo((*def.mutable_outputs())["a"], "q:0", {});
  Body body = bodyOf(graph);
  Signature signature = llvm::cantFail(readSignature("s", def, body));
  CHECK(names(signature.outputs) == Names{"a", "b"});
  CHECK((signature.outputs[1].node == 1 && signature.outputs[1].output == 1));
  CHECK(signature.inputs[0].dtype == DataType::Float32);
  CHECK(signature.inputs[0].shape.dims == llvm::SmallVector<int64_t, 4>{-1, 3});
  (*def.mutable_inputs())["x"].set_name("r:0");
  CHECK(test::errorOf(readSignature("s", def, body)) == "signature 's': 'x': 'r:0' names no node");
}

TEST_CASE("sparse and composite tensors come as their parts") {
  proto::GraphDef graph;
  for (const char *name : {"i", "v", "d"})
    test::addNode(graph, name, "Placeholder");
  Body body = bodyOf(graph);
  proto::SignatureDef def;
  auto &sparse = (*def.mutable_inputs())["s"];
  sparse.set_dtype(1);
  test::setShape(*sparse.mutable_tensor_shape(), {-1, 9});
  sparse.mutable_coo_sparse()->set_indices_tensor_name("i:0");
  sparse.mutable_coo_sparse()->set_values_tensor_name("v:0");
  sparse.mutable_coo_sparse()->set_dense_shape_tensor_name("d:0");
  auto &ragged = *(*def.mutable_inputs())["r"].mutable_composite_tensor();
  setInfo(*ragged.add_components(), "v:0", {-1});
  setInfo(*ragged.add_components(), "d:0", {-1});
  Signature signature = llvm::cantFail(readSignature("s", def, body));
  CHECK(names(signature.inputs) == Names{"r/0", "r/1", "s/indices", "s/values", "s/dense_shape"});
  CHECK(signature.inputs[2].shape.dims == llvm::SmallVector<int64_t, 4>{-1, 2});
  CHECK(signature.inputs[2].dtype == DataType::Int64);
}

TEST_CASE("composite tensors that nest too deep are refused") {
  proto::SignatureDef def;
  auto *info = &(*def.mutable_inputs())["x"];
  for (int i = 0; i < 20; ++i)
    info = info->mutable_composite_tensor()->add_components();
  CHECK(test::errorOf(readSignature("s", def, Body())) ==
        "signature 's': 'x': composite tensors nest deeper than 16");
}

TEST_CASE("a frozen graph's inputs are placeholders, its outputs what nothing uses") {
  proto::GraphDef graph;
  addPlaceholder(graph, "x");
  test::addNode(graph, "default", "PlaceholderWithDefault", {"x"});
  test::addNode(graph, "used", "Relu", {"default"});
  test::addNode(graph, "y", "Relu", {"used"});
  test::addNode(graph, "z", "Relu", {"used"});
  test::addNode(graph, "group", "NoOp", {"^y"});
  test::addNode(graph, "weight", "Const");
  test::addNode(graph, "read", "Identity", {"weight"});
  Signature signature = llvm::cantFail(inferSignature(bodyOf(graph)));
  CHECK(signature.name == "main");
  CHECK(names(signature.inputs) == Names{"x"});
  CHECK(names(signature.outputs) == Names{"y", "z"});
}

TEST_CASE("placeholders that nothing uses and no caller could fill are no inputs") {
  proto::GraphDef graph;
  addPlaceholder(graph, "unranked");
  addPlaceholder(graph, "used");
  test::addNode(graph, "y", "Relu", {"used"});
  auto &ranked = addPlaceholder(graph, "ranked");
  (*ranked.mutable_attr())["shape"].mutable_shape()->add_dim()->set_size(3);
  auto &list = addPlaceholder(graph, "list");
  (*list.mutable_attr())["shape"].mutable_shape();
  (*list.mutable_attr())["dtype"].set_type(int(DataType::Variant));
  CHECK(names(llvm::cantFail(inferSignature(bodyOf(graph))).inputs) == Names{"used", "ranked"});
}

TEST_CASE("a graph of constants alone gives these") {
  proto::GraphDef graph;
  test::addNode(graph, "c", "Const");
  CHECK(names(llvm::cantFail(inferSignature(bodyOf(graph))).outputs) == Names{"c"});
}

TEST_CASE("a graph of placeholders alone gives those that a caller can fill") {
  proto::GraphDef graph;
  addPlaceholder(graph, "unranked");
  auto &ranked = addPlaceholder(graph, "ranked");
  (*ranked.mutable_attr())["shape"].mutable_shape()->add_dim()->set_size(3);
  Signature signature = llvm::cantFail(inferSignature(bodyOf(graph)));
  CHECK(names(signature.inputs) == Names{"ranked"});
  CHECK(names(signature.outputs) == Names{"ranked"});
}

TEST_CASE("a graph without outputs, or a placeholder without a type, is refused") {
  proto::GraphDef graph;
  auto &node = addPlaceholder(graph, "x");
  CHECK(test::errorOf(inferSignature(bodyOf(graph))) ==
        "the graph has no output: no node has a value that is not used by another");
  node.clear_attr();
  CHECK(test::errorOf(inferSignature(bodyOf(graph))) ==
        "node 'x' (Placeholder): attribute 'dtype' is missing");
}
