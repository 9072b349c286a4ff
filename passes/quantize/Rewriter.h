#ifndef INGOT_PASSES_QUANTIZE_REWRITER_H
#define INGOT_PASSES_QUANTIZE_REWRITER_H

#include "passes/quantize/Integers.h"
#include "passes/quantize/Plan.h"

namespace ingot {

/// An op that others follow which it absorbs, as far as it is computed.
struct PendingSum {
  Accumulator acc;
  mlir::Operation *head = nullptr;
};

/// Puts integer ops beside the float ops of a function, as a plan says, and leads what
/// still computes with floats to their results. Float ops without uses are left behind.
class QuantizeRewriter {
public:
  QuantizeRewriter(mlir::func::FuncOp function, const Plan &plan, llvm::StringRef rounding)
      : function(function), plan(plan), b(function.getContext(), rounding) {}

  void run();

private:
  void emit(mlir::Operation *op);
  void accumulate(mlir::Operation *op, Accumulator acc);
  void absorb(mlir::Operation *op);
  void finish(mlir::Operation *op, const Accumulator &acc);
  Accumulator contraction(mlir::Operation *op);
  Accumulator sum(mlir::Operation *op);
  Accumulator product(mlir::Operation *op);
  Accumulator reduction(mlir::Operation *op);
  void sameScale(mlir::Operation *op);
  void clamp(mlir::Operation *op);
  void join(ConcatOp op);
  void table(mlir::Operation *op);

  llvm::SmallVector<double, 0> biasOf(mlir::Operation *op, int64_t channels) const;
  Quantized quantized(mlir::Value value);
  /// The value as floats, once integer ops have taken its place.
  mlir::Value floats(mlir::Value value);
  void useFloats(mlir::Operation *op);
  void dropUnobserved(mlir::func::ReturnOp op);

  mlir::func::FuncOp function;
  const Plan &plan;
  IntegerBuilder b;
  llvm::DenseMap<mlir::Value, Quantized> numbers;
  llvm::DenseMap<mlir::Value, PendingSum> pending;
  llvm::DenseMap<mlir::Value, mlir::Value> reals;
};

} // namespace ingot

#endif
