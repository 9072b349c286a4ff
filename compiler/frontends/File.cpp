#include "compiler/frontends/File.h"

#include "llvm/Support/FileSystem.h"

using llvm::createStringError;

llvm::Error ingot::inFile(llvm::StringRef path, llvm::Error error) {
  if (!error)
    return error;
  return createStringError(path.str() + ": " + llvm::toString(std::move(error)));
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> ingot::openFile(llvm::StringRef path) {
  llvm::sys::fs::file_status status;
  if (std::error_code code = llvm::sys::fs::status(path, status))
    return createStringError(path.str() + ": " + code.message());
  if (!llvm::sys::fs::is_regular_file(status))
    return createStringError(path.str() + ": not a regular file");
  auto buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError(path.str() + ": " + buffer.getError().message());
  return std::move(*buffer);
}
