#include "compiler/frontends/CallGraph.h"

#include "test/unit/frontends/Support.h"

#include <catch2/catch.hpp>

using namespace ingot;

static std::string check(const CallGraph &graph, uint32_t root) {
  return test::text(graph.check(root, [](uint32_t i) { return "f" + std::to_string(i); }));
}

/// f0 has one node; each further function calls the one before `calls` times.
static CallGraph chain(uint32_t length, unsigned calls) {
  CallGraph graph;
  graph.functions.push_back({1, {}});
  for (uint32_t i = 1; i < length; ++i)
    graph.functions.push_back({calls, std::vector<uint32_t>(calls, i - 1)});
  return graph;
}

TEST_CASE("a function without calls is fine") { CHECK(check(chain(1, 0), 0) == ""); }

TEST_CASE("a function that calls itself is refused, directly or not") {
  CHECK(check({{{1, {0}}}}, 0) == "f0 calls itself");
  CHECK(check({{{1, {1}}, {1, {2}}, {1, {1}}}}, 0) == "f1 calls itself");
}

TEST_CASE("a cycle that is not reached does not matter") {
  CHECK(check({{{1, {}}, {1, {1}}}}, 0) == "");
}

TEST_CASE("two calls of one function are no cycle") {
  CHECK(check({{{1, {1, 1, 2}}, {1, {2}}, {1, {}}}}, 0) == "");
}

TEST_CASE("calls may nest 512 deep") {
  CHECK(check(chain(513, 1), 512) == "");
  CHECK(check(chain(514, 1), 513) == "f513 nests calls deeper than 512");
}

TEST_CASE("a chain of a hundred thousand calls needs no deep stack") {
  CHECK(check(chain(100'000, 1), 99'999) == "f513 nests calls deeper than 512");
}

TEST_CASE("expansions that double are counted, not made") {
  // f_n expands to 3 * 2^n - 2 nodes; 2^64 would overflow.
  CHECK(check(chain(13, 2), 12) == "");
  CHECK(check(chain(100, 2), 99) == "f14 has more than 26368 nodes when its calls are expanded");
}

TEST_CASE("a large file may grow to two million nodes, not more") {
  CallGraph graph = chain(20, 2);
  graph.functions.push_back({100'000, {}});
  CHECK(check(graph, 19) == "");
  graph.functions[0].nodes = 2;
  CHECK(check(graph, 19) == "f19 has more than 2000000 nodes when its calls are expanded");
}
