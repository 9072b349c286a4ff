#include "passes/lower/Lower.h"

using namespace mlir;
using namespace ingot;

/// Index attributes of one value for each of `rank` dimensions.
static SmallVector<OpFoldResult> repeated(Lowering &l, int64_t value, int64_t rank) {
  return SmallVector<OpFoldResult>(rank, l.b.getIndexAttr(value));
}

static RankedTensorType storedType(Lowering &l, Type element, ArrayRef<Dim> dims) {
  return l.shapes.typeOf({storageType(element), SmallVector<Dim, 4>(dims), std::nullopt});
}

/// True if a tensor of these dimensions is known to have no elements. MLIR takes
/// no offset behind the last element, not even for a slice of none.
static bool isNothing(Lowering &l, ArrayRef<Dim> dims) {
  return l.shapes.table.product(dims).is(0);
}

//===--- Putting together -------------------------------------------------===//

/// `destination` with `source` put in at `offsets`.
static Value insertAt(Lowering &l, Location loc, Value source, Value destination,
                      ArrayRef<Dim> offsets, ArrayRef<Dim> sizes) {
  return tensor::InsertSliceOp::create(
      l.b, loc, source, destination, l.shapes.materializeFolded(l.b, loc, offsets),
      l.shapes.materializeFolded(l.b, loc, sizes), repeated(l, 1, sizes.size()));
}

/// The inputs of a concatenation that have elements, with the extents that their
/// neighbours prove.
static SmallVector<Value> partsOf(ConcatOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  SmallVector<Value> parts;
  for (Value input : op.getInputs()) {
    SmallVector<Dim, 4> sizes(l.shapes.dims(input));
    for (auto [d, size] : llvm::enumerate(sizes)) {
      if (d == op.getAxis())
        continue;
      l.checkEqual(loc, size, result.dims[d], "parts of a concatenation do not fit each other");
      size = result.dims[d];
    }
    if (isNothing(l, sizes))
      continue;
    Type type = storedType(l, result.element, sizes);
    bool isProven = type == input.getType();
    parts.push_back(isProven ? input : tensor::CastOp::create(l.b, loc, type, input).getResult());
    l.shapes.set(parts.back(), {result.element, std::move(sizes), std::nullopt});
  }
  return parts;
}

/// Parts are written in place by ingot-compute-in-place.
static LogicalResult lowerConcat(ConcatOp op, Lowering &l) {
  if (op.getInputs().size() == 1)
    return l.replace(op, op.getInputs()[0]);
  SmallVector<Value> parts = partsOf(op, l);
  ShapeInfo result = l.shapes.info(op.getResult());
  if (parts.empty()) { // none of them has elements
    Value zero = l.zero(op.getLoc(), storageType(result.element));
    return l.replace(op, l.filled(op.getLoc(), result.dims, result.element, zero));
  }
  Value whole = tensor::ConcatOp::create(l.b, op.getLoc(), op.getAxis(), parts);
  Type type = storedType(l, result.element, result.dims);
  bool isProven = type == whole.getType();
  return l.replace(
      op, isProven ? whole : tensor::CastOp::create(l.b, op.getLoc(), type, whole).getResult());
}

static LogicalResult lowerPad(PadOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  auto paddings = *l.shapes.contents(op.getPaddings());
  l.checkSizes(loc, paddings);
  if (llvm::all_of(paddings, [](Dim p) { return p.is(0); }))
    return l.replace(op, op.getX());
  SmallVector<Dim, 4> offsets, sizes(l.shapes.dims(op.getX()));
  for (size_t d = 0; d < sizes.size(); ++d)
    offsets.push_back(paddings[2 * d]);
  Value scalar = tensor::ExtractOp::create(l.b, loc, op.getValue(), ValueRange());
  Value whole = l.filled(loc, result.dims, result.element, scalar);
  if (isNothing(l, sizes))
    return l.replace(op, whole);
  return l.replace(op, insertAt(l, loc, op.getX(), whole, offsets, sizes));
}

