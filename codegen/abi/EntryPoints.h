#ifndef INGOT_CODEGEN_ABI_ENTRYPOINTS_H
#define INGOT_CODEGEN_ABI_ENTRYPOINTS_H

#include "codegen/abi/Interface.h"
#include "llvm/IR/Module.h"

namespace ingot {

/// Adds the C functions of each signature around the module's entry functions,
/// which become internal.
void addEntryPoints(llvm::Module &module, const Interface &interface);

/// Adds ingot_model_query() and the description it returns, for loaders.
void addModelQuery(llvm::Module &module, const Interface &interface, llvm::StringRef target,
                   uint64_t weightsBytes);

} // namespace ingot

#endif
