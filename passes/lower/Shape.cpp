#include "dialects/ingot/Reshape.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "passes/lower/Lower.h"

using namespace mlir;
using namespace ingot;

/// Constants keep their bytes; only the element type changes to the stored one.
ElementsAttr ingot::storageElements(ElementsAttr value) {
  auto type = cast<RankedTensorType>(value.getType());
  Type stored = storageType(type.getElementType());
  if (stored == type.getElementType())
    return value;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type.clone(stored), resource.getRawHandle());
  if (type.getElementType().isInteger(1))
    return cast<DenseIntElementsAttr>(value).mapValues(stored,
                                                       [](const APInt &v) { return v.zext(8); });
  return cast<DenseElementsAttr>(value).bitcast(stored);
}

static LogicalResult lowerConstant(ConstantOp op, Lowering &l) {
  Value value = arith::ConstantOp::create(l.b, op.getLoc(), storageElements(op.getValue()));
  return l.replace(op, value);
}

static LogicalResult lowerShape(ShapeOp op, Lowering &l) {
  return l.replace(op, l.fromContents(op.getLoc(), l.shapes.info(op.getResult())));
}

//===--- Reshape ----------------------------------------------------------===//

namespace {
/// Runs of dimensions of both sides of a reshape that hold the same elements.
struct ReshapeGroups {
  SmallVector<ReassociationIndices> from, to;
};
} // namespace

static ReshapeGroups groupDims(DimTable &t, ArrayRef<Dim> from, ArrayRef<Dim> to) {
  ReshapeGroups groups;
  size_t i = 0, j = 0;
  while (i < from.size() && j < to.size()) {
    ReassociationIndices a{int64_t(i)}, c{int64_t(j)};
    Dim x = from[i++], y = to[j++];
    // Take in more of the side that is behind; all of the rest if unsure.
    while (x != y && (i < from.size() || j < to.size())) {
      auto cx = x.constant(), cy = y.constant();
      bool takeFrom = i < from.size() && (j == to.size() || !cx || !cy || *cx < *cy);
      if (takeFrom) {
        a.push_back(i);
        x = t.mul(x, from[i++]);
      } else {
        c.push_back(j);
        y = t.mul(y, to[j++]);
      }
    }
    groups.from.push_back(std::move(a));
    groups.to.push_back(std::move(c));
  }
  // What is left over on one side are dimensions of 1.
  for (; i < from.size() && !groups.from.empty(); ++i)
    groups.from.back().push_back(i);
  for (; j < to.size() && !groups.to.empty(); ++j)
    groups.to.back().push_back(j);
  return groups;
}

/// The type of `dims` with each group collapsed: static if all of it is.
static RankedTensorType collapsedType(Lowering &l, ArrayRef<Dim> dims,
                                      ArrayRef<ReassociationIndices> groups, Type element) {
  SmallVector<int64_t> shape;
  for (const ReassociationIndices &group : groups) {
    int64_t extent = 1;
    for (int64_t d : group) {
      auto e = dims[d].constant();
      extent = !e || ShapedType::isDynamic(extent) ? ShapedType::kDynamic : extent * *e;
    }
    shape.push_back(extent);
  }
  return RankedTensorType::get(shape, storageType(element));
}

/// A reshape from or to rank 0: all dimensions are 1, known or not.
static Value reshapedScalar(Lowering &l, Location loc, Value value, const ShapeInfo &from,
                            const ShapeInfo &to) {
  Type element = storageType(from.element);
  auto onesLike = [&](const ShapeInfo &info) {
    return RankedTensorType::get(SmallVector<int64_t>(info.dims.size(), 1), element);
  };
  SmallVector<ReassociationIndices> none;
  Value original = value;
  value = l.b.createOrFold<tensor::CastOp>(loc, onesLike(from), value);
  if (!from.dims.empty())
    value = tensor::CollapseShapeOp::create(l.b, loc, onesLike({}), value, none);
  if (!to.dims.empty())
    value = tensor::ExpandShapeOp::create(l.b, loc, onesLike(to), value, none);
  ShapeInfo stored{element, to.dims, std::nullopt};
  value = l.b.createOrFold<tensor::CastOp>(loc, l.shapes.typeOf(stored), value);
  if (value != original)
    l.shapes.set(value, to);
  return value;
}

