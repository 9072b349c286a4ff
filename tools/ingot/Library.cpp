#include "tools/ingot/Library.h"

#include "compiler/Compiler.h"
#include "runtime/exe/array.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/Progress.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Signals.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <dlfcn.h>

using namespace ingot;
using llvm::Error;

void Library::Unload::operator()(void *handle) const { dlclose(handle); }

bool ingot::isLibrary(llvm::StringRef path) {
  llvm::file_magic magic;
  return llvm::sys::fs::is_regular_file(path) && // a pipe would be waited for
         !llvm::identify_magic(path, magic) && magic == llvm::file_magic::elf_shared_object;
}

/// The dynamic loader maps what the headers say and would end in a bus error
/// where the file is shorter.
template <typename ELFT>
static Error checkSegments(llvm::StringRef path, const llvm::object::ELFObjectFile<ELFT> &object) {
  auto headers = object.getELFFile().program_headers();
  if (!headers)
    return failed(path, "damaged library: " + llvm::toString(headers.takeError()));
  for (const auto &header : *headers)
    if (header.p_filesz > object.getData().size() ||
        header.p_offset > object.getData().size() - header.p_filesz)
      return failed(path, "damaged library: a segment reaches beyond the file");
  return Error::success();
}

static Error checkFile(llvm::StringRef path) {
  auto object = llvm::object::ObjectFile::createObjectFile(path);
  if (!object)
    return failed(path, "damaged library: " + llvm::toString(object.takeError()));
  llvm::Triple host(llvm::sys::getProcessTriple());
  const llvm::object::ObjectFile &file = *object->getBinary();
  if (file.getArch() != host.getArch())
    return failed(path, "library for " + llvm::Triple::getArchTypeName(file.getArch()) +
                            ", this machine is " + host.getArchName() +
                            " (compile it for this machine)");
  if (const auto *elf = llvm::dyn_cast<llvm::object::ELF64LEObjectFile>(&file))
    return checkSegments(path, *elf);
  if (const auto *elf = llvm::dyn_cast<llvm::object::ELF32LEObjectFile>(&file))
    return checkSegments(path, *elf);
  return failed(path, "library of a kind that cannot be loaded");
}

static bool fits(size_t offset, size_t bytes, size_t align, size_t total) {
  return offset % align == 0 && offset <= total && bytes <= total - offset;
}

/// The struct members of one tensor lie within the generated struct.
static bool isSound(const ingot_tensor &tensor, size_t structBytes, bool input) {
  if (!tensor.name || !tensor.member || tensor.rank < 0 || tensor.rank > INGOT_MAX_RANK ||
      (tensor.rank && !tensor.dims) || tensor.sizing < INGOT_STATIC ||
      tensor.sizing > (input ? INGOT_FROM_INPUTS : INGOT_FROM_DATA))
    return false;
  size_t dynamic = 0;
  for (int32_t i = 0; i < tensor.rank; ++i) {
    if (tensor.dims[i] < -1)
      return false;
    dynamic += tensor.dims[i] < 0;
  }
  if (tensor.sizing == INGOT_FROM_DATA)
    return fits(tensor.offset, sizeof(void *) + sizeof(size_t) + 8 * size_t(tensor.rank),
                alignof(int64_t), structBytes);
  return fits(tensor.offset, sizeof(void *), alignof(void *), structBytes) &&
         (dynamic == 0 || fits(tensor.dims_offset, 8 * dynamic, alignof(int64_t), structBytes));
}

static bool isSound(const ingot_signature &signature) {
  if (!signature.name || !signature.call || !signature.arena_bytes || !signature.shapes ||
      signature.input_count < 0 || signature.output_count < 0 ||
      (signature.input_count && !signature.inputs) ||
      (signature.output_count && !signature.outputs))
    return false;
  for (int32_t i = 0; i < signature.input_count; ++i)
    if (!isSound(signature.inputs[i], signature.inputs_bytes, true))
      return false;
  for (int32_t i = 0; i < signature.output_count; ++i)
    if (!isSound(signature.outputs[i], signature.outputs_bytes, false))
      return false;
  return true;
}

static Error checkTables(llvm::StringRef path, const ingot_model *model) {
  if (!model)
    return failed(path, "damaged library: it does not describe its model");
  if (model->abi != INGOT_ABI)
    return failed(path, "made for binary interface " + llvm::Twine(model->abi) +
                            ", this program has " + llvm::Twine(INGOT_ABI) +
                            " (compile the model again)");
  bool sound = model->name && model->target && model->signature_count > 0 && model->signatures &&
               (model->state_bytes == 0 || model->init_state);
  for (int32_t i = 0; sound && i < model->signature_count; ++i)
    sound = isSound(model->signatures[i]);
  return sound ? Error::success()
               : failed(path, "damaged library: its tables contradict themselves");
}

llvm::Expected<Library> Library::open(llvm::StringRef path) {
  if (Error error = checkFile(path))
    return error;
  llvm::SmallString<256> absolute(path); // without a slash it would be searched for
  if (std::error_code code = llvm::sys::fs::make_absolute(absolute))
    return failed(path, code.message());
  Library library;
  library.handle.reset(dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!library.handle)
    return failed(path, llvm::Twine("cannot be loaded: ") + dlerror());
  auto query =
      reinterpret_cast<const ingot_model *(*)()>(dlsym(library.handle.get(), "ingot_model_query"));
  if (!query)
    return failed(path, "not a compiled model (make one with: ingot compile --emit=lib)");
  library.tables = query();
  if (Error error = checkTables(path, library.tables))
    return error;
  return library;
}

void *Library::symbol(const char *name) const { return dlsym(handle.get(), name); }

std::optional<Report> Library::report() const {
  auto text = reinterpret_cast<const char *(*)()>(symbol("ingot_model_report"));
  return text && text() ? parseReport(text()) : std::nullopt;
}

namespace {
/// A file that does not outlive its scope, nor the process at a signal.
struct TemporaryFile {
  llvm::SmallString<128> path;
  Error create() {
    if (std::error_code code = llvm::sys::fs::createTemporaryFile("ingot", "so", path))
      return failed("temporary library", code.message());
    llvm::sys::RemoveFileOnSignal(path);
    return Error::success();
  }
  ~TemporaryFile() {
    if (path.empty())
      return;
    llvm::sys::fs::remove(path);
    llvm::sys::DontRemoveFileOnSignal(path);
  }
};
} // namespace

llvm::Expected<Library> Library::openOrCompile(const Options &options) {
  if (isLibrary(options.model))
    return open(options.model);
  Options compileOptions = options;
  compileOptions.emit = Emit::Library;
  Progress progress(/*asked=*/false);
  compileOptions.progress = progress.callback();
  auto artifacts = compile(compileOptions);
  progress.done();
  if (!artifacts)
    return artifacts.takeError();
  TemporaryFile file;
  if (Error error = file.create())
    return error;
  artifacts->files.resize(1); // the library alone, no header
  if (Error error = artifacts->write(file.path))
    return error;
  return open(file.path);
}
