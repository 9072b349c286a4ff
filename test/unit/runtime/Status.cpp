#include "ingot/ingot.h"

#include <catch2/catch.hpp>

#include <climits>
#include <set>
#include <string>

TEST_CASE("every status has a text of its own") {
  std::set<std::string> texts;
  for (int status = INGOT_OK; status >= INGOT_ABI_MISMATCH; --status)
    texts.insert(ingot_status_string(status));
  CHECK(texts.size() == size_t(1 - INGOT_ABI_MISMATCH));
  CHECK(texts.count("unknown status") == 0);
}

TEST_CASE("other numbers are unknown") {
  for (int status : {1, INGOT_ABI_MISMATCH - 1, INT_MIN, INT_MAX})
    CHECK(std::string(ingot_status_string(status)) == "unknown status");
}
