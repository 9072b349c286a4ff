#include "compiler/frontends/tensorflow/Crc32c.h"
#include "compiler/frontends/tensorflow/Snappy.h"

#include "test/unit/frontends/Support.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tensorflow;

TEST_CASE("CRC-32C of the vectors of RFC 3720") {
  CHECK(crc32c("") == 0);
  CHECK(crc32c("123456789") == 0xe3069283);
  CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aa);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43);
}

TEST_CASE("a checksum continues from the one before") {
  std::string bytes = "a text of some length, longer than eight bytes";
  for (size_t cut = 0; cut <= bytes.size(); ++cut)
    CHECK(crc32c(bytes.substr(cut), crc32c(bytes.substr(0, cut))) == crc32c(bytes));
}

static std::string decoded(llvm::StringRef bytes, size_t limit = 1 << 20) {
  auto result = decodeSnappy(bytes, limit);
  return result ? *result : "error: " + llvm::toString(result.takeError());
}

TEST_CASE("Snappy: literals and the three kinds of copies") {
  CHECK(decoded(llvm::StringRef("\0", 1)) == "");
  CHECK(decoded("\3\x08"
                "abc") == "abc");
  // Overlapping copy, one byte back, length 7 in the short form.
  CHECK(decoded("\x08\0a"
                "\x0d\1" +
                std::string()) == "error: malformed Snappy block"); // string ends at \0
  CHECK(decoded(llvm::StringRef("\x08\0a\x0d\1", 5)) == "aaaaaaaa");
  CHECK(decoded(llvm::StringRef("\5\4ab\x0a\2\0", 7)) == "ababa");
  CHECK(decoded(llvm::StringRef("\5\4ab\x0b\2\0\0\0", 9)) == "ababa");
}

TEST_CASE("Snappy: a literal with its length behind the tag") {
  std::string text(300, 'x');
  CHECK(decoded("\xac\2\xf4\x2b\1" + text) == text);
}

TEST_CASE("Snappy: malformed blocks are refused") {
  std::string malformed = "error: malformed Snappy block";
  CHECK(decoded("") == malformed);
  CHECK(decoded("\xff") == malformed); // size cut off
  CHECK(decoded("\3\x08"
                "ab") == malformed); // literal cut off
  CHECK(decoded("\2\x08"
                "abc") == malformed); // longer than its size
  CHECK(decoded("\4\x08"
                "abc") == malformed);                               // shorter
  CHECK(decoded(llvm::StringRef("\x08\0a\x0d\2", 5)) == malformed); // copy from before
  CHECK(decoded(llvm::StringRef("\x08\0a\x0d\0", 5)) == malformed); // copy from itself
  CHECK(decoded(llvm::StringRef("\5\4ab\x0a\2", 6)) == malformed);  // offset cut off
  CHECK(decoded("\x08\xf4") == malformed);                          // length cut off
  CHECK(decoded("\xff\xff\xff\xff\x0f") ==
        "error: Snappy block larger than the limit of 1048576 bytes");
}
