#ifndef INGOT_PASSES_LOWER_CONTRACT_H
#define INGOT_PASSES_LOWER_CONTRACT_H

#include "passes/lower/Lower.h"

namespace ingot {

/// A factor of a contraction and whether its complex conjugate is meant.
struct Factor : Lowering::Operand {
  bool conjugate = false;
};

/// Sums of products: a tensor of `result`'s shape and element type whose
/// elements are sums of x * y over the loops that map `out` does not name.
/// 16-bit floats are summed in f32 and rounded once.
///
/// Matrix products and convolutions all have this one form, the loops of the
/// result first: later stages recognise them by their maps.
mlir::Value contract(Lowering &l, mlir::Location loc, const ShapeInfo &result, mlir::AffineMap out,
                     const Factor &x, const Factor &y);

} // namespace ingot

#endif
