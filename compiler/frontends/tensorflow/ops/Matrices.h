#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_MATRICES_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_MATRICES_H

#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"

namespace ingot::tensorflow {

/// Matrices [B, R, C] in the type that is computed with, B the product of all leading
/// dimensions.
struct Matrices {
  mlir::Value x;
  llvm::SmallVector<Dim, 4> batch;
  Dim count, rows, columns;
  mlir::Type given; ///< element type of the operand
};

/// The building blocks of the algorithms. Indices and counters are i64.
struct Linalg {
  Node &n;
  Formula f{n};

  mlir::FailureOr<Matrices> read(mlir::Value x);
  mlir::FailureOr<Matrices> readSquare(mlir::Value x);
  /// y [B, ..] as [batch.., tail..], in the operand's type.
  mlir::Value restore(const Matrices &m, mlir::Value y, llvm::ArrayRef<Dim> tail);

  mlir::Value vector(llvm::ArrayRef<Dim> dims) { return dimVector(n.b, n.loc, dims); }
  mlir::Value one() { return n.b.integers(n.loc, {1}); }
  /// 0, 1 ... along `axis` of the two of a matrix.
  mlir::Value numbers(Dim count, int64_t axis);
  mlir::Value zeros(mlir::Type element, llvm::ArrayRef<Dim> dims) {
    return n.emit<BroadcastToOp>({n.b.splat(n.loc, {}, element, 0), vector(dims)});
  }
  /// Row or column k, a vector of one: [B, 1, C] or [B, R, 1].
  mlir::Value row(mlir::Value x, mlir::Value k) { return sliceAlong(n, x, 1, k, one()); }
  mlir::Value column(mlir::Value x, mlir::Value k) { return sliceAlong(n, x, 2, k, one()); }
  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y) {
    return n.emit<SelectOp>({condition, x, y});
  }
  mlir::Value select(mlir::Value condition, mlir::Value x, double y) {
    return select(condition, x, f.scalar(x, y));
  }
  mlir::Value div(mlir::Value x, mlir::Value y) { return n.emit<DivOp>({x, y}); }
  mlir::Value adjoint(mlir::Value x);
  /// Ones on the diagonal: [count, rows, columns].
  mlir::Value identity(mlir::Type element, Dim count, Dim rows, Dim columns);
  /// |x|^2, real.
  mlir::Value squaredModulus(mlir::Value x);
  mlir::Value conj(mlir::Value x) { return isComplex(x) ? n.emit<ConjOp>(x) : x; }
  /// x, with a real number for each complex one of `like`, as numbers of its type.
  mlir::Value as(mlir::Value x, mlir::Value like) {
    return x && like ? n.b.cast(n.loc, x, n.element(like)) : mlir::Value();
  }
  /// Sums of the columns: [B, 1, C].
  mlir::Value sumRows(mlir::Value x) {
    return n.emit<ReduceSumOp>(
        x, {{"axes", n.b.getDenseI64ArrayAttr({1})}, {"keep_dims", n.b.getBoolAttr(true)}});
  }
  /// The first `count` rows or columns.
  mlir::Value firstRows(mlir::Value x, Dim count) {
    return sliceAlong(n, x, 1, n.b.integers(n.loc, {0}), vector(count));
  }
  mlir::Value firstColumns(mlir::Value x, Dim count) {
    return sliceAlong(n, x, 2, n.b.integers(n.loc, {0}), vector(count));
  }
  /// x* y
  mlir::Value adjointProduct(mlir::Value x, mlir::Value y) {
    return n.emit<MatmulOp>(
        {x, y}, {{"transpose_x", n.b.getBoolAttr(true)}, {"conjugate_x", n.b.getBoolAttr(true)}});
  }
  mlir::Value real(mlir::Value x) { return isComplex(x) ? n.emit<RealOp>(x) : x; }
  bool isComplex(mlir::Value x) { return x && mlir::isa<mlir::ComplexType>(n.element(x)); }

  using Step = llvm::function_ref<Values(mlir::Value k, const Values &state)>;
  /// `state` after the steps 0 to count - 1.
  mlir::FailureOr<Values> steps(Dim count, const Values &state, Step step);
  /// The same with the steps from count - 1 to 0.
  mlir::FailureOr<Values> stepsBack(Dim count, const Values &state, Step step);
  /// Whether all elements of a tensor of rank 3 are true.
  mlir::Value all(mlir::Value x) {
    return n.emit<ReduceAllOp>(x, {{"axes", n.b.getDenseI64ArrayAttr({0, 1, 2})}});
  }
};

/// The inverse matrices [B, N, N]; not finite where there are none.
mlir::FailureOr<mlir::Value> inverse(Linalg &l, const Matrices &m);

} // namespace ingot::tensorflow

#endif
