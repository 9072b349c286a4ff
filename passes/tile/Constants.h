#ifndef INGOT_PASSES_TILE_CONSTANTS_H
#define INGOT_PASSES_TILE_CONSTANTS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace ingot {

/// A constant tensor's elements as they lie in memory.
struct ConstantBytes {
  llvm::ArrayRef<char> bytes;
  bool isSplat = false; ///< `bytes` holds one element that stands for all
};

/// The bytes behind `value` if it is a constant, looked at through reshapes and
/// casts that leave the order of the elements alone.
std::optional<ConstantBytes> constantBytes(mlir::Value value);

/// A constant tensor of these bytes; large ones as resource blobs.
mlir::Value createConstant(mlir::OpBuilder &b, mlir::Location loc, mlir::RankedTensorType type,
                           llvm::ArrayRef<char> bytes);

} // namespace ingot

#endif
