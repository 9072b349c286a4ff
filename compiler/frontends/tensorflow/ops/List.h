#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_LIST_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_LIST_H

#include "compiler/frontends/tensorflow/ops/Rows.h"

namespace ingot::tensorflow {

/// A TensorList as it was made. Its N elements are one tensor [N, E..]; a list
/// that was reserved without the elements' full shape has none until the first
/// element is written, which may be in a loop: the tensor of zeros is then made
/// where the list was, and the loop built anew around it.
struct List {
  mlir::Type element;
  Dim length;
  bool ranked = false;             ///< the rank of the elements is known
  llvm::SmallVector<Dim, 4> shape; ///< their dimensions; null where unknown
  mlir::Block *block = nullptr;    ///< where the list was made
  bool mayGrow = false;            ///< a write behind the end makes it longer
  mlir::Value tensor;              ///< what a list without writes holds

  /// An Optional: its tensor is the value that it holds, or would hold.
  bool isOptional = false;
  /// What it is if the branch that it comes from was another one, which saved a value of
  /// another type or rank: Optionals too, or the handles that Optionals held.
  llvm::SmallVector<Edge, 0> alternatives;
  /// The elements, or an Optional's value, are lists or Optionals themselves: all like
  /// `item`, once one was seen. A list of lists is one tensor [N, M, E..].
  bool ofHandles = false;
  const List *item = nullptr;
  /// Elements shorter than others have zeros in front, so that what is popped from them
  /// is theirs.
  bool padsItems = false, isPadded = false;
};

/// Makes the list's tensor, with elements of the given shape (or the known part of its
/// own), where the list was made. Null with an error at the node if that is not
/// possible.
mlir::Value materialize(Node &n, List &list, llvm::ArrayRef<Dim> element);
/// A new list at this place, with a tensor if the shape of its elements is known; null
/// after an error.
Edge makeList(Node &n, List list);
/// Sets the length, an integer scalar.
mlir::LogicalResult setLength(Node &n, List &list, mlir::Value count);
/// The tensor of a list to which `item` is written: made now if it is the first.
mlir::Value tensorFor(Node &n, Edge &edge, mlir::Value item);
/// A list's tensor with `item` at `index`, longer if the index is behind its end and
/// the list may grow.
mlir::Value listWith(Node &n, mlir::Value tensor, mlir::Value index, mlir::Value item,
                     bool mayGrow);

/// A list's tensor with elements `items` [I, E..] at `indices` [I].
mlir::Value listWithAll(Node &n, mlir::Value tensor, mlir::Value indices, mlir::Value items,
                        bool mayGrow);
/// The number of elements, as a scalar of that type.
mlir::Value lengthOf(Node &n, mlir::Value tensor, mlir::Type type);
/// The list with `count` elements: cut, or filled up with zeros.
mlir::Value resized(Node &n, mlir::Value tensor, mlir::Value count);
/// Sets the shape that an input states: a scalar -1 for unknown rank, or a vector with -1
/// for unknown dimensions.
mlir::LogicalResult readShape(Node &n, size_t input, List &list);
/// Input 0 as a list. If nothing was written to it yet it becomes one of zeros, its
/// elements of the shape that input `shapeInput` states.
Edge listOf(Node &n, std::optional<size_t> shapeInput);
/// Puts out the list with this tensor; fails if it is null.
mlir::LogicalResult outList(Node &n, mlir::Value value, List *list);
/// A handle like `kind`, which holds `tensor`.
Edge handleLike(Node &n, const List &kind, mlir::Value tensor);

/// The rows of a tensor as the elements of a list: [N, L, E..] where all N `lengths` are
/// L, which run time checks; elements of a list have one shape.
mlir::Value splitRows(Node &n, mlir::Value tensor, mlir::Value lengths);
/// Gives out elements [N, D, E..] one behind the other, [N * D, E..], and N times D.
mlir::LogicalResult outConcatenated(Node &n, mlir::Value elements);

/// ZerosLike of a list: a list of as many elements of zeros.
mlir::LogicalResult outZeros(Node &n);
/// AddN of lists: element by element; those without writes are zeros.
mlir::LogicalResult outSum(Node &n);

/// The edge with its tensor if it is a list that has one by now.
Edge settled(Edge edge);

/// The edge and its alternatives, each without others; none without a value.
llvm::SmallVector<Edge> partsOf(Node &n, const Edge &edge);
/// One edge of several parts, the first one with the others as alternatives.
Edge joined(Node &n, llvm::ArrayRef<Edge> parts);
/// Whether both are lists, or Optionals, of the same kind of elements.
bool areAlike(Node &n, const Edge &a, const Edge &b);

} // namespace ingot::tensorflow

#endif
