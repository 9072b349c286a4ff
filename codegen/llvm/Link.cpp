#include "codegen/llvm/Link.h"
#include "lld/Common/Driver.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

LLD_HAS_DRIVER(elf)

using namespace ingot;
using namespace llvm;

static Error writeFile(StringRef path, ArrayRef<char> bytes) {
  std::error_code code;
  raw_fd_ostream stream(path, code);
  if (!code) {
    stream.write(bytes.data(), bytes.size());
    stream.close();
    code = stream.error();
  }
  stream.clear_error();
  return code ? createStringError(code, path + ": " + code.message()) : Error::success();
}

Expected<SmallVector<char, 0>> ingot::linkLibrary(ArrayRef<char> object) {
  SmallString<128> folder;
  if (std::error_code code = sys::fs::createUniqueDirectory("ingot-link", folder))
    return createStringError(code, "cannot make a temporary folder: " + code.message());
  auto remove = make_scope_exit([&] { sys::fs::remove_directories(folder); });
  SmallString<128> input(folder), output(folder);
  sys::path::append(input, "model.o");
  sys::path::append(output, "model.so");
  if (Error error = writeFile(input, object))
    return error;

  std::string messages;
  raw_string_ostream stream(messages);
  const char *arguments[] = {"ld.lld",         "-shared", "--gc-sections", "-z",  "noexecstack",
                             "--build-id=none", "-o",      output.c_str(),  input.c_str()};
  lld::Result result =
      lld::lldMain(arguments, stream, stream, {{lld::Gnu, &lld::elf::link}});
  if (result.retCode != 0)
    return createStringError("linking failed: " + StringRef(messages).split('\n').first);
  auto buffer = MemoryBuffer::getFile(output);
  if (!buffer)
    return createStringError(buffer.getError(), "linking left no output");
  return SmallVector<char, 0>((*buffer)->getBufferStart(), (*buffer)->getBufferEnd());
}