/// Collapses and expands only what has to be: rows that stay are left alone.
Value Lowering::reshape(Location loc, Value value, ArrayRef<Dim> dims) {
  ShapeInfo x = shapes.info(value), result{x.element, SmallVector<Dim, 4>(dims), std::nullopt};
  if (shapes.table.product(dims).is(0) || shapes.table.product(x.dims).is(0)) {
    Value none = empty(loc, dims, x.element);
    shapes.set(none, result);
    return none;
  }
  Value original = value;
  if (x.dims.empty() || dims.empty())
    return reshapedScalar(*this, loc, value, x, result);
  ReshapeGroups groups = groupDims(shapes.table, x.dims, dims);
  auto collapsed = collapsedType(*this, x.dims, groups.from, x.element);
  auto expanded = collapsedType(*this, dims, groups.to, x.element);
  if (groups.from.size() != x.dims.size())
    value = tensor::CollapseShapeOp::create(b, loc, collapsed, value, groups.from);
  if (value.getType() != expanded)
    value = tensor::CastOp::create(b, loc, expanded, value);
  if (groups.to.size() != dims.size()) {
    ShapeInfo stored{storageType(x.element), result.dims, std::nullopt};
    value = tensor::ExpandShapeOp::create(b, loc, shapes.typeOf(stored), value, groups.to,
                                          shapes.materializeFolded(b, loc, dims));
  }
  if (value != original)
    shapes.set(value, result);
  return value;
}

/// At most one entry is -1, where run time tells them.
static void checkOneOpen(ReshapeOp op, Lowering &l) {
  Location loc = op.getLoc();
  DimTable &t = l.shapes.table;
  Dim zero = t.constant(0), open = zero;
  int64_t unknown = 0;
  auto entries = l.shapes.contents(op.getShape());
  for (Dim d : *entries) {
    if (t.isNonNegative(d) || d.constant())
      continue;
    open = t.add(open, t.max(t.sub(zero, d), zero));
    ++unknown;
  }
  if (unknown > 1)
    l.check(loc,
            arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::sle, l.index(loc, open),
                                  l.index(loc, 1)),
            INGOT_BAD_SHAPE, "more than one size is -1");
}

/// The number of elements, factor by factor: of sums the product as a polynomial
/// would have as many terms as there are ways to pick one of each.
static Value countElements(Lowering &l, Location loc, ArrayRef<Dim> dims) {
  Value count = l.index(loc, 1);
  for (Dim d : dims)
    count = l.b.createOrFold<arith::MulIOp>(loc, count, l.index(loc, d));
  return count;
}

/// What the shape function took for granted: entries of the new shape are what it made
/// of them, or -1, and the elements are as many as before.
static void checkReshape(ReshapeOp op, Lowering &l, ArrayRef<Dim> before,
                         const ReshapeSizes &sizes) {
  ArrayRef<Dim> dims = sizes.dims;
  Location loc = op.getLoc();
  StringRef message = "the elements do not fit the new shape";
  DimTable &t = l.shapes.table;
  auto compare = [&](arith::CmpIPredicate p, Value x, Value y) -> Value {
    return arith::CmpIOp::create(l.b, loc, p, x, y);
  };
  for (auto [d, wanted] : llvm::enumerate(*l.shapes.contents(op.getShape()))) {
    if (wanted == dims[d] || wanted.is(-1))
      continue;
    Value entry = l.index(loc, wanted);
    Value same = compare(arith::CmpIPredicate::eq, entry, l.index(loc, dims[d]));
    Value open = compare(arith::CmpIPredicate::eq, entry, l.index(loc, -1));
    l.check(loc, arith::OrIOp::create(l.b, loc, same, open), INGOT_BAD_SHAPE, message);
  }
  checkOneOpen(op, l);
  l.checkSizes(loc, dims);
  if (t.product(before) == t.product(dims))
    return;
  l.checkBytes(loc, dims, l.shapes.elementType(op.getX()));
  l.check(
      loc,
      compare(arith::CmpIPredicate::eq, countElements(l, loc, before), countElements(l, loc, dims)),
      INGOT_BAD_SHAPE, message);
}

static LogicalResult lowerReshape(ReshapeOp op, Lowering &l) {
  SmallVector<Dim, 4> before(l.shapes.dims(op.getX()));
  auto sizes = reshapeSizes(l.shapes.table, before, *l.shapes.contents(op.getShape()));
  checkReshape(op, l, before, sizes);
  return l.replace(op, l.reshape(op.getLoc(), op.getX(), sizes.dims));
}

