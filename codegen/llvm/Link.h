#ifndef INGOT_CODEGEN_LLVM_LINK_H
#define INGOT_CODEGEN_LLVM_LINK_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace ingot {

using ObjectBytes = llvm::SmallVector<char, 0>;

/// A shared library made of object files.
llvm::Expected<ObjectBytes> linkLibrary(llvm::ArrayRef<ObjectBytes> objects);

/// A program of the host made of object files and the runtime's main function,
/// with the system's C compiler as linker (it knows where the C library is).
llvm::Expected<ObjectBytes> linkProgram(llvm::ArrayRef<ObjectBytes> objects);

} // namespace ingot

#endif
