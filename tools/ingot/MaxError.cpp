#include "tools/ingot/MaxError.h"

#include "compiler/Compiler.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/Layers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace ingot;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace {
/// What one round of the search sees, over all signatures.
struct Round {
  double error = 0;      ///< the largest one of an output
  std::string output;    ///< that output
  std::string worstNode; ///< that adds the most error; empty if none is left
};

class Search {
public:
  Search(Options &options, const NpzReader &file) : options(options), file(file) {}

  Error open();
  Expected<Round> measure();

private:
  Error measure(ObservedBuild &reference, const llvm::StringSet<> &outputs, Round &round,
                double &mostAdded);

  Options &options;
  const NpzReader &file;
  DataArguments data;
  std::vector<std::pair<ObservedBuild, llvm::StringSet<>>> signatures; ///< with their outputs
};
} // namespace

Error Search::open() {
  auto model = describe(options);
  if (!model)
    return model.takeError();
  for (const SignatureInfo &signature : model->signatures) {
    bool isChosen =
        options.signatures.empty() || llvm::is_contained(options.signatures, signature.name);
    if (!isChosen || StringRef(signature.name).starts_with("__"))
      continue;
    auto build = ObservedBuild::open(floatBuild(options), signature.name, data);
    if (!build)
      return build.takeError();
    llvm::StringSet<> outputs;
    for (const TensorInfo &output : signature.outputs)
      outputs.insert(output.name);
    signatures.emplace_back(std::move(*build), std::move(outputs));
  }
  return Error::success();
}

/// Error by signal, of their squares.
static double noiseOf(const LayerError &error) {
  return std::pow(10.0, -error.signalToNoise() / 10);
}

/// The error that a tensor has and the one before it has not is its own.
Error Search::measure(ObservedBuild &reference, const llvm::StringSet<> &outputs, Round &round,
                      double &mostAdded) {
  auto rows = compareLayers(reference, options, data, [&](auto &signature, TwoSources call) {
    return forEachSample(file, signature, call);
  });
  if (!rows)
    return rows.takeError();
  double before = 0;
  for (const auto &[tensor, error] : *rows) {
    double noise = noiseOf(error);
    if (outputs.contains(tensor)) {
      if (std::sqrt(noise) > round.error) {
        round.error = std::sqrt(noise);
        round.output = tensor;
      }
      continue;
    }
    std::string node = StringRef(tensor).rsplit(':').first.str();
    if (noise - before > mostAdded && !llvm::is_contained(options.keepFloat, node)) {
      mostAdded = noise - before;
      round.worstNode = node;
    }
    before = noise;
  }
  return Error::success();
}

Expected<Round> Search::measure() {
  Round round;
  double mostAdded = 0;
  for (auto &[build, outputs] : signatures)
    if (Error error = measure(build, outputs, round, mostAdded))
      return std::move(error);
  return round;
}

Error ingot::keepWorstFloat(Options &options, const NpzReader &samples, double most) {
  Search search(options, samples);
  if (Error error = search.open())
    return error;
  while (true) {
    auto round = search.measure();
    if (!round)
      return round.takeError();
    if (round->error <= most)
      return Error::success();
    if (round->worstNode.empty())
      return failed(options.model,
                    round->output + llvm::formatv(": the error is {0:f4} with {1} nodes in "
                                                  "floats, more than --max-error allows",
                                                  round->error, options.keepFloat.size())
                                        .str());
    options.keepFloat.push_back(round->worstNode);
  }
}
