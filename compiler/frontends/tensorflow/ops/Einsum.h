#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_EINSUM_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_EINSUM_H

#include "compiler/frontends/tensorflow/ops/Rows.h"

namespace ingot::tensorflow {

/// Einsum of one or two operands as diagonals, sums, transposes, reshapes and
/// one batch matrix product.
mlir::LogicalResult buildEinsum(Node &n);

} // namespace ingot::tensorflow

#endif
