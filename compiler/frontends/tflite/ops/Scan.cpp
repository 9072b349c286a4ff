#include "compiler/frontends/tflite/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

static LogicalResult buildCumsum(Node &n) {
  const auto &options = n.options<schema::CumsumOptions>();
  Value x = n.in(0);
  if (!x)
    return failure();
  auto axis = n.constantAxis(n.in(1), n.rank(x));
  if (failed(axis))
    return failure();
  return n.out(n.emit<CumsumOp>(x, {{"axis", n.b.getI64IntegerAttr(*axis)},
                                    {"exclusive", n.b.getBoolAttr(options.exclusive())},
                                    {"reverse", n.b.getBoolAttr(options.reverse())}}));
}

void tflite::addScanRows(RowTable &t) { t[Builtin::CUMSUM] = {buildCumsum, "scan", ""}; }
