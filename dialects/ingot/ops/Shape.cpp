#include "dialects/ingot/Ingot.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot;

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult ConstantOp::inferShapes(ShapeAnalysis &shapes) {
  auto type = dyn_cast<RankedTensorType>(getValue().getShapedType());
  if (!type || !type.hasStaticShape())
    return emitError("needs a value of static shape");
  return shapes.setResult(*this, 0, type.getElementType(), shapes.constants(type.getShape()));
}

LogicalResult ShapeOp::inferShapes(ShapeAnalysis &shapes) {
  SmallVector<Dim, 4> dims(shapes.dims(getX()));
  Dim rank = shapes.constant(dims.size());
  return shapes.setResult(*this, 0, getTo(), rank, std::move(dims));
}

/// Dims of a reshape to `wanted`. The entry that can be -1 is the one that is,
/// or the only one that is not known not to be: counting elements gives it.
static SmallVector<Dim, 4> resolveReshape(DimTable &t, ArrayRef<Dim> from, ArrayRef<Dim> wanted) {
  SmallVector<Dim, 4> dims(wanted);
  auto unknown = [&](Dim d) { return !t.isNonNegative(d); };
  auto hole = llvm::find_if(dims, [](Dim d) { return d.is(-1); });
  if (hole == dims.end() && llvm::count_if(dims, unknown) == 1)
    hole = llvm::find_if(dims, unknown);
  if (hole == dims.end())
    return dims;
  *hole = t.constant(1);
  Dim rest = t.product(dims);
  *hole = rest.is(0) ? t.constant(0) : t.floorDiv(t.product(from), rest);
  return dims;
}

LogicalResult ReshapeOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  auto wanted = shapes.contents(getShape());
  if (!wanted || shapes.rank(getShape()) != 1)
    return emitError("the new shape must be a short vector of known length");
  for (Dim d : *wanted)
    if (auto v = d.constant(); v && *v < -1)
      return emitError() << "the new shape has the negative dimension " << *v;
  if (llvm::count_if(*wanted, [](Dim d) { return d.is(-1); }) > 1)
    return emitError("the new shape has more than one -1");
  SmallVector<Dim, 4> dims = resolveReshape(shapes.table, x.dims, *wanted);
  auto before = shapes.table.product(x.dims).constant(), after = shapes.table.product(dims).constant();
  if (before && after && *before != *after)
    return emitError() << "a tensor of " << *before << " elements cannot take a shape of "
                       << *after << " elements";
  return shapes.setResult(*this, 0, x.element, dims, x.contents);
}

LogicalResult TransposeOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  SmallVector<Dim, 4> dims;
  SmallVector<bool> seen(x.dims.size());
  if (getPermutation().size() != x.dims.size())
    return emitError() << "permutation has " << getPermutation().size() << " entries for rank "
                       << x.dims.size();
  for (int64_t from : getPermutation()) {
    if (from < 0 || from >= int64_t(x.dims.size()) || seen[from])
      return emitError() << "entry " << from << " of the permutation is out of range or repeated";
    seen[from] = true;
    dims.push_back(x.dims[from]);
  }
  return shapes.setResult(*this, 0, x.element, dims);
}

LogicalResult BroadcastToOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  auto wanted = shapes.contents(getShape());
  if (!wanted || shapes.rank(getShape()) != 1 || wanted->size() < x.dims.size())
    return emitError("the shape must be a short vector of at least the operand's rank");
  SmallVector<Dim, 4> dims(*wanted);
  size_t offset = dims.size() - x.dims.size();
  for (auto [i, dim] : llvm::enumerate(x.dims)) {
    auto from = dim.constant(), to = dims[offset + i].constant();
    if (from && to && *from != *to && *from != 1)
      return emitError() << "dimension " << i << " of " << *from << " cannot be broadcast to "
                         << *to;
    if (from && *from != 1)
      dims[offset + i] = dim;
  }
  return shapes.setResult(*this, 0, x.element, dims);
}

LogicalResult ConcatOp::inferShapes(ShapeAnalysis &shapes) {
  if (getInputs().empty())
    return emitError("needs an operand");
  ShapeInfo first = shapes.info(getInputs()[0]);
  int64_t rank = first.dims.size(), axis = getAxis();
  if (axis < 0 || axis >= rank)
    return emitError() << "axis " << axis << " is out of range for rank " << rank;
  SmallVector<Dim, 4> dims(first.dims);
  std::optional<SmallVector<Dim, 4>> contents = shapes.contents(getInputs()[0]);
  for (Value input : getInputs().drop_front()) {
    ShapeInfo x = shapes.info(input);
    if (x.element != first.element || int64_t(x.dims.size()) != rank)
      return emitError("operands differ in type or rank");
    for (auto [d, dim] : llvm::enumerate(x.dims)) {
      if (int64_t(d) == axis) {
        dims[d] = shapes.table.add(dims[d], dim);
        continue;
      }
      auto a = dims[d].constant(), b = dim.constant();
      if (a && b && *a != *b)
        return emitError() << "dimension " << d << " differs: " << *a << " and " << *b;
      if (b)
        dims[d] = dim;
    }
    auto more = shapes.contents(input);
    if (contents && more)
      contents->append(more->begin(), more->end());
    else
      contents.reset();
  }
  if (rank != 1 || (contents && contents->size() > size_t(kMaxTrackedElements)))
    contents.reset();
  return shapes.setResult(*this, 0, first.element, dims, std::move(contents));
}

