#ifndef INGOT_PASSES_QUANTIZE_KEPTNODES_H
#define INGOT_PASSES_QUANTIZE_KEPTNODES_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSet.h"

namespace ingot {

/// Nodes of the source model, or scopes of them ("block1" for "block1/conv"), whose ops
/// are not to be quantized.
class KeptNodes {
public:
  explicit KeptNodes(llvm::ArrayRef<std::string> names) : names(names) {}

  /// Whether the op is one of them.
  bool contains(mlir::Operation *op);
  /// An error at the module for a name that no op had.
  mlir::LogicalResult checkAllFound(mlir::ModuleOp module) const;

private:
  llvm::ArrayRef<std::string> names;
  llvm::StringSet<> found;
};

} // namespace ingot

#endif
