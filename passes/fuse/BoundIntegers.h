#ifndef INGOT_PASSES_FUSE_BOUNDINTEGERS_H
#define INGOT_PASSES_FUSE_BOUNDINTEGERS_H

#include "llvm/ADT/StringRef.h"

namespace ingot {

/// Of an ingot.requantize: the largest magnitude of what it multiplies, as far as the
/// weights and ranges before it prove one below 2^31.
constexpr llvm::StringLiteral kMagnitudeAttr = "ingot.magnitude";

} // namespace ingot

#endif
