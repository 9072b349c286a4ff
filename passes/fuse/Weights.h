#ifndef INGOT_PASSES_FUSE_WEIGHTS_H
#define INGOT_PASSES_FUSE_WEIGHTS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"

namespace ingot {

/// The bytes of a constant tensor: those of one element if it is a splat, none
/// if `value` is no constant or has no elements.
llvm::ArrayRef<char> weightBytes(mlir::Value value);

/// A constant of these bytes, one for each element; large ones as resource blobs.
mlir::Value weightConstant(mlir::OpBuilder &b, mlir::Location loc, mlir::RankedTensorType type,
                           llvm::ArrayRef<char> bytes);

/// A product with constant weights: each channel of its result depends on its
/// own part of them.
struct WeightedOp {
  mlir::Operation *op;
  unsigned operand;  ///< the weights
  int64_t channels;  ///< the last dimension of the result
  int64_t inner = 1; ///< element i of the weights is for channel (i / inner) % channels
};

/// The matmul, conv, depthwise_conv or transposed_conv of floats with constant
/// weights that makes `value`, if it has no other use.
std::optional<WeightedOp> weightedOp(mlir::Value value);
/// The same of an op, whatever uses its result has.
std::optional<WeightedOp> weightedOp(mlir::Operation *op);

/// A constant of floats that varies along the last dimension at most: its value
/// for each of `channels`.
std::optional<llvm::SmallVector<double, 0>> channelValues(mlir::Value value, int64_t channels);

/// The vector of these values.
mlir::Value channelConstant(mlir::OpBuilder &b, mlir::Location loc, mlir::Type element,
                            llvm::ArrayRef<double> values);

/// The weights with those for channel c multiplied by scales[c].
mlir::Value scaledWeights(mlir::OpBuilder &b, const WeightedOp &weighted,
                          llvm::ArrayRef<double> scales);

} // namespace ingot

#endif
