#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_LOOP_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_LOOP_H

#include "compiler/frontends/tensorflow/ops/List.h"

namespace ingot::tensorflow {

/// A While node while its op is built. Which inputs are carried at all, which
/// of their dimensions stay, and what the elements of lists are, is found by
/// building the body: as long as it contradicts what was assumed, it is thrown
/// away and built anew.
class LoopBuilder {
public:
  LoopBuilder(Node &n, llvm::StringRef condition, llvm::StringRef body)
      : n(n), condition(condition), body(body), inits(n.inputs), fixed(n.inputs.size()) {}

  /// Sets the outputs of the node.
  mlir::LogicalResult build();

private:
  enum class Round { Failed, Again, Done };

  void findFixed();
  void startOp();
  llvm::SmallVector<Edge> enter(mlir::Region &region);
  Round buildBody();
  Round compare(llvm::ArrayRef<Edge> results);
  mlir::LogicalResult buildCondition();
  mlir::LogicalResult finish();

  Node &n;
  llvm::StringRef condition, body;
  llvm::SmallVector<Edge> inits;
  llvm::SmallVector<bool> fixed;      ///< the body gives back what it takes
  llvm::SmallVector<unsigned> carried; ///< inputs that the op carries
  WhileOp::OpenDims open;             ///< of those
  WhileOp op;
};

/// A tensor as TensorFlow takes it for a condition: a boolean scalar; other
/// scalars hold if they are not 0, other tensors if they have elements.
mlir::Value conditionOf(Node &n, mlir::Value value);

} // namespace ingot::tensorflow

#endif
