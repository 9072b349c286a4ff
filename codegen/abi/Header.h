#ifndef INGOT_CODEGEN_ABI_HEADER_H
#define INGOT_CODEGEN_ABI_HEADER_H

#include "codegen/abi/Interface.h"
#include "llvm/Support/raw_ostream.h"

namespace ingot {

/// Writes the C header of a compiled model.
void writeHeader(llvm::raw_ostream &os, const Interface &interface);

} // namespace ingot

#endif
