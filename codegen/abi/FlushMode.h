#ifndef INGOT_CODEGEN_ABI_FLUSHMODE_H
#define INGOT_CODEGEN_ABI_FLUSHMODE_H

#include "llvm/IR/IRBuilder.h"

namespace ingot {

/// Subnormal numbers count as zero from here on. Returns the mode before, or null where
/// the target has none.
llvm::Value *enterFlushMode(llvm::IRBuilderBase &b);

/// Back to the mode that enterFlushMode returned.
void leaveFlushMode(llvm::IRBuilderBase &b, llvm::Value *saved);

} // namespace ingot

#endif
