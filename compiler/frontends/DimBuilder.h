#ifndef INGOT_FRONTENDS_DIMBUILDER_H
#define INGOT_FRONTENDS_DIMBUILDER_H

#include "compiler/frontends/GraphBuilder.h"

namespace ingot {

/// The dims as a vector of i64, computed by `ingot` ops.
mlir::Value dimVector(GraphBuilder &b, mlir::Location loc, llvm::ArrayRef<Dim> dims);

/// True if all that `dim` depends on can be used at the end of `block`.
bool isVisible(const DimTable &table, Dim dim, mlir::Block *block);

} // namespace ingot

#endif