//===--- Slices -----------------------------------------------------------===//

/// Element i of dimension d of the result is element begin[d] + i * stride[d]
/// of x, for any sign of the stride.
static Value reversingSlice(Lowering &l, Location loc, Value x, ArrayRef<SliceDim> slices,
                            ArrayRef<Dim> dims) {
  SmallVector<Value> begins, strides;
  for (const SliceDim &s : slices) {
    begins.push_back(l.index(loc, s.begin));
    strides.push_back(l.index(loc, s.stride));
  }
  Type element = l.shapes.elementType(x);
  return l.generic(loc, dims, element, {}, [&](OpBuilder &b, Location loc, ValueRange) {
    SmallVector<Value> indices;
    int64_t loop = 0;
    for (auto [begin, stride, slice] : llvm::zip(begins, strides, slices)) {
      indices.push_back(begin);
      if (slice.shrink)
        continue;
      Value steps = arith::MulIOp::create(b, loc, linalg::IndexOp::create(b, loc, loop++), stride);
      indices.back() = arith::AddIOp::create(b, loc, begin, steps);
    }
    return l.load(b, loc, tensor::ExtractOp::create(b, loc, x, indices), element);
  });
}

/// Single elements that are asked for must be there.
static void checkIndices(Lowering &l, Location loc, ArrayRef<SliceDim> slices,
                         ArrayRef<Dim> extents) {
  DimTable &t = l.shapes.table;
  for (auto [slice, extent] : llvm::zip(slices, extents)) {
    Dim after = t.sub(t.sub(extent, slice.begin), t.constant(1));
    if (!slice.shrink || (t.isNonNegative(slice.begin) && t.isNonNegative(after)))
      continue;
    Value inside = arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::ult,
                                         l.index(loc, slice.begin), l.index(loc, extent));
    l.check(loc, inside, INGOT_OUT_OF_RANGE, "slice index is out of range");
  }
}

/// True if a dimension of extent 1 stays, and one is dropped behind another that
/// stays. MLIR tells dropped dimensions by their strides, and where only run time
/// tells those it takes the first of extent 1.
static bool isAmbiguous(ArrayRef<SliceDim> slices) {
  auto isSingle = [](const SliceDim &s) { return s.count.is(1); };
  auto single = llvm::find_if(slices, [&](const SliceDim &s) { return !s.shrink && isSingle(s); });
  auto other = std::find_if_not(single, slices.end(), isSingle);
  return std::any_of(other, slices.end(), [](const SliceDim &s) { return s.shrink; });
}

/// The part of `x` that the slices give, of type `type`.
static Value extract(Lowering &l, Location loc, RankedTensorType type, Value x,
                     ArrayRef<SliceDim> slices, ArrayRef<OpFoldResult> steps) {
  SmallVector<Dim, 4> begins, counts;
  for (const SliceDim &s : slices) {
    begins.push_back(s.begin);
    counts.push_back(s.count);
  }
  auto offsets = l.shapes.materializeFolded(l.b, loc, begins);
  auto sizes = l.shapes.materializeFolded(l.b, loc, counts);
  if (!isAmbiguous(slices))
    return tensor::ExtractSliceOp::create(l.b, loc, type, x, offsets, sizes, steps);
  Value whole = tensor::ExtractSliceOp::create(
      l.b, loc, storedType(l, l.shapes.elementType(x), counts), x, offsets, sizes, steps);
  // Dropped dimensions go with one that stays: the one before, or the first.
  SmallVector<ReassociationIndices> groups(1);
  bool isFirst = true;
  for (auto [d, s] : llvm::enumerate(slices)) {
    if (!s.shrink && !std::exchange(isFirst, false))
      groups.emplace_back();
    groups.back().push_back(d);
  }
  return tensor::CollapseShapeOp::create(l.b, loc, type, whole, groups);
}

