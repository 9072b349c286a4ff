#ifndef INGOT_COMPILER_LIMITS_H
#define INGOT_COMPILER_LIMITS_H

#include "mlir/IR/BuiltinOps.h"

namespace ingot {

/// Atoms and terms of all dynamic dimensions of a model together: code that computes
/// them is made several times for each.
constexpr uint64_t kMaxSizeArithmetic = 1 << 19;

/// Inputs, and outputs, of one signature.
constexpr unsigned kMaxSignatureTensors = 1024;

/// Refuses an imported module of `ingot` ops that would take more time or memory to
/// compile than its size lets expect.
mlir::LogicalResult checkLimits(mlir::ModuleOp module);

} // namespace ingot

#endif // INGOT_COMPILER_LIMITS_H
