#include "compiler/frontends/tensorflow/ops/Einsum.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

/// MatMul, SparseMatMul: matrices, perhaps transposed. The latter's hints on
/// sparsity do not change the product.
static LogicalResult buildMatmul(Node &n) {
  Value x = n.in(0), y = n.in(1);
  if (!x || !y)
    return failure();
  if (n.rank(x) != 2 || n.rank(y) != 2)
    return n.fail("needs two matrices, not tensors of rank " + Twine(n.rank(x)) + " and " +
                  Twine(n.rank(y)));
  if (n.def.op() == "SparseMatMul") {
    x = n.b.cast(n.loc, x, n.b.getF32Type());
    y = n.b.cast(n.loc, y, n.b.getF32Type());
  }
  return n.out(n.emit<MatmulOp>(
      {x, y}, {{"transpose_x", n.b.getBoolAttr(n.attrs.getBool("transpose_a", false))},
               {"transpose_y", n.b.getBoolAttr(n.attrs.getBool("transpose_b", false))}}));
}

/// BatchMatMul, V2, V3: adjoint matrices are transposed and conjugate; V3 names
/// the type of the result.
static LogicalResult buildBatchMatmul(Node &n) {
  Value x = n.in(0), y = n.in(1);
  if (!x || !y)
    return failure();
  if (n.def.op() == "BatchMatMul") // only its successors broadcast
    for (int64_t d = 0; d < std::min(n.rank(x), n.rank(y)) - 2; ++d)
      if (failed(n.requireSame(x, d, y, d, "batch dimensions differ")))
        return failure();
  if (n.attrs.has("Tout")) {
    Type to = n.type("Tout");
    x = n.b.cast(n.loc, x, to);
    y = n.b.cast(n.loc, y, to);
  }
  BoolAttr adjointX = n.b.getBoolAttr(n.attrs.getBool("adj_x", false));
  BoolAttr adjointY = n.b.getBoolAttr(n.attrs.getBool("adj_y", false));
  return n.out(n.emit<MatmulOp>({x, y}, {{"transpose_x", adjointX},
                                         {"conjugate_x", adjointX},
                                         {"transpose_y", adjointY},
                                         {"conjugate_y", adjointY}}));
}

/// Cross: the product of vectors of three elements in the last dimension.
static LogicalResult buildCross(Node &n) {
  Value x = n.in(0), y = n.in(1);
  if (!x || !y)
    return failure();
  int64_t rank = n.rank(x);
  if (rank < 1 || rank != n.rank(y))
    return n.fail("needs two tensors of one rank, 1 or more");
  Value three = n.b.splat(n.loc, {3}, n.b.getI64Type(), 0);
  if (failed(n.requireSameShape(x, y)))
    return failure();
  if (failed(n.requireSame(x, rank - 1, three, 0, "vectors must have 3 elements")))
    return failure();
  auto turned = [&](Value v, ArrayRef<int64_t> order) {
    return n.emit<GatherOp>({v, n.b.integers(n.loc, order)},
                            {{"axis", n.b.getI64IntegerAttr(rank - 1)}});
  };
  Value left = n.emit<MulOp>({turned(x, {1, 2, 0}), turned(y, {2, 0, 1})});
  Value right = n.emit<MulOp>({turned(x, {2, 0, 1}), turned(y, {1, 2, 0})});
  return n.out(n.emit<SubOp>({left, right}));
}

void tensorflow::addMatmulRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "matmul", ""}; };
  add("MatMul", buildMatmul);
  add("SparseMatMul", buildMatmul);
  for (StringRef op : {"BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"})
    add(op, buildBatchMatmul);
  add("Einsum", buildEinsum);
  add("Cross", buildCross);
}
