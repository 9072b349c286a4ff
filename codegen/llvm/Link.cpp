#include "codegen/llvm/Link.h"
#include "lld/Common/Driver.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
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

namespace {
/// Files for a linker to work with: removed in the end, and by a signal.
class LinkFiles {
public:
  ~LinkFiles() {
    for (const std::string &path : paths) {
      sys::fs::remove(path);
      sys::DontRemoveFileOnSignal(path);
    }
  }

  Error create(ArrayRef<ObjectBytes> objects) {
    for (const ObjectBytes &object : objects) {
      if (Error error = add("o", inputs.emplace_back()))
        return error;
      if (Error error = writeFile(inputs.back(), object))
        return error;
    }
    if (Error error = add("out", output))
      return error;
    return add("log", log);
  }

  Expected<ObjectBytes> readOutput() {
    auto buffer = MemoryBuffer::getFile(output);
    if (!buffer)
      return createStringError(buffer.getError(), "linking left no output");
    return ObjectBytes((*buffer)->getBufferStart(), (*buffer)->getBufferEnd());
  }

  std::vector<std::string> inputs;
  std::string output, log;

private:
  Error add(StringRef suffix, std::string &path) {
    SmallString<128> made;
    if (std::error_code code = sys::fs::createTemporaryFile("ingot-link", suffix, made))
      return createStringError(code, "cannot make a temporary file: " + code.message());
    path = paths.emplace_back(made.str());
    sys::RemoveFileOnSignal(path);
    return Error::success();
  }

  std::vector<std::string> paths;
};
} // namespace

Expected<ObjectBytes> ingot::linkLibrary(ArrayRef<ObjectBytes> objects) {
  LinkFiles files;
  if (Error error = files.create(objects))
    return std::move(error);
  std::string messages;
  raw_string_ostream stream(messages);
  std::vector<const char *> arguments = {"ld.lld", "-shared",           "--gc-sections",
                                         "-z",     "noexecstack",       "--build-id=none",
                                         "-o",     files.output.c_str()};
  for (const std::string &input : files.inputs)
    arguments.push_back(input.c_str());
  lld::Result result = lld::lldMain(arguments, stream, stream, {{lld::Gnu, &lld::elf::link}});
  if (result.retCode != 0)
    return createStringError("linking failed: " + StringRef(messages).split('\n').first);
  return files.readOutput();
}

/// Folder of the runtime's libraries: beside that of the running program, in
/// the build tree as in an installation.
static std::string runtimeFolder() {
  static int anchor;
  std::string program = sys::fs::getMainExecutable("ingot", &anchor);
  SmallString<128> folder(sys::path::parent_path(sys::path::parent_path(program)));
  sys::path::append(folder, "lib");
  return std::string(folder);
}

Expected<ObjectBytes> ingot::linkProgram(ArrayRef<ObjectBytes> objects) {
  ErrorOr<std::string> compiler = std::make_error_code(std::errc::no_such_file_or_directory);
  for (StringRef name : {"cc", "clang-22", "clang", "gcc"})
    if (!compiler)
      compiler = sys::findProgramByName(name);
  if (!compiler)
    return createStringError("no C compiler was found to link the program (install gcc or clang)");
  LinkFiles files;
  if (Error error = files.create(objects))
    return std::move(error);
  std::vector<std::string> libraries;
  for (StringRef name : {"libingot_exe.a", "libingot_loader.a", "libingot_runtime.a"}) {
    libraries.push_back(runtimeFolder() + "/" + name.str());
    if (!sys::fs::exists(libraries.back()))
      return createStringError(libraries.back() + ": the runtime's library is not there");
  }
  std::vector<StringRef> arguments = {*compiler, "-o", files.output, "-Wl,--gc-sections", "-s"};
  llvm::append_range(arguments, files.inputs);
  llvm::append_range(arguments, libraries);
  llvm::append_range(arguments, ArrayRef<StringRef>{"-pthread", "-lm"});
  std::string message;
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(files.log),
                                          StringRef(files.log)};
  if (sys::ExecuteAndWait(*compiler, arguments, std::nullopt, redirects, 0, 0, &message) == 0)
    return files.readOutput();
  if (auto text = MemoryBuffer::getFile(files.log); text && message.empty())
    message = (*text)->getBuffer().split('\n').first;
  return createStringError("linking failed: " + message);
}
