#ifndef INGOT_FRONTENDS_TFLITE_OPS_REDUCE_H
#define INGOT_FRONTENDS_TFLITE_OPS_REDUCE_H

#include "compiler/frontends/tflite/ops/Rows.h"

namespace ingot::tflite {

/// The axes that a reduction of x has as input 1, ascending, each once; an error at the
/// node if they are no constants or out of range.
mlir::FailureOr<llvm::SmallVector<int64_t>> reducedAxes(Node &n, mlir::Value x);

} // namespace ingot::tflite

#endif
