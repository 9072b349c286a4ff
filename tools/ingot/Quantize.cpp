#include "tools/ingot/Quantize.h"

#include "compiler/calibrate/Histogram.h"
#include "tools/ingot/Arguments.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/MaxError.h"
#include "tools/ingot/Samples.h"

#include "llvm/ADT/StringSwitch.h"

#include <CLI/CLI.hpp>

#include <map>

using namespace ingot;
using llvm::Error;
using llvm::StringRef;

void QuantizeArguments::add(CLI::App &verb) {
  verb.add_option("--quantize", mode,
                  "int8 (needs --calibrate), dynamic (8-bit weights, activations by row at run "
                  "time), f16 or bf16 (weights kept in that type)")
      ->check(CLI::IsMember({"int8", "dynamic", "f16", "bf16"}))
      ->type_name("MODE");
  verb.add_option("--calibrate", calibrate,
                  "samples for --quantize=int8: an array for each input, samples counted by its "
                  "first dimension")
      ->check(checkGiven)
      ->type_name("FILE.npz");
  verb.add_option("--calibration", calibration,
                  "choice of ranges: minmax (default), percentile, mse or entropy")
      ->check(CLI::IsMember({"minmax", "percentile", "mse", "entropy"}))
      ->type_name("HOW");
  addRepeatable(verb, "--keep-float", keepFloat,
                "a node, or a scope of nodes, that is not quantized (repeatable)")
      ->type_name("NODE");
  verb.add_option("--max-error", maxError,
                  "keep nodes in floats, the worst first, until the outputs' relative error over "
                  "the samples is at most this")
      ->check(checkAmount)
      ->type_name("E");
}

static Quantize modeOf(StringRef name) {
  return llvm::StringSwitch<Quantize>(name)
      .Case("int8", Quantize::Int8)
      .Case("dynamic", Quantize::Dynamic)
      .Case("f16", Quantize::F16)
      .Case("bf16", Quantize::BF16)
      .Default(Quantize::None);
}

static Calibration calibrationOf(StringRef name) {
  return llvm::StringSwitch<Calibration>(name)
      .Case("percentile", Calibration::Percentile)
      .Case("mse", Calibration::Mse)
      .Case("entropy", Calibration::Entropy)
      .Default(Calibration::MinMax);
}

//===--- Calibration ------------------------------------------------------------===//

namespace {
/// What is seen of one tensor.
struct Statistics {
  Histogram histogram;
  ChannelMeans means;
};
using Seen = std::map<std::string, Statistics>;
} // namespace

/// Means are for products: of vectors that are not too long to be noted with a tensor.
static Error addFloats(const ingot_array &array, bool isFixed, Statistics &statistics) {
  constexpr int64_t kMostChannels = 1 << 14;
  size_t bytes = 0;
  if (!ingot_array_bytes(&array, &bytes))
    return llvm::createStringError("a tensor is too large");
  llvm::ArrayRef<float> values(static_cast<const float *>(array.data), bytes / sizeof(float));
  statistics.histogram.add(values);
  int64_t channels = array.rank > 1 && isFixed ? array.dims[array.rank - 1] : 0;
  if (channels > 0 && channels <= kMostChannels)
    statistics.means.add(values, size_t(channels));
  return Error::success();
}

/// Whether the last dimension is the same in each call.
static bool hasFixedChannels(const ingot_tensor &tensor) {
  return tensor.rank > 0 && tensor.dims[tensor.rank - 1] >= 0;
}

/// The floats that one call takes and gives.
static Error observe(const Call &call, Source &source, Seen &seen) {
  const ingot_signature &signature = call.signature();
  for (int32_t i = 0; i < signature.input_count; ++i) {
    const ingot_tensor &tensor = signature.inputs[i];
    auto array = source.load(tensor.name);
    if (!array)
      return array.takeError();
    if (tensor.dtype == INGOT_FLOAT32 && *array)
      if (Error error = addFloats(***array, hasFixedChannels(tensor), seen[tensor.name]))
        return error;
  }
  for (int32_t i = 0; i < signature.output_count; ++i) {
    const ingot_tensor &tensor = signature.outputs[i];
    if (tensor.dtype != INGOT_FLOAT32)
      continue;
    auto array = call.output(i);
    if (!array)
      return array.takeError();
    if (Error error = addFloats(*array, hasFixedChannels(tensor), seen[tensor.name]))
      return error;
  }
  return Error::success();
}

