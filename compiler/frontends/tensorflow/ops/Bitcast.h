#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_BITCAST_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_BITCAST_H

#include "compiler/frontends/tensorflow/ops/Rows.h"

namespace ingot::tensorflow {

/// The bytes of x as elements of `to`: a smaller type adds a last dimension, a larger one
/// takes it away. Null and an error at the node if that dimension does not fit.
mlir::Value emitBitcast(Node &n, mlir::Value x, mlir::Type to);

} // namespace ingot::tensorflow

#endif
