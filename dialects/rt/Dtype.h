#ifndef INGOT_DIALECTS_RT_DTYPE_H
#define INGOT_DIALECTS_RT_DTYPE_H

#include "ingot/abi.h"
#include "mlir/IR/Types.h"

namespace ingot {

/// The binary interface's number of an element type of the `ingot` dialect.
ingot_dtype dtypeOf(mlir::Type element);

} // namespace ingot

#endif