static Error observeSignature(const Library &library, const ingot_signature &signature,
                              const NpzReader &file, StringRef where, Seen &seen) {
  auto samples = Samples::load(file, signature);
  if (!samples)
    return samples.takeError();
  auto session = Session::open(library.model(), where, /*threads=*/1, /*arenaBytes=*/0);
  if (!session)
    return session.takeError();
  for (size_t i = 0; i < samples->calls(); ++i) {
    auto source = samples->source(i);
    auto call = Call::prepare(signature, *source);
    if (!call)
      return call.takeError();
    if (Error error = (*session)->reserve(*call))
      return error;
    if (Error error = (*session)->run(*call))
      return error;
    if (Error error = observe(*call, *source, seen))
      return error;
  }
  return Error::success();
}

static Error checkKeys(const NpzReader &file, llvm::ArrayRef<ingot_signature> signatures) {
  auto isInput = [&](StringRef key) {
    return llvm::any_of(signatures, [&](const ingot_signature &signature) {
      return llvm::any_of(llvm::ArrayRef(signature.inputs, size_t(signature.input_count)),
                          [&](const ingot_tensor &input) { return key == input.name; });
    });
  };
  for (const std::string &key : file.keys())
    if (!isInput(key))
      return failed(file.path(), "'" + key + "' is no input of the model (ingot show lists them)");
  return Error::success();
}

/// The model as it is quantized, with floats, for this machine.
static Options observedBuild(const Options &options) {
  Options observed = options;
  observed.observe = true;
  observed.quantize = Quantize::None;
  observed.level = OptLevel::O3;
  observed.target = observed.cpu = observed.attributes = "";
  observed.maxRam = observed.maxFlash = std::nullopt;
  observed.printAfter.clear();
  observed.stopAfter.clear();
  return observed;
}

static Error calibrate(Options &options, const NpzReader &file, Calibration how) {
  auto library = Library::openOrCompile(observedBuild(options));
  if (!library)
    return library.takeError();
  llvm::ArrayRef<ingot_signature> signatures(library->model().signatures,
                                             size_t(library->model().signature_count));
  if (Error error = checkKeys(file, signatures))
    return error;
  for (const ingot_signature &signature : signatures) {
    Seen seen;
    if (Error error = observeSignature(*library, signature, file, options.model, seen))
      return error;
    for (const auto &[name, statistics] : seen) {
      const Histogram &histogram = statistics.histogram;
      if (histogram.notFinite() || !histogram.count())
        continue; // stays float
      ChosenRange range = chooseRange(histogram, how);
      options.ranges.push_back(
          {signature.name, name, range.low, range.high, statistics.means.values()});
    }
  }
  return Error::success();
}

Error QuantizeArguments::apply(Options &options) const {
  options.quantize = modeOf(mode);
  options.keepFloat = keepFloat;
  bool isInt8 = options.quantize == Quantize::Int8;
  if (isInt8 && calibrate.empty())
    return misused("--quantize", "int8 needs samples to choose ranges by (--calibrate=FILE.npz)");
  if (!isInt8 && (!calibrate.empty() || !calibration.empty() || maxError))
    return misused(!calibrate.empty()     ? "--calibrate"
                   : !calibration.empty() ? "--calibration"
                                          : "--max-error",
                   "only --quantize=int8 is calibrated");
  if (mode.empty() && !keepFloat.empty())
    return misused("--keep-float", "nothing is quantized without --quantize");
  if (!isInt8)
    return Error::success();
  auto file = NpzReader::open(calibrate);
  if (!file)
    return file.takeError();
  if (Error error = ::calibrate(options, *file, calibrationOf(calibration)))
    return error;
  return maxError ? keepWorstFloat(options, *file, *maxError) : Error::success();
}
