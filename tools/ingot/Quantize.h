// --quantize and its kin: what several verbs take, and the calibration behind it.
#ifndef INGOT_TOOLS_QUANTIZE_H
#define INGOT_TOOLS_QUANTIZE_H

#include "compiler/Options.h"

#include "llvm/Support/Error.h"

namespace CLI {
class App;
} // namespace CLI

namespace ingot {

struct QuantizeArguments {
  std::string mode, calibrate, calibration;
  std::vector<std::string> keepFloat;
  std::optional<double> maxError;

  void add(CLI::App &verb);
  /// Sets what the options have for it. For int8 this compiles the float model, with all
  /// tensors as outputs, and calls it with the samples.
  llvm::Error apply(Options &options) const;
};

} // namespace ingot

#endif // INGOT_TOOLS_QUANTIZE_H
