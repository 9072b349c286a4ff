#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

namespace {
/// Where the points of the crops lie along one side of the image: [boxes, points].
struct Side {
  Value position; ///< in pixels
  Value isInside;
  Value last; ///< of the pixels, as a scalar
};
} // namespace

/// Pixels that are nearest, or below or above the position, clamped to the image.
static Value pixels(Node &n, Value position, Value last) {
  Value clamped = n.emit<MaximumOp>({n.emit<MinimumOp>({position, last}), n.scalar(last, 0)});
  return n.b.cast(n.loc, clamped, n.b.getI64Type());
}

/// Corner k of each box, as a column.
static Value corner(Node &n, Value boxes, int64_t k) {
  return sliceAlong(n, boxes, 1, n.b.integers(n.loc, {k}), n.b.integers(n.loc, {1}));
}

/// Side 0 (y) or 1 (x): the crop's points from edge to edge, or its centre if it has one.
static Side sideOf(Node &n, int64_t side, Value image, Value boxes, Value size) {
  Formula f{n};
  Type f32 = n.b.getF32Type(), i64 = n.b.getI64Type();
  auto number = [&](Value vector) { return n.b.squeeze(n.loc, vector, 0); };
  Value last = n.b.cast(n.loc, number(extent(n, image, side + 1)), f32);
  last = f.add(last, -1);
  Value count = number(n.b.pick(n.loc, size, side));
  Value zero = n.b.splat(n.loc, {}, i64, 0), one = n.b.splat(n.loc, {}, i64, 1);
  Value steps = n.b.cast(n.loc, n.emit<RangeOp>({zero, count, one}), f32);
  Value gaps = n.b.cast(n.loc, n.emit<SubOp>({count, one}), f32);
  Value low = corner(n, boxes, side), high = corner(n, boxes, side + 2);
  Value scale = n.emit<DivOp>({f.mul(f.sub(high, low), last), gaps});
  Value spread = f.add(f.mul(low, last), f.mul(steps, scale));
  Value centre = f.mul(f.mul(f.add(low, high), 0.5), last);
  Value position = n.emit<SelectOp>({n.emit<GreaterOp>({count, one}), spread, centre});
  Value isInside = n.emit<AndOp>({n.emit<GreaterEqualOp>({position, f.scalar(position, 0)}),
                                  n.emit<LessEqualOp>({position, last})});
  return {position, isInside, last};
}

namespace {
/// Pixels of the images that the boxes belong to.
struct Pixels {
  Node &n;
  Value image, owners;

  /// Those at rows y [boxes, h] and columns x [boxes, w]: [boxes, h, w, channels].
  Value at(Value y, Value x) {
    Formula f{n};
    Value row = f.add(f.mul(n.b.expandDims(n.loc, owners, {1}), extent(n, image, 1)), y);
    Value start = n.b.expandDims(n.loc, f.mul(row, extent(n, image, 2)), {2});
    Value place = f.add(start, n.b.expandDims(n.loc, x, {1}));
    Value shape = n.b.concat(n.loc, {n.b.integers(n.loc, {-1}), extent(n, image, 3)});
    return n.emit<GatherOp>({n.emit<ReshapeOp>({image, shape}), place},
                            {{"axis", n.b.getI64IntegerAttr(0)}});
  }
};
} // namespace

static Value sampleNearest(Node &n, Pixels image, const Side &y, const Side &x) {
  auto nearest = [&](const Side &s) {
    return pixels(n, n.emit<FloorOp>(Formula{n}.add(s.position, 0.5)), s.last);
  };
  return image.at(nearest(y), nearest(x));
}

