#include "tools/ingot/Tolerance.h"

#include "test/tools/ArraySpec.h"
#include "tools/ingot/PrintArray.h"

#include <catch2/catch.hpp>

#include <cmath>

using namespace ingot;

static Array array(const std::string &spec) {
  return llvm::cantFail(test::parseArray("a:" + spec)).second;
}

static Difference compare(const std::string &type, const std::string &a, const std::string &b,
                          int32_t dtype, Tolerance tolerance) {
  return compareArrays(*array(type + "=" + a), *array(type + "=" + b), dtype, tolerance);
}

static bool equal(const std::string &type, const std::string &a, const std::string &b,
                  int32_t dtype) {
  return compare(type, a, b, dtype, toleranceFor(dtype)).failures == 0;
}

TEST_CASE("floats agree within the tolerance of the expected value") {
  CHECK(equal("f32:1", "1000.9", "1000", INGOT_FLOAT32));
  CHECK_FALSE(equal("f32:1", "1001.2", "1000", INGOT_FLOAT32));
  CHECK(equal("f32:1", "0.00009", "0", INGOT_FLOAT32));
  CHECK_FALSE(equal("f32:1", "0.00011", "0", INGOT_FLOAT32));
  CHECK(equal("f16:1", "1.02", "1", INGOT_FLOAT16));
  CHECK_FALSE(equal("f16:1", "1.03", "1", INGOT_FLOAT16));
  CHECK(equal("bf16:1", "1.02", "1", INGOT_BFLOAT16));
  CHECK_FALSE(equal("bf16:1", "1.05", "1", INGOT_BFLOAT16));
}

TEST_CASE("special values agree with themselves only") {
  CHECK(equal("f32:3", "nan,inf,-inf", "nan,inf,-inf", INGOT_FLOAT32));
  CHECK(equal("f32:2", "nan,-nan", "-nan,nan", INGOT_FLOAT32));
  CHECK(equal("f32:1", "0", "-0", INGOT_FLOAT32));
  for (const char *a : {"nan", "inf", "-inf", "1"})
    for (const char *b : {"nan", "inf", "-inf", "1"})
      if (std::string(a) != b)
        CHECK_FALSE(equal("f32:1", a, b, INGOT_FLOAT32));
}

TEST_CASE("integers and booleans are equal, also beyond 2^53") {
  CHECK(equal("i64:1", "9007199254740993", "9007199254740993", INGOT_INT64));
  CHECK_FALSE(equal("i64:1", "9007199254740993", "9007199254740992", INGOT_INT64));
  CHECK_FALSE(equal("bool:1", "1", "0", INGOT_BOOL));
  CHECK_FALSE(equal("u8:1", "255", "254", INGOT_UINT8));
}

TEST_CASE("complex numbers are compared by distance") {
  CHECK(equal("c64:1", "1000,0.5", "1000,0", INGOT_COMPLEX64));
  CHECK_FALSE(equal("c64:1", "1,0.5", "1,0", INGOT_COMPLEX64));
}

TEST_CASE("classes of tolerance") {
  CHECK(toleranceFor(INGOT_FLOAT32, "op").absolute == 1e-5);
  CHECK(toleranceFor(INGOT_FLOAT32, "float16").relative == 2e-2);
  CHECK(toleranceFor(INGOT_FLOAT16, "op").absolute == 5e-3);
  CHECK(toleranceFor(INGOT_FLOAT32, "exact").relative == 0);
  CHECK(toleranceFor(INGOT_INT32, "network").absolute == 0);
  CHECK(isToleranceClass("exact"));
  CHECK_FALSE(isToleranceClass("exactly"));
  CHECK(compare("f32:2", "0,nan", "-0,nan", INGOT_FLOAT32, {}).failures == 0);
}

TEST_CASE("the first failure is found and all are counted") {
  Difference difference = compare("f32:2x2", "1,5,3,9", "1,2,3,4", INGOT_FLOAT32, {0.1, 0});
  CHECK(difference.failures == 2);
  CHECK(difference.first == 1);
  CHECK(difference.maxAbsolute == 5);
  CHECK(difference.maxRelative == 1.5);
  CHECK(indexText(*array("f32:2x2=0"), 1) == "[0, 1]");
}

TEST_CASE("elements print so that they read back") {
  CHECK(elementText(*array("f32:1=0.1"), 0) == "0.1");
  CHECK(elementText(*array("f64:1=0.1"), 0) == "0.1");
  CHECK(elementText(*array("i64:1=-9223372036854775808"), 0) == "-9223372036854775808");
  CHECK(elementText(*array("bf16:1=1.5"), 0, INGOT_BFLOAT16) == "1.5");
  CHECK(elementText(*array("c64:1=1,-2"), 0) == "(1, -2)");
  CHECK(elementText(*array("bool:1=1"), 0) == "true");
}
