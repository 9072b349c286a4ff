// ingot compare --per-layer: how far a quantized build is from the float one, tensor by
// tensor, the worst first.
#include "tools/ingot/Compare.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/LayerChart.h"
#include "tools/ingot/RandomSource.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

using namespace ingot;
using llvm::Error;

static void printTable(const std::vector<LayerRow> &rows) {
  llvm::outs() << "   SNR dB    cosine  largest error  saturated  tensor\n";
  for (const auto &[name, error] : rows)
    llvm::outs() << llvm::format("%9.2f  %8.6f  %13.6g  %8.3f%%  ", error.signalToNoise(),
                                 error.cosine(), error.largest(), error.saturated() * 100)
                 << name << '\n';
}

static void printJson(const std::vector<LayerRow> &rows) {
  llvm::json::Array list;
  for (const auto &[name, error] : rows)
    list.push_back(llvm::json::Object{{"tensor", llvm::json::fixUTF8(name)},
                                      {"snr_db", error.signalToNoise()},
                                      {"cosine", error.cosine()},
                                      {"max_abs", error.largest()},
                                      {"saturated", error.saturated()}});
  llvm::outs() << llvm::json::Value(llvm::json::Object{{"tensors", std::move(list)}}) << '\n';
}

Error CompareVerb::comparePerLayer(const Options &options) const {
  auto reference = ObservedBuild::open(floatBuild(options), signatureName(), data);
  if (!reference)
    return reference.takeError();
  auto rows = compareLayers(*reference, options, data, [&](auto &signature, TwoSources call) {
    return forEachCall(options, signature, call);
  });
  if (!rows)
    return rows.takeError();
  if (!svg.empty())
    if (Error error = llvm::writeToOutput(svg, [&](llvm::raw_ostream &os) {
          drawLayers(*rows, os);
          return Error::success();
        }))
      return failed(svg, llvm::toString(std::move(error)));
  llvm::stable_sort(*rows, [](const LayerRow &a, const LayerRow &b) {
    return a.error.signalToNoise() < b.error.signalToNoise();
  });
  data.json ? printJson(*rows) : printTable(*rows);
  return Error::success();
}

/// With --inputs, or without samples, once; else with all samples.
Error CompareVerb::forEachCall(const Options &options, const ingot_signature &signature,
                               TwoSources call) const {
  if (data.inputs.empty() && !quantize.calibrate.empty()) {
    auto file = NpzReader::open(quantize.calibrate);
    if (!file)
      return file.takeError();
    return forEachSample(*file, signature, call);
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
