#ifndef INGOT_FRONTENDS_FILE_H
#define INGOT_FRONTENDS_FILE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace ingot {

/// Maps a file into memory. Only regular files: a device or a pipe has no end.
/// Errors are "FILE: WHAT".
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> openFile(llvm::StringRef path);

/// "PATH: ERROR" on one line: control characters are escaped, an overlong text is
/// cut.
llvm::Error inFile(llvm::StringRef path, llvm::Error error);

} // namespace ingot

#endif
