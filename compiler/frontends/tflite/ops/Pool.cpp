#include "compiler/frontends/tflite/ops/Window.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

template <class OpT> static LogicalResult buildPool(Node &n) {
  return n.out(pool<OpT>(n, n.in(0)),
               n.options<schema::Pool2DOptions>().fused_activation_function());
}

/// The root of the mean square of each window.
static LogicalResult buildL2Pool(Node &n) {
  Value mean = pool<AvgPoolOp>(n, n.emit<SquareOp>(n.in(0)));
  return n.out(n.emit<SqrtOp>(mean),
               n.options<schema::Pool2DOptions>().fused_activation_function());
}

void tflite::addPoolRows(RowTable &t) {
  t[Builtin::AVERAGE_POOL_2D] = {buildPool<AvgPoolOp>, "pool", ""};
  t[Builtin::MAX_POOL_2D] = {buildPool<MaxPoolOp>, "pool", ""};
  t[Builtin::L2_POOL_2D] = {buildL2Pool, "pool", ""};
}
