#include "tools/ingot/Layers.h"

#include "tools/ingot/Error.h"
#include "tools/ingot/Samples.h"

#include <map>

using namespace ingot;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

Expected<ObservedBuild> ObservedBuild::open(const Options &options, StringRef name,
                                            const DataArguments &data) {
  Options observed = options;
  observed.observe = true;
  auto library = Library::openOrCompile(observed);
  if (!library)
    return library.takeError();
  auto signature = findSignature(library->model(), name, options.model);
  if (!signature)
    return signature.takeError();
  auto session = Session::open(library->model(), options.model, data.threads, data.arenaBytes);
  if (!session)
    return session.takeError();
  return ObservedBuild(std::move(*library), std::move(*session), *signature);
}

Expected<Call> ObservedBuild::call(Source &source) {
  auto call = Call::prepare(*of, source);
  if (!call)
    return call.takeError();
  if (Error error = session->reserve(*call))
    return std::move(error);
  if (Error error = session->run(*call))
    return std::move(error);
  return call;
}

Options ingot::floatBuild(const Options &options) {
  Options plain = options;
  plain.quantize = Quantize::None;
  plain.ranges.clear();
  plain.keepFloat.clear();
  return plain;
}

namespace {
/// Rows of the tensors that two calls have in common.
class LayerTable {
public:
  LayerTable(const Options &options, const ingot_signature &reference) {
    for (const TensorRange &range : options.ranges)
      if (range.signature == reference.name)
        ranges[range.name] = range;
    for (int32_t i = 0; i < reference.output_count; ++i)
      outputs[reference.outputs[i].name] = i;
  }
  Error add(const Call &quantized, const Call &reference);
  std::vector<LayerRow> rows;

private:
  LayerRow &row(StringRef tensor);
  std::map<std::string, TensorRange> ranges;
  std::map<std::string, int32_t> outputs; ///< of the reference
  std::map<std::string, size_t> places;   ///< of rows
};
} // namespace

static llvm::ArrayRef<float> floatsOf(const ingot_array &array) {
  size_t bytes = 0;
  bool isKnown = ingot_array_bytes(&array, &bytes);
  return {static_cast<const float *>(array.data), isKnown ? bytes / sizeof(float) : 0};
}

LayerRow &LayerTable::row(StringRef tensor) {
  auto [place, isNew] = places.try_emplace(tensor.str(), rows.size());
  if (isNew)
    rows.push_back({tensor.str(), {}});
  return rows[place->second];
}

Error LayerTable::add(const Call &quantized, const Call &reference) {
  for (int32_t i = 0; i < quantized.signature().output_count; ++i) {
    const ingot_tensor &tensor = quantized.signature().outputs[i];
    auto other = outputs.find(tensor.name);
    if (tensor.dtype != INGOT_FLOAT32 || other == outputs.end())
      continue;
    auto have = quantized.output(i), want = reference.output(other->second);
    if (!have || !want)
      return llvm::joinErrors(have.takeError(), want.takeError());
    llvm::ArrayRef<float> actual = floatsOf(*have), expected = floatsOf(*want);
    if (actual.size() != expected.size())
      return failed(tensor.name, "the builds give different numbers of elements");
    LayerError &error = row(tensor.name).error;
    auto range = ranges.find(tensor.name);
    if (range == ranges.end())
      error.add(actual, expected);
    else
      error.add(actual, expected, range->second.low, range->second.high);
  }
  return Error::success();
}

Expected<std::vector<LayerRow>> ingot::compareLayers(ObservedBuild &reference,
                                                     const Options &options,
                                                     const DataArguments &data,
                                                     ForEachCall forEachCall) {
  auto quantized = ObservedBuild::open(options, reference.signature().name, data);
  if (!quantized)
    return quantized.takeError();
  LayerTable table(options, reference.signature());
  auto compareOne = [&](Source &source, Source &same) -> Error {
    auto want = reference.call(source);
    if (!want)
      return want.takeError();
    auto have = quantized->call(same);
    return have ? table.add(*have, *want) : have.takeError();
  };
  if (Error error = forEachCall(reference.signature(), compareOne))
    return std::move(error);
  return std::move(table.rows);
}

Error ingot::forEachSample(const NpzReader &file, const ingot_signature &signature,
                           TwoSources call) {
  auto samples = Samples::load(file, signature);
  if (!samples)
    return samples.takeError();
  for (size_t i = 0; i < samples->calls(); ++i)
    if (Error error = call(*samples->source(i), *samples->source(i)))
      return error;
  return Error::success();
}
