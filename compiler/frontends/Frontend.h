#ifndef INGOT_FRONTENDS_FRONTEND_H
#define INGOT_FRONTENDS_FRONTEND_H

#include "compiler/Compiler.h"
#include "mlir/IR/BuiltinOps.h"

#include <memory>

namespace ingot {

/// A model that a reader has checked, of any format.
class LoadedModel {
public:
  virtual ~LoadedModel() = default;

  /// Adds one function of `ingot` ops for each signature that the options ask
  /// for. Leaves an error at each node that cannot be imported. The model must
  /// outlive the module: weights are not copied.
  virtual mlir::LogicalResult import(mlir::ModuleOp module, const Options &options) = 0;

  virtual ModelInfo describe() const = 0;
};

/// Reads a model of any format that this build knows, told from its content.
llvm::Expected<std::unique_ptr<LoadedModel>> loadModel(llvm::StringRef path);

/// Appends the rows of a format, by name.
void listTensorFlowOps(std::vector<SupportedOp> &ops);
void listTFLiteOps(std::vector<SupportedOp> &ops);

/// One function a format, in the folder of its name.
llvm::Expected<std::unique_ptr<LoadedModel>> loadTensorFlow(llvm::StringRef path);
llvm::Expected<std::unique_ptr<LoadedModel>> loadTFLite(llvm::StringRef path);
llvm::Expected<std::unique_ptr<LoadedModel>> loadMlir(llvm::StringRef path);

} // namespace ingot

#endif
