#include "dialects/ingot/Ingot.h"
#include "dialects/ingot/Limits.h"

using namespace mlir;
using namespace ingot;

/// The elements of a concatenation, block by block; nothing if those of a part are not
/// known. `outer`: the blocks of each part.
static std::optional<SmallVector<Dim, 4>> joinContents(ShapeAnalysis &shapes, ValueRange parts,
                                                       std::optional<int64_t> outer) {
  SmallVector<SmallVector<Dim, 4>> known;
  size_t count = 0;
  for (Value part : parts) {
    auto contents = shapes.contents(part);
    count += contents ? contents->size() : 0;
    if (!contents || !outer || count > size_t(kMaxTrackedElements))
      return std::nullopt;
    known.push_back(std::move(*contents));
  }
  SmallVector<Dim, 4> joined;
  for (int64_t block = 0; block < *outer; ++block)
    for (const auto &contents : known) {
      size_t size = contents.size() / *outer;
      llvm::append_range(joined, ArrayRef(contents).slice(block * size, size));
    }
  return joined;
}

LogicalResult ConcatOp::inferShapes(ShapeAnalysis &shapes) {
  if (getInputs().empty())
    return emitError("needs an operand");
  if (getInputs().size() > kMaxParts)
    return emitError() << "joins " << getInputs().size() << " tensors, more than " << kMaxParts;
  ShapeInfo first = shapes.info(getInputs()[0]);
  int64_t rank = first.dims.size(), axis = getAxis();
  if (axis < 0 || axis >= rank)
    return emitError() << "axis " << axis << " is out of range for rank " << rank;
  SmallVector<Dim, 4> dims(first.dims);
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
  }
  Dim blocks = shapes.table.product(ArrayRef(dims).take_front(axis));
  auto outer = blocks ? blocks.constant() : std::nullopt;
  return shapes.setResult(*this, 0, first.element, dims, joinContents(shapes, getInputs(), outer));
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

/// Of both ops over a strided slice.
template <class OpT>
static FailureOr<SmallVector<SliceDim, 4>> resolveSlices(OpT op, ShapeAnalysis &shapes) {
  auto begin = shapes.contents(op.getBegin()), end = shapes.contents(op.getEnd());
  auto strides = shapes.constantContents(op.getStrides());
  SmallVector<Dim, 4> x(shapes.dims(op.getX()));
  if (!begin || !end || !strides || begin->size() != end->size() ||
      begin->size() != strides->size() || begin->size() > x.size())
    return op.emitError("begin, end and strides must be vectors of one known length, at most the "
                        "operand's rank, and the strides constants");
  DimTable &t = shapes.table;
  SmallVector<SliceDim, 4> result;
  for (auto [d, extent] : llvm::enumerate(x)) {
    bool given = d < begin->size();
    bool hasBegin = given && !(op.getBeginMask() >> d & 1),
         hasEnd = given && !(op.getEndMask() >> d & 1);
    if (given && (op.getShrinkMask() >> d & 1)) {
      Dim index = t.wrap(hasBegin ? (*begin)[d] : t.constant(0), extent);
      auto value = index.constant(), size = extent.constant();
      if (value && (*value < 0 || (size && *value >= *size)))
        return op.emitError() << "slice index of dimension " << d << " is out of bounds";
      result.push_back({index, t.constant(1), 1, true});
      continue;
    }
    int64_t stride = given ? (*strides)[d] : 1;
    if (stride == 0 || stride == INT64_MIN)
      return op.emitError() << "stride of dimension " << d << " is " << stride;
    result.push_back(resolveSlice(t, extent, hasBegin ? (*begin)[d] : Dim(),
                                  hasEnd ? (*end)[d] : Dim(), stride));
  }
  return result;
}

FailureOr<SmallVector<SliceDim, 4>> StridedSliceOp::resolve(ShapeAnalysis &shapes) {
  return resolveSlices(*this, shapes);
}

FailureOr<SmallVector<SliceDim, 4>> UpdateSliceOp::resolve(ShapeAnalysis &shapes) {
  return resolveSlices(*this, shapes);
}

