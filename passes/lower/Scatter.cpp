#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "passes/lower/Lower.h"

using namespace mlir;
using namespace ingot;

static Value combineComplex(OpBuilder &b, Location loc, StringRef mode, Value old, Value update) {
  if (mode == "add")
    return complex::AddOp::create(b, loc, old, update);
  if (mode == "sub")
    return complex::SubOp::create(b, loc, old, update);
  return mode == "mul" ? complex::MulOp::create(b, loc, old, update).getResult() : Value();
}

static Value combineIntegers(OpBuilder &b, Location loc, StringRef mode, Value old, Value update,
                             bool isUnsigned) {
  if (mode == "add")
    return arith::AddIOp::create(b, loc, old, update);
  if (mode == "sub")
    return arith::SubIOp::create(b, loc, old, update);
  if (mode == "mul")
    return arith::MulIOp::create(b, loc, old, update);
  if (mode == "max")
    return isUnsigned ? arith::MaxUIOp::create(b, loc, old, update).getResult()
                      : arith::MaxSIOp::create(b, loc, old, update).getResult();
  return isUnsigned ? arith::MinUIOp::create(b, loc, old, update).getResult()
                    : arith::MinSIOp::create(b, loc, old, update).getResult();
}

static Value combineFloats(OpBuilder &b, Location loc, StringRef mode, Value old, Value update) {
  if (mode == "add")
    return arith::AddFOp::create(b, loc, old, update);
  if (mode == "sub")
    return arith::SubFOp::create(b, loc, old, update);
  if (mode == "mul")
    return arith::MulFOp::create(b, loc, old, update);
  if (mode == "max")
    return arith::MaximumFOp::create(b, loc, old, update);
  return arith::MinimumFOp::create(b, loc, old, update);
}

/// The new element of x; null if the mode is not defined for the type. 16-bit
/// floats are combined in f32 and rounded each time.
static Value combine(OpBuilder &b, Location loc, StringRef mode, Value old, Value update,
                     Type element) {
  if (mode == "update")
    return update;
  if (isa<ComplexType>(element))
    return combineComplex(b, loc, mode, old, update);
  if (element.isInteger(1))
    return {};
  if (!isa<FloatType>(element))
    return combineIntegers(b, loc, mode, old, update, element.isUnsignedInteger());
  if (element.isF32() || element.isF64())
    return combineFloats(b, loc, mode, old, update);
  Value wide = combineFloats(b, loc, mode, arith::ExtFOp::create(b, loc, b.getF32Type(), old),
                             arith::ExtFOp::create(b, loc, b.getF32Type(), update));
  return arith::TruncFOp::create(b, loc, element, wide);
}

namespace {
/// One scatter seen as [count] index vectors that name slices of x.
struct Scatter {
  Value indices; ///< [count, depth]
  Value updates; ///< [count, slice..]
  int64_t depth;
  SmallVector<Dim, 4> extents; ///< of x
  Type element;
  StringRef mode;

  int64_t rank() const { return extents.size(); }
};
} // namespace

static Scatter flattened(ScatterNdOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo indices = l.shapes.info(op.getIndices()), x = l.shapes.info(op.getX());
  int64_t depth = *indices.dims.back().constant();
  Dim count = l.shapes.table.product(ArrayRef<Dim>(indices.dims).drop_back());
  SmallVector<Dim, 4> rows = {count, indices.dims.back()}, slices = {count};
  slices.append(x.dims.begin() + depth, x.dims.end());
  return {l.reshape(loc, op.getIndices(), rows),
          l.reshape(loc, op.getUpdates(), slices),
          depth,
          x.dims,
          x.element,
          op.getMode()};
}

/// Offsets of the slice of x that index vector `row` names.
static SmallVector<OpFoldResult> sliceOffsets(const Scatter &s, OpBuilder &b, Location loc,
                                              Value row, ValueRange extents) {
  SmallVector<OpFoldResult> offsets(s.rank(), b.getIndexAttr(0));
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  for (int64_t k = 0; k < s.depth; ++k) {
    Value column = arith::ConstantIndexOp::create(b, loc, k);
    Value index = tensor::ExtractOp::create(b, loc, s.indices, ValueRange{row, column});
    index = arith::IndexCastOp::create(b, loc, b.getIndexType(), index);
    Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, index, extents[k]);
    offsets[k] = arith::SelectOp::create(b, loc, inside, index, zero).getResult();
  }
  return offsets;
}