static Value sampleBilinear(Node &n, Pixels image, const Side &y, const Side &x) {
  Formula f{n};
  auto low = [&](const Side &s) { return pixels(n, n.emit<FloorOp>(s.position), s.last); };
  auto high = [&](const Side &s) { return pixels(n, n.emit<CeilOp>(s.position), s.last); };
  auto share = [&](const Side &s, ArrayRef<int64_t> axes) {
    return n.b.expandDims(n.loc, f.sub(s.position, n.emit<FloorOp>(s.position)), axes);
  };
  auto between = [&](Value from, Value to, Value share) {
    return f.add(from, f.mul(f.sub(to, from), share));
  };
  Value shareX = share(x, {1, 3});
  Value top = between(image.at(low(y), low(x)), image.at(low(y), high(x)), shareX);
  Value bottom = between(image.at(high(y), low(x)), image.at(high(y), high(x)), shareX);
  return between(top, bottom, share(y, {2, 3}));
}

/// Boxes [owners, 4]; with no boxes and no owners TensorFlow takes a matrix of any shape.
static LogicalResult readBoxes(Node &n, Value &boxes, Value owners) {
  DimTable &table = n.b.shapes.table;
  SmallVector<Dim, 2> dims(n.b.shapes.dims(boxes));
  Dim count = n.b.shapes.dims(owners)[0], corners = table.mul(count, table.constant(4));
  if (failed(n.requireSame(table.mul(count, dims[1]), corners, "a box has 4 corners")) ||
      failed(n.requireSame(table.product(dims), corners, "there must be an image for each box")))
    return failure();
  if (!dims[1].is(4))
    boxes = n.b.reshape(n.loc, boxes, {-1, 4});
  return success(bool(boxes));
}

