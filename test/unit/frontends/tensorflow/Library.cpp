#include "compiler/frontends/tensorflow/Library.h"

#include "test/unit/frontends/Support.h"
#include "test/unit/frontends/tensorflow/Build.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tensorflow;

/// The graph calls f0; each function calls the next one `calls` times.
static proto::GraphDef chain(int length, int calls) {
  proto::GraphDef graph;
  test::addCall(*graph.mutable_node(), "call", "f0");
  for (int i = 0; i < length; ++i) {
    auto &function = test::addFunction(graph, "f" + std::to_string(i), {});
    for (int c = 0; c < calls && i + 1 < length; ++c)
      test::addCall(*function.mutable_node_def(), "c" + std::to_string(c),
                    "f" + std::to_string(i + 1));
  }
  return graph;
}

TEST_CASE("functions are found by name") {
  proto::GraphDef graph = chain(2, 1);
  Library library = llvm::cantFail(Library::create(graph));
  REQUIRE(library.find("f1"));
  CHECK(library.find("f1")->name() == "f1");
  CHECK_FALSE(library.find("f2"));
  CHECK(library.callees(graph.node(0)).size() == 1);
}

TEST_CASE("callees are those of any attribute and of the op itself") {
  proto::GraphDef graph = chain(4, 0);
  auto &node = test::addNode(graph, "n", "f3");
  (*node.mutable_attr())["cond"].mutable_func()->set_name("f1");
  auto &list = *(*node.mutable_attr())["branches"].mutable_list();
  list.add_func()->set_name("f2");
  list.add_func()->set_name("none");
  Library library = llvm::cantFail(Library::create(graph));
  std::vector<std::string> names;
  for (const Function *callee : library.callees(graph.node(1)))
    names.push_back(callee->name().str());
  CHECK(names == std::vector<std::string>{"f1", "f2", "f3"});
}

TEST_CASE("libraries that do not end are refused") {
  CHECK(test::errorOf(Library::create(chain(512, 1))) == "");
  CHECK(test::errorOf(Library::create(chain(600, 1))) ==
        "function 'f86' nests calls deeper than 512");
  CHECK(test::errorOf(Library::create(chain(60, 2))) ==
        "function 'f45' has more than 23808 nodes when its calls are expanded");
  proto::GraphDef graph = chain(3, 1);
  test::addCall(*graph.mutable_library()->mutable_function(2)->mutable_node_def(), "back", "f1");
  CHECK(test::errorOf(Library::create(graph)) == "function 'f1' calls itself");
}

TEST_CASE("a function is defined once") {
  proto::GraphDef graph = chain(1, 0);
  test::addFunction(graph, "f0", {});
  CHECK(test::errorOf(Library::create(graph)) == "function 'f0' is defined twice");
}
