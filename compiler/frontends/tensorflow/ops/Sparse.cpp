#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// A sparse tensor is a matrix of indices [count, rank], a vector of values [count] and
// its shape [rank].

/// A tensor of `shape`, all elements `rest` but those at `indices`: [count, rank],
/// or for a vector [count]. `mode` as in ScatterNdOp.
static Value toDense(Node &n, Value indices, Value values, Value shape, Value rest,
                     StringRef mode) {
  if (!indices || !values || !shape || !rest)
    return {};
  if (n.rank(indices) > 2 || n.rank(values) > 1 || n.rank(shape) != 1 || n.rank(rest) != 0)
    return n.refuse("needs a matrix of indices and vectors of values and of extents");
  auto rank = n.b.shapes.dims(shape)[0].constant();
  if (!rank)
    return n.refuse("the rank of the tensor is not known");
  if (n.rank(indices) < 2)
    indices = n.b.reshape(n.loc, indices, {-1, *rank});
  if (n.rank(values) == 0)
    values = n.emit<BroadcastToOp>({values, n.b.extents(n.loc, indices, 0, 1)});
  Value whole = n.emit<BroadcastToOp>({rest, n.b.cast(n.loc, shape, n.b.getI64Type())});
  return n.emit<ScatterNdOp>({whole, indices, values}, {{"mode", n.b.getStringAttr(mode)}});
}

/// Indices out of order or there twice, which TensorFlow may refuse, are taken.
static LogicalResult buildSparseToDense(Node &n) {
  return n.out(toDense(n, n.in(0), n.in(2), n.in(1), n.in(3), "update"));
}

/// The sparse matrix is filled up: one that fits the dialect's tensors.
static LogicalResult buildSparseDenseMatmul(Node &n) {
  Value values = n.in(1);
  if (!values)
    return failure();
  Value x = toDense(n, n.in(0), values, n.in(2), n.scalar(values, 0), "add"), y = n.in(3);
  if (!x || !y || n.rank(x) != 2 || n.rank(y) != 2)
    return x && y ? n.fail("needs two matrices") : failure();
  BoolAttr adjointX = n.b.getBoolAttr(n.attrs.getBool("adjoint_a", false));
  BoolAttr adjointY = n.b.getBoolAttr(n.attrs.getBool("adjoint_b", false));
  return n.out(n.emit<MatmulOp>({x, y}, {{"transpose_x", adjointX},
                                         {"transpose_y", adjointY},
                                         {"conjugate_x", adjointX},
                                         {"conjugate_y", adjointY}}));
}

/// The sum over the axes, of a tensor that is filled up for it.
static LogicalResult buildSparseReduceSum(Node &n) {
  Value values = n.in(1);
  if (!values)
    return failure();
  Value x = toDense(n, n.in(0), values, n.in(2), n.scalar(values, 0), "add");
  auto given = x ? n.constantInts(n.in(3), "the axes") : FailureOr<SmallVector<int64_t, 4>>();
  auto axes = succeeded(given) ? n.axes(*given, n.rank(x)) : FailureOr<SmallVector<int64_t>>();
  if (failed(axes))
    return failure();
  bool keeps = n.attrs.getBool("keep_dims", false);
  return n.out(n.emit<ReduceSumOp>(
      x, {{"axes", n.b.getDenseI64ArrayAttr(*axes)}, {"keep_dims", n.b.getBoolAttr(keeps)}}));
}

/// Where each row of indices is in a tensor of that shape, row-major: i64 [count].
static Value flatIndices(Node &n, Value indices, Value shape) {
  if (!indices || !shape)
    return {};
  if (n.rank(indices) != 2 || n.rank(shape) != 1)
    return n.refuse("needs a matrix of indices and a vector of extents");
  Value strides = n.emit<CumprodOp>(shape, {{"axis", n.b.getI64IntegerAttr(0)},
                                            {"exclusive", n.b.getBoolAttr(true)},
                                            {"reverse", n.b.getBoolAttr(true)}});
  Value steps = n.emit<MulOp>({indices, strides});
  return n.emit<ReduceSumOp>(steps, {{"axes", n.b.getDenseI64ArrayAttr({1})}});
}

/// Rows in the order of their indices; of equal ones the first comes first.
static LogicalResult buildSparseReorder(Node &n) {
  Value indices = n.in(0), values = n.in(1), flat = flatIndices(n, indices, n.in(2));
  if (!values || !flat)
    return failure();
  if (n.rank(values) != 1)
    return n.fail("needs a vector of values");
  if (failed(n.requireSame(flat, 0, values, 0, "there must be a value for each index")))
    return failure();
  Value count = n.b.reshape(n.loc, n.b.extents(n.loc, flat, 0, 1), {});
  count = n.b.cast(n.loc, count, n.b.getI32Type());
  Operation *sorted = n.b.emitOp(TopKOp::getOperationName(), n.loc, {n.emit<NegOp>(flat), count},
                                 {{"to", TypeAttr::get(n.b.getI64Type())}}, 2);
  if (!sorted)
    return failure();
  auto axis = n.b.getI64IntegerAttr(0);
  Value order = sorted->getResult(1);
  return n.out({n.emit<GatherOp>({indices, order}, {{"axis", axis}}),
                n.emit<GatherOp>({values, order}, {{"axis", axis}})});
}

/// The values with those of a dense tensor, broadcast to the sparse one's shape, at their
/// places.
template <class OpT> static LogicalResult buildSparseDenseCwise(Node &n) {
  Value indices = n.in(0), values = n.in(1), shape = n.in(2), dense = n.in(3);
  if (!indices || !values || !shape || !dense)
    return failure();
  if (n.rank(indices) != 2 || n.rank(values) != 1)
    return n.fail("needs a matrix of indices and a vector of values");
  if (failed(n.requireSame(indices, 0, values, 0, "there must be a value for each index")))
    return failure();
  Value whole = n.emit<BroadcastToOp>({dense, shape});
  return n.out(n.emit<OpT>({values, n.emit<GatherNdOp>({whole, indices})}));
}

/// (indices, values, shape, dense)
static LogicalResult buildSparseDenseAdd(Node &n) {
  Value indices = n.in(0), values = n.in(1), shape = n.in(2), dense = n.in(3);
  if (!indices || !values || !shape || !dense)
    return failure();
  auto extents = n.b.shapes.contents(shape);
  if (!extents || int64_t(extents->size()) != n.rank(dense))
    return n.fail("the shape must have one extent for each dimension of the dense tensor");
  for (auto [sparse, own] : llvm::zip(*extents, SmallVector<Dim>(n.b.shapes.dims(dense))))
    if (failed(n.requireSame(sparse, own, "the tensors' shapes differ")))
      return failure();
  return n.out(n.emit<ScatterNdOp>({dense, indices, values}, {{"mode", n.b.getStringAttr("add")}}));
}

void tensorflow::addSparseRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "sparse", ""}; };
  add("SparseToDense", buildSparseToDense);
  add("SparseTensorDenseMatMul", buildSparseDenseMatmul);
  add("SparseReduceSum", buildSparseReduceSum);
  add("SparseDenseCwiseMul", buildSparseDenseCwise<MulOp>);
  add("SparseDenseCwiseDiv", buildSparseDenseCwise<DivOp>);
  add("SparseDenseCwiseAdd", buildSparseDenseCwise<AddOp>);
  add("SparseTensorDenseAdd", buildSparseDenseAdd);
  static constexpr StringLiteral ports[] = {"output_indices", "output_values"};
  t["SparseReorder"] = {buildSparseReorder, "sparse", "", ports};
}
