// When two arrays count as equal.
#ifndef INGOT_TOOLS_TOLERANCE_H
#define INGOT_TOOLS_TOLERANCE_H

#include "runtime/exe/array.h"

#include "llvm/ADT/StringRef.h"

#include <cstddef>
#include <string>

namespace ingot {

/// |a - b| <= absolute + relative * |b|, b being the expected value.
struct Tolerance {
  double absolute = 0, relative = 0;
};

/// Names of classes: what the numerics promise for a whole network ("network"),
/// for a single op ("op"), for a network that computes in 16 bits ("float16",
/// "bfloat16"), or equality ("exact").
bool isToleranceClass(llvm::StringRef name);

/// The tolerance of an element type in a class. 16-bit floats have their own in
/// every class but exact; integers and booleans are equal.
Tolerance toleranceFor(int32_t dtype, llvm::StringRef className = "network");

bool isFloating(int32_t dtype);

struct Difference {
  double maxAbsolute = 0, maxRelative = 0;
  size_t failures = 0;
  size_t first = 0; ///< index of the first element outside its tolerance
  size_t worst = 0; ///< index of the element with the largest error
};

/// Compares element by element. NaN equals NaN, infinity only itself. Types
/// and shapes are equal.
Difference compareArrays(const ingot_array &actual, const ingot_array &expected, int32_t dtype,
                         Tolerance tolerance);

/// "[1, 2]" for a linear index.
std::string indexText(const ingot_array &array, size_t index);

} // namespace ingot

#endif // INGOT_TOOLS_TOLERANCE_H
