#include "compiler/frontends/tensorflow/Table.h"

#include "test/unit/frontends/Support.h"
#include "test/unit/frontends/tensorflow/Build.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tensorflow;

using Entries = std::vector<std::pair<std::string, std::string>>;

static Entries entriesOf(const TableEntries &table) { return {table.begin(), table.end()}; }

static const Entries kSome = {{"", "header"}, {"prefix/a", "1"}, {"prefix/b", ""}};

static std::string error(const std::string &bytes) { return test::errorOf(readTable(bytes)); }

TEST_CASE("entries of all blocks are read, prefixes restored") {
  std::string file = test::writeTable(
      {{test::blockContent(kSome)}, {test::blockContent({{"q", std::string(1000, 'v')}})}});
  Entries expected = kSome;
  expected.emplace_back("q", std::string(1000, 'v'));
  CHECK(entriesOf(llvm::cantFail(readTable(file))) == expected);
}

TEST_CASE("blocks may be compressed with Snappy") {
  std::string content = test::blockContent(kSome);
  REQUIRE(content.size() <= 60);
  std::string snappy = std::string(1, char(content.size())) +
                       std::string(1, char((content.size() - 1) << 2)) + content;
  CHECK(entriesOf(llvm::cantFail(readTable(test::writeTable({{snappy, 1}})))) == kSome);
  CHECK(error(test::writeTable({{"\5\x01", 1}})) == "malformed Snappy block");
  CHECK(error(test::writeTable({{content, 2}})) == "a block has the unknown compression 2");
}

TEST_CASE("a table that is cut off is refused at every length") {
  std::string file = test::writeTable({{test::blockContent(kSome)}});
  for (size_t length = 0; length < file.size(); ++length)
    CHECK(error(file.substr(0, length)) == "no checkpoint index (is it complete?)");
}

TEST_CASE("every flipped bit of a block is noticed") {
  std::string file = test::writeTable({{test::blockContent(kSome)}});
  // The footer is not under a checksum and has padding; all before it is.
  for (size_t bit = 0; bit < (file.size() - 48) * 8; ++bit) {
    std::string damaged = file;
    damaged[bit / 8] ^= char(1 << bit % 8);
    auto table = readTable(damaged);
    // The empty meta block is not read.
    CHECK((!table || entriesOf(*table) == kSome));
    llvm::consumeError(table.takeError());
  }
}

TEST_CASE("hostile blocks with right checksums are refused") {
  auto block = [](const std::string &content) { return error(test::writeTable({{content}})); };
  CHECK(block("") == "a block is too short");
  CHECK(block(std::string("\xff\xff\xff\xff", 4)) == "a block has more restart points than bytes");
  std::string end(4, '\0');
  CHECK(block(std::string("\1\0\0", 3) + end) == "an entry of a block is malformed"); // shares
  CHECK(block(std::string("\0\5\0a", 4) + end) == "an entry of a block is malformed");
  CHECK(block(std::string("\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 11) + end) ==
        "an entry of a block is malformed");
  CHECK(block(std::string("\0\1\0k\1\0\0", 7) + end) == "a key appears twice");
}

TEST_CASE("keys that grow without end are refused") {
  // Each entry shares all of the key before and adds one byte.
  Entries entries;
  for (int i = 1; i <= 70'000; i += 500)
    entries.emplace_back(std::string(size_t(i), 'x'), "");
  CHECK(error(test::writeTable({{test::blockContent(entries)}})) == "a key is longer than 64 KiB");
}

TEST_CASE("a small file does not become a large table") {
  // 5,000 entries of 7 bytes each would hold 300 MB of keys.
  std::string content = test::blockContent({{std::string(60'000, 'x'), ""}});
  content.resize(content.size() - 8);
  for (int i = 0; i < 5'000; ++i) {
    content += std::string("\xde\xd4\x03\2\0", 5); // shares 59,998 bytes, adds two
    content += {char(i >> 8), char(i)};
  }
  content += std::string(4, '\0');
  CHECK(error(test::writeTable({{content}})) == "the table holds more than 64 MiB");
}

TEST_CASE("mutants with right checksums never do harm") {
  std::mt19937 random(1);
  std::string content = test::blockContent(kSome);
  for (int i = 0; i < 2'000; ++i) {
    char compression = char(random() % 2);
    auto table = readTable(test::writeTable({{test::mutate(content, random), compression}}));
    llvm::consumeError(table.takeError());
  }
}