/// Slices with steps that drop dimensions: those go first, in an op of their own.
/// MLIR takes steps for the strides by which it tells what is dropped.
static Value dropSingles(Lowering &l, Location loc, Value x, SmallVectorImpl<SliceDim> &slices) {
  auto hasStep = [](const SliceDim &s) { return !s.shrink && s.stride > 1; };
  auto isSingle = [](const SliceDim &s) { return s.shrink; };
  if (llvm::none_of(slices, hasStep) || llvm::none_of(slices, isSingle))
    return x;
  SmallVector<Dim, 4> kept, extents(l.shapes.dims(x));
  SmallVector<SliceDim> singles;
  for (auto [slice, extent] : llvm::zip(slices, extents)) {
    singles.push_back(slice.shrink ? slice : SliceDim{l.shapes.constant(0), extent, 1, false});
    if (!slice.shrink)
      kept.push_back(extent);
  }
  auto type = storedType(l, l.shapes.elementType(x), kept);
  llvm::erase_if(slices, isSingle);
  return extract(l, loc, type, x, singles, repeated(l, 1, singles.size()));
}

static LogicalResult lowerStridedSlice(StridedSliceOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  auto slices = op.resolve(l.shapes);
  if (failed(slices))
    return failure();
  checkIndices(l, loc, *slices, l.shapes.dims(op.getX()));
  if (isNothing(l, result.dims))
    return l.replace(op, l.empty(loc, result.dims, result.element));
  if (llvm::any_of(*slices, [](const SliceDim &s) { return s.stride < 0 && !s.count.is(1); }))
    return l.replace(op, reversingSlice(l, loc, op.getX(), *slices, result.dims));
  Value x = dropSingles(l, loc, op.getX(), *slices);
  SmallVector<OpFoldResult> steps;
  for (const SliceDim &s : *slices)
    steps.push_back(l.b.getIndexAttr(std::max<int64_t>(s.stride, 1)));
  auto type = storedType(l, result.element, result.dims);
  return l.replace(op, extract(l, loc, type, x, *slices, steps));
}

/// x with the dimensions turned round in which the stride is negative.
static Value turned(Lowering &l, Location loc, Value x, ArrayRef<SliceDim> slices) {
  if (llvm::none_of(slices, [](const SliceDim &s) { return s.stride < 0; }))
    return x;
  ShapeInfo info = l.shapes.info(x);
  SmallVector<Value> last;
  for (Dim extent : info.dims)
    last.push_back(l.index(loc, l.shapes.table.sub(extent, l.shapes.constant(1))));
  return l.generic(loc, info.dims, info.element, {}, [&](OpBuilder &b, Location loc, ValueRange) {
    SmallVector<Value> indices;
    for (auto [d, slice] : llvm::enumerate(slices)) {
      indices.push_back(linalg::IndexOp::create(b, loc, d));
      if (slice.stride < 0)
        indices.back() = arith::SubIOp::create(b, loc, last[d], indices.back());
    }
    return l.load(b, loc, tensor::ExtractOp::create(b, loc, x, indices), info.element);
  });
}

static LogicalResult lowerUpdateSlice(UpdateSliceOp op, Lowering &l) {
  Location loc = op.getLoc();
  auto slices = op.resolve(l.shapes);
  if (failed(slices))
    return failure();
  DimTable &t = l.shapes.table;
  checkIndices(l, loc, *slices, l.shapes.dims(op.getX()));
  SmallVector<Dim, 4> begins, counts;
  SmallVector<OpFoldResult> strides;
  for (auto [slice, dim] : llvm::zip(*slices, l.shapes.dims(op.getValue()))) {
    l.checkEqual(loc, slice.count, dim, "the value does not have the shape of the slice");
    Dim steps = t.mul(t.sub(slice.count, t.constant(1)), t.constant(slice.stride));
    begins.push_back(slice.stride < 0 ? t.add(slice.begin, steps) : slice.begin);
    counts.push_back(slice.count);
    strides.push_back(l.b.getIndexAttr(std::abs(slice.stride)));
  }
  if (isNothing(l, counts))
    return l.replace(op, op.getX());
  Value value = turned(l, loc, op.getValue(), *slices);
  Type type = storedType(l, l.shapes.elementType(op.getX()), counts);
  if (value.getType() != type)
    value = tensor::CastOp::create(l.b, loc, type, value);
  return l.replace(op, tensor::InsertSliceOp::create(
                           l.b, loc, value, op.getX(), l.shapes.materializeFolded(l.b, loc, begins),
                           l.shapes.materializeFolded(l.b, loc, counts), strides)
                           .getResult());
}

