#ifndef INGOT_DIALECTS_INGOT_SHAPEANALYSIS_H
#define INGOT_DIALECTS_INGOT_SHAPEANALYSIS_H

#include "dialects/ingot/Dim.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

namespace ingot {

/// The most elements that an integer tensor may have for its contents to be
/// followed as shape arithmetic.
constexpr int64_t kMaxTrackedElements = 256;

/// What is known about a tensor before run time.
struct ShapeInfo {
  mlir::Type element;
  llvm::SmallVector<Dim, 4> dims;
  /// For small integer tensors whose elements are shape arithmetic: the
  /// elements, row-major. Otherwise nothing.
  std::optional<llvm::SmallVector<Dim, 4>> contents;
};

/// Shapes and shape arithmetic of one function, op by op in program order.
///
/// Each op states its shape function once, in inferShapes() of its
/// ShapeOpInterface; type inference, verification, run-time sizes (materialize)
/// and proofs that two sizes agree all come from it.
class ShapeAnalysis {
public:
  explicit ShapeAnalysis(mlir::MLIRContext *context) : context(context) {}

  /// Runs the op's shape function and records its results; with `setTypes`
  /// the results take the inferred types. Emits an error at the op if its
  /// operands do not fit.
  mlir::LogicalResult visit(mlir::Operation *op, bool setTypes);
  /// visit() of every op of the function body, nested regions included.
  mlir::LogicalResult visitBody(mlir::Region &region);

  /// What is known of `value`; a value never seen gets the dims of its type,
  /// dynamic ones as fresh symbols.
  const ShapeInfo &info(mlir::Value value);
  /// False of values that were never seen or were erased (and may be no values any more).
  bool isKnown(mlir::Value value) const { return infos.contains(value); }
  llvm::ArrayRef<Dim> dims(mlir::Value value) { return info(value).dims; }
  int64_t rank(mlir::Value value) { return info(value).dims.size(); }
  mlir::Type elementType(mlir::Value value) { return info(value).element; }
  /// The elements of a small integer tensor. Elements that are not shape
  /// arithmetic come as symbols of their own; null if the tensor is no integer
  /// tensor of static shape with at most kMaxTrackedElements elements.
  std::optional<llvm::SmallVector<Dim, 4>> contents(mlir::Value value);
  /// contents() if every element is known now.
  std::optional<llvm::SmallVector<int64_t, 4>> constantContents(mlir::Value value);

  void set(mlir::Value value, ShapeInfo info);
  /// What was known of `from` now holds for `to`, which takes its place.
  void replace(mlir::Value from, mlir::Value to);

  /// Erases an op with all that is known of values that it defines: another value
  /// may come to lie at their address.
  void erase(mlir::Operation *op);

  /// For shape functions: records result `i` of the op being visited. Fails
  /// with an error at the op if a dim is null (overflow, conflict) or negative,
  /// or the tensor has more than kMaxTensorBytes.
  mlir::LogicalResult setResult(mlir::Operation *op, unsigned i, mlir::Type element,
                                llvm::ArrayRef<Dim> dims,
                                std::optional<llvm::SmallVector<Dim, 4>> contents = std::nullopt);
  /// A dimension that only the data tells: dimension `d` of result `i` itself.
  Dim ownDim(mlir::Operation *op, unsigned i, unsigned d) {
    return table.dimOf(op->getResult(i), d);
  }

  /// Code for a Dim, as an index value.
  mlir::Value materialize(mlir::OpBuilder &builder, mlir::Location loc, Dim dim);
  mlir::OpFoldResult materializeFolded(mlir::OpBuilder &builder, mlir::Location loc, Dim dim);
  llvm::SmallVector<mlir::OpFoldResult>
  materializeFolded(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<Dim> dims);

  mlir::RankedTensorType typeOf(const ShapeInfo &info) const;

  Dim constant(int64_t value) { return table.constant(value); }
  llvm::SmallVector<Dim, 4> constants(llvm::ArrayRef<int64_t> values);

  DimTable table;
  mlir::MLIRContext *context;

private:
  /// Values of atoms that stand in front of the builder's place.
  using MaterializedAtoms = llvm::DenseMap<unsigned, mlir::Value>;
  mlir::Value materialize(mlir::OpBuilder &builder, mlir::Location loc, Dim dim,
                          MaterializedAtoms &made);
  mlir::Value materializeAtom(mlir::OpBuilder &builder, mlir::Location loc, unsigned id,
                              MaterializedAtoms &made);
  mlir::Value computeAtom(mlir::OpBuilder &builder, mlir::Location loc, const DimAtom &atom,
                          MaterializedAtoms &made);

  llvm::DenseMap<mlir::Value, ShapeInfo> infos;
};

/// No tensor may need more bytes than this (16 GiB).
constexpr int64_t kMaxTensorBytes = int64_t(1) << 34;

/// Bytes of one element as it lies in memory (booleans: 1).
int64_t elementBytes(mlir::Type element);

} // namespace ingot

#include "dialects/ingot/ShapeInterface.h.inc"

#endif
