#ifndef INGOT_CODEGEN_LLVM_SECTIONS_H
#define INGOT_CODEGEN_LLVM_SECTIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace ingot {

/// What an object file holds, in bytes, and what it needs from elsewhere.
struct ObjectSections {
  uint64_t code = 0, constants = 0, data = 0;
  std::vector<std::string> undefined; ///< sorted
};

llvm::Expected<ObjectSections> measureObject(llvm::ArrayRef<char> object);

} // namespace ingot

#endif
