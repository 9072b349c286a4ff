// ingot compare --per-layer: how far a quantized build is from the float one, tensor by
// tensor, the worst first.
#include "compiler/calibrate/LayerError.h"
#include "tools/ingot/Call.h"
#include "tools/ingot/Compare.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/RandomSource.h"
#include "tools/ingot/Samples.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

#include <map>

using namespace ingot;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace {
/// A build that gives its tensors, ready for calls.
struct ObservedBuild {
  Library library;
  std::unique_ptr<Session> session;
  const ingot_signature *signature = nullptr;

  static Expected<ObservedBuild> open(const Options &options, StringRef name,
                                      const DataArguments &data);
  Expected<Call> call(Source &source);
};

using LayerErrors = std::map<std::string, LayerError>;
} // namespace

Expected<ObservedBuild> ObservedBuild::open(const Options &options, StringRef name,
                                            const DataArguments &data) {
  auto library = Library::openOrCompile(options);
  if (!library)
    return library.takeError();
  auto signature = findSignature(library->model(), name, options.model);
  if (!signature)
    return signature.takeError();
  auto session = Session::open(library->model(), options.model, data.threads, data.arenaBytes);
  if (!session)
    return session.takeError();
  return ObservedBuild{std::move(*library), std::move(*session), *signature};
}

Expected<Call> ObservedBuild::call(Source &source) {
  auto call = Call::prepare(*signature, source);
  if (!call)
    return call.takeError();
  if (Error error = session->reserve(*call))
    return std::move(error);
  if (Error error = session->run(*call))
    return std::move(error);
  return call;
}

static std::map<std::string, TensorRange> rangesOf(const Options &options, StringRef signature) {
  std::map<std::string, TensorRange> ranges;
  for (const TensorRange &range : options.ranges)
    if (range.signature == signature)
      ranges[range.name] = range;
  return ranges;
}

static int32_t findOutput(const ingot_signature &signature, StringRef name) {
  for (int32_t i = 0; i < signature.output_count; ++i)
    if (name == signature.outputs[i].name)
      return i;
  return -1;
}

static llvm::ArrayRef<float> floatsOf(const ingot_array &array) {
  size_t bytes = 0;
  bool isKnown = ingot_array_bytes(&array, &bytes);
  return {static_cast<const float *>(array.data), isKnown ? bytes / sizeof(float) : 0};
}

/// Tensors that both builds give.
static Error addCall(const Call &quantized, const Call &reference,
                     const std::map<std::string, TensorRange> &ranges, LayerErrors &errors) {
  for (int32_t i = 0; i < quantized.signature().output_count; ++i) {
    const ingot_tensor &tensor = quantized.signature().outputs[i];
    int32_t k = findOutput(reference.signature(), tensor.name);
    if (tensor.dtype != INGOT_FLOAT32 || k < 0)
      continue;
    auto have = quantized.output(i), want = reference.output(k);
    if (!have || !want)
      return llvm::joinErrors(have.takeError(), want.takeError());
    llvm::ArrayRef<float> actual = floatsOf(*have), expected = floatsOf(*want);
    if (actual.size() != expected.size())
      return failed(tensor.name, "the builds give different numbers of elements");
    auto range = ranges.find(tensor.name);
    LayerError &error = errors[tensor.name];
    if (range == ranges.end())
      error.add(actual, expected);
    else
      error.add(actual, expected, range->second.low, range->second.high);
  }
  return Error::success();
}

static std::vector<std::pair<std::string, LayerError>> worstFirst(const LayerErrors &errors) {
  std::vector<std::pair<std::string, LayerError>> rows(errors.begin(), errors.end());
  llvm::stable_sort(rows, [](const auto &a, const auto &b) {
    return a.second.signalToNoise() < b.second.signalToNoise();
  });
  return rows;
}

static void printTable(const LayerErrors &errors) {
  llvm::outs() << "   SNR dB    cosine  largest error  saturated  tensor\n";
  for (const auto &[name, error] : worstFirst(errors))
    llvm::outs() << llvm::format("%9.2f  %8.6f  %13.6g  %8.3f%%  ", error.signalToNoise(),
                                 error.cosine(), error.largest(), error.saturated() * 100)
                 << name << '\n';
}

static void printJson(const LayerErrors &errors) {
  llvm::json::Array rows;
  for (const auto &[name, error] : worstFirst(errors))
    rows.push_back(llvm::json::Object{{"tensor", llvm::json::fixUTF8(name)},
                                      {"snr_db", error.signalToNoise()},
                                      {"cosine", error.cosine()},
                                      {"max_abs", error.largest()},
                                      {"saturated", error.saturated()}});
  llvm::outs() << llvm::json::Value(llvm::json::Object{{"tensors", std::move(rows)}}) << '\n';
}

Error CompareVerb::comparePerLayer(const Options &options) const {
  Options observed = options, reference = options;
  observed.observe = reference.observe = true;
  reference.quantize = Quantize::None;
  auto wanted = ObservedBuild::open(reference, signatureName(), data);
  if (!wanted)
    return wanted.takeError();
  auto actual = ObservedBuild::open(observed, signatureName(), data);
  if (!actual)
    return actual.takeError();
  auto ranges = rangesOf(options, wanted->signature->name);
  LayerErrors errors;
  auto compareOne = [&](Source &source, Source &same) -> Error {
    auto want = wanted->call(source);
    if (!want)
      return want.takeError();
    auto have = actual->call(same);
    return have ? addCall(*have, *want, ranges, errors) : have.takeError();
  };
  if (Error error = forEachCall(options, *wanted->signature, compareOne))
    return error;
  data.json ? printJson(errors) : printTable(errors);
  return Error::success();
}

/// With --inputs, or without samples, once; else with all samples. Sources are used up:
/// there is one for each build.
Error CompareVerb::forEachCall(const Options &options, const ingot_signature &signature,
                               llvm::function_ref<Error(Source &, Source &)> call) const {
  if (data.inputs.empty() && !quantize.calibrate.empty()) {
    auto file = NpzReader::open(quantize.calibrate);
    if (!file)
      return file.takeError();
    auto samples = Samples::load(*file, signature);
    if (!samples)
      return samples.takeError();
    for (size_t i = 0; i < samples->calls(); ++i)
      if (Error error = call(*samples->source(i), *samples->source(i)))
        return error;
    return Error::success();
  }
  FileSource files;
  for (const std::string &argument : data.inputs)
    if (Error error = files.add(argument))
      return error;
  if (Error error = files.checkNames(signature))
    return error;
  RandomSource source(files, signature, options.inputShapes);
  RandomSource same(files, signature, options.inputShapes);
  return call(source, same);
}
