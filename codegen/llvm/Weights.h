#ifndef INGOT_CODEGEN_LLVM_WEIGHTS_H
#define INGOT_CODEGEN_LLVM_WEIGHTS_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace ingot {

/// The bytes of large constants, kept away from LLVM: it would look at every
/// element, and hold them three times.
class Weights {
public:
  /// Takes the values of the resource constants of a module in the LLVM dialect,
  /// one of equal ones; they are zeros then, of which nothing may be concluded.
  void takeFrom(mlir::ModuleOp module);

  /// Writes them to where their symbols are in an object file of that module.
  /// Constants that nothing refers to have none.
  llvm::Error writeTo(llvm::MutableArrayRef<char> object) const;

  uint64_t bytes() const;

private:
  llvm::StringMap<llvm::ArrayRef<char>> values;
};

} // namespace ingot

#endif
