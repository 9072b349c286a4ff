#include "compiler/frontends/Varint.h"

#include <catch2/catch.hpp>

using namespace ingot;

static std::optional<uint64_t> take(llvm::StringRef bytes) { return takeVarint(bytes); }

TEST_CASE("numbers in base 128") {
  CHECK(take(llvm::StringRef("\0", 1)) == 0u);
  CHECK(take("\x7f") == 127u);
  CHECK(take("\xac\x02") == 300u);
  CHECK(take("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01") == UINT64_MAX);
  llvm::StringRef bytes("\xac\x02rest");
  takeVarint(bytes);
  CHECK(bytes == "rest");
}

TEST_CASE("numbers that are cut off or too large are none") {
  CHECK_FALSE(take(""));
  CHECK_FALSE(take("\xff"));
  CHECK_FALSE(take("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"));
  CHECK_FALSE(take("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")); // overlong
}
