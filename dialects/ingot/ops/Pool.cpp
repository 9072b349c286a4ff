#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

/// Dimensions of what the windows over x give; null on failure.
static FailureOr<SmallVector<Dim, 4>> windowedDims(ShapeAnalysis &shapes, Operation *op) {
  ShapeInfo x = shapes.info(op->getOperand(0));
  if (x.dims.size() < 3)
    return op->emitError("needs rank 3 or more");
  if (failed(verifyWindow(shapes, op, x.dims.size() - 2)))
    return failure();
  SmallVector<Dim, 4> dims = {x.dims[0]};
  for (const WindowDims &w : windowDims(shapes, op))
    dims.push_back(w.output);
  dims.push_back(x.dims.back());
  return dims;
}

static LogicalResult inferPool(ShapeAnalysis &shapes, Operation *op) {
  auto dims = windowedDims(shapes, op);
  if (failed(dims))
    return failure();
  return shapes.setResult(op, 0, shapes.elementType(op->getOperand(0)), *dims);
}

LogicalResult MaxPoolOp::inferShapes(ShapeAnalysis &shapes) { return inferPool(shapes, *this); }
LogicalResult AvgPoolOp::inferShapes(ShapeAnalysis &shapes) { return inferPool(shapes, *this); }

LogicalResult MaxPoolArgmaxOp::inferShapes(ShapeAnalysis &shapes) {
  if (!getTo().isInteger(32) && !getTo().isInteger(64))
    return emitError() << "indices cannot be " << getTo();
  auto dims = windowedDims(shapes, *this);
  if (failed(dims) || failed(shapes.setResult(*this, 0, shapes.elementType(getX()), *dims)))
    return failure();
  return shapes.setResult(*this, 1, getTo(), *dims);
}

LogicalResult DilationOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), filter = shapes.info(getFilter());
  if (filter.dims.size() + 1 != x.dims.size() || x.element != filter.element ||
      !x.element.isIntOrFloat() || x.element.isInteger(1))
    return emitError("needs numbers [N, S1..Sk, C] and a filter [F1..Fk, C] of the same type");
  if (llvm::any_of(filter.dims, [](Dim d) { return !d.constant(); }))
    return emitError("the filter's shape must be known");
  auto channels = x.dims.back().constant();
  if (channels && *channels != filter.dims.back().constant())
    return emitError("the input's and the filter's channels differ");
  return inferPool(shapes, *this);
}
