#ifndef INGOT_CODEGEN_LLVM_STACK_H
#define INGOT_CODEGEN_LLVM_STACK_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Module.h"

namespace ingot {

/// Listens to the code generator for the size of each function's frame. Exists
/// while the code of the module is emitted.
class StackMeter {
public:
  explicit StackMeter(llvm::Module &module);

  /// Bytes of the deepest chain of calls within the module: frames and return
  /// addresses. A call through a pointer counts as one of the deepest function
  /// whose address is taken; functions from elsewhere (libm) count nothing.
  uint64_t deepest() const;

private:
  llvm::Module &module;
  llvm::DenseMap<const llvm::Function *, uint64_t> frames;
};

} // namespace ingot

#endif