static LogicalResult lowerSlice(SliceOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  auto begins = *l.shapes.contents(op.getBegin()), sizes = *l.shapes.contents(op.getSize());
  DimTable &t = l.shapes.table;
  for (auto [d, extent] : llvm::enumerate(SmallVector<Dim, 4>(l.shapes.dims(op.getX())))) {
    Dim after = t.sub(t.sub(extent, begins[d]), result.dims[d]);
    for (Dim value : {begins[d], result.dims[d], after})
      if (!t.isNonNegative(value))
        l.check(loc,
                arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::sge, l.index(loc, value),
                                      l.index(loc, 0)),
                INGOT_OUT_OF_RANGE, "the slice is out of bounds");
  }
  for (auto [wanted, dim] : llvm::zip(sizes, result.dims))
    if (!wanted.is(-1))
      l.checkEqual(loc, wanted, dim, "the slice is out of bounds");
  if (isNothing(l, result.dims))
    return l.replace(op, l.empty(loc, result.dims, result.element));
  Value slice = tensor::ExtractSliceOp::create(
      l.b, loc, storedType(l, result.element, result.dims), op.getX(),
      l.shapes.materializeFolded(l.b, loc, begins),
      l.shapes.materializeFolded(l.b, loc, result.dims), repeated(l, 1, result.dims.size()));
  return l.replace(op, slice);
}

//===--- Sequences --------------------------------------------------------===//

static LogicalResult lowerReverseSequence(ReverseSequenceOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo x = l.shapes.info(op.getX());
  int64_t rank = x.dims.size(), axis = op.getAxis();
  l.checkEqual(loc, x.dims[op.getBatchAxis()], l.shapes.dims(op.getLengths())[0],
               "there must be a length for each entry of the batch");
  Dim limit = l.shapes.table.add(x.dims[axis], l.shapes.constant(1));
  l.checkAllBelow(loc, {{op.getLengths(), l.identity(1)}}, limit, "a length is out of range");
  AffineMap lengths = AffineMap::get(rank, 0, l.b.getAffineDimExpr(op.getBatchAxis()));
  Value result = l.generic(
      loc, x.dims, x.element, {{op.getLengths(), lengths}},
      [&](OpBuilder &b, Location loc, ValueRange v) {
        SmallVector<Value> indices;
        for (int64_t d = 0; d < rank; ++d)
          indices.push_back(linalg::IndexOp::create(b, loc, d));
        Value length = arith::IndexCastOp::create(b, loc, b.getIndexType(), v[0]);
        Value one = arith::ConstantIndexOp::create(b, loc, 1);
        Value last = arith::SubIOp::create(b, loc, length, one);
        Value mirrored = arith::SubIOp::create(b, loc, last, indices[axis]);
        Value inside =
            arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, indices[axis], length);
        indices[axis] = arith::SelectOp::create(b, loc, inside, mirrored, indices[axis]);
        return l.load(b, loc, tensor::ExtractOp::create(b, loc, op.getX(), indices), x.element);
      });
  return l.replace(op, result);
}

void ingot::addSliceLowerings(LowerTable &table) {
  addLowering<ConcatOp, lowerConcat>(table);
  addLowering<PadOp, lowerPad>(table);
  addLowering<StridedSliceOp, lowerStridedSlice>(table);
  addLowering<UpdateSliceOp, lowerUpdateSlice>(table);
  addLowering<SliceOp, lowerSlice>(table);
  addLowering<ReverseSequenceOp, lowerReverseSequence>(table);
}
