#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

LogicalResult ReadVariableOp::inferShapes(ShapeAnalysis &shapes) {
  auto type = dyn_cast<RankedTensorType>(getType());
  if (!type || !type.hasStaticShape())
    return emitError("needs a variable of static shape");
  SmallVector<Dim, 4> dims;
  for (int64_t extent : type.getShape())
    dims.push_back(shapes.constant(extent));
  return shapes.setResult(*this, 0, type.getElementType(), dims);
}

LogicalResult AssignVariableOp::inferShapes(ShapeAnalysis &shapes) {
  auto type = dyn_cast<RankedTensorType>(getType());
  if (!type || shapes.elementType(getValue()) != type.getElementType() ||
      shapes.rank(getValue()) != type.getRank())
    return emitError() << "assigns " << shapes.typeOf(shapes.info(getValue()))
                       << " to a variable of " << getType();
  for (auto [dim, extent] : llvm::zip(shapes.dims(getValue()), type.getShape()))
    if (dim.constant() != extent)
      return emitError() << "assigns " << shapes.typeOf(shapes.info(getValue()))
                         << " to a variable of " << getType();
  return success();
}
