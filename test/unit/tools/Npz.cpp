#include "tools/ingot/Npz.h"

#include "test/tools/ArraySpec.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <catch2/catch.hpp>

using namespace ingot;
namespace fs = llvm::sys::fs;

namespace {
struct TemporaryFile {
  llvm::SmallString<128> path;
  TemporaryFile() { REQUIRE_FALSE(fs::createTemporaryFile("ingot", "npz", path)); }
  ~TemporaryFile() { fs::remove(path); }
  void fill(llvm::StringRef bytes) {
    std::error_code code;
    llvm::raw_fd_ostream(path, code) << bytes;
    REQUIRE_FALSE(code);
  }
};
} // namespace

static std::string openError(llvm::StringRef path) {
  auto reader = NpzReader::open(path);
  return reader ? "" : llvm::toString(reader.takeError());
}

TEST_CASE("arrays survive a round trip") {
  TemporaryFile file;
  auto array = test::parseArray("x:f32:2x2=1,2.5,nan,-inf");
  REQUIRE(bool(array));
  auto writer = llvm::cantFail(NpzWriter::create(file.path));
  llvm::cantFail(writer.add("0/in/x", *array->second));
  llvm::cantFail(writer.commit());
  auto reader = llvm::cantFail(NpzReader::open(file.path));
  CHECK(reader.keys() == std::vector<std::string>{"0/in/x"});
  auto loaded = llvm::cantFail(reader.load("0/in/x"));
  REQUIRE(loaded);
  CHECK((*loaded)->dims[1] == 2);
  CHECK(static_cast<float *>((*loaded)->data)[1] == 2.5f);
  CHECK_FALSE(llvm::cantFail(reader.load("x")));
}

TEST_CASE("an archive without entries is one") {
  TemporaryFile file;
  auto writer = llvm::cantFail(NpzWriter::create(file.path));
  llvm::cantFail(writer.commit());
  CHECK(llvm::cantFail(NpzReader::open(file.path)).keys().empty());
}

TEST_CASE("other files are refused with their name") {
  TemporaryFile file;
  file.fill("PK\3\4 and nothing else of an archive");
  CHECK_THAT(openError(file.path), Catch::Contains(file.path.c_str()));
  CHECK_THAT(openError("/nonexistent.npz"), Catch::Contains("/nonexistent.npz: "));
  CHECK_THAT(openError("/tmp"), Catch::Contains("/tmp: "));
}

TEST_CASE("element types of test data") {
  for (const char *spec : {"a:bool:2=1,0", "a:i8:1=-128", "a:u64:1=18446744073709551615",
                           "a:bf16:1=0.5", "a:c64:1=1,2", "a:S3:2=ab,c", "a:f16:=1"})
    CHECK(bool(test::parseArray(spec)));
  for (const char *spec : {"a:q8:1=1", "a:f32:2=1,2,3", "a:f32:x=1", "a:u8:1=-1", "a"}) {
    auto array = test::parseArray(spec);
    CHECK_FALSE(bool(array));
    llvm::consumeError(array.takeError());
  }
}
