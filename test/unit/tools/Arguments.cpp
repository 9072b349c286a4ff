#include "tools/ingot/Arguments.h"

#include <catch2/catch.hpp>

using namespace ingot;

static bool parses(llvm::StringRef text, InputShape expected) {
  auto shape = parseInputShape(text);
  if (!shape) {
    llvm::consumeError(shape.takeError());
    return false;
  }
  return *shape == expected;
}

static std::string refusal(llvm::StringRef text) {
  auto shape = parseInputShape(text);
  return shape ? "" : llvm::toString(shape.takeError());
}

TEST_CASE("input shapes") {
  CHECK(parses("x:1x3x224", {"x", {1, 3, 224}}));
  CHECK(parses("x:?x0", {"x", {-1, 0}}));
  CHECK(parses("scalar:", {"scalar", {}}));
  CHECK(parses("a:0:5", {"a:0", {5}}));
  CHECK(parses(":5", {"", {5}}));
  CHECK_THAT(refusal("x"), Catch::Contains("no colon"));
  for (const char *text : {"x:1x", "x:-1", "x:axb", "x:99999999999999999999", "x:1X2"})
    CHECK_THAT(refusal(text), Catch::Contains("not a dimension"));
}
