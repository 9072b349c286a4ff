#ifndef INGOT_PASSES_LOWER_LOOP_H
#define INGOT_PASSES_LOWER_LOOP_H

#include "passes/lower/Lower.h"

namespace ingot {

/// A loop that runs a known number of times, found by its counters: integer
/// scalars to which the body adds a constant.
struct CountedLoop {
  /// What is added to each carried value that is a counter; others: nothing.
  llvm::SmallVector<std::optional<int64_t>> steps;
  /// Number of iterations, as an index.
  mlir::Value trips;
};

/// Recognises conditions `i < n` of counters that grow by 1 and `i > n` of
/// those that shrink by 1, and conjunctions of them, with n from outside.
/// Emits the code for the number of iterations at the insertion point.
std::optional<CountedLoop> countTrips(WhileOp op, Lowering &lowering);

/// The next value of the loop variable `argument` of the body that ends at
/// `lowering.b`, brought into the variable's own buffer.
mlir::Value intoLoopVariable(Lowering &lowering, mlir::Location loc, mlir::Value next,
                             mlir::BlockArgument argument);

/// Adds the values whose memory the result of an op may have.
void addMemorySources(mlir::OpResult value, llvm::SmallVectorImpl<mlir::Value> &sources);

/// True if the memory of `value` may be that of an argument of `body`.
bool mayBeLoopVariable(mlir::Value value, mlir::Block &body);

} // namespace ingot

#endif
