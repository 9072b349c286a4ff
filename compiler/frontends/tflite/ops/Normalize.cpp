#include "compiler/frontends/tflite/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// x / max(|x|, 1e-6) along the last dimension.
static LogicalResult buildL2Normalization(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  if (n.rank(x) == 0)
    return n.fail("needs a tensor of rank 1 or more");
  Value sum =
      n.emit<ReduceSumOp>(n.emit<SquareOp>(x), {{"axes", n.b.getDenseI64ArrayAttr({n.rank(x) - 1})},
                                                {"keep_dims", n.b.getBoolAttr(true)}});
  Value norm = n.emit<SqrtOp>(sum);
  norm = n.emit<MaximumOp>({norm, n.scalar(x, 1e-6)});
  return n.out(n.emit<DivOp>({x, norm}),
               n.options<schema::L2NormOptions>().fused_activation_function());
}

static LogicalResult buildLrn(Node &n) {
  const auto &o = n.options<schema::LocalResponseNormalizationOptions>();
  return n.out(localResponseNormalization(n, n.in(0), o.radius(), o.bias(), o.alpha(), o.beta()));
}

void tflite::addNormalizeRows(RowTable &t) {
  t[Builtin::L2_NORMALIZATION] = {buildL2Normalization, "normalize", ""};
  t[Builtin::LOCAL_RESPONSE_NORMALIZATION] = {buildLrn, "normalize", ""};
}