//===--- Dimensions -------------------------------------------------------===//

/// A copy of x whose element at the result's indices is found along `map`.
static Value copyAlong(Lowering &l, Location loc, ArrayRef<Dim> dims, Lowering::Operand x) {
  return l.generic(loc, dims, l.shapes.elementType(x.value), x,
                   [](OpBuilder &, Location, ValueRange v) { return v[0]; });
}

/// True if the permutation only moves dimensions of 1.
static bool keepsOrder(ArrayRef<int64_t> permutation, ArrayRef<Dim> dims) {
  int64_t last = -1;
  for (int64_t from : permutation) {
    if (dims[from].is(1))
      continue;
    if (from < last)
      return false;
    last = from;
  }
  return true;
}

static LogicalResult lowerTranspose(TransposeOp op, Lowering &l) {
  Location loc = op.getLoc();
  SmallVector<Dim, 4> dims(l.shapes.dims(op.getResult())), before(l.shapes.dims(op.getX()));
  if (keepsOrder(op.getPermutation(), before))
    return l.replace(op, l.reshape(loc, op.getX(), dims));
  SmallVector<AffineExpr> exprs(dims.size());
  for (auto [to, from] : llvm::enumerate(op.getPermutation()))
    exprs[from] = l.b.getAffineDimExpr(to);
  AffineMap map = AffineMap::get(dims.size(), 0, exprs, l.b.getContext());
  return l.replace(op, copyAlong(l, loc, dims, {op.getX(), map}));
}

static LogicalResult lowerBroadcastTo(BroadcastToOp op, Lowering &l) {
  Location loc = op.getLoc();
  SmallVector<Dim, 4> dims(l.shapes.dims(op.getResult()));
  for (auto [wanted, dim] : llvm::zip(*l.shapes.contents(op.getShape()), dims))
    l.checkEqual(loc, wanted, dim, "x cannot be broadcast to the shape");
  l.checkSizes(loc, dims);
  return l.replace(op, copyAlong(l, loc, dims, l.broadcast(loc, op.getX(), dims)));
}

static LogicalResult lowerBroadcastShape(BroadcastShapeOp op, Lowering &l) {
  return l.replace(op, l.fromContents(op.getLoc(), l.shapes.info(op.getResult())));
}

static LogicalResult lowerEnsureShape(EnsureShapeOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo x = l.shapes.info(op.getX()), result = l.shapes.info(op.getResult());
  for (auto [from, to] : llvm::zip(x.dims, result.dims))
    l.checkEqual(loc, from, to, "the tensor is not of the shape that it is said to have");
  ShapeInfo stored{storageType(x.element), result.dims, std::nullopt};
  Value cast = l.b.createOrFold<tensor::CastOp>(loc, l.shapes.typeOf(stored), op.getX());
  return l.replace(op, cast);
}

//===--- Ranges and bits --------------------------------------------------===//

/// The scalar of a tensor of rank 0.
static Value scalarOf(Lowering &l, Location loc, Value x) {
  return tensor::ExtractOp::create(l.b, loc, x, ValueRange());
}

/// A float as arithmetic takes it: 16-bit floats in f32.
static Value widened(OpBuilder &b, Location loc, Value v) {
  return v.getType().getIntOrFloatBitWidth() > 16
             ? v
             : arith::ExtFOp::create(b, loc, b.getF32Type(), v);
}

/// `wide` as the nearest number of type `element`.
static Value narrowed(OpBuilder &b, Location loc, Value wide, Type element) {
  return wide.getType() == element ? wide : arith::TruncFOp::create(b, loc, element, wide);
}

/// start + i * delta for the innermost loop's i, rounded after each operation.
static Value rangeElement(OpBuilder &b, Location loc, Value start, Value delta, Type element) {
  Value i = linalg::IndexOp::create(b, loc, 0);
  if (!isa<FloatType>(element)) {
    Value position = arith::IndexCastOp::create(b, loc, delta.getType(), i);
    return arith::AddIOp::create(b, loc, start, arith::MulIOp::create(b, loc, position, delta));
  }
  auto rounded = [&](Value v) { return widened(b, loc, narrowed(b, loc, v, element)); };
  Type wide = element.isF64() ? element : b.getF32Type();
  Value integer = arith::IndexCastOp::create(b, loc, b.getI64Type(), i);
  Value position = rounded(arith::SIToFPOp::create(b, loc, wide, integer));
  Value steps = rounded(arith::MulFOp::create(b, loc, position, widened(b, loc, delta)));
  Value sum = arith::AddFOp::create(b, loc, widened(b, loc, start), steps);
  return narrowed(b, loc, sum, element);
}

