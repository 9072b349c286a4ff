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

  mlir::LogicalResult run();

private:
  mlir::LogicalResult emit(mlir::Operation *op);
  mlir::LogicalResult accumulate(mlir::Operation *op, mlir::FailureOr<Accumulator> acc);
  mlir::LogicalResult absorb(mlir::Operation *op);
  mlir::LogicalResult finish(mlir::Operation *op, const Accumulator &acc);
  mlir::FailureOr<Accumulator> contraction(mlir::Operation *op);
  mlir::FailureOr<Accumulator> sum(mlir::Operation *op);
  mlir::FailureOr<Accumulator> product(mlir::Operation *op);
  mlir::FailureOr<Accumulator> reduction(mlir::Operation *op);
  mlir::LogicalResult sameScale(mlir::Operation *op);
  mlir::LogicalResult clamp(mlir::Operation *op);
  mlir::LogicalResult join(ConcatOp op);
  mlir::LogicalResult table(mlir::Operation *op);

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
