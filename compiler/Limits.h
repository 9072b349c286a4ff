#ifndef INGOT_COMPILER_LIMITS_H
#define INGOT_COMPILER_LIMITS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"

namespace ingot {

/// Atoms and terms of all dynamic dimensions of a model together: code that computes
/// them is made several times for each.
constexpr uint64_t kMaxSizeArithmetic = 1 << 18;

/// Bytes of all constants that are one value, repeated: a few bytes of a file, but weights
/// of kernels are written out.
constexpr uint64_t kMaxRepeatedBytes = 1 << 30;

/// Inputs, and outputs, of one signature.
constexpr unsigned kMaxSignatureTensors = 1024;

/// Also for importers, before they build what is refused.
inline mlir::LogicalResult checkTensorCount(mlir::Location loc, llvm::StringRef signature,
                                            size_t inputs, size_t outputs) {
  if (std::max(inputs, outputs) <= kMaxSignatureTensors)
    return mlir::success();
  return mlir::emitError(loc) << "signature \"" << signature << "\" has more than "
                              << kMaxSignatureTensors << " inputs or outputs";
}

/// Refuses an imported module of `ingot` ops that would take more time or memory to
/// compile than its size lets expect.
mlir::LogicalResult checkLimits(mlir::ModuleOp module);

} // namespace ingot

#endif // INGOT_COMPILER_LIMITS_H
