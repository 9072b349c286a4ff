#include "compiler/frontends/File.h"

#include "test/unit/frontends/Support.h"

#include <catch2/catch.hpp>

using namespace ingot;

TEST_CASE("a file is read as it is") {
  test::TempDirectory directory;
  std::string path = directory.write("a", std::string("x\0\ny", 4));
  auto buffer = openFile(path);
  REQUIRE(bool(buffer));
  CHECK((*buffer)->getBuffer() == llvm::StringRef("x\0\ny", 4));
}

TEST_CASE("what is no regular file is refused") {
  test::TempDirectory directory;
  CHECK(test::errorOf(openFile("/dev/zero")) == "/dev/zero: not a regular file");
  CHECK(test::errorOf(openFile(directory.path())) == directory.path() + ": not a regular file");
  CHECK(test::errorOf(openFile(directory.path("none"))) ==
        directory.path("none") + ": No such file or directory");
}

TEST_CASE("messages stay on one line of a bounded length") {
  auto message = [](const std::string &what) {
    return test::text(inFile("f", llvm::createStringError(what)));
  };
  CHECK(message("node 'a\nb\x1b'") == "f: node 'a\\x0ab\\x1b'");
  CHECK(message(std::string(5000, 'x')) == "f: " + std::string(1000, 'x') + "...");
  CHECK(message("100%s") == "f: 100%s");
}
