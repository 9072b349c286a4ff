#include "compiler/Artifacts.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <catch2/catch.hpp>

using namespace ingot;
namespace fs = llvm::sys::fs;

namespace {
struct Folder {
  llvm::SmallString<128> path;
  Folder() { REQUIRE_FALSE(fs::createUniqueDirectory("ingot-artifacts", path)); }
  ~Folder() { fs::remove_directories(path); }
  std::string file(const char *name) const { return (path + "/" + name).str(); }
  int count() const {
    std::error_code code;
    int count = 0;
    for (fs::directory_iterator at(path, code), end; at != end && !code; at.increment(code))
      ++count;
    return count;
  }
};
} // namespace

static Artifact artifact(const char *suffix, llvm::StringRef text) {
  Artifact result;
  result.suffix = suffix;
  result.bytes.append(text.begin(), text.end());
  return result;
}

static std::string read(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : "(none)";
}

static std::string write(const Artifacts &artifacts, const std::string &path) {
  return llvm::toString(artifacts.write(path));
}

TEST_CASE("all files get their names") {
  Folder folder;
  Artifacts artifacts{{artifact("", "object"), artifact(".h", "header")}, {}};
  CHECK(write(artifacts, folder.file("model.o")) == "");
  CHECK(read(folder.file("model.o")) == "object");
  CHECK(read(folder.file("model.h")) == "header");
  CHECK(folder.count() == 2);
}

TEST_CASE("a file that exists is replaced") {
  Folder folder;
  Artifacts first{{artifact("", "first, and longer")}, {}}, second{{artifact("", "second")}, {}};
  CHECK(write(first, folder.file("m.o")) == "");
  CHECK(write(second, folder.file("m.o")) == "");
  CHECK(read(folder.file("m.o")) == "second");
}

TEST_CASE("executables may be executed, objects not") {
  Folder folder;
  Artifacts artifacts{{artifact("", "#!/bin/true\n")}, {}};
  CHECK(write(artifacts, folder.file("plain")) == "");
  artifacts.files[0].executable = true;
  CHECK(write(artifacts, folder.file("program")) == "");
  CHECK(fs::can_execute(folder.file("program")));
  CHECK_FALSE(fs::can_execute(folder.file("plain")));
}

TEST_CASE("a failure leaves nothing behind") {
  Folder folder;
  REQUIRE_FALSE(fs::create_directory(folder.file("model.h")));
  Artifacts artifacts{{artifact("", "object"), artifact(".h", "header")}, {}};
  CHECK_THAT(write(artifacts, folder.file("model.o")), Catch::Contains("model.h: cannot write"));
  CHECK(folder.count() == 1);
  CHECK_THAT(write(artifacts, folder.file("none/model.o")), Catch::Contains("cannot write"));
}

TEST_CASE("a full disk is an error") {
  Artifacts artifacts{{artifact("", "object")}, {}};
  CHECK_THAT(write(artifacts, "/dev/full"), Catch::Contains("/dev/full: cannot write"));
}

TEST_CASE("a device is written to, not replaced") {
  Artifacts artifacts{{artifact("", "object"), artifact(".h", "header")}, {}};
  CHECK(write(artifacts, "/dev/null") == "");
  fs::file_status status;
  REQUIRE_FALSE(fs::status("/dev/null", status));
  CHECK(status.type() == fs::file_type::character_file);
  CHECK_FALSE(fs::exists("/dev/null.h"));
}
