#ifndef INGOT_DIALECTS_RT_PARALLEL_H
#define INGOT_DIALECTS_RT_PARALLEL_H

#include "llvm/ADT/StringRef.h"

namespace ingot {

/// Unit; on an scf.for whose iterations may run in any order and at once.
inline constexpr llvm::StringLiteral kParallelAttr = "ingot.parallel";

/// Attribute of LLVM on the declaration of a function that runs a kernel in parts: the
/// kernel's name. Parameters: the context, those of the kernel without its last two (the
/// first iteration and the one behind the last), the number of iterations.
inline constexpr llvm::StringLiteral kInPartsAttr = "ingot-in-parts";

} // namespace ingot

#endif
