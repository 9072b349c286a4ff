#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

static LogicalResult buildReshape(Node &n) { return n.out(n.emit<ReshapeOp>(n.tensors())); }

static LogicalResult buildShape(Node &n) {
  Type to = n.attrs.getType("out_type", DataType::Int32) == DataType::Int64 ? n.b.getI64Type()
                                                                            : n.b.getI32Type();
  return n.out(n.emit<ShapeOp>(n.in(0), {{"to", TypeAttr::get(to)}}));
}

void tensorflow::addShapeRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "shape", ""}; };
  add("Reshape", buildReshape);
  add("Shape", buildShape);
}
