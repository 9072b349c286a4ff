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
  if (n.attrs.has("Tout")) {
    Type to = n.type("Tout");
    if (!to)
      return n.fail("gives a type that cannot be compiled yet");
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

void tensorflow::addMatmulRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "matmul", ""}; };
  add("MatMul", buildMatmul);
  add("SparseMatMul", buildMatmul);
  for (StringRef op : {"BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"})
    add(op, buildBatchMatmul);
  add("Einsum", buildEinsum);
}
