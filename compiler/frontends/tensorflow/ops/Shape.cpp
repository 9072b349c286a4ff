#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Bitcast.h"
#include "compiler/frontends/tensorflow/ops/List.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

/// Ops that map to one op of the dialect with the same operands.
template <class OpT> static LogicalResult buildSame(Node &n) {
  return n.out(n.emit<OpT>(n.tensors()));
}

//===--- Shapes as tensors ------------------------------------------------===//

/// A shape as a vector of `length`, an i64 [1]: dimensions of 1 put in front.
static Value padShape(Node &n, Value shape, Value length) {
  Value more = n.emit<SubOp>({length, extent(n, shape, 0)});
  Value paddings = n.b.concat(n.loc, {more, n.b.integers(n.loc, {0})});
  return n.emit<PadOp>({shape, n.b.reshape(n.loc, paddings, {1, 2}), n.scalar(shape, 1)});
}

/// The shape that two shapes broadcast to; their ranks may come at run time.
static LogicalResult buildBroadcastArgs(Node &n) {
  Value x = n.in(0), y = n.in(1);
  if (!x || !y)
    return failure();
  if (n.b.shapes.contents(x) && n.b.shapes.contents(y))
    return n.out(n.emit<BroadcastShapeOp>({x, y}));
  if (n.rank(x) != 1 || n.rank(y) != 1)
    return n.fail("needs two vectors");
  Value length = n.emit<MaximumOp>({extent(n, x, 0), extent(n, y, 0)});
  x = padShape(n, x, length), y = padShape(n, y, length);
  Value one = n.scalar(x, 1), isOne = n.emit<EqualOp>({x, one});
  Value fits = n.emit<OrOp>({isOne, n.emit<EqualOp>({y, one})});
  fits = n.emit<OrOp>({fits, n.emit<EqualOp>({x, y})});
  Value all = n.emit<ReduceAllOp>(fits, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  if (failed(n.require(all, "the shapes do not broadcast")))
    return failure();
  return n.out(n.emit<SelectOp>({isOne, y, x}));
}

/// i32 unless attribute `name` says i64.
static TypeAttr indexAttr(Node &n, StringRef name = "out_type") {
  bool isWide = n.attrs.getType(name, DataType::Int32) == DataType::Int64;
  return TypeAttr::get(n.b.getIntegerType(isWide ? 64 : 32));
}

/// Shape and ShapeN.
static LogicalResult buildShape(Node &n) {
  SmallVector<Value> shapes;
  for (Value x : n.tensors())
    shapes.push_back(n.emit<ShapeOp>(x, {{"to", indexAttr(n)}}));
  return n.out(shapes);
}

static LogicalResult buildSize(Node &n) {
  Value shape = n.emit<ShapeOp>(n.in(0), {{"to", indexAttr(n)}});
  return n.out(n.emit<ReduceProdOp>(shape, {{"axes", n.b.getDenseI64ArrayAttr(0)}}));
}

static LogicalResult buildRank(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  return n.out(n.b.splat(n.loc, {}, n.b.getI32Type(), n.rank(x)));
}

/// The dimensions in which an operand of the shape `dims` is broadcast to the other one,
/// or both have extent 1, in the type of `shape`.
static Value axesOfOnes(Node &n, Value shape, ArrayRef<Dim> dims, ArrayRef<Dim> other) {
  unsigned width = n.b.shapes.elementType(shape).getIntOrFloatBitWidth();
  SmallVector<int64_t> axes;
  bool isKnown = true;
  for (auto [d, p, q] : llvm::enumerate(dims, other)) {
    isKnown &= p == q || p.constant() || q.constant();
    if (p.is(1))
      axes.push_back(d);
  }
  if (isKnown)
    return n.b.integers(n.loc, axes, width);
  Value extents = n.b.cast(n.loc, dimVector(n.b, n.loc, dims), n.b.getI64Type());
  Value isOne = n.emit<EqualOp>({extents, n.scalar(extents, 1)});
  Value places = n.b.reshape(n.loc, n.emit<WhereOp>(isOne), {-1});
  return places ? n.b.cast(n.loc, places, n.b.getIntegerType(width)) : Value();
}

/// The dimensions along which the gradients of two broadcast operands are summed: none
/// of operands of one shape.
static LogicalResult buildBroadcastGradientArgs(Node &n) {
  Value x = n.in(0), y = n.in(1);
  if (!x || !y)
    return failure();
  auto a = n.b.shapes.contents(x), b = n.b.shapes.contents(y);
  if (!a || !b)
    return n.fail("needs shapes of known rank");
  if (*a == *b) {
    Value none = n.b.integers(n.loc, ArrayRef<int64_t>(), n.element(x).getIntOrFloatBitWidth());
    return n.out({none, none});
  }
  int64_t rank = std::max(a->size(), b->size());
  a->insert(a->begin(), rank - a->size(), n.b.shapes.constant(1));
  b->insert(b->begin(), rank - b->size(), n.b.shapes.constant(1));
  return n.out({axesOfOnes(n, x, *a, *b), axesOfOnes(n, y, *b, *a)});
}

/// The lengths of two vectors, which must agree but for the entry `axis`.
static LogicalResult requireSameBut(Node &n, int64_t axis, ArrayRef<Dim> a, ArrayRef<Dim> b) {
  if (a.size() != b.size())
    return n.fail("the shapes are not of one rank");
  for (auto [d, p, q] : llvm::enumerate(a, b)) {
    if (int64_t(d) == axis || p == q)
      continue;
    if (p.constant() && q.constant())
      return n.fail("the shapes differ in dimension " + Twine(d));
    Value same = n.emit<EqualOp>({dimVector(n.b, n.loc, p), dimVector(n.b, n.loc, q)});
    if (!same || failed(n.require(n.b.reshape(n.loc, same, {}), "the shapes differ")))
      return failure();
  }
  return success();
}

/// Where each of the tensors of these shapes begins in their concatenation.
static LogicalResult buildConcatOffset(Node &n) {
  if (n.size() < 2)
    return n.fail("needs an axis and shapes");
  Value first = n.in(1);
  auto dims = first ? n.b.shapes.contents(first) : std::nullopt;
  if (!first)
    return failure();
  if (!dims)
    return n.fail("needs shapes of known rank");
  auto axis = n.constantAxis(n.in(0), dims->size());
  if (failed(axis))
    return failure();
  Dim offset = n.b.shapes.constant(0);
  for (size_t i = 1; i < n.size(); ++i) {
    Value shape = n.in(i);
    auto next = shape ? n.b.shapes.contents(shape) : std::nullopt;
    if (!next)
      return shape ? n.fail("needs shapes of known rank") : failure();
    if (failed(requireSameBut(n, *axis, *dims, *next)))
      return failure();
    SmallVector<Dim> start(next->size(), n.b.shapes.constant(0));
    start[*axis] = offset;
    n.outputs.push_back(n.b.cast(n.loc, dimVector(n.b, n.loc, start), n.element(shape)));
    offset = n.b.shapes.table.add(offset, (*next)[*axis]);
    if (!offset || !n.outputs.back().value)
      return offset ? failure() : n.fail("the shapes are too large");
  }
  return success();
}

static LogicalResult buildEnsureShape(Node &n) {
  Shape shape = n.attrs.getShape("shape");
  if (!shape.ranked)
    return n.out(n.in(0));
  return n.out(n.emit<EnsureShapeOp>(n.in(0), {{"shape", n.b.getDenseI64ArrayAttr(shape.dims)}}));
}

//===--- The same elements in another shape -------------------------------===//

static LogicalResult buildExpandDims(Node &n) {
  Value x = n.in(0);
  auto axis = n.constantInts(1, "the axis");
  if (!x || failed(axis))
    return failure();
  if (axis->size() != 1)
    return n.fail("the axis must be a scalar");
  auto at = n.axis(axis->front(), n.rank(x) + 1);
  if (failed(at))
    return failure();
  return n.out(n.b.expandDims(n.loc, x, *at));
}

static LogicalResult buildSqueeze(Node &n) {
  StringRef name = n.attrs.has("squeeze_dims") ? "squeeze_dims" : "axis";
  return n.out(squeeze(n, n.in(0), n.attrs.getInts(name, ArrayRef<int64_t>())));
}

/// Transpose by a permutation that only run time knows: each element of the result is
/// gathered from where it is among those of x.
static LogicalResult transposeByData(Node &n, Value x, Value permutation) {
  int64_t rank = n.rank(x);
  Type i64 = n.b.getI64Type();
  auto scalar = [&](int64_t v) { return n.b.splat(n.loc, {}, i64, double(v)); };
  Value order = n.b.cast(n.loc, permutation, i64);
  if (!order || n.rank(order) != 1 || !n.b.shapes.dims(order)[0].is(rank))
    return n.fail("the permutation must have as many elements as the operand has dimensions");
  order = n.emit<FloorModOp>({order, scalar(rank)});
  Value axes = n.emit<RangeOp>({scalar(0), scalar(rank), scalar(1)});
  Value isThere = n.emit<EqualOp>({n.b.expandDims(n.loc, order, {1}), axes});
  isThere = n.emit<ReduceAnyOp>(isThere, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  Value all = n.emit<ReduceAllOp>(isThere, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  if (failed(n.require(all, "the permutation does not have each dimension once")))
    return failure();
  auto axis = n.b.getI64IntegerAttr(0);
  Value extents = n.b.shapeOf(n.loc, x);
  Value shape = n.emit<GatherOp>({extents, order}, {{"axis", axis}});
  Value strides = n.emit<CumprodOp>(
      extents,
      {{"axis", axis}, {"exclusive", n.b.getBoolAttr(true)}, {"reverse", n.b.getBoolAttr(true)}});
  strides = n.emit<GatherOp>({strides, order}, {{"axis", axis}});
  Value place = scalar(0);
  for (int64_t d = 0; d < rank && shape && strides && place; ++d) {
    Value numbers = n.emit<RangeOp>({scalar(0), elementAlong(n, shape, 0, d), scalar(1)});
    Value steps = n.emit<MulOp>({numbers, elementAlong(n, strides, 0, d)});
    place = steps ? n.emit<AddOp>({n.b.expandDims(n.loc, place, {d}), steps}) : steps;
  }
  Value flat = n.b.reshape(n.loc, x, {-1});
  return n.out(n.emit<GatherOp>({flat, place}, {{"axis", axis}}));
}

static LogicalResult buildTranspose(Node &n, bool conjugate) {
  Value x = n.in(0), order = n.in(1);
  if (!x || !order)
    return failure();
  if (conjugate && isa<ComplexType>(n.b.shapes.elementType(x)))
    x = n.emit<ConjOp>(x);
  auto known = n.b.shapes.constantContents(order);
  if (!known)
    return transposeByData(n, x, order);
  for (int64_t &d : *known)
    d = d < 0 ? d + int64_t(known->size()) : d;
  return n.out(n.b.transpose(n.loc, x, *known));
}

//===--- Repeated elements ------------------------------------------------===//

static LogicalResult buildFill(Node &n) { return n.out(n.emit<BroadcastToOp>({n.in(1), n.in(0)})); }

template <int value> static LogicalResult buildLike(Node &n) {
  if (value == 0 && n.size() > 0 && n.inputs[0].list)
    return outZeros(n);
  return n.out(filledLike(n, n.in(0), value));
}

static LogicalResult buildTile(Node &n) { return n.out(tile(n, n.in(0), n.in(1))); }

//===--- Sequences --------------------------------------------------------===//

static LogicalResult buildLinSpace(Node &n) {
  Value start = n.in(0), stop = n.in(1), count = n.in(2);
  if (!start || !stop || !count)
    return failure();
  Type type = n.b.shapes.elementType(start);
  auto known = n.b.shapes.constantContents(count);
  if (known && (known->size() != 1 || known->front() < 1))
    return n.fail("the number of elements must be positive");
  auto scalar = [&](double v) { return n.b.splat(n.loc, {}, type, v); };
  Value number = known ? scalar(known->front()) : n.b.cast(n.loc, count, type);
  Value one = scalar(1), last = n.emit<SubOp>({number, one});
  Value steps = n.emit<MaximumOp>({last, one});
  Value step = n.emit<DivOp>({n.emit<SubOp>({stop, start}), steps});
  Value i = n.emit<RangeOp>({scalar(0), number, one});
  Value line = n.emit<AddOp>({start, n.emit<MulOp>({step, i})});
  // The last element is exact; a single one is the start.
  Value isEnd = n.emit<EqualOp>({i, steps});
  return n.out(n.emit<SelectOp>({isEnd, stop, line}));
}

static LogicalResult buildOneHot(Node &n) {
  return n.out(oneHot(n, n.in(0), n.in(1), n.in(2), n.in(3), n.attrs.getInt("axis", -1)));
}

/// The inverse of a permutation that is known now: nothing if it is none.
static std::optional<SmallVector<int64_t>> inverseOf(ArrayRef<int64_t> permutation) {
  SmallVector<int64_t> inverse(permutation.size(), -1);
  for (auto [i, to] : llvm::enumerate(permutation)) {
    if (to < 0 || to >= int64_t(inverse.size()) || inverse[to] >= 0)
      return std::nullopt;
    inverse[to] = int64_t(i);
  }
  return inverse;
}

static LogicalResult buildInvertPermutation(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  Type type = n.b.shapes.elementType(x);
  auto known = n.rank(x) == 1 ? n.b.shapes.constantContents(x) : std::nullopt;
  if (auto inverse = known ? inverseOf(*known) : std::nullopt)
    return n.out(n.b.integers(n.loc, *inverse, type.getIntOrFloatBitWidth()));
  auto scalar = [&](int64_t v) { return n.b.splat(n.loc, {}, type, v); };
  Value count = n.emit<ShapeOp>(x, {{"to", TypeAttr::get(type)}});
  Value none = n.emit<BroadcastToOp>({scalar(-1), count});
  count = n.b.squeeze(n.loc, count, 0);
  Value positions = n.emit<RangeOp>({scalar(0), count, scalar(1)});
  Value inverse = n.emit<ScatterNdOp>({none, n.b.expandDims(n.loc, x, 1), positions},
                                      {{"mode", n.b.getStringAttr("update")}});
  // Where x names a position twice, another one stays -1: the gather refuses it.
  return n.out(n.emit<GatherOp>({positions, inverse}, {{"axis", n.b.getI64IntegerAttr(0)}}));
}

//===--- The same bytes as another type -----------------------------------===//

static Type partType(Type element) {
  auto complex = dyn_cast<ComplexType>(element);
  return complex ? complex.getElementType() : element;
}

/// x with its dimensions from `keep` on replaced by `last`.
static Value withLast(Node &n, Value x, int64_t keep, ArrayRef<int64_t> last) {
  if (!x)
    return {};
  Value front = n.b.extents(n.loc, x, 0, keep);
  return n.emit<ReshapeOp>({x, n.b.concat(n.loc, {front, n.b.integers(n.loc, last)})});
}

static Value partOf(Node &n, Value x, int64_t index) {
  return x ? elementAlong(n, x, n.rank(x) - 1, index) : Value();
}

/// x, of which each run of `count` elements along the last dimension is bytes of one
/// element of `to`, or of several. Complex numbers are two of their parts.
static Value bitcastParts(Node &n, Value x, int64_t count, Type to) {
  Type from = n.element(x), part = partType(to);
  int64_t keep = n.rank(x) - (count > 1), bytes = count * elementBytes(from);
  if (isa<ComplexType>(from)) {
    x = pack(n, {n.emit<RealOp>(x), n.emit<ImagOp>(x)}, -1);
    from = partType(from);
  }
  int64_t size = elementBytes(from), wanted = elementBytes(part);
  if (size < wanted)
    x = withLast(n, x, keep, {bytes / wanted, wanted / size});
  else
    x = withLast(n, x, keep, {bytes / size});
  if (from != part)
    x = n.emit<BitcastOp>(x, {{"to", TypeAttr::get(part)}});
  SmallVector<int64_t, 2> last;
  if (int64_t whole = bytes / elementBytes(to); whole > 1)
    last.push_back(whole);
  if (!isa<ComplexType>(to))
    return withLast(n, x, keep, last);
  last.push_back(2);
  x = withLast(n, x, keep, last);
  return n.emit<ComplexOp>({partOf(n, x, 0), partOf(n, x, 1)});
}

Value tensorflow::emitBitcast(Node &n, Value x, Type to) {
  Type from = n.element(x);
  if (from == to)
    return x;
  int64_t count = std::max<int64_t>(ingot::elementBytes(to) / ingot::elementBytes(from), 1);
  if (count > 1) {
    if (n.rank(x) < 1)
      return n.refuse("the last dimension must be " + Twine(count));
    SmallVector<int64_t> shape(n.rank(x), -1);
    shape.back() = count;
    x = n.emit<EnsureShapeOp>(x, {{"shape", n.b.getDenseI64ArrayAttr(shape)}});
  }
  if (x && (isa<ComplexType>(from) || isa<ComplexType>(to)))
    return bitcastParts(n, x, count, to);
  return n.emit<BitcastOp>(x, {{"to", TypeAttr::get(to)}});
}

static LogicalResult buildBitcast(Node &n) {
  Type to = n.type("type");
  Value x = n.in(0);
  if (!to || !x)
    return to ? failure() : n.fail("cannot be seen as that type");
  return n.out(emitBitcast(n, x, to));
}

void tensorflow::addShapeRows(RowTable &t) {
  static constexpr llvm::StringLiteral gradientPorts[] = {"r0", "r1"};
  auto add = [&](StringRef op, Build build) { t[op] = {build, "shape", ""}; };
  add("Reshape", buildSame<ReshapeOp>);
  add("Shape", buildShape);
  add("ShapeN", buildShape);
  add("Size", buildSize);
  add("Rank", buildRank);
  add("BroadcastArgs", buildBroadcastArgs);
  add("EnsureShape", buildEnsureShape);
  add("ExpandDims", buildExpandDims);
  add("Squeeze", buildSqueeze);
  add("Transpose", [](Node &n) { return buildTranspose(n, false); });
  add("ConjugateTranspose", [](Node &n) { return buildTranspose(n, true); });
  add("BroadcastTo", buildSame<BroadcastToOp>);
  add("Fill", buildFill);
  add("ZerosLike", buildLike<0>);
  add("OnesLike", buildLike<1>);
  add("Tile", buildTile);
  add("Range", buildSame<RangeOp>);
  add("LinSpace", buildLinSpace);
  add("OneHot", buildOneHot);
  add("InvertPermutation", buildInvertPermutation);
  add("Bitcast", buildBitcast);
  add("ConcatOffset", buildConcatOffset);
  t["BroadcastGradientArgs"] = {buildBroadcastGradientArgs, "shape", "", gradientPorts};
}
