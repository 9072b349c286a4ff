// When two arrays count as equal.
#ifndef INGOT_TOOLS_TOLERANCE_H
#define INGOT_TOOLS_TOLERANCE_H

#include "runtime/exe/array.h"

#include <cstddef>
#include <string>

namespace ingot {

/// |a - b| <= absolute + relative * |b|, b being the expected value.
struct Tolerance {
  double absolute = 0, relative = 0;
};

/// What the numerics promise for an element type: for a whole network, or for
/// a single op. Integers and booleans are equal.
Tolerance toleranceFor(int32_t dtype, bool wholeNetwork);

struct Difference {
  double maxAbsolute = 0, maxRelative = 0;
  size_t failures = 0;
  size_t first = 0; ///< index of the first element outside its tolerance
};

/// Compares element by element. NaN equals NaN, infinity only itself. Types
/// and shapes are equal.
Difference compareArrays(const ingot_array &actual, const ingot_array &expected, int32_t dtype,
                         Tolerance tolerance);

/// "[1, 2]" for a linear index.
std::string indexText(const ingot_array &array, size_t index);

} // namespace ingot

#endif // INGOT_TOOLS_TOLERANCE_H
