// Dynamic range models: floats meet integer weights, and are quantized as they come.
#ifndef INGOT_FRONTENDS_TFLITE_INTEGER_HYBRID_H
#define INGOT_FRONTENDS_TFLITE_INTEGER_HYBRID_H

#include "compiler/frontends/tflite/ops/Rows.h"

namespace ingot::tflite {

/// True if input x is float and input w is quantized.
bool isHybrid(Node &n, size_t x, size_t w);

/// Products of floats x, in 8 bits with scales of their own, and integer weights w.
class HybridContraction {
public:
  /// Dimension `channels` of the weights has the output's channels. An error at the node
  /// if the types or scales are not taken.
  static mlir::FailureOr<HybridContraction> read(Node &n, size_t x, size_t w, size_t bias,
                                                 int64_t channels);

  /// Without bias, of weights whose scales are given: one, or one for each channel.
  HybridContraction(Node &n, llvm::ArrayRef<float> scales) : n(n), scales(scales), bias(n.size()) {}

  /// True if the weights have several scales that are not all the same.
  bool hasChannelScales() const;

  /// x as integers without a zero point: one scale for each range over `axes`, which is
  /// kept for finished(). An asymmetric range is that of the values (and 0), a symmetric
  /// one is as far below 0 as above. Source: AsymmetricQuantizeFloats and
  /// SymmetricQuantizeFloats in tensorflow/lite/kernels/internal/portable_tensor_utils.cc.
  mlir::Value quantized(mlir::Value x, llvm::ArrayRef<int64_t> axes, bool isAsymmetric);
  /// The weights in the type of what quantized() gave.
  mlir::Value weights(mlir::Value w);
  /// For a transposed x: its scales stand in columns then.
  void transposeScales();
  /// Floats from sums of products, channels last; with bias and activation.
  mlir::Value finished(mlir::Value sums, Activation activation);

private:
  mlir::Value quantizedSymmetric(mlir::Value x, NamedAttributes over);
  mlir::Value quantizedAsymmetric(mlir::Value x, NamedAttributes over);

  Node &n;
  llvm::SmallVector<float> scales; ///< of the weights
  size_t bias = 0;
  mlir::Value scale;     ///< of x, one for each range
  mlir::Type factorType; ///< of what is multiplied
};

} // namespace ingot::tflite

#endif
