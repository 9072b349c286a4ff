#ifndef INGOT_PASSES_TILE_UPPERPRODUCTS_H
#define INGOT_PASSES_TILE_UPPERPRODUCTS_H

#include "mlir/IR/Operation.h"

namespace ingot {

/// Upper halves of products of 32-bit vectors, trunc((ext(x) * ext(y)) >> 32), lane by lane
/// in pairs: x86 multiplies every other lane. LLVM finds that by itself only where no operand
/// is extended outside of the loop.
void pairUpperProducts(mlir::Operation *root);

} // namespace ingot

#endif
