#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

/// Errors that are certain now; the others come at run time.
static LogicalResult checkAccess(ShapeAnalysis &shapes, Operation *op, Value list, Value index) {
  if (shapes.rank(list) == 0)
    return op->emitError("a list needs a dimension for its elements");
  if (!shapes.elementType(index).isSignlessInteger() || shapes.rank(index) != 0)
    return op->emitError("the index must be an integer scalar");
  auto length = shapes.dims(list)[0].constant();
  auto known = shapes.constantContents(index);
  if (known && ((*known)[0] < 0 || (length && (*known)[0] >= *length)))
    return op->emitError() << "index " << (*known)[0] << " is outside of the list";
  return success();
}

LogicalResult ListGetOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo list = shapes.info(getList());
  if (failed(checkAccess(shapes, *this, getList(), getIndex())))
    return failure();
  return shapes.setResult(*this, 0, list.element, ArrayRef(list.dims).drop_front());
}

LogicalResult ListSetOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo list = shapes.info(getList()), element = shapes.info(getElement());
  if (failed(checkAccess(shapes, *this, getList(), getIndex())))
    return failure();
  if (element.element != list.element || element.dims.size() + 1 != list.dims.size())
    return emitError("the element differs in type or rank from the list's");
  for (auto [have, want] : llvm::zip(element.dims, ArrayRef(list.dims).drop_front())) {
    auto a = have.constant(), b = want.constant();
    if (a && b && *a != *b)
      return emitError() << "the element has another shape than the others: " << *a << " for "
                         << *b;
  }
  return shapes.setResult(*this, 0, list.element, list.dims);
}
