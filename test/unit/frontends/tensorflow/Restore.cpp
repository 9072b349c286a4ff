#include "compiler/frontends/tensorflow/Restore.h"

#include "test/unit/frontends/Support.h"
#include "test/unit/frontends/tensorflow/Build.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tensorflow;

using Keys = std::map<std::string, std::string>;

/// Names of variables to their keys (and slices).
static Keys planOf(const proto::GraphDef &graph) {
  Library library = llvm::cantFail(Library::create(graph));
  RestorePlan plan = llvm::cantFail(planRestore(library, "restore"));
  Keys keys;
  for (const auto &[node, ref] : plan.variables)
    keys[library.graph().node(node).name()] =
        ref.key + (ref.shapeAndSlice.empty() ? "" : " " + ref.shapeAndSlice);
  return keys;
}

static std::string errorOf(const proto::GraphDef &graph) {
  Library library = llvm::cantFail(Library::create(graph));
  return test::errorOf(planRestore(library, "restore"));
}

/// Appends the constants of a RestoreV2 and the op itself, named `read`. Inside a
/// function outputs have names.
template <typename List>
static void addRestore(List &list, const std::vector<std::string> &keys,
                       const std::vector<std::string> &slices, const std::string &prefix,
                       const std::string &port) {
  test::addStrings(list, "names", keys);
  test::addStrings(list, "slices", slices);
  test::addNode(list, "read", "RestoreV2", {prefix, "names" + port, "slices" + port});
}

TEST_CASE("TensorFlow 1: assignments before the restore op") {
  proto::GraphDef graph;
  test::addNode(graph, "v", "VariableV2");
  test::addVariable(graph, "h", 1, {2});
  test::addNode(graph, "prefix", "Const");
  addRestore(*graph.mutable_node(), {"key/v", "key/h"}, {"", "4 2,2"}, "prefix", "");
  test::addNode(graph, "a", "Assign", {"v", "read"});
  test::addNode(graph, "i", "Identity", {"read:1"});
  test::addNode(graph, "b", "AssignVariableOp", {"h", "i"});
  test::addNode(graph, "restore", "NoOp", {"^a", "^b"});
  CHECK(planOf(graph) == Keys{{"v", "key/v"}, {"h", "key/h 4 2,2"}});
}

TEST_CASE("an assignment that the restore op does not wait for does not count") {
  proto::GraphDef graph;
  test::addNode(graph, "v", "VariableV2");
  test::addNode(graph, "prefix", "Const");
  addRestore(*graph.mutable_node(), {"k"}, {""}, "prefix", "");
  test::addNode(graph, "other", "Assign", {"v", "read"});
  test::addNode(graph, "restore", "NoOp");
  CHECK(planOf(graph).empty());
}

TEST_CASE("a variable takes what the copy gets that the saver made of it") {
  proto::GraphDef graph;
  for (const char *name : {"original", "copy", "unrelated", "other"})
    test::addVariable(graph, name, 1, {});
  test::addNode(graph, "value", "ReadVariableOp", {"original"});
  test::addNode(graph, "initial", "Identity", {"value"});
  test::addNode(graph, "init", "AssignVariableOp", {"copy", "initial"});
  test::addNode(graph, "value2", "ReadVariableOp", {"unrelated"});
  test::addNode(graph, "init2", "AssignVariableOp", {"other", "value2"});
  test::addNode(graph, "prefix", "Const");
  addRestore(*graph.mutable_node(), {"k"}, {""}, "prefix", "");
  test::addNode(graph, "a", "AssignVariableOp", {"copy", "read"});
  test::addNode(graph, "restore", "NoOp", {"^a"});
  CHECK(planOf(graph) == Keys{{"copy", "k"}, {"original", "k"}});
}

