#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Images under projective maps: each pixel of the result is read where the map takes it.

namespace {
/// One coordinate of the places to read, [B or 1, h, w] of f32, on an axis of `size`.
struct Coordinate {
  Node &n;
  Value at;
  Dim size;
  Formula f{n};

  Value number(double v) { return f.scalar(at, v); }
  Value extent() {
    return n.b.cast(n.loc, n.b.reshape(n.loc, dimVector(n.b, n.loc, size), {}), n.b.getF32Type());
  }
  Value last() { return f.add(extent(), -1); }
  Value select(Value c, Value x, Value y) { return n.emit<SelectOp>({c, x, y}); }
  Value isNegative(Value x) { return n.emit<LessOp>({x, number(0)}); }
  /// How often `size` goes into x, rounded towards 0.
  Value times(Value x, Value size) { return n.emit<FloorOp>(n.emit<DivOp>({x, size})); }
  Value clamped(Value x) { return n.emit<MinimumOp>({n.emit<MaximumOp>({x, number(0)}), last()}); }
  Value reflected();
  Value wrapped();
  /// Within the image, where the mode has places outside stand for others.
  FailureOr<Value> filled(StringRef mode);
};
} // namespace

/// [abcd] continues as [dcba|abcd|dcba].
Value Coordinate::reflected() {
  Value length = extent(), period = f.mul(length, 2), back = n.emit<NegOp>(at);
  Value below = f.add(f.mul(period, times(back, period)), at);
  Value isFar = n.emit<LessOp>({below, n.emit<NegOp>(length)});
  below = select(isFar, f.add(below, period), f.add(n.emit<NegOp>(below), -1));
  Value above = f.sub(at, f.mul(period, times(at, period)));
  Value isBack = n.emit<GreaterEqualOp>({above, length});
  above = select(isBack, f.add(f.sub(period, above), -1), above);
  return select(isNegative(at), below, select(n.emit<GreaterOp>({at, last()}), above, at));
}

/// [abcd] continues as [abcd|abcd|abcd].
Value Coordinate::wrapped() {
  Value length = extent(), back = n.emit<NegOp>(at);
  Value below = f.add(at, f.mul(length, f.add(times(back, last()), 1)));
  Value above = f.sub(at, f.mul(length, times(at, last())));
  return select(isNegative(at), below, select(n.emit<GreaterOp>({at, last()}), above, at));
}

FailureOr<Value> Coordinate::filled(StringRef mode) {
  if (!at)
    return failure();
  if (mode == "CONSTANT")
    return at;
  if (mode == "NEAREST")
    return clamped(at);
  if (mode != "REFLECT" && mode != "WRAP")
    return n.fail("no fill mode '" + mode + "'");
  Value isOutside = n.emit<OrOp>({isNegative(at), n.emit<GreaterOp>({at, last()})});
  Value isSingle = n.emit<LessEqualOp>({last(), number(0)});
  Value only = n.emit<AndOp>({isOutside, isSingle});
  return clamped(select(only, number(0), mode == "WRAP" ? wrapped() : reflected()));
}

namespace {
/// Reads pixels of an image [B, H, W, C].
struct Reader {
  Node &n;
  Value image;
  Value fill; ///< a scalar of the image's type
  Formula f{n};

  /// The pixels at [B or 1, h, w] places in f32 that are whole numbers; `fill` where there
  /// are none.
  Value read(Value y, Value x);
};
} // namespace

Value Reader::read(Value y, Value x) {
  if (!x || !y)
    return {};
  Type i64 = n.b.getI64Type();
  SmallVector<Dim> dims(n.b.shapes.dims(image)), places(n.b.shapes.dims(y));
  auto scalar = [&](Dim d) { return n.b.reshape(n.loc, dimVector(n.b, n.loc, d), {}); };
  Value zero = n.b.splat(n.loc, {}, i64, 0), isInside;
  auto index = [&](Value v, Dim size) {
    v = n.b.cast(n.loc, v, i64);
    Value isHere =
        n.emit<AndOp>({n.emit<GreaterEqualOp>({v, zero}), n.emit<LessOp>({v, scalar(size)})});
    isInside = isInside ? n.emit<AndOp>({isInside, isHere}) : isHere;
    return n.emit<SelectOp>({isHere, v, zero});
  };
  Value rows = index(y, dims[1]), columns = index(x, dims[2]);
  Value at = f.add(f.mul(rows, scalar(dims[2])), columns);
  DimTable &t = n.b.shapes.table;
  Dim count = t.mul(places[1], places[2]);
  Value indices =
      n.emit<BroadcastToOp>({at, dimVector(n.b, n.loc, {dims[0], places[1], places[2]})});
  indices = n.emit<ReshapeOp>({indices, dimVector(n.b, n.loc, {dims[0], count})});
  Value flat = n.emit<ReshapeOp>(
      {image, dimVector(n.b, n.loc, {dims[0], t.mul(dims[1], dims[2]), dims[3]})});
  Value pixels = n.emit<GatherOp>({flat, indices}, {{"axis", n.b.getI64IntegerAttr(1)},
                                                    {"batch_dims", n.b.getI64IntegerAttr(1)}});
  pixels =
      n.emit<ReshapeOp>({pixels, dimVector(n.b, n.loc, {dims[0], places[1], places[2], dims[3]})});
  return isInside ? n.emit<SelectOp>({n.b.expandDims(n.loc, isInside, {3}), pixels, fill})
                  : Value();
}

