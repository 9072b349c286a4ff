#ifndef INGOT_CODEGEN_LLVM_LINK_H
#define INGOT_CODEGEN_LLVM_LINK_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace ingot {

/// A shared library made of one object file.
llvm::Expected<llvm::SmallVector<char, 0>> linkLibrary(llvm::ArrayRef<char> object);

} // namespace ingot

#endif
