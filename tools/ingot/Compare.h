#ifndef INGOT_TOOLS_COMPARE_H
#define INGOT_TOOLS_COMPARE_H

#include "tools/ingot/Layers.h"
#include "tools/ingot/Quantize.h"
#include "tools/ingot/Verdicts.h"

namespace ingot {

/// The command line of `ingot compare`.
struct CompareVerb {
  CompileArguments compile;
  QuantizeArguments quantize;
  DataArguments data;
  ToleranceArguments tolerance;
  std::string golden, plantError, svg;
  bool reset = false, perLayer = false;

  void add(CLI::App &verb);
  llvm::Error run() const;

private:
  llvm::StringRef signatureName() const {
    return compile.signatures.empty() ? "" : llvm::StringRef(compile.signatures[0]);
  }
  llvm::Error compareWithGolden(const Options &options) const;
  llvm::Error compareWithReference(const Options &options) const;
  llvm::Error comparePerLayer(const Options &options) const;
  llvm::Error forEachCall(const Options &options, const ingot_signature &signature,
                          TwoSources call) const;
};

} // namespace ingot

#endif // INGOT_TOOLS_COMPARE_H
