#include "compiler/frontends/File.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using llvm::createStringError;

static constexpr size_t kMaxMessage = 1000;

/// Names out of a hostile file may hold anything, line breaks too.
static std::string onOneLine(llvm::StringRef text) {
  std::string line;
  llvm::raw_string_ostream stream(line);
  llvm::StringRef shown = text.take_front(kMaxMessage);
  for (char c : shown)
    if (uint8_t(c) < 0x20 || c == 0x7f)
      stream << llvm::format("\\x%02x", unsigned(c));
    else
      stream << c;
  stream << (shown.size() < text.size() ? "..." : "");
  return line;
}

llvm::Error ingot::inFile(llvm::StringRef path, llvm::Error error) {
  if (!error)
    return error;
  return createStringError(path.str() + ": " + onOneLine(llvm::toString(std::move(error))));
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
