#ifndef INGOT_FRONTENDS_TFLITE_OPS_MATMUL_H
#define INGOT_FRONTENDS_TFLITE_OPS_MATMUL_H

#include "compiler/frontends/tflite/ops/Rows.h"

namespace ingot::tflite {

/// rows * transpose(weights), with bias and activation.
using RowProduct = llvm::function_ref<mlir::Value(mlir::Value rows, mlir::Value weights)>;

/// FULLY_CONNECTED: the product for the rows of x; the rows take the shape [-1], or with
/// `keep_num_dims` that of x without its last dimension.
mlir::LogicalResult fullyConnected(Node &n, RowProduct product);

} // namespace ingot::tflite

#endif