/// `old` combined with `update`, slices of one shape, in place.
static Value combineSlices(const Scatter &s, OpBuilder &b, Location loc, Value update, Value old) {
  int64_t rank = s.rank() - s.depth;
  SmallVector<AffineMap> maps(2, b.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  auto op = linalg::GenericOp::create(b, loc, old.getType(), update, old, maps, iterators,
                                      [&](OpBuilder &b, Location loc, ValueRange v) {
                                        linalg::YieldOp::create(
                                            b, loc, combine(b, loc, s.mode, v[1], v[0], s.element));
                                      });
  return op.getResult(0);
}

/// x after the update of one index vector.
static Value scatterRow(const Scatter &s, Lowering &l, OpBuilder &b, Location loc, Value row,
                        Value x, ValueRange extents, ArrayRef<OpFoldResult> sizes) {
  SmallVector<OpFoldResult> offsets = sliceOffsets(s, b, loc, row, extents);
  SmallVector<OpFoldResult> whole(s.depth, b.getIndexAttr(1)), ones(s.rank(), b.getIndexAttr(1));
  whole.append(sizes.begin(), sizes.end());
  ArrayRef<Dim> inner = ArrayRef<Dim>(s.extents).drop_front(s.depth);
  auto type = l.shapes.typeOf({storageType(s.element), SmallVector<Dim, 4>(inner), std::nullopt});

  SmallVector<OpFoldResult> from = {row}, count = {b.getIndexAttr(1)};
  from.append(sizes.size(), b.getIndexAttr(0));
  count.append(sizes.begin(), sizes.end());
  SmallVector<OpFoldResult> steps(from.size(), b.getIndexAttr(1));
  Value update = tensor::ExtractSliceOp::create(b, loc, type, s.updates, from, count, steps);
  Value old = tensor::ExtractSliceOp::create(b, loc, type, x, offsets, whole, ones);
  Value slice = combineSlices(s, b, loc, update, old);
  return tensor::InsertSliceOp::create(b, loc, slice, x, offsets, whole, ones);
}

static void checkIndices(ScatterNdOp op, const Scatter &s, Lowering &l) {
  SmallVector<Lowering::Operand> operands;
  AffineExpr row = l.b.getAffineDimExpr(0);
  for (int64_t k = 0; k < s.depth; ++k)
    operands.push_back(
        {s.indices, AffineMap::get(1, 0, {row, l.b.getAffineConstantExpr(k)}, l.b.getContext())});
  if (!operands.empty())
    l.checkAllBelow(op.getLoc(), operands, ArrayRef<Dim>(s.extents).take_front(s.depth),
                    "an index is out of range");
}

/// Index vectors are taken in order: slices may be named more than once.
static LogicalResult lowerScatterNd(ScatterNdOp op, Lowering &l) {
  Location loc = op.getLoc();
  Type element = l.shapes.elementType(op.getX());
  bool isArithmetic = op.getMode() != "update", isComplex = isa<ComplexType>(element);
  if ((isArithmetic && element.isInteger(1)) ||
      (isComplex && (op.getMode() == "max" || op.getMode() == "min")))
    return op.emitError() << op.getMode() << " is not defined for " << element;
  SmallVector<Dim, 4> updates(l.shapes.dims(op.getUpdates()));
  SmallVector<Dim, 4> wanted(l.shapes.dims(op.getIndices()).drop_back());
  Scatter s = flattened(op, l);
  wanted.append(s.extents.begin() + s.depth, s.extents.end());
  for (auto [a, b] : llvm::zip(updates, wanted))
    l.checkEqual(loc, a, b, "the updates do not fit x and the indices");
  checkIndices(op, s, l);

  SmallVector<Value> extents;
  for (Dim d : s.extents)
    extents.push_back(l.index(loc, d));
  auto sizes = l.shapes.materializeFolded(l.b, loc, ArrayRef<Dim>(s.extents).drop_front(s.depth));
  Value end = l.index(loc, l.shapes.dims(s.indices)[0]);
  auto loop = scf::ForOp::create(l.b, loc, l.index(loc, 0), end, l.index(loc, 1), op.getX(),
                                 [&](OpBuilder &b, Location loc, Value row, ValueRange x) {
                                   scf::YieldOp::create(
                                       b, loc, scatterRow(s, l, b, loc, row, x[0], extents, sizes));
                                 });
  return l.replace(op, loop.getResults());
}

void ingot::addScatterLowerings(LowerTable &table) {
  addLowering<ScatterNdOp, lowerScatterNd>(table);
}
