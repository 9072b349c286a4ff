#ifndef INGOT_COMPILER_COSTS_H
#define INGOT_COMPILER_COSTS_H

#include "compiler/Report.h"
#include "mlir/IR/BuiltinOps.h"

namespace ingot {

/// Multiply-accumulates and bytes of the `ingot` ops of a module, by kind of op,
/// the most expensive first. A dynamic dimension counts as 1, a loop as one round;
/// signatures that are one function count once.
std::vector<Report::OpCost> countCosts(mlir::ModuleOp module);

/// Convolutions and matrix products, and those of them that multiply integers.
struct ProductCounts {
  uint64_t all = 0, integer = 0;
};
ProductCounts countProducts(mlir::ModuleOp module);

} // namespace ingot

#endif
