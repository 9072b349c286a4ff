#include "codegen/llvm/Link.h"
#include "lld/Common/Driver.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
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
/// A folder with the objects, for a linker to work in; removed in the end.
class LinkFolder {
public:
  ~LinkFolder() { sys::fs::remove_directories(folder); }

  Error create(ArrayRef<ObjectBytes> objects) {
    if (std::error_code code = sys::fs::createUniqueDirectory("ingot-link", folder))
      return createStringError(code, "cannot make a temporary folder: " + code.message());
    for (auto [i, object] : enumerate(objects)) {
      inputs.push_back(path("model" + std::to_string(i) + ".o"));
      if (Error error = writeFile(inputs.back(), object))
        return error;
    }
    output = path("model.out");
    return Error::success();
  }

  Expected<ObjectBytes> readOutput() {
    auto buffer = MemoryBuffer::getFile(output);
    if (!buffer)
      return createStringError(buffer.getError(), "linking left no output");
    return ObjectBytes((*buffer)->getBufferStart(), (*buffer)->getBufferEnd());
  }

  std::string path(StringRef name) {
    SmallString<128> result(folder);
    sys::path::append(result, name);
    return std::string(result);
  }

  SmallString<128> folder;
  std::vector<std::string> inputs;
  std::string output;
};
} // namespace

Expected<ObjectBytes> ingot::linkLibrary(ArrayRef<ObjectBytes> objects) {
  LinkFolder folder;
  if (Error error = folder.create(objects))
    return std::move(error);
  std::string messages;
  raw_string_ostream stream(messages);
  std::vector<const char *> arguments = {"ld.lld",       "-shared",        "--gc-sections", "-z",
                                         "noexecstack", "--build-id=none", "-o",
                                         folder.output.c_str()};
  for (const std::string &input : folder.inputs)
    arguments.push_back(input.c_str());
  lld::Result result = lld::lldMain(arguments, stream, stream, {{lld::Gnu, &lld::elf::link}});
  if (result.retCode != 0)
    return createStringError("linking failed: " + StringRef(messages).split('\n').first);
  return folder.readOutput();
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
  LinkFolder folder;
  if (Error error = folder.create(objects))
    return std::move(error);
  std::vector<std::string> libraries;
  for (StringRef name : {"libingot_exe.a", "libingot_loader.a", "libingot_runtime.a"}) {
    libraries.push_back(runtimeFolder() + "/" + name.str());
    if (!sys::fs::exists(libraries.back()))
      return createStringError(libraries.back() + ": the runtime's library is not there");
  }
  std::vector<StringRef> arguments = {*compiler, "-o", folder.output, "-Wl,--gc-sections", "-s"};
  llvm::append_range(arguments, folder.inputs);
  llvm::append_range(arguments, libraries);
  llvm::append_range(arguments, ArrayRef<StringRef>{"-pthread", "-lm"});
  std::string log = folder.path("log"), message;
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(log), StringRef(log)};
  if (sys::ExecuteAndWait(*compiler, arguments, std::nullopt, redirects, 0, 0, &message) == 0)
    return folder.readOutput();
  if (auto text = MemoryBuffer::getFile(log); text && message.empty())
    message = (*text)->getBuffer().split('\n').first;
  return createStringError("linking failed: " + message);
}
