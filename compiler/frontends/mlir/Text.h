#ifndef INGOT_FRONTENDS_MLIR_TEXT_H
#define INGOT_FRONTENDS_MLIR_TEXT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace ingot {

/// Brackets within brackets that a module may have. Real ones nest a few dozen
/// deep; the stack of the parser, which calls itself, holds many times this.
constexpr unsigned kMaxTextNesting = 256;

/// Checks text before MLIR's parser gets it: what nests deeper than
/// kMaxTextNesting would overflow its stack, and aliases and affine maps, which
/// modules of the `ingot` dialect do without, can stand for more than memory holds.
llvm::Error checkText(llvm::StringRef text);

} // namespace ingot

#endif
