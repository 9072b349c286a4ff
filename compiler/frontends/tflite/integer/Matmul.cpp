#include "compiler/frontends/tflite/ops/Matmul.h"
#include "compiler/frontends/tflite/integer/Contract.h"
#include "compiler/frontends/tflite/integer/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

static LogicalResult buildFullyConnected(Node &n) {
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

/// Both operands may be computed: their zero points are taken off first.
static LogicalResult buildBatchMatmul(Node &n) {
  const auto &options = n.options<schema::BatchMatMulOptions>();
  auto output = outputOf(n, 2, {Storage::INT8});
  if (failed(output))
    return failure();
  const Tensor &x = *n.given(0), &y = *n.given(1);
  float scale = scaleOf(x) * scaleOf(y);
  Value sums = n.emit<MatmulOp>({centered(n, n.in(0), x, 16), centered(n, n.in(1), y, 16)},
                                {{"transpose_x", n.b.getBoolAttr(options.adj_x())},
                                 {"transpose_y", n.b.getBoolAttr(options.adj_y())},
                                 {"to", TypeAttr::get(n.b.getI32Type())}});
  return n.out(toOutput(n, sums, fixedPoint(n, double(scale) / double(scaleOf(**output))),
                        Activation::NONE));
}

void tflite::addIntegerMatmulRows(RowTable &t) {
  t[Builtin::BATCH_MATMUL].buildQuantized = buildBatchMatmul;
  t[Builtin::FULLY_CONNECTED].buildQuantized = buildFullyConnected;
}
