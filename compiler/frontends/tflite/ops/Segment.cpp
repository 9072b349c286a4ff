#include "compiler/frontends/tflite/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

static LogicalResult buildSegments(Node &n, StringRef fold) {
  return n.out(n.emit<SegmentReduceOp>(n.tensors(), {{"fold", n.b.getStringAttr(fold)}}));
}

/// (x, segments) or (x, segments, their number).
void tflite::addSegmentRows(RowTable &t) {
  auto add = [&](Builtin op, Build build) { t[op] = {build, "segment", ""}; };
  add(Builtin::SEGMENT_SUM, [](Node &n) { return buildSegments(n, "sum"); });
  add(Builtin::UNSORTED_SEGMENT_SUM, [](Node &n) { return buildSegments(n, "sum"); });
  add(Builtin::UNSORTED_SEGMENT_PROD, [](Node &n) { return buildSegments(n, "prod"); });
  add(Builtin::UNSORTED_SEGMENT_MAX, [](Node &n) { return buildSegments(n, "max"); });
  add(Builtin::UNSORTED_SEGMENT_MIN, [](Node &n) { return buildSegments(n, "min"); });
}
