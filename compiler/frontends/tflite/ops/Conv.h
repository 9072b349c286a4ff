#ifndef INGOT_FRONTENDS_TFLITE_OPS_CONV_H
#define INGOT_FRONTENDS_TFLITE_OPS_CONV_H

#include "compiler/frontends/tflite/ops/Rows.h"

namespace ingot::tflite {

/// A convolution as an op of the dialect: float and integer rows differ in what they
/// put around it.
struct Convolution {
  using Attributes = llvm::SmallVector<std::pair<llvm::StringRef, mlir::Attribute>>;

  llvm::StringRef op;
  Values operands; ///< x, the filter in the dialect's order, a transposed one's sizes
  Attributes attributes;
  size_t bias; ///< index of the input that may be there
  Activation activation;

  /// Null after an error.
  mlir::Value emit(Node &n) const;
};

/// Fail with an error at the node if the operands do not make one.
mlir::FailureOr<Convolution> readConv2D(Node &n);
mlir::FailureOr<Convolution> readDepthwiseConv2D(Node &n);
mlir::FailureOr<Convolution> readTransposeConv(Node &n);

} // namespace ingot::tflite

#endif
