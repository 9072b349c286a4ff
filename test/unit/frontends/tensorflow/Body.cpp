#include "compiler/frontends/tensorflow/Body.h"

#include "test/unit/frontends/Support.h"
#include "test/unit/frontends/tensorflow/Build.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tensorflow;

static std::string graphError(const proto::GraphDef &graph) {
  return test::errorOf(Body::create(graph));
}

/// The error of a graph of one node "n" with this input.
static std::string inputError(const std::string &input) {
  proto::GraphDef graph;
  test::addNode(graph, "a", "Const");
  test::addNode(graph, "n", "Op", {input});
  return graphError(graph);
}

TEST_CASE("inputs of a graph are resolved") {
  proto::GraphDef graph;
  test::addNode(graph, "sum", "Add", {"a", "b:3", "^c"});
  for (const char *name : {"a", "b", "c"})
    test::addNode(graph, name, "Const");
  Body body = llvm::cantFail(Body::create(graph));
  auto inputs = body.inputs(0);
  REQUIRE(inputs.size() == 3);
  CHECK((inputs[0].kind == Source::Output && inputs[0].node == 1 && inputs[0].index == 0));
  CHECK((inputs[1].kind == Source::Output && inputs[1].node == 2 && inputs[1].index == 3));
  CHECK((inputs[2].kind == Source::Control && inputs[2].node == 3));
  CHECK(body.dataInputs(0).size() == 2);
  CHECK(body.order() == llvm::ArrayRef<uint32_t>{1, 2, 3, 0});
  CHECK(body.find("b") == 2u);
  CHECK_FALSE(body.find("d"));
}

TEST_CASE("inputs that name nothing are refused") {
  CHECK(inputError("a") == "");
  CHECK(inputError("x") == "node 'n' (Op): input 'x' names no node");
  CHECK(inputError("^x") == "node 'n' (Op): input '^x' names no node");
  CHECK(inputError("") == "node 'n' (Op): input '' names no node");
  for (const char *bad : {"a:", "a:-1", "a:x", "a:99999999999", "^a:0"})
    CHECK(inputError(bad) ==
          "node 'n' (Op): input '" + std::string(bad) + "' is not the name of a tensor");
}

TEST_CASE("names are there and unique, control inputs come last") {
  proto::GraphDef graph;
  test::addNode(graph, "a", "Const");
  test::addNode(graph, "a", "Op");
  CHECK(graphError(graph) == "node 'a' (Op): another node has the same name");
  graph.mutable_node(1)->set_name("");
  CHECK(graphError(graph) == "node 1 has no name");
  graph.mutable_node(1)->set_name("b");
  graph.mutable_node(1)->add_input("^a");
  graph.mutable_node(1)->add_input("a");
  CHECK(graphError(graph) == "node 'b' (Op): a data input follows a control input");
}

TEST_CASE("cycles are refused, through control inputs too") {
  CHECK(inputError("n") == "node 'n' (Op): is part of a cycle or depends on one");
  proto::GraphDef graph;
  test::addNode(graph, "a", "Op", {"b"});
  test::addNode(graph, "b", "Op", {"^a"});
  CHECK(graphError(graph) == "node 'a' (Op): is part of a cycle or depends on one");
}

TEST_CASE("a while loop of TensorFlow 1 is no cycle") {
  proto::GraphDef graph;
  test::addNode(graph, "enter", "Enter");
  test::addNode(graph, "merge", "Merge", {"enter", "next"});
  test::addNode(graph, "next", "NextIteration", {"merge"});
  CHECK(graphError(graph) == "");
}

TEST_CASE("a chain of a hundred thousand nodes needs no deep stack") {
  proto::GraphDef graph;
  constexpr int kLength = 100'000;
  for (int i = 0; i < kLength; ++i)
    test::addNode(graph, std::to_string(i), "Op",
                  i + 1 < kLength ? test::Inputs{std::to_string(i + 1)} : test::Inputs{});
  Body body = llvm::cantFail(Body::create(graph));
  CHECK(body.order().front() == kLength - 1);
  CHECK(body.order().back() == 0);
}

TEST_CASE("inputs of a function are arguments or named outputs") {
  proto::GraphDef graph;
  auto &function = test::addFunction(graph, "f", {"x", "y"}, {{"out", "s:parts:1"}});
  test::addNode(*function.mutable_node_def(), "s", "Split", {"x", "y:0", "^y"});
  test::addNode(*function.mutable_node_def(), "n", "NoOp", {"^s"});
  test::addNode(*function.mutable_node_def(), "p", "Pack", {"s:parts", "s:parts:2"});
  (*function.mutable_control_ret())["c"] = "n";
  Body body = llvm::cantFail(Body::create(function));
  auto split = body.inputs(0), pack = body.inputs(2);
  REQUIRE(split.size() == 2); // an argument is there before any node runs
  CHECK((split[1].kind == Source::Argument && split[1].node == 1 && split[1].index == 0));
  REQUIRE(pack.size() == 2);
  CHECK((pack[0].port == "parts" && pack[0].all));
  CHECK((pack[1].port == "parts" && pack[1].index == 2 && !pack[1].all));
  REQUIRE(body.results().size() == 1);
  CHECK((body.results()[0].node == 0 && body.results()[0].index == 1));
  CHECK(body.controlResults() == llvm::ArrayRef<uint32_t>{1});
}

TEST_CASE("malformed functions are refused") {
  auto error = [](auto change) {
    proto::GraphDef graph;
    auto &function = test::addFunction(graph, "f", {"x"}, {{"out", "a:o:0"}});
    test::addNode(*function.mutable_node_def(), "a", "Op", {"x"});
    change(function);
    return test::errorOf(Body::create(function));
  };
  CHECK(error([](auto &) {}) == "");
  CHECK(error([](auto &f) { f.mutable_ret()->clear(); }) ==
        "function 'f': result 'out' has no value");
  CHECK(error([](auto &f) { (*f.mutable_ret())["out"] = "b:o:0"; }) ==
        "function 'f': result 'out': 'b:o:0' names no node");
  CHECK(error([](auto &f) { (*f.mutable_ret())["out"] = "^a"; }) ==
        "function 'f': result 'out' is a control edge");
  CHECK(error([](auto &f) { (*f.mutable_control_ret())["c"] = "b"; }) ==
        "function 'f': control result 'c' names no node");
  CHECK(error([](auto &f) { f.mutable_signature()->add_input_arg()->set_name("x"); }) ==
        "function 'f': argument 'x' has no name or one that is used twice");
  CHECK(error([](auto &f) { f.mutable_node_def(0)->set_name("x"); }) ==
        "function 'f': node 'x' (Op): another node has the same name");
  CHECK(error([](auto &f) { f.mutable_node_def(0)->set_input(0, "a:o:0"); }) ==
        "function 'f': node 'a' (Op): is part of a cycle or depends on one");
}

TEST_CASE("names of tensors in graphs") {
  GraphName name = llvm::cantFail(parseGraphName("scope/x:12"));
  CHECK((name.node == "scope/x" && name.output == 12 && !name.control));
  CHECK(llvm::cantFail(parseGraphName("^x")).control);
  for (const char *bad : {"", ":0", "x:", "x:y", "^x:0", "^"})
    CHECK(test::errorOf(parseGraphName(bad)) ==
          "'" + std::string(bad) + "' is not the name of a tensor");
}
