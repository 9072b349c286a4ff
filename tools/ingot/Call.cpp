#include "tools/ingot/Call.h"

#include "ingot/threads.h"
#include "tools/ingot/Error.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace ingot;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

Error FileSource::add(StringRef argument) {
  auto [name, file] = argument.split('=');
  if (name.size() != argument.size() && !llvm::sys::fs::exists(argument)) {
    files[name] = file.str();
    return Error::success();
  }
  auto archive = NpzReader::open(argument);
  if (!archive)
    return archive.takeError();
  archives.push_back(std::move(*archive));
  return Error::success();
}

Expected<std::optional<Array>> FileSource::load(StringRef key) {
  auto file = files.find(key);
  if (file != files.end()) {
    auto array = readNpy(file->second);
    if (!array)
      return array.takeError();
    return std::move(*array);
  }
  for (const NpzReader &archive : llvm::reverse(archives)) {
    auto array = archive.load(key);
    if (!array || *array)
      return array;
  }
  return std::nullopt;
}

std::string FileSource::where() const {
  return archives.empty() ? "--inputs" : archives.back().path().str();
}

Error FileSource::checkNames(const ingot_signature &signature) const {
  llvm::ArrayRef<ingot_tensor> inputs(signature.inputs, size_t(signature.input_count));
  for (const auto &file : files)
    if (llvm::none_of(inputs,
                      [&](const ingot_tensor &input) { return file.first() == input.name; }))
      return failed("--inputs", "signature '" + llvm::Twine(signature.name) + "' has no input '" +
                                    file.first() + "'");
  return Error::success();
}

namespace {
/// Lets the C loader ask a Source; keeps the error, which has more to say.
struct Adaptor : ingot_source {
  Source &source;
  Error error = Error::success();

  explicit Adaptor(Source &source) : ingot_source{&loadFrom}, source(source) {
    llvm::cantFail(std::move(error));
  }
  static int loadFrom(ingot_source *self, const char *key, ingot_array *array, ingot_failure *) {
    auto &adaptor = *static_cast<Adaptor *>(self);
    auto loaded = adaptor.source.load(key);
    if (!loaded) {
      adaptor.error = loaded.takeError();
      return -1;
    }
    if (!*loaded)
      return 0;
    *array = (*loaded)->release();
    return 1;
  }
};
} // namespace

Expected<Call> Call::prepare(const ingot_signature &signature, Source &source) {
  Call result;
  Adaptor adaptor(source);
  ingot_failure failure;
  bool ready = ingot_call_prepare(&result.call, &signature, &adaptor, &failure);
  if (adaptor.error)
    return std::move(adaptor.error);
  if (!ready)
    return failed(source.where(), failure.text);
  return result;
}

Call::Call(Call &&other) noexcept : call(std::exchange(other.call, {})) {}

Call::~Call() {
  if (call.signature)
    ingot_call_release(&call);
}

Expected<ingot_array> Call::output(int32_t index) const {
  ingot_array array;
  ingot_failure failure;
  if (!ingot_call_output(&call, index, &array, &failure))
    return failed(call.signature->name, failure.text);
  return array;
}

Error Call::write(StringRef path) const {
  auto writer = NpzWriter::create(path);
  if (!writer)
    return writer.takeError();
  for (int32_t i = 0; i < signature().output_count; ++i) {
    char key[1024];
    if (!ingot_output_key(&signature().outputs[i], key, sizeof key))
      return failed(path, "the name of output " + llvm::Twine(i) + " is too long");
    auto array = output(i);
    if (!array)
      return array.takeError();
    if (Error error = writer->add(key, *array))
      return error;
  }
  return writer->commit();
}

Expected<std::unique_ptr<Session>> Session::open(const ingot_model &model, StringRef where,
                                                 int threads, uint64_t arenaBytes) {
  std::unique_ptr<Session> result(new Session);
  result->where = where.str();
  if (threads != 1 && !(result->pool = ingot_pool_create(threads)))
    return failed("--threads", "cannot start " + llvm::Twine(threads) + " threads");
  ingot_failure failure;
  if (!ingot_session_open(&result->session, &model, result->pool, arenaBytes, &failure))
    return failed(where, failure.text);
  return result;
}

Session::~Session() {
  ingot_session_close(&session);
  ingot_pool_destroy(pool);
}

int Session::threads() const { return pool ? int(pool->threads) : 1; }

Error Session::reserve(const Call &call) {
  ingot_failure failure;
  if (!ingot_call_reserve(&session, &call.call, &failure))
    return failed(where, failure.text);
  return Error::success();
}

Error Session::run(Call &call) {
  int status = ingot_call_invoke(&session, &call.call);
  if (status == INGOT_OK)
    return Error::success();
  ingot_failure failure;
  ingot_call_explain(&session, &call.call, status, &failure);
  return failed(where, failure.text);
}

Expected<const ingot_signature *> ingot::findSignature(const ingot_model &model, StringRef name,
                                                       StringRef where) {
  ingot_failure failure;
  std::string text = name.str();
  const ingot_signature *signature =
      ingot_find_signature(&model, name.empty() ? nullptr : text.c_str(), &failure);
  if (!signature)
    return failed(where, failure.text);
  return signature;
}
