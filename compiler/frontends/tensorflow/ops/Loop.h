#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_LOOP_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_LOOP_H

#include "compiler/frontends/tensorflow/ops/List.h"

namespace ingot::tensorflow {

/// A loop while its op is built: a While node, or what the Exit nodes of TensorFlow 1
/// leave. Which inputs are carried at all, which
/// of their dimensions stay, and what the elements of lists are, is found by
/// building the body: as long as it contradicts what was assumed, it is thrown
/// away and built anew.
class LoopBuilder {
public:
  /// Builds the condition or the body at the insertion point from the values carried.
  using Build = std::function<mlir::FailureOr<llvm::SmallVector<Edge>>(llvm::ArrayRef<Edge>)>;
  LoopBuilder(Node &n, Build condition, Build body)
      : n(n), condition(std::move(condition)), body(std::move(body)), inits(n.inputs),
        fixed(n.inputs.size()) {}

  /// The body is this function: what it gives back as it is, is not carried.
  void findFixed(llvm::StringRef function);
  /// Sets the outputs of the node.
  mlir::LogicalResult build();

private:
  enum class Round { Failed, Again, Done };

  void startOp();
  llvm::SmallVector<Edge> enter(mlir::Region &region);
  Round buildBody();
  Round compare(llvm::ArrayRef<Edge> results);
  mlir::LogicalResult buildCondition();
  mlir::LogicalResult finish();

  Node &n;
  Build condition, body;
  llvm::SmallVector<Edge> inits;
  llvm::SmallVector<bool> fixed;       ///< the body gives back what it takes
  llvm::SmallVector<unsigned> carried; ///< inputs that the op carries
  WhileOp::OpenDims open;              ///< of those
  WhileOp op;
};

/// A tensor as TensorFlow takes it for a condition: a boolean scalar; other
/// scalars hold if they are not 0, other tensors if they have elements.
mlir::Value conditionOf(Node &n, mlir::Value value);

} // namespace ingot::tensorflow

#endif