LogicalResult PadOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  auto paddings = shapes.contents(getPaddings());
  if (!paddings || paddings->size() != 2 * x.dims.size())
    return emitError() << "paddings must be of shape [" << x.dims.size() << ", 2]";
  if (shapes.elementType(getValue()) != x.element || shapes.rank(getValue()) != 0)
    return emitError("the padding value must be a scalar of the operand's type");
  SmallVector<Dim, 4> dims;
  for (auto [d, dim] : llvm::enumerate(x.dims)) {
    Dim low = (*paddings)[2 * d], high = (*paddings)[2 * d + 1];
    for (Dim p : {low, high})
      if (auto v = p.constant(); v && *v < 0)
        return emitError() << "padding " << *v << " is negative";
    dims.push_back(shapes.table.add(shapes.table.add(low, dim), high));
  }
  return shapes.setResult(*this, 0, x.element, dims);
}

//===--- Slices -----------------------------------------------------------===//

/// begin or end as numpy takes them: negative counts from the end, then clamped.
static Dim clampIndex(DimTable &t, Dim index, Dim extent, Dim low, Dim high) {
  return t.min(t.max(t.wrap(index, extent), low), high);
}

SliceDim ingot::resolveSlice(DimTable &t, Dim extent, Dim begin, Dim end, int64_t stride) {
  Dim zero = t.constant(0), one = t.constant(1);
  Dim low = stride > 0 ? zero : t.constant(-1), high = stride > 0 ? extent : t.sub(extent, one);
  Dim first = begin ? clampIndex(t, begin, extent, low, high) : (stride > 0 ? zero : high);
  Dim last = end ? clampIndex(t, end, extent, low, high) : (stride > 0 ? extent : low);
  Dim span = stride > 0 ? t.sub(last, first) : t.sub(first, last);
  Dim count = t.ceilDiv(span, t.constant(stride > 0 ? stride : -stride));
  return {first, t.max(count, zero), stride, false};
}

FailureOr<SmallVector<SliceDim, 4>> StridedSliceOp::resolve(ShapeAnalysis &shapes) {
  auto begin = shapes.contents(getBegin()), end = shapes.contents(getEnd());
  auto strides = shapes.constantContents(getStrides());
  SmallVector<Dim, 4> x(shapes.dims(getX()));
  if (!begin || !end || !strides || begin->size() != end->size() ||
      begin->size() != strides->size() || begin->size() > x.size())
    return emitError("begin, end and strides must be vectors of one known length, at most the "
                     "operand's rank, and the strides constants");
  DimTable &t = shapes.table;
  SmallVector<SliceDim, 4> result;
  for (auto [d, extent] : llvm::enumerate(x)) {
    bool given = d < begin->size();
    bool hasBegin = given && !(getBeginMask() >> d & 1), hasEnd = given && !(getEndMask() >> d & 1);
    if (given && (getShrinkMask() >> d & 1)) {
      Dim index = t.wrap(hasBegin ? (*begin)[d] : t.constant(0), extent);
      auto value = index.constant(), size = extent.constant();
      if (value && (*value < 0 || (size && *value >= *size)))
        return emitError() << "slice index of dimension " << d << " is out of bounds";
      result.push_back({index, t.constant(1), 1, true});
      continue;
    }
    int64_t stride = given ? (*strides)[d] : 1;
    if (stride == 0 || stride == INT64_MIN)
      return emitError() << "stride of dimension " << d << " is " << stride;
    result.push_back(resolveSlice(t, extent, hasBegin ? (*begin)[d] : Dim(),
                                  hasEnd ? (*end)[d] : Dim(), stride));
  }
  return result;
}

LogicalResult StridedSliceOp::inferShapes(ShapeAnalysis &shapes) {
  auto slices = resolve(shapes);
  if (failed(slices))
    return failure();
  SmallVector<Dim, 4> dims;
  for (const SliceDim &slice : *slices)
    if (!slice.shrink)
      dims.push_back(slice.count);
  // The entries of a shape vector are followed.
  std::optional<SmallVector<Dim, 4>> contents;
  if (auto x = shapes.contents(getX()); x && slices->size() == 1) {
    const SliceDim &slice = (*slices)[0];
    auto begin = slice.begin.constant(), count = slice.count.constant();
    if (begin && count) {
      contents.emplace();
      for (int64_t i = 0; i < *count; ++i)
        contents->push_back((*x)[*begin + i * slice.stride]);
    }
  }
  return shapes.setResult(*this, 0, shapes.elementType(getX()), dims, std::move(contents));
}
