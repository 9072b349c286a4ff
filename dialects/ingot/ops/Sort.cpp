#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

LogicalResult TopKOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  auto k = shapes.contents(getK());
  if (x.dims.empty() || isa<ComplexType>(x.element) || !k || k->size() != 1)
    return emitError("needs a real tensor of rank 1 or more and an integer scalar");
  auto known = k->front().constant(), columns = x.dims.back().constant();
  if (known && (*known < 0 || (columns && *known > *columns)))
    return emitError() << "k = " << *known << " is not in the range of the last dimension";
  SmallVector<Dim, 4> dims(x.dims);
  // A negative k is refused at run time; it is no size.
  dims.back() = shapes.table.max(k->front(), shapes.constant(0));
  if (failed(shapes.setResult(*this, 0, x.element, dims)))
    return failure();
  return shapes.setResult(*this, 1, getTo(), dims);
}
