#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

LogicalResult ingot::inferScan(ShapeAnalysis &shapes, Operation *op, int64_t axis) {
  ShapeInfo x = shapes.info(op->getOperand(0));
  if (axis < 0 || axis >= int64_t(x.dims.size()))
    return op->emitError() << "axis " << axis << " is out of range for rank " << x.dims.size();
  if (x.element.isInteger(1))
    return op->emitError("is not defined for booleans");
  if (isa<CumulativeLogsumexpOp>(op) && !isa<FloatType>(x.element))
    return op->emitError() << "is not defined for " << x.element;
  return shapes.setResult(op, 0, x.element, x.dims);
}