/// The restore function of TensorFlow 2, called through another function.
static proto::GraphDef nested() {
  proto::GraphDef graph;
  test::addVariable(graph, "x", 1, {});
  test::addVariable(graph, "y", 1, {});
  test::addNode(graph, "prefix", "Placeholder");
  test::addCall(*graph.mutable_node(), "restore", "outer", {"prefix", "x", "y"});
  auto &outer = test::addFunction(graph, "outer", {"p", "r", "s"});
  test::addCall(*outer.mutable_node_def(), "call", "inner", {"p", "s", "r"});
  auto &inner = test::addFunction(graph, "inner", {"p", "first", "second"});
  auto &nodes = *inner.mutable_node_def();
  addRestore(nodes, {"k0", "k1"}, {"", ""}, "p", ":output:0");
  test::addNode(nodes, "i", "Identity", {"read:tensors:0"});
  test::addNode(nodes, "c", "Cast", {"i:output:0"});
  test::addNode(nodes, "a0", "AssignVariableOp", {"first", "c:y:0"});
  test::addNode(nodes, "a1", "AssignVariableOp", {"second", "read:tensors:1"});
  return graph;
}

TEST_CASE("TensorFlow 2: handles come through the arguments of nested calls") {
  CHECK(planOf(nested()) == Keys{{"x", "k1"}, {"y", "k0"}});
}

TEST_CASE("values come through the results of calls") {
  proto::GraphDef graph;
  test::addVariable(graph, "x", 1, {});
  test::addNode(graph, "prefix", "Const");
  test::addCall(*graph.mutable_node(), "load", "load", {"prefix"});
  test::addNode(graph, "restore", "AssignVariableOp", {"x", "load"});
  auto &function = test::addFunction(graph, "load", {"p"}, {{"out", "read:tensors:0"}});
  addRestore(*function.mutable_node_def(), {"k"}, {""}, "p", ":output:0");
  CHECK(planOf(graph) == Keys{{"x", "k"}});
}

TEST_CASE("hash tables are found as well") {
  proto::GraphDef graph;
  test::addNode(graph, "t", "MutableHashTableV2");
  test::addNode(graph, "prefix", "Const");
  addRestore(*graph.mutable_node(), {"keys", "values"}, {"", ""}, "prefix", "");
  test::addNode(graph, "restore", "LookupTableImportV2", {"t", "read", "read:1"});
  Library library = llvm::cantFail(Library::create(graph));
  RestorePlan plan = llvm::cantFail(planRestore(library, "restore"));
  REQUIRE(plan.tables.size() == 1);
  CHECK(plan.tables.begin()->second.first.key == "keys");
  CHECK(plan.tables.begin()->second.second.key == "values");
}

TEST_CASE("restore ops that cannot be followed are refused") {
  proto::GraphDef graph = nested();
  auto &names = *graph.mutable_library()->mutable_function(1)->mutable_node_def(0);
  (*names.mutable_attr())["value"].mutable_tensor()->mutable_string_val()->RemoveLast();
  (*names.mutable_attr())["value"]
      .mutable_tensor()
      ->mutable_tensor_shape()
      ->mutable_dim(0)
      ->set_size(1);
  CHECK(errorOf(graph) == "node 'read' (RestoreV2): no name for output 1");
  names.set_op("Fill");
  CHECK(errorOf(graph) == "node 'read' (RestoreV2): input 1 is not a constant");
  CHECK(errorOf({}) == "the restore op 'restore' names no node");
}

TEST_CASE("assignments that miss their inputs are passed over") {
  proto::GraphDef graph;
  test::addNode(graph, "a", "AssignVariableOp");
  test::addNode(graph, "b", "LookupTableImportV2", {"a"});
  test::addCall(*graph.mutable_node(), "call", "f", {"b"});
  auto &function = test::addFunction(graph, "f", {"x", "y"});
  test::addNode(*function.mutable_node_def(), "a", "AssignVariableOp", {"y", "x"});
  test::addNode(graph, "restore", "NoOp", {"^call"});
  CHECK(planOf(graph).empty());
}