/// Images, boxes and sizes must be what they are said to be.
static LogicalResult checkCrop(Node &n, Value image, Value &boxes, Value owners, Value size) {
  if (!image || !boxes || !owners || !size)
    return failure();
  if (n.rank(image) != 4 || n.rank(boxes) != 2 || n.rank(owners) != 1 || n.rank(size) != 1)
    return n.fail("needs images, boxes [boxes, 4], an image for each box, and a size");
  Value two = n.b.splat(n.loc, {2}, n.b.getI64Type(), 0);
  if (failed(n.requireSame(size, 0, two, 0, "a size has 2 numbers")) ||
      failed(readBoxes(n, boxes, owners)))
    return failure();
  Value sizes =
      n.b.concat(n.loc, {n.b.extents(n.loc, image, 1, 3), n.b.cast(n.loc, size, n.b.getI64Type())});
  Value smallest = n.emit<ReduceMinOp>(sizes, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  return n.require(n.emit<GreaterOp>({smallest, n.scalar(smallest, 0)}),
                   "images and crops must not be empty");
}

static LogicalResult buildCropAndResize(Node &n) {
  Value boxes = n.in(1);
  if (failed(checkCrop(n, n.in(0), boxes, n.in(2), n.in(3))))
    return failure();
  std::string method = n.attrs.getString("method", "bilinear").str();
  if (method != "bilinear" && method != "nearest")
    return n.fail("method '" + Twine(method) + "' is not known");
  Type i64 = n.b.getI64Type();
  Value image = n.b.cast(n.loc, n.in(0), n.b.getF32Type());
  Value size = n.b.cast(n.loc, n.in(3), i64);
  Side y = sideOf(n, 0, image, boxes, size), x = sideOf(n, 1, image, boxes, size);
  Pixels source{n, image, n.b.cast(n.loc, n.in(2), i64)};
  Value crops =
      method == "nearest" ? sampleNearest(n, source, y, x) : sampleBilinear(n, source, y, x);
  Value isInside = n.emit<AndOp>(
      {n.b.expandDims(n.loc, y.isInside, {2, 3}), n.b.expandDims(n.loc, x.isInside, {1, 3})});
  Value outside = n.scalar(crops, n.attrs.getFloat("extrapolation_value", 0));
  return n.out(n.emit<SelectOp>({isInside, crops, outside}));
}

//===--- Gradients --------------------------------------------------------===//

namespace {
/// A crop of which the gradient dy [boxes, h, w, C] is known.
struct Cropped {
  Node &n;
  Value image, boxes, owners, dy;
  Side y, x;
  Formula f{n};

  Value low(const Side &s) { return pixels(n, n.emit<FloorOp>(s.position), s.last); }
  Value high(const Side &s) { return pixels(n, n.emit<CeilOp>(s.position), s.last); }
  Value share(const Side &s, ArrayRef<int64_t> axes) {
    return n.b.expandDims(n.loc, f.sub(s.position, n.emit<FloorOp>(s.position)), axes);
  }
  Value rest(Value share) { return f.sub(f.scalar(share, 1), share); }
  /// dy where the points are within the image.
  Value inside() {
    Value is = n.emit<AndOp>(
        {n.b.expandDims(n.loc, y.isInside, {2, 3}), n.b.expandDims(n.loc, x.isInside, {1, 3})});
    return n.emit<SelectOp>({is, dy, n.scalar(dy, 0)});
  }
};
} // namespace

static FailureOr<Cropped> readCropped(Node &n, Value image, Value dy, Value boxes, Value owners) {
  if (!image || !dy || !boxes || !owners)
    return failure();
  if (n.rank(dy) != 4)
    return n.fail("needs gradients of rank 4");
  Value size = n.b.extents(n.loc, dy, 1, 3);
  if (failed(checkCrop(n, image, boxes, owners, size)) ||
      failed(n.requireSame(dy, 0, boxes, 0, "there must be a gradient for each box")) ||
      failed(n.requireSame(dy, 3, image, 3, "the gradients have other channels")))
    return failure();
  return Cropped{n,
                 image,
                 boxes,
                 n.b.cast(n.loc, owners, n.b.getI64Type()),
                 n.b.cast(n.loc, dy, n.b.getF32Type()),
                 sideOf(n, 0, image, boxes, size),
                 sideOf(n, 1, image, boxes, size)};
}

/// dy [boxes, h, w, C] times weights, added to the pixels at rows [boxes, h] and columns
/// [boxes, w] of `sum`, [pixels, C].
static Value addPixels(Cropped &c, Value sum, Value rows, Value columns, Value dy) {
  Node &n = c.n;
  Formula &f = c.f;
  Value row = f.add(f.mul(n.b.expandDims(n.loc, c.owners, {1}), extent(n, c.image, 1)), rows);
  Value start = n.b.expandDims(n.loc, f.mul(row, extent(n, c.image, 2)), {2});
  Value place = f.add(start, n.b.expandDims(n.loc, columns, {1}));
  place = place ? n.b.expandDims(n.loc, place, {3}) : place;
  return n.emit<ScatterNdOp>({sum, place, dy}, {{"mode", n.b.getStringAttr("add")}});
}

/// CropAndResizeGradImage: (dy, boxes, owners, size of the images).
static LogicalResult buildImageGradient(Node &n) {
  Value size = n.in(3);
  if (!size)
    return failure();
  Value image = n.emit<BroadcastToOp>({n.b.splat(n.loc, {}, n.b.getF32Type(), 0), size});
  if (image && n.rank(image) != 4)
    return n.fail("the size of the images must have four numbers");
  auto read = readCropped(n, image, n.in(0), n.in(1), n.in(2));
  if (failed(read))
    return failure();
  Cropped c = *read;
  Value shape = n.b.concat(n.loc, {n.b.integers(n.loc, {-1}), extent(n, image, 3)});
  Value sum = n.emit<ReshapeOp>({image, shape}), dy = c.inside();
  if (n.attrs.getString("method", "bilinear") == "nearest") {
    auto nearest = [&](const Side &s) {
      return pixels(n, n.emit<FloorOp>(c.f.add(s.position, 0.5)), s.last);
    };
    sum = addPixels(c, sum, nearest(c.y), nearest(c.x), dy);
  } else {
    Value down = c.share(c.y, {2, 3}), right = c.share(c.x, {1, 3});
    Value top = c.f.mul(dy, c.rest(down)), bottom = c.f.mul(dy, down);
    sum = addPixels(c, sum, c.low(c.y), c.low(c.x), c.f.mul(top, c.rest(right)));
    sum = addPixels(c, sum, c.low(c.y), c.high(c.x), c.f.mul(top, right));
    sum = addPixels(c, sum, c.high(c.y), c.low(c.x), c.f.mul(bottom, c.rest(right)));
    sum = addPixels(c, sum, c.high(c.y), c.high(c.x), c.f.mul(bottom, right));
  }
  Value dx = n.emit<ReshapeOp>({sum, n.b.shapeOf(n.loc, image)});
  return dx ? n.out(n.b.cast(n.loc, dx, n.type("T"))) : failure();
}

/// What moving the low and the high corner on one side does: [boxes, 1] each. `slopes`
/// [boxes, points]: what moving a point does.
static std::pair<Value, Value> cornerGradients(Cropped &c, const Side &s, Value slopes,
                                               Value points) {
  Node &n = c.n;
  Formula &f = c.f;
  Type f32 = n.b.getF32Type(), i64 = n.b.getI64Type();
  Value count = n.b.squeeze(n.loc, points, {0});
  Value one = n.b.splat(n.loc, {}, i64, 1), isMany = n.emit<GreaterOp>({count, one});
  Value numbers = n.emit<RangeOp>({n.b.splat(n.loc, {}, i64, 0), count, one});
  Value gaps = n.emit<MaximumOp>({n.emit<SubOp>({count, one}), one});
  if (!numbers || !gaps)
    return {};
  Value along = n.emit<DivOp>({n.b.cast(n.loc, numbers, f32), n.b.cast(n.loc, gaps, f32)});
  Value share = n.emit<SelectOp>({isMany, along, f.scalar(along, 0.5)});
  Value scaled = f.mul(slopes, s.last);
  auto sum = [&](Value v) {
    return n.emit<ReduceSumOp>(
        v, {{"axes", n.b.getDenseI64ArrayAttr({1})}, {"keep_dims", n.b.getBoolAttr(true)}});
  };
  return {sum(f.mul(scaled, c.rest(share))), sum(f.mul(scaled, share))};
}

/// CropAndResizeGradBoxes: (dy, images, boxes, owners).
static LogicalResult buildBoxGradient(Node &n) {
  Value given = n.in(1);
  Value image = given ? n.b.cast(n.loc, given, n.b.getF32Type()) : given;
  auto read = readCropped(n, image, n.in(0), n.in(2), n.in(3));
  if (failed(read))
    return failure();
  Cropped c = *read;
  Formula &f = c.f;
  Pixels source{n, image, c.owners};
  Value topLeft = source.at(c.low(c.y), c.low(c.x)), topRight = source.at(c.low(c.y), c.high(c.x));
  Value bottomLeft = source.at(c.high(c.y), c.low(c.x));
  Value bottomRight = source.at(c.high(c.y), c.high(c.x));
  Value down = c.share(c.y, {2, 3}), right = c.share(c.x, {1, 3}), dy = c.inside();
  auto between = [&](Value a, Value b, Value share) {
    return f.add(f.mul(a, c.rest(share)), f.mul(b, share));
  };
  auto slopes = [&](Value change, ArrayRef<int64_t> axes) {
    return n.emit<ReduceSumOp>(f.mul(change, dy), {{"axes", n.b.getDenseI64ArrayAttr(axes)}});
  };
  Value alongY =
      slopes(between(f.sub(bottomLeft, topLeft), f.sub(bottomRight, topRight), right), {2, 3});
  Value alongX =
      slopes(between(f.sub(topRight, topLeft), f.sub(bottomRight, bottomLeft), down), {1, 3});
  if (!alongX || !alongY)
    return failure();
  auto [y1, y2] = cornerGradients(c, c.y, alongY, extent(n, c.dy, 1));
  auto [x1, x2] = cornerGradients(c, c.x, alongX, extent(n, c.dy, 2));
  return y1 && y2 && x1 && x2 ? n.out(n.b.concat(n.loc, {y1, x1, y2, x2}, 1)) : failure();
}

void tensorflow::addCropRows(RowTable &t) {
  t["CropAndResize"] = {buildCropAndResize, "image", ""};
  t["CropAndResizeGradImage"] = {buildImageGradient, "image", ""};
  t["CropAndResizeGradBoxes"] = {buildBoxGradient, "image", ""};
}
