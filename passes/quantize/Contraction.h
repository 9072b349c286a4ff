#ifndef INGOT_PASSES_QUANTIZE_CONTRACTION_H
#define INGOT_PASSES_QUANTIZE_CONTRACTION_H

#include "dialects/ingot/Ingot.h"
#include "passes/fuse/Weights.h"

namespace ingot {

/// The op as a product of floats x, its operand 0, and constant weights, if integers can
/// compute it: all sums fit 32 bits.
std::optional<WeightedOp> quantizableOp(mlir::Operation *op);

/// Weights in 8 bits, without a zero point, each channel with a step of its own.
struct IntegerWeights {
  llvm::SmallVector<int8_t, 0> numbers; ///< in the order of the floats
  llvm::SmallVector<double> steps;      ///< of each channel
  llvm::SmallVector<int64_t> sums;      ///< of each channel's numbers

  /// Symmetric: the largest magnitude of a channel becomes 127, unless the step would be
  /// smaller than `least` of it (empty: 0).
  static IntegerWeights of(const WeightedOp &weighted, llvm::ArrayRef<double> least = {});
  mlir::Value constant(mlir::OpBuilder &b, const WeightedOp &weighted) const;
  /// What rounding the weights adds to each channel's sums, in reals, where the op's x has
  /// these means by channel; zeros if they are not for the op.
  llvm::SmallVector<double> shifts(const WeightedOp &weighted, llvm::ArrayRef<float> means) const;
};

/// The same product of 8-bit numbers, as sums of 32 bits; `padValue` stands around x.
mlir::Value integerProduct(mlir::OpBuilder &b, mlir::Operation *op, mlir::Value x,
                           mlir::Value weights, int64_t padValue);

/// The tensor type with another element type.
mlir::RankedTensorType withElement(mlir::Type type, mlir::Type element);

} // namespace ingot

#endif
