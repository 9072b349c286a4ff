#include "test/conformance/Agreement.h"

#include "ingot/abi.h"
#include "tools/ingot/PrintArray.h"
#include "tools/ingot/Tolerance.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/Twine.h"

#include <cfloat>
#include <cmath>
#include <cstring>

using namespace ingot;
using namespace ingot::test;

namespace {
/// |a - b| <= absolute + relative * |b| + terms * sum of |terms|
struct Bound {
  double absolute = 0, relative = 0, terms = 0;
  double top = 0;  ///< largest finite number of the type; 0: values must be equal
  double tiny = 0; ///< smaller numbers count as zero: subnormal ones that TensorFlow flushes

  bool flushes(double x) const { return x != 0 && std::abs(x) < tiny; }
};
} // namespace

Rule test::ruleFor(llvm::StringRef name) {
  return llvm::StringSwitch<Rule>(name)
      .Case("op", Rule::Op)
      .Case("sum", Rule::Sum)
      .Case("network", Rule::Network)
      .Default(Rule::Move);
}

static Bound boundFor(int32_t dtype, Rule rule) {
  bool network = rule == Rule::Network;
  switch (dtype) {
  case INGOT_FLOAT16:
    return {5e-3, 2e-2, 2e-3, 65504};
  case INGOT_BFLOAT16:
    return {1e-2, 2e-2, 1.6e-2, 3.3895e38, FLT_MIN};
  case INGOT_FLOAT32:
  case INGOT_COMPLEX64:
    return network ? Bound{1e-4, 1e-3, 1e-6, FLT_MAX, FLT_MIN}
                   : Bound{1e-5, 1e-4, 1e-6, FLT_MAX, FLT_MIN};
  case INGOT_FLOAT64:
  case INGOT_COMPLEX128:
    return network ? Bound{1e-4, 1e-3, 1e-6, DBL_MAX, DBL_MIN}
                   : Bound{1e-5, 1e-4, 1e-6, DBL_MAX, DBL_MIN};
  default:
    return {};
  }
}

/// Reals, and each part of a complex number of magnitude `size`. Infinity may
/// stand for a number so close to the end of the type as the bound allows.
static bool agree(double a, double b, double size, double sum, const Bound &bound, Rule rule) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) && std::isnan(b);
  if (bound.flushes(a) || bound.flushes(b))
    return std::abs(a) < bound.tiny && std::abs(b) < bound.tiny;
  bool strict = rule == Rule::Move || rule == Rule::Op;
  if (a == 0 && b == 0)
    return !strict || std::signbit(a) == std::signbit(b);
  if (a == b)
    return true;
  if (rule == Rule::Move)
    return false;
  double edge = bound.top / (1 + bound.relative);
  if (std::signbit(a) == std::signbit(b) && std::abs(a) >= edge && std::abs(b) >= edge)
    return true;
  return std::isfinite(a) && std::isfinite(b) &&
         std::abs(a - b) <= bound.absolute + bound.relative * size + bound.terms * sum;
}

static bool agreeAt(size_t i, const ingot_array &actual, const ingot_array &expected, int32_t dtype,
                    Rule rule, const ingot_array *terms) {
  Bound bound = boundFor(dtype, rule);
  if (bound.top == 0)
    return std::memcmp(static_cast<const char *>(actual.data) + i * actual.item,
                       static_cast<const char *>(expected.data) + i * expected.item,
                       expected.item) == 0;
  double sum = terms ? std::abs(elementValue(*terms, i, 0, INGOT_FLOAT32)) : 0, size = 0;
  int parts = dtype == INGOT_COMPLEX64 || dtype == INGOT_COMPLEX128 ? 2 : 1;
  for (int p = 0; p < parts; ++p)
    size = std::hypot(size, elementValue(expected, i, p, dtype));
  for (int p = 0; p < parts; ++p)
    if (!agree(elementValue(actual, i, p, dtype), elementValue(expected, i, p, dtype), size, sum,
               bound, rule))
      return false;
  return true;
}

std::string test::disagreement(const ingot_array &actual, const ingot_array &expected,
                               int32_t dtype, Rule rule, const ingot_array *terms) {
  if (llvm::ArrayRef(actual.dims, actual.rank) != llvm::ArrayRef(expected.dims, expected.rank))
    return "another shape";
  for (size_t i = 0, count = elementCount(expected); i < count; ++i)
    if (!agreeAt(i, actual, expected, dtype, rule, terms))
      return ("element " + indexText(expected, i) + " is " + elementText(actual, i, dtype) +
              " instead of " + elementText(expected, i, dtype));
  return "";
}
