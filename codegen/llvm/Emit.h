#ifndef INGOT_CODEGEN_LLVM_EMIT_H
#define INGOT_CODEGEN_LLVM_EMIT_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace ingot {

/// LLVM's own optimisations at -O`level`; `forSize` as clang's -Os.
void optimize(llvm::Module &module, llvm::TargetMachine &machine, unsigned level, bool forSize);

/// Object file or assembly of the module, of which `constants` bytes are weights.
llvm::Expected<llvm::SmallVector<char, 0>>
emitCode(llvm::Module &module, llvm::TargetMachine &machine, bool assembly, uint64_t constants = 0);

} // namespace ingot

#endif
