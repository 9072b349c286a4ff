#include "tools/ingot/Tolerance.h"

#include "tools/ingot/PrintArray.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace ingot;

Tolerance ingot::toleranceFor(int32_t dtype, bool wholeNetwork) {
  switch (dtype) {
  case INGOT_FLOAT16:
    return {5e-3, 2e-2};
  case INGOT_BFLOAT16:
    return {1e-2, 2e-2};
  case INGOT_FLOAT32:
  case INGOT_FLOAT64:
  case INGOT_COMPLEX64:
  case INGOT_COMPLEX128:
    return wholeNetwork ? Tolerance{1e-4, 1e-3} : Tolerance{1e-5, 1e-4};
  default:
    return {};
  }
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

static bool isExact(int32_t dtype) { return toleranceFor(dtype, true).absolute == 0; }

Difference ingot::compareArrays(const ingot_array &actual, const ingot_array &expected,
                                int32_t dtype, Tolerance tolerance) {
  Difference result;
  for (size_t i = 0, count = elementCount(expected); i < count; ++i) {
    if (sameBits(actual, expected, i))
      continue;
    Number a = number(actual, i, dtype), b = number(expected, i, dtype);
    double error = distance(a, b), size = std::hypot(b.real, b.imaginary);
    double allowed = tolerance.absolute + tolerance.relative * size;
    // An infinite expected value would allow any error.
    bool bad = !(error <= allowed) || std::isinf(error) ||
               (isExact(dtype) && tolerance.absolute == 0 && tolerance.relative == 0);
    if (bad && result.failures++ == 0)
      result.first = i;
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
