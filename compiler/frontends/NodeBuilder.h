#ifndef INGOT_FRONTENDS_NODEBUILDER_H
#define INGOT_FRONTENDS_NODEBUILDER_H

#include "compiler/frontends/GraphBuilder.h"

namespace ingot {

/// Builds the ops of one node of a source graph, at the node's location: what
/// the rows of all formats and their shared compositions have in common.
struct NodeBuilder {
  GraphBuilder &b;
  mlir::Location loc;

  int64_t rank(mlir::Value v) { return b.shapes.rank(v); }
  mlir::Type element(mlir::Value v) { return b.shapes.elementType(v); }

  template <class OpT> mlir::Value emit(mlir::ValueRange operands, NamedAttributes named = {}) {
    return b.emit<OpT>(loc, operands, named);
  }
  /// A scalar of the element type of `like`.
  mlir::Value scalar(mlir::Value like, double value);

  /// `axis`, counted from the end if negative; an error if out of [0, rank).
  mlir::FailureOr<int64_t> axis(int64_t axis, int64_t rank);
  /// axis() of each, ascending; an error if one is there twice.
  mlir::FailureOr<llvm::SmallVector<int64_t>> axes(llvm::ArrayRef<int64_t> given, int64_t rank);
  /// Elements of an integer tensor that must be known now; an error if not.
  mlir::FailureOr<llvm::SmallVector<int64_t, 4>> constantInts(mlir::Value value,
                                                              const llvm::Twine &what);
  /// The only element of `value`, as an axis of a tensor of that rank.
  mlir::FailureOr<int64_t> constantAxis(mlir::Value value, int64_t rank);

  /// Dimension d of x must have the size of dimension e of y: an error at the node
  /// where they are known to differ, a status where run time finds that they do.
  mlir::LogicalResult requireSame(mlir::Value x, int64_t d, mlir::Value y, int64_t e,
                                  llvm::StringRef reason);
  /// The same of all dimensions.
  mlir::LogicalResult requireSameShape(mlir::Value x, mlir::Value y);

  mlir::LogicalResult requireSame(Dim x, Dim y, llvm::StringRef reason);
  /// The dimension must not be negative: a status where it is, known now or not.
  mlir::LogicalResult requireNatural(Dim d, llvm::StringRef reason);

  /// An error at the node: what is wrong, and what the user can do.
  mlir::LogicalResult fail(const llvm::Twine &reason, const llvm::Twine &hint = "");
  /// The same where a value is wanted: null.
  mlir::Value refuse(const llvm::Twine &reason, const llvm::Twine &hint = "") {
    (void)fail(reason, hint);
    return {};
  }
};

} // namespace ingot

#endif