/// Weighted by how near the four pixels around are.
static Value bilinear(Reader &r, Value y, Value x) {
  Node &n = r.n;
  Formula &f = r.f;
  if (!x || !y)
    return {};
  Value top = n.emit<FloorOp>(y), left = n.emit<FloorOp>(x);
  Value bottom = f.add(top, 1), right = f.add(left, 1);
  auto weight = [&](Value a, Value b) { return n.b.expandDims(n.loc, f.sub(a, b), {3}); };
  auto pixel = [&](Value row, Value column) {
    return n.b.cast(n.loc, r.read(row, column), n.b.getF32Type());
  };
  auto line = [&](Value row) {
    return f.add(f.mul(weight(right, x), pixel(row, left)),
                 f.mul(weight(x, left), pixel(row, right)));
  };
  Value sum = f.add(f.mul(weight(bottom, y), line(top)), f.mul(weight(y, top), line(bottom)));
  return sum ? n.b.cast(n.loc, sum, n.element(r.image)) : Value();
}

namespace {
/// Where the pixels of the result are in the image.
struct Map {
  Value y, x, isInfinite;
};
} // namespace

/// Of transforms [B or 1, 8] for pixels [h, w].
static Map project(Node &n, Value transforms, Dim height, Dim width) {
  Formula f{n};
  Type i64 = n.b.getI64Type();
  auto numbers = [&](Dim count) {
    Value limit = n.b.reshape(n.loc, dimVector(n.b, n.loc, count), {});
    Value all =
        n.emit<RangeOp>({n.b.splat(n.loc, {}, i64, 0), limit, n.b.splat(n.loc, {}, i64, 1)});
    return all ? n.b.cast(n.loc, all, n.b.getF32Type()) : all;
  };
  auto part = [&](int64_t i) {
    Value v = elementAlong(n, transforms, 1, i);
    return v ? n.b.expandDims(n.loc, v, {1, 2}) : v;
  };
  Value rows = numbers(height), x = numbers(width);
  Value y = rows ? n.b.expandDims(n.loc, rows, {1}) : rows;
  auto line = [&](int64_t i, Value constant) {
    return f.add(f.add(f.mul(part(i), x), f.mul(part(i + 1), y)), constant);
  };
  Value scale = line(6, n.b.splat(n.loc, {}, n.b.getF32Type(), 1));
  return {n.emit<DivOp>({line(3, part(5)), scale}), n.emit<DivOp>({line(0, part(2)), scale}),
          n.emit<EqualOp>({scale, f.scalar(scale, 0)})};
}

/// ImageProjectiveTransformV2 and V3, which has a value for places outside.
static LogicalResult buildProjectiveTransform(Node &n) {
  Value image = n.in(0), transforms = n.in(1), size = n.in(2);
  if (!image || !transforms || !size)
    return failure();
  auto known = n.b.shapes.contents(size);
  if (n.rank(image) != 4 || n.rank(transforms) != 2 || !known || known->size() != 2 ||
      !n.element(transforms).isF32())
    return n.fail("needs images of rank 4, a matrix of transforms and a size of two integers");
  SmallVector<Dim> dims(n.b.shapes.dims(image));
  if (failed(n.requireSame(n.b.shapes.dims(transforms)[1], n.b.shapes.constant(8),
                           "a transform has 8 elements")))
    return failure();
  Type element = n.element(image);
  Value fill = n.def.op() == "ImageProjectiveTransformV3"
                   ? n.in(3)
                   : n.b.splat(n.loc, {}, n.b.getF32Type(), 0);
  Map map = project(n, transforms, (*known)[0], (*known)[1]);
  Reader reader{n, image, fill ? n.b.cast(n.loc, fill, element) : fill};
  std::string mode = n.attrs.getString("fill_mode", "CONSTANT").str();
  Coordinate row{n, map.y, dims[1]}, column{n, map.x, dims[2]};
  auto y = row.filled(mode), x = column.filled(mode);
  if (failed(y) || failed(x) || !reader.fill)
    return failure();
  Formula f{n};
  std::string method = n.attrs.getString("interpolation").str();
  if (method != "NEAREST" && method != "BILINEAR")
    return n.fail("no interpolation '" + Twine(method) + "'");
  // Halves go away from 0.
  auto nearest = [&](Value v) {
    return f.mul(n.emit<SignOp>(v), n.emit<FloorOp>(f.add(n.emit<AbsOp>(v), 0.5)));
  };
  Value pixels =
      method == "NEAREST" ? reader.read(nearest(*y), nearest(*x)) : bilinear(reader, *y, *x);
  if (!pixels || !map.isInfinite)
    return failure();
  return n.out(n.emit<SelectOp>({n.b.expandDims(n.loc, map.isInfinite, {3}), reader.fill, pixels}));
}

void tensorflow::addWarpRows(RowTable &t) {
  t["ImageProjectiveTransformV2"] = {buildProjectiveTransform, "image", ""};
  t["ImageProjectiveTransformV3"] = {buildProjectiveTransform, "image", ""};
}
