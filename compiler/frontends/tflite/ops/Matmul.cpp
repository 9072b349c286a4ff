#include "compiler/frontends/tflite/ops/Matmul.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// x as a matrix of as many columns as the weights have.
static Value asRows(Node &n, Value x, Value weights) {
  if (n.rank(x) == 2 && n.b.shapes.dims(x)[1] == n.b.shapes.dims(weights)[1])
    return x;
  Value columns = n.b.extents(n.loc, weights, 1, 2);
  return n.emit<ReshapeOp>({x, n.b.concat(n.loc, {n.b.integers(n.loc, {-1}), columns})});
}

LogicalResult tflite::fullyConnected(Node &n, RowProduct product) {
  const auto &options = n.options<schema::FullyConnectedOptions>();
  Value x = n.in(0), weights = n.in(1);
  if (!x || !weights)
    return failure();
  if (options.weights_format() != schema::FullyConnectedOptionsWeightsFormat::DEFAULT)
    return n.fail("shuffled weights are not supported");
  int64_t rank = n.rank(x);
  bool keepsShape = options.keep_num_dims() && rank != 2;
  if (n.rank(weights) != 2 || rank == 0)
    return n.fail("needs a matrix of weights and an input of rank 1 or more");
  if (keepsShape && failed(n.requireSame(x, rank - 1, weights, 1,
                                         "the input's last dimension is not that of the weights")))
    return failure();
  Value y = product(asRows(n, x, weights), weights);
  if (!keepsShape)
    return n.out(y);
  Value shape =
      n.b.concat(n.loc, {n.b.extents(n.loc, x, 0, rank - 1), n.b.extents(n.loc, weights, 0, 1)});
  return n.out(n.emit<ReshapeOp>({y, shape}));
}

static LogicalResult buildFullyConnected(Node &n) {
  return fullyConnected(n, [&](Value rows, Value weights) {
    Value y = n.emit<MatmulOp>({rows, weights}, {{"transpose_y", n.b.getBoolAttr(true)}});
    if (n.has(2))
      y = n.emit<AddOp>({y, n.in(2)});
    return n.activated(y, n.options<schema::FullyConnectedOptions>().fused_activation_function());
  });
}

static LogicalResult buildBatchMatmul(Node &n) {
  const auto &options = n.options<schema::BatchMatMulOptions>();
  return n.out(
      n.emit<MatmulOp>({n.in(0), n.in(1)}, {{"transpose_x", n.b.getBoolAttr(options.adj_x())},
                                            {"transpose_y", n.b.getBoolAttr(options.adj_y())}}));
}

void tflite::addMatmulRows(RowTable &t) {
  t[Builtin::FULLY_CONNECTED] = {buildFullyConnected, "matmul", ""};
  t[Builtin::BATCH_MATMUL] = {buildBatchMatmul, "matmul", ""};
}
