#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

static bool isIndexType(Type element) {
  return element.isSignlessInteger() && !element.isInteger(1);
}

/// An error at the op if dimension `d` of the operands is known to differ.
static LogicalResult expectEqual(Operation *op, Dim a, Dim b, int64_t d) {
  auto x = a.constant(), y = b.constant();
  if (x && y && *x != *y)
    return op->emitError() << "dimension " << d << " differs: " << *x << " and " << *y;
  return success();
}

/// Elements of a small vector at known indices: shape arithmetic goes on.
static std::optional<SmallVector<Dim, 4>> gatherContents(ShapeAnalysis &shapes, GatherOp op) {
  if (shapes.rank(op.getX()) != 1)
    return std::nullopt;
  auto x = shapes.contents(op.getX());
  auto indices = shapes.constantContents(op.getIndices());
  if (!x || !indices)
    return std::nullopt;
  SmallVector<Dim, 4> result;
  for (int64_t i : *indices) {
    if (i < 0 || i >= int64_t(x->size()))
      return std::nullopt;
    result.push_back((*x)[i]);
  }
  return result;
}

LogicalResult GatherOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), indices = shapes.info(getIndices());
  int64_t rank = x.dims.size(), axis = getAxis(), batch = getBatchDims();
  if (batch < 0 || batch > axis || axis >= rank || batch > int64_t(indices.dims.size()))
    return emitError() << "axis " << axis << " and " << batch
                       << " batch dimensions do not fit ranks " << rank << " and "
                       << indices.dims.size();
  if (!isIndexType(indices.element))
    return emitError() << "indices of type " << indices.element;
  for (int64_t d = 0; d < batch; ++d)
    if (failed(expectEqual(*this, x.dims[d], indices.dims[d], d)))
      return failure();
  SmallVector<Dim, 4> dims(ArrayRef<Dim>(x.dims).take_front(axis));
  dims.append(indices.dims.begin() + batch, indices.dims.end());
  dims.append(x.dims.begin() + axis + 1, x.dims.end());
  return shapes.setResult(*this, 0, x.element, dims, gatherContents(shapes, *this));
}

/// Length of the index vectors of `indices`; an error if not known or too long.
static FailureOr<int64_t> indexDepth(Operation *op, const ShapeInfo &indices, int64_t available) {
  auto depth = indices.dims.empty() ? std::nullopt : indices.dims.back().constant();
  if (!depth || *depth > available || !isIndexType(indices.element))
    return op->emitError() << "the last dimension of the indices must be known and at most "
                           << available;
  return *depth;
}

LogicalResult GatherNdOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), indices = shapes.info(getIndices());
  int64_t rank = x.dims.size(), batch = getBatchDims();
  if (batch < 0 || batch >= int64_t(indices.dims.size()) || batch > rank)
    return emitError() << batch << " batch dimensions do not fit the operands' ranks";
  auto depth = indexDepth(*this, indices, rank - batch);
  if (failed(depth))
    return failure();
  for (int64_t d = 0; d < batch; ++d)
    if (failed(expectEqual(*this, x.dims[d], indices.dims[d], d)))
      return failure();
  SmallVector<Dim, 4> dims(ArrayRef<Dim>(indices.dims).drop_back());
  dims.append(x.dims.begin() + batch + *depth, x.dims.end());
  return shapes.setResult(*this, 0, x.element, dims);
}

LogicalResult ScatterNdOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), indices = shapes.info(getIndices());
  ShapeInfo updates = shapes.info(getUpdates());
  auto depth = indexDepth(*this, indices, x.dims.size());
  if (failed(depth))
    return failure();
  if (!llvm::is_contained({"update", "add", "sub", "mul", "max", "min"}, getMode()))
    return emitError() << "unknown mode \"" << getMode() << '"';
  SmallVector<Dim, 4> wanted(ArrayRef<Dim>(indices.dims).drop_back());
  wanted.append(x.dims.begin() + *depth, x.dims.end());
  if (updates.element != x.element || updates.dims.size() != wanted.size())
    return emitError("type or rank of the updates do not fit x and the indices");
  for (auto [d, dim] : llvm::enumerate(updates.dims))
    if (failed(expectEqual(*this, dim, wanted[d], d)))
      return failure();
  return shapes.setResult(*this, 0, x.element, x.dims);
}

LogicalResult WhereOp::inferShapes(ShapeAnalysis &shapes) {
  Dim rank = shapes.constant(shapes.rank(getX()));
  return shapes.setResult(*this, 0, IntegerType::get(getContext(), 64),
                          {shapes.ownDim(*this, 0, 0), rank});
}

LogicalResult UniqueOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  if (x.dims.size() != 1 || !x.element.isIntOrFloat() || !isIndexType(getIndex()))
    return emitError("needs a vector of numbers");
  Dim count = shapes.ownDim(*this, 0, 0);
  if (failed(shapes.setResult(*this, 0, x.element, count)) ||
      failed(shapes.setResult(*this, 1, getIndex(), x.dims)))
    return failure();
  return shapes.setResult(*this, 2, getIndex(), count);
}
