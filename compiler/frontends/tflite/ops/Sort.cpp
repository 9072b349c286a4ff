#include "compiler/frontends/tflite/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// The indices are of the type that the file gives the second output.
static LogicalResult buildTopK(Node &n) {
  auto indices = n.output(1);
  if (failed(indices))
    return failure();
  Type to = tflite::elementType(n.b.getContext(), (*indices)->type);
  if (!to || !to.isSignlessInteger())
    return n.fail("indices must be integers");
  Operation *op = n.b.emitOp(TopKOp::getOperationName(), n.loc, {n.in(0), n.in(1)},
                             {{"to", TypeAttr::get(to)}}, 2);
  return op ? n.out(Values(op->getResults())) : failure();
}

void tflite::addSortRows(RowTable &t) { t[Builtin::TOPK_V2] = {buildTopK, "sort", ""}; }
