#include "tools/ingot/Verdicts.h"

#include "tools/ingot/PrintArray.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace ingot;
using llvm::StringRef;
using llvm::Twine;

Tolerance ToleranceArguments::of(int32_t dtype) const {
  Tolerance tolerance = toleranceFor(dtype, className);
  if (!isFloating(dtype))
    return tolerance;
  return {absolute.value_or(tolerance.absolute), relative.value_or(tolerance.relative)};
}

static std::string shapeText(const ingot_array &array) {
  char text[512];
  ingot_print_shape(text, sizeof text, array.rank, array.dims);
  return text;
}

static std::string describe(const ingot_array &actual, const ingot_array &expected,
                            const Difference &difference, Tolerance tolerance, int32_t dtype) {
  size_t i = difference.first;
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "element " << indexText(expected, i) << " is " << elementText(actual, i, dtype)
     << ", expected " << elementText(expected, i, dtype)
     << llvm::format(" (tolerance %g + %g |b|; ", tolerance.absolute, tolerance.relative)
     << difference.failures << " of " << elementCount(expected) << " elements fail"
     << llvm::format("; the largest error is %.3g at ", difference.maxAbsolute)
     << indexText(expected, difference.worst) << ')';
  return text;
}

void Verdicts::fail(StringRef key, const Twine &what) {
  if (firstFailure.empty())
    firstFailure = (where + ": " + key + ": " + what).str();
}

void Verdicts::record(StringRef key, const Difference &difference) {
  ++compared;
  bool passed = difference.failures == 0;
  if (json)
    rows.push_back(llvm::json::Object{{"output", llvm::json::fixUTF8(key)},
                                      {"max_abs", difference.maxAbsolute},
                                      {"max_rel", difference.maxRelative},
                                      {"failures", int64_t(difference.failures)},
                                      {"passed", passed}});
  else
    llvm::outs() << key
                 << llvm::format(": max abs %.3g, max rel %.3g: ", difference.maxAbsolute,
                                 difference.maxRelative)
                 << (passed ? "ok" : "FAILED") << '\n';
}

void Verdicts::compare(StringRef key, const ingot_array &actual, const ingot_array &expected,
                       int32_t dtype) {
  Difference difference;
  if (!ingot_dtype_accepts(dtype, &expected)) {
    fail(key, "recorded with another type than the model's " + Twine(ingot_dtype_name(dtype)));
    difference.failures = 1;
  } else if (llvm::ArrayRef(expected.dims, expected.rank) !=
             llvm::ArrayRef(actual.dims, actual.rank)) {
    fail(key, "shape is " + shapeText(actual) + ", expected " + shapeText(expected));
    difference.failures = 1;
  } else {
    Tolerance allowed = tolerance.of(dtype);
    difference = compareArrays(actual, expected, dtype, allowed);
    if (difference.failures)
      fail(key, describe(actual, expected, difference, allowed, dtype));
  }
  record(key, difference);
}

llvm::Error Verdicts::finish() {
  if (json)
    llvm::outs() << llvm::json::Value(llvm::json::Object{{"passed", firstFailure.empty()},
                                                         {"outputs", std::move(rows)}})
                 << '\n';
  return firstFailure.empty() ? llvm::Error::success() : llvm::createStringError(firstFailure);
}
