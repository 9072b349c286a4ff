#include "tools/ingot/RandomSource.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace ingot;

namespace {
struct Nothing : Source {
  llvm::Expected<std::optional<Array>> load(llvm::StringRef) override { return std::nullopt; }
  std::string where() const override { return "nothing"; }
};

/// Smallest and largest element of 1,000 of `dtype`.
template <typename T> std::pair<T, T> range(int32_t dtype, int64_t bound) {
  static const int64_t dims[] = {1000};
  ingot_tensor tensor{"x", "x", dtype, INGOT_STATIC, 1, dims, 0, 0, bound};
  ingot_signature signature{};
  signature.input_count = 1;
  signature.inputs = &tensor;
  Nothing nothing;
  const std::vector<InputShape> shapes;
  RandomSource source(nothing, signature, shapes);
  auto array = llvm::cantFail(source.load("x"));
  REQUIRE(array);
  auto *data = static_cast<const T *>((*array)->data);
  auto [low, high] = std::minmax_element(data, data + 1000);
  return {*low, *high};
}
} // namespace

TEST_CASE("random inputs have the range that the model tells") {
  CHECK(range<int32_t>(INGOT_INT32, 0) == std::pair(0, 1));
  CHECK(range<int32_t>(INGOT_INT32, 7) == std::pair(0, 6));
  CHECK(range<int64_t>(INGOT_INT64, 1) == std::pair<int64_t, int64_t>(0, 0));
  CHECK(range<int8_t>(INGOT_INT8, 1 << 20) == std::pair<int8_t, int8_t>(0, 127));
  auto [low, high] = range<uint16_t>(INGOT_UINT16, 30000);
  CHECK((low < 200 && high > 29800 && high < 30000));
  auto [least, most] = range<float>(INGOT_FLOAT32, 0);
  CHECK((least >= 0 && least < 0.01f && most > 0.99f && most < 1));
}
