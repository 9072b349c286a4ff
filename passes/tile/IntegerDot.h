#ifndef INGOT_PASSES_TILE_INTEGERDOT_H
#define INGOT_PASSES_TILE_INTEGERDOT_H

#include "passes/tile/DotLayout.h"
#include "passes/tile/Emitter.h"

namespace ingot {

/// The instruction that adds products of bytes to a vector of 32-bit sums, and its operands.
class IntegerDot {
public:
  IntegerDot(Emitter &e, const DotLayout &layout);

  using Value = mlir::Value;

  /// What the sums of vector v of a panel start from.
  Value start(const Emitter::Panel &panel, int64_t v);
  /// A row of the packed weights.
  Value weights(const Emitter::Panel &panel, Value row, int64_t v);

  /// `group` bytes of the input from `at` on, for all lanes.
  Value factor(Value input, mlir::ValueRange at);
  /// The same of single bytes; those that are not there count as 0.
  Value factor(llvm::ArrayRef<Value> bytes);
  /// The same where each lane has bytes of its own: vectors of them, of which those that
  /// are not there count as 0.
  Value laneFactor(llvm::ArrayRef<Value> vectors);
  /// A byte that is everywhere.
  Value constantFactor(int64_t value);
  Value byte(int64_t value);

  /// sum + x * w
  Value add(Value sum, Value x, Value w);

  DotLayout layout;

private:
  Value factorOf(Value word);
  Value flipped(Value bytes);
  Value interleaved(Value a, Value b, int64_t step);
  Value call(llvm::StringRef intrinsic, mlir::ValueRange operands);
  mlir::VectorType bytes(int64_t count) { return mlir::VectorType::get({count}, e.b.getI8Type()); }
  mlir::VectorType factorType();
  Value bitcast(mlir::Type type, Value value) {
    return mlir::vector::BitCastOp::create(e.b, e.loc, mlir::cast<mlir::VectorType>(type), value);
  }
  Value extended(mlir::Type type, Value value, bool isUnsigned);

  Emitter &e;
  bool isUnsigned; ///< the input
};

void emitIntegerDepthwise(Emitter &e);

} // namespace ingot

#endif
