#include "compiler/Report.h"

#include "llvm/Support/FormatVariadic.h"

#include <catch2/catch.hpp>

using namespace ingot;

static Report example() {
  Report report;
  report.name = "m";
  report.target = "x86_64 generic";
  report.flash = {{"code", 100}, {"weights", uint64_t(1) << 40}};
  report.arenaBytes = 192;
  report.arenaPeak = {{"a/Conv2D", 0, 100}, {"b\"\n\xff", 128, 60}};
  report.arenaGrowing = {{"c", 0, 4}};
  report.stateBytes = 8;
  report.stackBytes = 1000;
  report.ops = {{"conv", 2, 7000, 300}, {"add", 1, 0, 12}};
  report.symbols = {"expf", "memset"};
  return report;
}

static std::string text(const Report &report) { return llvm::formatv("{0}", toJSON(report)).str(); }

TEST_CASE("a report reads back from its JSON") {
  std::string written = text(example());
  auto report = parseReport(written);
  REQUIRE(report);
  CHECK(text(*report) == written);
  CHECK(report->flashBytes() == 100 + (uint64_t(1) << 40));
  CHECK(report->macs() == 7000);
  CHECK(report->arenaPeak[1].offset == 128);
}

TEST_CASE("other texts are no report") {
  for (const char *wrong : {"", "{", "[]", "{}", "{\"name\": 1}", "null"})
    CHECK_FALSE(parseReport(wrong));
}

TEST_CASE("the table names what takes memory, the largest first") {
  std::string table;
  llvm::raw_string_ostream os(table);
  print(example(), os);
  size_t first = table.find("a/Conv2D"), grows = table.find("c, for dimensions of 1");
  CHECK(first != std::string::npos);
  CHECK(grows > first);
  CHECK(table.find("  total" + std::string(40, ' ') + "7000\n") != std::string::npos);
  CHECK(table.find("needs expf, memset") != std::string::npos);
}
