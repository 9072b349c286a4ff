#ifndef INGOT_FRONTENDS_TFLITE_INTEGER_CONTRACT_H
#define INGOT_FRONTENDS_TFLITE_INTEGER_CONTRACT_H

#include "compiler/frontends/tflite/integer/Integer.h"

namespace ingot::tflite {

/// Sums of (x - its zero point) * (w - its zero point) + bias, brought to the output's
/// scale: what convolutions and matrix products have in common.
///
/// Where the weights are constant with a zero point of 0, the numbers are multiplied as
/// they are, and the zero point of x is folded into the bias; x is then padded with it.
class IntegerContraction {
public:
  /// Of inputs x, w and perhaps a bias; dimension `channels` of the weights, the
  /// contraction's only free one, has the output's channels. An error at the node if the
  /// types or scales are not taken.
  static mlir::FailureOr<IntegerContraction> read(Node &n, size_t x, size_t w, size_t bias,
                                                  int64_t channels, Activation activation);

  /// An operand as the contraction reads it.
  mlir::Value factor(mlir::Value value, bool isWeights);
  /// What stands around x.
  int64_t padValue() const { return isFolded ? zeroPointOf(*x) : 0; }
  /// The element type of sums.
  mlir::Type sumType() { return n.b.getIntegerType(isWide ? 64 : 32); }
  /// From sums of products, channels last, to numbers of the output.
  mlir::Value finished(mlir::Value sums);

private:
  IntegerContraction(Node &n) : n(n) {}
  mlir::LogicalResult readTypes(size_t bias);
  mlir::LogicalResult readScales();
  llvm::SmallVector<int64_t> weightSums() const;
  mlir::Value withBias(mlir::Value sums);

  Node &n;
  const Tensor *x = nullptr, *w = nullptr, *output = nullptr;
  const Tensor *bias = nullptr; ///< null if there is none
  mlir::Value biasValue;
  int64_t channels = 0;
  bool isFolded = false;
  bool isWide = false; ///< sums have 64 bits
  Requantization result;
};

} // namespace ingot::tflite

#endif
