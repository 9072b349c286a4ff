// ingot compare without recorded data: the unoptimised build is the reference.
//
// Both builds compute on the same inputs with every tensor as an output, and are
// compared in the order of the program. What keeps every tensor fuses less, so the
// outputs of the build as it ships are compared after that.
#include "tools/ingot/Call.h"
#include "tools/ingot/Compare.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/RandomSource.h"

using namespace ingot;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace {
/// A build of the model after one call. The members are in the order of need.
struct Build {
  Library library;
  std::unique_ptr<Session> session;
  Call call;
};
} // namespace

static Expected<Build> callBuild(const Options &options, StringRef name,
                                 const DataArguments &data) {
  auto library = Library::openOrCompile(options);
  if (!library)
    return library.takeError();
  auto signature = findSignature(library->model(), name, options.model);
  if (!signature)
    return signature.takeError();
  FileSource files;
  for (const std::string &argument : data.inputs)
    if (Error error = files.add(argument))
      return std::move(error);
  if (Error error = files.checkNames(**signature))
    return std::move(error);
  RandomSource source(files, **signature, options.inputShapes);
  auto call = Call::prepare(**signature, source);
  if (!call)
    return call.takeError();
  auto session = Session::open(library->model(), options.model, data.threads, data.arenaBytes);
  if (!session)
    return session.takeError();
  if (Error error = (*session)->reserve(*call))
    return std::move(error);
  if (Error error = (*session)->run(*call))
    return std::move(error);
  return Build{std::move(*library), std::move(*session), std::move(*call)};
}

/// Outputs [first, last) of one build against those of the reference.
static Error compareOutputs(const Call &actual, const Call &expected, int32_t first, int32_t last,
                            Verdicts &verdicts) {
  for (int32_t i = first; i < last; ++i) {
    auto have = actual.output(i), want = expected.output(i);
    if (!have || !want)
      return llvm::joinErrors(have.takeError(), want.takeError());
    const ingot_tensor &tensor = expected.signature().outputs[i];
    verdicts.compare(tensor.name, *have, *want, tensor.dtype);
  }
  return Error::success();
}

Error CompareVerb::compareWithReference(const Options &options) const {
  if (isLibrary(compile.model))
    return misused(compile.model, "a compiled library can only be compared with recorded data "
                                  "(give --golden, or the model itself)");
  Options reference = options, kept = options;
  reference.level = OptLevel::O0;
  reference.plantError.clear();
  // What every tensor is kept of is quantized otherwise.
  reference.exposeTensors = kept.exposeTensors = options.quantize == Quantize::None;
  auto wanted = callBuild(reference, signatureName(), data);
  if (!wanted)
    return wanted.takeError();
  auto actual = callBuild(kept, signatureName(), data);
  if (!actual)
    return actual.takeError();
  auto shipped = callBuild(options, signatureName(), data);
  if (!shipped)
    return shipped.takeError();
  Verdicts verdicts(compile.model, tolerance, data.json);
  int32_t outputs = shipped->call.signature().output_count;
  int32_t all = wanted->call.signature().output_count;
  if (Error error = compareOutputs(actual->call, wanted->call, outputs, all, verdicts))
    return error;
  if (Error error = compareOutputs(shipped->call, wanted->call, 0, outputs, verdicts))
    return error;
  return verdicts.finish();
}
