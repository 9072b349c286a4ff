#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

LogicalResult MatmulOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), y = shapes.info(getY());
  if (x.element != y.element)
    return emitError() << "operands have different types: " << x.element << " and " << y.element;
  if (x.dims.size() < 2 || y.dims.size() < 2)
    return emitError("operands need rank 2 or more");
  if (getTransposeX())
    std::swap(x.dims.end()[-1], x.dims.end()[-2]);
  if (getTransposeY())
    std::swap(y.dims.end()[-1], y.dims.end()[-2]);
  auto inner = std::pair(x.dims.end()[-1].constant(), y.dims.end()[-2].constant());
  if (inner.first && inner.second && inner.first != inner.second)
    return emitError() << "inner dimensions differ: " << *inner.first << " and " << *inner.second;

  SmallVector<Dim, 4> dims(x.dims.begin(), x.dims.end() - 2);
  ArrayRef<Dim> batchY = ArrayRef<Dim>(y.dims).drop_back(2);
  if (batchY.size() > dims.size())
    dims.insert(dims.begin(), batchY.size() - dims.size(), shapes.constant(1));
  for (auto [i, dim] : llvm::enumerate(batchY)) {
    Dim &slot = dims[dims.size() - batchY.size() + i];
    slot = shapes.table.broadcast(slot, dim);
  }
  dims.push_back(x.dims.end()[-2]);
  dims.push_back(y.dims.end()[-1]);
  return shapes.setResult(*this, 0, getTo().value_or(x.element), dims);
}
