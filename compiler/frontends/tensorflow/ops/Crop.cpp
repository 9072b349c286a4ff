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

/// Images, boxes and sizes must be what they are said to be.
static LogicalResult checkCrop(Node &n) {
  Value image = n.in(0), boxes = n.in(1), owners = n.in(2), size = n.in(3);
  if (!image || !boxes || !owners || !size)
    return failure();
  if (n.rank(image) != 4 || n.rank(boxes) != 2 || n.rank(owners) != 1 || n.rank(size) != 1)
    return n.fail("needs images, boxes [boxes, 4], an image for each box, and a size");
  Value four = n.b.splat(n.loc, {4, 2}, n.b.getI64Type(), 0);
  if (failed(n.requireSame(boxes, 1, four, 0, "a box has 4 corners")) ||
      failed(n.requireSame(size, 0, four, 1, "a size has 2 numbers")) ||
      failed(n.requireSame(boxes, 0, owners, 0, "there must be an image for each box")))
    return failure();
  Value sizes =
      n.b.concat(n.loc, {n.b.extents(n.loc, image, 1, 3), n.b.cast(n.loc, size, n.b.getI64Type())});
  Value smallest = n.emit<ReduceMinOp>(sizes, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  return n.require(n.emit<GreaterOp>({smallest, n.scalar(smallest, 0)}),
                   "images and crops must not be empty");
}

static LogicalResult buildCropAndResize(Node &n) {
  if (failed(checkCrop(n)))
    return failure();
  std::string method = n.attrs.getString("method", "bilinear").str();
  if (method != "bilinear" && method != "nearest")
    return n.fail("method '" + Twine(method) + "' is not known");
  Type i64 = n.b.getI64Type();
  Value image = n.b.cast(n.loc, n.in(0), n.b.getF32Type());
  Value boxes = n.in(1), size = n.b.cast(n.loc, n.in(3), i64);
  Side y = sideOf(n, 0, image, boxes, size), x = sideOf(n, 1, image, boxes, size);
  Pixels source{n, image, n.b.cast(n.loc, n.in(2), i64)};
  Value crops =
      method == "nearest" ? sampleNearest(n, source, y, x) : sampleBilinear(n, source, y, x);
  Value isInside = n.emit<AndOp>(
      {n.b.expandDims(n.loc, y.isInside, {2, 3}), n.b.expandDims(n.loc, x.isInside, {1, 3})});
  Value outside = n.scalar(crops, n.attrs.getFloat("extrapolation_value", 0));
  return n.out(n.emit<SelectOp>({isInside, crops, outside}));
}

void tensorflow::addCropRows(RowTable &t) {
  t["CropAndResize"] = {buildCropAndResize, "image", ""};
}