/// Number of elements of a range of floats, in their own type as TensorFlow computes it.
static Value countFloats(Lowering &l, Location loc, ValueRange x) {
  Type element = x[0].getType();
  auto rounded = [&](Value v) { return widened(l.b, loc, narrowed(l.b, loc, v, element)); };
  SmallVector<Value> wide;
  for (Value v : x)
    wide.push_back(widened(l.b, loc, v));
  Value span = rounded(arith::SubFOp::create(l.b, loc, wide[1], wide[0]));
  Value steps = rounded(arith::DivFOp::create(l.b, loc, span, wide[2]));
  Value count = math::CeilOp::create(l.b, loc, math::AbsFOp::create(l.b, loc, steps));
  Value limit = arith::ConstantOp::create(
      l.b, loc, l.b.getFloatAttr(count.getType(), double(int64_t(1) << 62)));
  l.check(loc, arith::CmpFOp::create(l.b, loc, arith::CmpFPredicate::OLT, count, limit),
          INGOT_INVALID_ARGUMENT, "the range has too many elements");
  Value integer = arith::FPToSIOp::create(l.b, loc, l.b.getI64Type(), count);
  return arith::IndexCastOp::create(l.b, loc, l.b.getIndexType(), integer);
}

/// Number of elements of a range of integers.
static Value countIntegers(Lowering &l, Location loc, ValueRange x, bool isUnsigned) {
  SmallVector<Value> wide;
  for (Value v : x)
    wide.push_back(isUnsigned
                       ? arith::IndexCastUIOp::create(l.b, loc, l.b.getIndexType(), v).getResult()
                       : arith::IndexCastOp::create(l.b, loc, l.b.getIndexType(), v).getResult());
  Value zero = l.index(loc, 0), one = l.index(loc, 1);
  auto compare = [&](arith::CmpIPredicate p, Value a, Value b) -> Value {
    return arith::CmpIOp::create(l.b, loc, p, a, b);
  };
  Value up = compare(arith::CmpIPredicate::sgt, wide[2], zero);
  Value ordered =
      arith::SelectOp::create(l.b, loc, up, compare(arith::CmpIPredicate::sle, wide[0], wide[1]),
                              compare(arith::CmpIPredicate::sge, wide[0], wide[1]));
  Value moves = compare(arith::CmpIPredicate::ne, wide[2], zero);
  l.check(loc, arith::AndIOp::create(l.b, loc, moves, ordered), INGOT_INVALID_ARGUMENT,
          "the range's step is 0 or leads away from its limit");
  Value span = arith::SubIOp::create(l.b, loc, wide[1], wide[0]);
  Value step = arith::SelectOp::create(l.b, loc, moves, wide[2], one);
  return arith::CeilDivSIOp::create(l.b, loc, span, step);
}

static LogicalResult lowerRange(RangeOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  Type element = result.element, stored = storageType(element);
  bool isFloat = isa<FloatType>(element), isUnsigned = element.isUnsignedInteger();
  SmallVector<Value, 3> x;
  for (Value operand : op.getOperands())
    x.push_back(scalarOf(l, loc, operand));
  OpFoldResult count;
  if (auto known = result.dims[0].constant())
    count = l.b.getIndexAttr(*known);
  else
    count = isFloat ? countFloats(l, loc, x) : countIntegers(l, loc, x, isUnsigned);
  Value init = tensor::EmptyOp::create(l.b, loc, ArrayRef<OpFoldResult>(count), stored);
  Value start = tensor::FromElementsOp::create(l.b, loc, RankedTensorType::get({}, stored), x[0]);
  Value delta = tensor::FromElementsOp::create(l.b, loc, RankedTensorType::get({}, stored), x[2]);
  AffineMap scalar = AffineMap::get(1, 0, l.b.getContext());
  auto generic = linalg::GenericOp::create(
      l.b, loc, init.getType(), ValueRange{start, delta}, init,
      ArrayRef<AffineMap>{scalar, scalar, l.identity(1)},
      ArrayRef<utils::IteratorType>{utils::IteratorType::parallel},
      [&](OpBuilder &b, Location loc, ValueRange v) {
        linalg::YieldOp::create(b, loc, rangeElement(b, loc, v[0], v[1], element));
      });
  return l.replace(op, generic.getResults());
}

