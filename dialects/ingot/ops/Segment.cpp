#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

/// Number of segments: `count`, or what only the last id tells.
static Dim segmentCount(ShapeAnalysis &shapes, SegmentReduceOp op) {
  if (!op.getCount())
    return shapes.ownDim(op, 0, 0);
  auto count = shapes.contents(op.getCount());
  if (!count || count->size() != 1)
    return {};
  // A negative count is refused at run time; it is no size.
  return shapes.table.max(count->front(), shapes.constant(0));
}

/// The elements of a product over sizes, as TensorFlow Lite joins dimensions with;
/// nothing if the ids are not known or not all in range.
static std::optional<SmallVector<Dim, 4>> sizeProducts(ShapeAnalysis &shapes, SegmentReduceOp op,
                                                       Dim count) {
  auto x = shapes.contents(op.getX());
  auto ids = shapes.constantContents(op.getIds());
  if (op.getFold() != "prod" || !x || !ids || x->size() != ids->size() || !count.constant() ||
      *count.constant() > kMaxTrackedElements)
    return std::nullopt;
  SmallVector<Dim, 4> products(*count.constant(), shapes.constant(1));
  for (auto [size, id] : llvm::zip_equal(*x, *ids)) {
    if (id < 0 || id >= int64_t(products.size()))
      return std::nullopt;
    products[id] = shapes.table.mul(products[id], size);
  }
  if (llvm::any_of(products, [](Dim d) { return !d; }))
    return std::nullopt;
  return products;
}

LogicalResult SegmentReduceOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), ids = shapes.info(getIds());
  if (!ids.element.isSignlessInteger(32) && !ids.element.isSignlessInteger(64))
    return emitError("ids must be i32 or i64");
  if (ids.dims.size() > x.dims.size() || (!getCount() && ids.dims.size() != 1))
    return emitError("ids must have the first dimensions of the data");
  for (auto [a, c] : llvm::zip(ids.dims, x.dims))
    if (a.constant() && c.constant() && a != c)
      return emitError() << "ids and data differ in a dimension: " << *a.constant() << " and "
                         << *c.constant();
  if (!llvm::is_contained({"sum", "mean", "prod", "max", "min"}, getFold()))
    return emitError() << "does not fold with " << getFold();
  Dim count = segmentCount(shapes, *this);
  if (!count)
    return emitError("the number of segments must be an integer scalar");
  SmallVector<Dim, 4> dims{count};
  dims.append(x.dims.begin() + ids.dims.size(), x.dims.end());
  return shapes.setResult(*this, 0, x.element, dims, sizeProducts(shapes, *this, count));
}
