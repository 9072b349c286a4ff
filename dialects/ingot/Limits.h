#ifndef INGOT_DIALECT_LIMITS_H
#define INGOT_DIALECT_LIMITS_H

#include <cstdint>

namespace ingot {

/// Tensors that one op joins, or parts that one is taken into: far more than any
/// model has.
constexpr int64_t kMaxParts = 4096;

} // namespace ingot

#endif
