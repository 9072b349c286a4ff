#ifndef INGOT_CODEGEN_ABI_ENTRYPOINTS_H
#define INGOT_CODEGEN_ABI_ENTRYPOINTS_H

#include "codegen/abi/Interface.h"
#include "llvm/IR/Module.h"

namespace ingot {

/// Adds the C functions of each signature around the module's entry functions,
/// which become internal.
void addEntryPoints(llvm::Module &module, const Interface &interface);

/// Fills in the functions that run kernels in parts (dialects/rt/Parallel.h), on the threads
/// of the context's parallel_for where it has one.
void addParallelCalls(llvm::Module &module);

struct ModelSizes {
  uint64_t code = 0, weights = 0; ///< bytes
};

/// Adds ingot_model_query() and the description it returns, for loaders, to a
/// module of its own: it tells the size of the code that it describes.
void addModelQuery(llvm::Module &module, const Interface &interface, llvm::StringRef target,
                   const ModelSizes &sizes);

/// Adds ingot_model_report(), which returns the text.
void addModelReport(llvm::Module &module, llvm::StringRef text);

} // namespace ingot

#endif
