// The tensors of a quantized build beside those of the float one.
#ifndef INGOT_TOOLS_LAYERS_H
#define INGOT_TOOLS_LAYERS_H

#include "compiler/calibrate/LayerError.h"
#include "tools/ingot/Arguments.h"
#include "tools/ingot/Call.h"

namespace ingot {

/// Gives the inputs of one call after the other, to two builds: sources are used up.
using TwoSources = llvm::function_ref<llvm::Error(Source &, Source &)>;
using ForEachCall = llvm::function_ref<llvm::Error(const ingot_signature &, TwoSources)>;

/// All samples of a calibration file.
llvm::Error forEachSample(const NpzReader &file, const ingot_signature &signature, TwoSources call);

struct LayerRow {
  std::string tensor;
  LayerError error;
};

/// A build that gives its tensors, ready for calls.
class ObservedBuild {
public:
  /// `name` is that of a signature; "" is the default one.
  static llvm::Expected<ObservedBuild> open(const Options &options, llvm::StringRef name,
                                            const DataArguments &data);
  llvm::Expected<Call> call(Source &source);
  const ingot_signature &signature() const { return *of; }

private:
  ObservedBuild(Library library, std::unique_ptr<Session> session, const ingot_signature *of)
      : library(std::move(library)), session(std::move(session)), of(of) {}
  Library library;
  std::unique_ptr<Session> session;
  const ingot_signature *of;
};

/// The model as the options have it, but with floats and all its tensors.
Options floatBuild(const Options &options);

/// Calls `reference`, and what the options ask for, and sets tensors of both side by
/// side, in the order of the program.
llvm::Expected<std::vector<LayerRow>> compareLayers(ObservedBuild &reference,
                                                    const Options &options,
                                                    const DataArguments &data,
                                                    ForEachCall forEachCall);

} // namespace ingot

#endif // INGOT_TOOLS_LAYERS_H