LogicalResult UpdateSliceOp::inferShapes(ShapeAnalysis &shapes) {
  auto slices = resolve(shapes);
  if (failed(slices))
    return failure();
  ShapeInfo x = shapes.info(getX()), value = shapes.info(getValue());
  if (value.element != x.element || value.dims.size() != x.dims.size())
    return emitError() << "puts " << shapes.typeOf(value) << " into " << shapes.typeOf(x);
  for (auto [slice, dim] : llvm::zip(*slices, value.dims)) {
    auto wanted = slice.count.constant(), given = dim.constant();
    if (wanted && given && *wanted != *given)
      return emitError() << "puts " << *given << " elements where the slice has " << *wanted;
  }
  return shapes.setResult(*this, 0, x.element, x.dims);
}

/// The elements that slices take of known ones; nothing where run time tells which.
static std::optional<SmallVector<Dim, 4>> slicedContents(ArrayRef<Dim> x, ArrayRef<Dim> dims,
                                                         ArrayRef<SliceDim> slices) {
  SmallVector<Dim, 4> contents;
  if (x.empty())
    return contents;
  SmallVector<int64_t> places = {0};
  for (auto [dim, slice] : llvm::zip(dims, slices)) {
    auto extent = dim.constant(), begin = slice.begin.constant(), count = slice.count.constant();
    if (!extent || !begin || !count)
      return std::nullopt;
    SmallVector<int64_t> inner;
    for (int64_t place : places)
      for (int64_t i = 0; i < *count; ++i)
        inner.push_back(place * *extent + *begin + i * slice.stride);
    places = std::move(inner);
  }
  for (int64_t place : places)
    contents.push_back(x[place]);
  return contents;
}

LogicalResult StridedSliceOp::inferShapes(ShapeAnalysis &shapes) {
  auto slices = resolve(shapes);
  if (failed(slices))
    return failure();
  SmallVector<Dim, 4> dims;
  for (const SliceDim &slice : *slices)
    if (!slice.shrink)
      dims.push_back(slice.count);
  // The entries of shapes and paddings are followed.
  std::optional<SmallVector<Dim, 4>> contents;
  if (auto x = shapes.contents(getX()))
    contents = slicedContents(*x, shapes.dims(getX()), *slices);
  return shapes.setResult(*this, 0, shapes.elementType(getX()), dims, std::move(contents));
}

LogicalResult SliceOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  auto begin = shapes.contents(getBegin()), size = shapes.contents(getSize());
  if (!begin || !size || begin->size() != x.dims.size() || size->size() != x.dims.size())
    return emitError() << "begin and size need one entry for each of " << x.dims.size()
                       << " dimensions";
  SmallVector<Dim, 4> dims;
  for (auto [d, extent] : llvm::enumerate(x.dims)) {
    Dim first = (*begin)[d], count = (*size)[d];
    Dim rest = shapes.table.sub(extent, first);
    // Past the last element there can only be none.
    if (count.is(-1) || rest.is(0))
      count = rest;
    Dim after = shapes.table.sub(rest, count);
    auto isNegative = [](Dim v) { return v && v.constant().value_or(0) < 0; };
    if (isNegative(first) || isNegative(count) || isNegative(after))
      return emitError() << "the slice of dimension " << d << " is out of bounds";
    dims.push_back(count);
  }
  std::optional<SmallVector<Dim, 4>> contents;
  auto known = shapes.contents(getX());
  auto first = begin->empty() ? std::nullopt : (*begin)[0].constant();
  auto count = dims.empty() ? std::nullopt : dims[0].constant();
  if (known && dims.size() == 1 && first && count && *first + *count <= int64_t(known->size()))
    contents.emplace(ArrayRef<Dim>(*known).slice(*first, *count));
  return shapes.setResult(*this, 0, x.element, dims, std::move(contents));
}

LogicalResult ReverseSequenceOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), lengths = shapes.info(getLengths());
  int64_t rank = x.dims.size(), axis = getAxis(), batch = getBatchAxis();
  if (axis < 0 || axis >= rank || batch < 0 || batch >= rank || axis == batch)
    return emitError() << "axes " << axis << " and " << batch << " do not fit rank " << rank;
  auto count = lengths.dims.size() == 1 ? lengths.dims[0].constant() : std::nullopt;
  auto extent = x.dims[batch].constant();
  if (lengths.dims.size() != 1 || (count && extent && *count != *extent) ||
      !lengths.element.isSignlessInteger() || lengths.element.isInteger(1))
    return emitError("needs an integer length for each entry of the batch");
  return shapes.setResult(*this, 0, x.element, x.dims);
}
