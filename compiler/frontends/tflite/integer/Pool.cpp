#include "compiler/frontends/tflite/integer/Integer.h"
#include "compiler/frontends/tflite/integer/Rows.h"
#include "compiler/frontends/tflite/ops/Window.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// The scale stays: means are rounded, maxima are as they are. (Where the output's scale
/// is another one, TensorFlow Lite passes over it too.)
template <class OpT> static LogicalResult build(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::UINT8, Storage::INT16});
  if (failed(output))
    return failure();
  auto range =
      boundsOf(n, **output, n.options<schema::Pool2DOptions>().fused_activation_function());
  if (failed(range))
    return failure();
  return n.out(clamped(n, pool<OpT>(n, n.in(0)), *range));
}

void tflite::addIntegerPoolRows(RowTable &t) {
  t[Builtin::AVERAGE_POOL_2D].buildQuantized = build<AvgPoolOp>;
  t[Builtin::MAX_POOL_2D].buildQuantized = build<MaxPoolOp>;
}
