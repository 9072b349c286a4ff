#include "passes/lower/Lower.h"

using namespace mlir;
using namespace ingot;

/// The index, after the check that the list has such an element. Clamped, so
/// that no reordering can make an access outside of the list.
static Value checkedIndex(Lowering &l, Location loc, Value list, Value tensor) {
  Value scalar = tensor::ExtractOp::create(l.b, loc, tensor, ValueRange());
  Value index = arith::IndexCastOp::create(l.b, loc, l.b.getIndexType(), scalar);
  Value zero = l.index(loc, 0), length = l.index(loc, l.shapes.dims(list)[0]);
  auto fits = arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::ult, index, length);
  l.check(loc, fits, INGOT_OUT_OF_RANGE, "the index is outside of the list");
  Value last = arith::SubIOp::create(l.b, loc, length, l.index(loc, 1));
  return arith::MaxSIOp::create(l.b, loc, arith::MinSIOp::create(l.b, loc, index, last), zero);
}

namespace {
/// Offsets, sizes and strides of one element of a list.
struct Slice {
  SmallVector<OpFoldResult> offsets, sizes, strides;
};
} // namespace

static Slice elementSlice(Lowering &l, Location loc, Value index, ArrayRef<Dim> element) {
  Slice slice;
  slice.offsets.assign(element.size() + 1, l.b.getIndexAttr(0));
  slice.strides.assign(element.size() + 1, l.b.getIndexAttr(1));
  slice.offsets[0] = index;
  slice.sizes.push_back(l.b.getIndexAttr(1));
  llvm::append_range(slice.sizes, l.shapes.materializeFolded(l.b, loc, element));
  return slice;
}

static LogicalResult lowerListGet(ListGetOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo element = l.shapes.info(op.getResult());
  Value index = checkedIndex(l, loc, op.getList(), op.getIndex());
  element.element = storageType(element.element);
  RankedTensorType type = l.shapes.typeOf(element);
  if (element.dims.empty()) {
    Value scalar = tensor::ExtractOp::create(l.b, loc, op.getList(), index);
    return l.replace(op, tensor::FromElementsOp::create(l.b, loc, type, scalar)->getResults());
  }
  // MLIR takes no offset behind the last element, not even for a slice of none.
  if (l.shapes.table.product(element.dims).is(0))
    return l.replace(op, l.empty(loc, element.dims, element.element));
  Slice slice = elementSlice(l, loc, index, element.dims);
  return l.replace(op, tensor::ExtractSliceOp::create(l.b, loc, type, op.getList(), slice.offsets,
                                                      slice.sizes, slice.strides)
                           ->getResults());
}

/// Dims of the element to set; a check that the list's elements have them.
static SmallVector<Dim, 4> checkedDims(Lowering &l, Location loc, ArrayRef<Dim> have,
                                       ArrayRef<Dim> want) {
  SmallVector<Dim, 4> dims(want);
  for (auto [dim, own] : llvm::zip(dims, have)) {
    if (dim == own)
      continue;
    Value same = arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::eq, l.index(loc, own),
                                       l.index(loc, dim));
    l.check(loc, same, INGOT_BAD_SHAPE, "the element has another shape than the list's others");
    if (own.constant())
      dim = own;
  }
  return dims;
}

static LogicalResult lowerListSet(ListSetOp op, Lowering &l) {
  Location loc = op.getLoc();
  Value index = checkedIndex(l, loc, op.getList(), op.getIndex()), element = op.getElement();
  ShapeInfo info = l.shapes.info(element);
  SmallVector<Dim, 4> list(l.shapes.dims(op.getList()));
  info.dims = checkedDims(l, loc, info.dims, ArrayRef(list).drop_front());
  info.element = storageType(info.element);
  RankedTensorType type = l.shapes.typeOf(info);
  if (info.dims.empty()) {
    Value scalar = tensor::ExtractOp::create(l.b, loc, element, ValueRange());
    return l.replace(op,
                     tensor::InsertOp::create(l.b, loc, scalar, op.getList(), index)->getResults());
  }
  if (element.getType() != type)
    element = tensor::CastOp::create(l.b, loc, type, element);
  if (l.shapes.table.product(info.dims).is(0))
    return l.replace(op, op.getList());
  Slice slice = elementSlice(l, loc, index, info.dims);
  return l.replace(op, tensor::InsertSliceOp::create(l.b, loc, element, op.getList(), slice.offsets,
                                                     slice.sizes, slice.strides)
                           ->getResults());
}

void ingot::addListLowerings(LowerTable &table) {
  addLowering<ListGetOp, lowerListGet>(table);
  addLowering<ListSetOp, lowerListSet>(table);
}
