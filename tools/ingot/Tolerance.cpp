#include "tools/ingot/Tolerance.h"

#include "tools/ingot/PrintArray.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace ingot;

static constexpr struct {
  llvm::StringLiteral name;
  Tolerance tolerance;
} classes[] = {{"network", {1e-4, 1e-3}},
               {"op", {1e-5, 1e-4}},
               {"float16", {5e-3, 2e-2}},
               {"bfloat16", {1e-2, 2e-2}},
               {"exact", {0, 0}}};

bool ingot::isToleranceClass(llvm::StringRef name) {
  return llvm::any_of(classes, [&](const auto &row) { return row.name == name; });
}

static Tolerance ofClass(llvm::StringRef name) {
  return llvm::find_if(classes, [&](const auto &row) { return row.name == name; })->tolerance;
}

bool ingot::isFloating(int32_t dtype) {
  switch (dtype) {
  case INGOT_FLOAT16:
  case INGOT_BFLOAT16:
  case INGOT_FLOAT32:
  case INGOT_FLOAT64:
  case INGOT_COMPLEX64:
  case INGOT_COMPLEX128:
    return true;
  default:
    return false;
  }
}

Tolerance ingot::toleranceFor(int32_t dtype, llvm::StringRef className) {
  if (!isFloating(dtype) || className == "exact")
    return {};
  if (dtype == INGOT_BFLOAT16 || dtype == INGOT_FLOAT16)
    return ofClass(ingot_dtype_name(dtype));
  return ofClass(className);
}

namespace {
struct Number {
  double real, imaginary;
};
} // namespace

static Number number(const ingot_array &array, size_t index, int32_t dtype) {
  return {elementValue(array, index, 0, dtype),
          array.kind == 'c' ? elementValue(array, index, 1, dtype) : 0};
}

/// 0 where both are the same, NaN and infinities included; infinite where
/// only one is finite.
static double distance(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b)))
    return 0;
  double difference = std::abs(a - b);
  return std::isnan(difference) ? HUGE_VAL : difference;
}

static double distance(Number a, Number b) {
  return std::hypot(distance(a.real, b.real), distance(a.imaginary, b.imaginary));
}

/// int64 does not fit a double: equality goes by the bits.
static bool sameBits(const ingot_array &a, const ingot_array &b, size_t index) {
  return std::memcmp(static_cast<const char *>(a.data) + index * a.item,
                     static_cast<const char *>(b.data) + index * b.item, a.item) == 0;
}

Difference ingot::compareArrays(const ingot_array &actual, const ingot_array &expected,
                                int32_t dtype, Tolerance tolerance) {
  Difference result;
  for (size_t i = 0, count = elementCount(expected); i < count; ++i) {
    if (sameBits(actual, expected, i))
      continue;
    Number a = number(actual, i, dtype), b = number(expected, i, dtype);
    double error = distance(a, b), size = std::hypot(b.real, b.imaginary);
    double allowed = tolerance.absolute + tolerance.relative * size;
    // An infinite expected value would allow any error, NaN none.
    bool isWide = error > 0 && (!(error <= allowed) || std::isinf(error));
    bool bad = isWide || !isFloating(dtype);
    if (bad && result.failures++ == 0)
      result.first = i;
    if (error > result.maxAbsolute)
      result.worst = i;
    result.maxAbsolute = std::max(result.maxAbsolute, error);
    if (error > 0)
      result.maxRelative = std::max(result.maxRelative, size > 0 ? error / size : HUGE_VAL);
  }
  return result;
}

std::string ingot::indexText(const ingot_array &array, size_t index) {
  int64_t at[INGOT_MAX_RANK];
  for (int32_t i = array.rank - 1; i >= 0; --i) {
    at[i] = int64_t(index % size_t(array.dims[i]));
    index /= size_t(array.dims[i]);
  }
  char text[512];
  ingot_print_shape(text, sizeof text, array.rank, at);
  return text;
}