/// The element of `stored` bits that bit `offset` of the wider x starts.
static Value narrowBits(OpBuilder &b, Location loc, Value x, Value part, Type to) {
  Type wide = b.getIntegerType(x.getType().getIntOrFloatBitWidth());
  Type narrow = b.getIntegerType(to.getIntOrFloatBitWidth());
  Value bits = arith::BitcastOp::create(b, loc, wide, x);
  Value width =
      arith::ConstantOp::create(b, loc, b.getIntegerAttr(wide, narrow.getIntOrFloatBitWidth()));
  Value shift =
      arith::MulIOp::create(b, loc, arith::IndexCastOp::create(b, loc, wide, part), width);
  Value low = arith::TruncIOp::create(b, loc, narrow, arith::ShRUIOp::create(b, loc, bits, shift));
  return arith::BitcastOp::create(b, loc, to, low);
}

/// One wide element of the narrow ones `parts`, lowest bits first.
static Value joinBits(OpBuilder &b, Location loc, ValueRange parts, Type to) {
  Type wide = b.getIntegerType(to.getIntOrFloatBitWidth());
  Type narrow = b.getIntegerType(parts[0].getType().getIntOrFloatBitWidth());
  Value bits;
  for (auto [i, part] : llvm::enumerate(parts)) {
    Value piece =
        arith::ExtUIOp::create(b, loc, wide, arith::BitcastOp::create(b, loc, narrow, part));
    Value shift = arith::ConstantOp::create(
        b, loc, b.getIntegerAttr(wide, i * narrow.getIntOrFloatBitWidth()));
    piece = arith::ShLIOp::create(b, loc, piece, shift);
    bits = bits ? arith::OrIOp::create(b, loc, bits, piece) : piece;
  }
  return arith::BitcastOp::create(b, loc, to, bits);
}

static LogicalResult lowerBitcast(BitcastOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo x = l.shapes.info(op.getX()), result = l.shapes.info(op.getResult());
  Type to = storageType(result.element);
  int64_t rank = result.dims.size(), from = x.dims.size();
  if (rank >= from) { // as wide or narrower
    auto map =
        AffineMap::get(rank, 0, l.identity(rank).getResults().take_front(from), l.b.getContext());
    return l.replace(op, l.generic(loc, result.dims, result.element, {{op.getX(), map}},
                                   [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
                                     if (rank == from)
                                       return arith::BitcastOp::create(b, loc, to, v[0]);
                                     Value part = linalg::IndexOp::create(b, loc, rank - 1);
                                     return narrowBits(b, loc, v[0], part, to);
                                   }));
  }
  SmallVector<Lowering::Operand> parts;
  for (int64_t i = 0, n = *x.dims.back().constant(); i < n; ++i) {
    SmallVector<AffineExpr> exprs(l.identity(rank).getResults());
    exprs.push_back(l.b.getAffineConstantExpr(i));
    parts.push_back({op.getX(), AffineMap::get(rank, 0, exprs, l.b.getContext())});
  }
  return l.replace(op, l.generic(loc, result.dims, result.element, parts,
                                 [&](OpBuilder &b, Location loc, ValueRange v) {
                                   return joinBits(b, loc, v, to);
                                 }));
}

void ingot::addShapeLowerings(LowerTable &table) {
  addLowering<ConstantOp, lowerConstant>(table);
  addLowering<ShapeOp, lowerShape>(table);
  addLowering<ReshapeOp, lowerReshape>(table);
  addLowering<TransposeOp, lowerTranspose>(table);
  addLowering<BroadcastToOp, lowerBroadcastTo>(table);
  addLowering<BroadcastShapeOp, lowerBroadcastShape>(table);
  addLowering<EnsureShapeOp, lowerEnsureShape>(table);
  addLowering<RangeOp, lowerRange>(table);
  addLowering<BitcastOp, lowerBitcast>(table);
}
