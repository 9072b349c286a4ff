#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

static LogicalResult buildMatmul(Node &n) {
  return n.out(
      n.emit<MatmulOp>({n.in(0), n.in(1)},
                       {{"transpose_x", n.b.getBoolAttr(n.attrs.getBool("transpose_a", false))},
                        {"transpose_y", n.b.getBoolAttr(n.attrs.getBool("transpose_b", false))}}));
}

void tensorflow::addMatmulRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "matmul", ""}; };
  add("MatMul", buildMatmul);
}
