#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

LogicalResult ResizeOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  auto size = shapes.contents(getSize());
  if (x.dims.size() != 4 || !size || size->size() != 2)
    return emitError("needs images of rank 4 and a size of two integers");
  if (!x.element.isIntOrFloat() || (getMode() != "nearest" && getMode() != "bilinear"))
    return emitError() << "no " << getMode() << " resizing of " << x.element;
  if (getAlignCorners() && getHalfPixelCenters())
    return emitError("aligned corners exclude half pixel centers");
  for (Dim d : {(*size)[0], (*size)[1], x.dims[1], x.dims[2]})
    if (auto extent = d.constant(); extent && *extent < 1)
      return emitError("heights and widths must be positive");
  Type element = getMode() == "bilinear" ? Float32Type::get(getContext()) : x.element;
  return shapes.setResult(*this, 0, element, {x.dims[0], (*size)[0], (*size)[1], x.dims[3]});
}
