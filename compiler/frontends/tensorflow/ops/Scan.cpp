#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

template <class OpT> static LogicalResult buildScan(Node &n) {
  Value x = n.in(0);
  auto given = n.constantInts(1, "the axis");
  if (!x || failed(given))
    return failure();
  if (given->size() != 1)
    return n.fail("the axis must be one number");
  auto axis = n.axis(given->front(), n.rank(x));
  if (failed(axis))
    return failure();
  return n.out(n.emit<OpT>(x, {{"axis", n.b.getI64IntegerAttr(*axis)},
                               {"exclusive", n.b.getBoolAttr(n.attrs.getBool("exclusive", false))},
                               {"reverse", n.b.getBoolAttr(n.attrs.getBool("reverse", false))}}));
}

void tensorflow::addScanRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "scan", ""}; };
  add("Cumsum", buildScan<CumsumOp>);
  add("Cumprod", buildScan<CumprodOp>);
  add("CumulativeLogsumexp", buildScan<CumulativeLogsumexpOp>);
}
