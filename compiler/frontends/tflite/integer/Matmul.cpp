#include "compiler/frontends/tflite/ops/Matmul.h"
#include "compiler/frontends/tflite/integer/Contract.h"
#include "compiler/frontends/tflite/integer/Hybrid.h"
#include "compiler/frontends/tflite/integer/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// Floats and integer weights: each row of x has its scale.
static LogicalResult buildHybridFullyConnected(Node &n) {
  const auto &options = n.options<schema::FullyConnectedOptions>();
  auto hybrid = HybridContraction::read(n, 0, 1, 2, /*channels=*/0);
  if (failed(hybrid))
    return failure();
  return fullyConnected(n, [&](Value rows, Value weights) {
    Value x = hybrid->quantized(rows, {1}, options.asymmetric_quantize_inputs());
    Value sums =
        n.emit<MatmulOp>({x, hybrid->weights(weights)}, {{"transpose_y", n.b.getBoolAttr(true)},
                                                         {"to", TypeAttr::get(n.b.getI32Type())}});
    return hybrid->finished(sums, options.fused_activation_function());
  });
}

static LogicalResult buildFullyConnected(Node &n) {
  if (isHybrid(n, 0, 1))
    return buildHybridFullyConnected(n);
  auto activation = n.options<schema::FullyConnectedOptions>().fused_activation_function();
  auto sums = IntegerContraction::read(n, 0, 1, 2, /*channels=*/0, activation);
  if (failed(sums))
    return failure();
  return fullyConnected(n, [&](Value rows, Value weights) {
    Value products = n.emit<MatmulOp>(
        {sums->factor(rows, /*isWeights=*/false), sums->factor(weights, /*isWeights=*/true)},
        {{"transpose_y", n.b.getBoolAttr(true)}, {"to", TypeAttr::get(sums->sumType())}});
    return sums->finished(products);
  });
}

/// The same of matrices: the second one has the integers.
static LogicalResult buildHybridBatchMatmul(Node &n) {
  const auto &options = n.options<schema::BatchMatMulOptions>();
  Value rows = n.in(0), weights = n.in(1);
  auto hybrid = HybridContraction::read(n, 0, 1, /*bias=*/2, /*channels=*/-1);
  if (!rows || !weights || failed(hybrid))
    return failure();
  int64_t rank = n.rank(rows);
  if (rank < 2)
    return n.fail("needs matrices");
  int64_t axis = options.adj_x() ? rank - 2 : rank - 1;
  Value x = hybrid->quantized(rows, {axis}, options.asymmetric_quantize_inputs());
  Value sums = n.emit<MatmulOp>({x, hybrid->weights(weights)},
                                {{"transpose_x", n.b.getBoolAttr(options.adj_x())},
                                 {"transpose_y", n.b.getBoolAttr(options.adj_y())},
                                 {"to", TypeAttr::get(n.b.getI32Type())}});
  if (options.adj_x())
    hybrid->transposeScales();
  return n.out(hybrid->finished(sums, Activation::NONE));
}

/// Both operands may be computed: their zero points are taken off first.
static LogicalResult buildBatchMatmul(Node &n) {
  const auto &options = n.options<schema::BatchMatMulOptions>();
  if (isHybrid(n, 0, 1))
    return buildHybridBatchMatmul(n);
  auto output = outputOf(n, 2, {Storage::INT8, Storage::INT16});
  if (failed(output))
    return failure();
  const Tensor &x = *n.given(0), &y = *n.given(1);
  bool isShort = x.type == Storage::INT16;
  if (isShort && (zeroPointOf(x) != 0 || zeroPointOf(y) != 0 || zeroPointOf(**output) != 0))
    return n.fail("16-bit numbers have a zero point other than 0");
  float scale = scaleOf(x) * scaleOf(y);
  Value sums = n.emit<MatmulOp>({centered(n, n.in(0), x, 16), centered(n, n.in(1), y, 16)},
                                {{"transpose_x", n.b.getBoolAttr(options.adj_x())},
                                 {"transpose_y", n.b.getBoolAttr(options.adj_y())},
                                 {"to", TypeAttr::get(n.b.getIntegerType(isShort ? 64 : 32))}});
  return n.out(toOutput(n, sums, fixedPoint(n, double(scale) / double(scaleOf(**output))),
                        Activation::NONE));
}

void tflite::addIntegerMatmulRows(RowTable &t) {
  t[Builtin::BATCH_MATMUL].buildQuantized = buildBatchMatmul;
  t[Builtin::FULLY_CONNECTED].buildQuantized = buildFullyConnected;
}
