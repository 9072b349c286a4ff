#include "compiler/frontends/tensorflow/ops/Formula.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

static LogicalResult buildResize(Node &n, StringRef mode) {
  bool alignCorners = n.attrs.getBool("align_corners", false);
  bool halfPixels = n.attrs.getBool("half_pixel_centers", false);
  Value x = n.in(0);
  if (!x || n.rank(x) != 4)
    return n.fail("needs images of rank 4");
  DimTable &t = n.b.shapes.table;
  if (failed(
          n.requireNatural(t.sub(n.b.shapes.dims(x)[3], t.constant(1)), "there are no channels")))
    return failure();
  return n.out(
      n.emit<ResizeOp>({x, n.in(1)}, {{"mode", n.b.getStringAttr(mode)},
                                      {"align_corners", n.b.getBoolAttr(alignCorners)},
                                      {"half_pixel_centers", n.b.getBoolAttr(halfPixels)}}));
}

//===--- Colour -----------------------------------------------------------===//

namespace {
/// Colours in the last dimension, one tensor for each part.
struct Colours {
  Formula f;

  SmallVector<Value> split(Value x) {
    Node &n = f.n;
    SmallVector<Value> parts;
    int64_t axis = n.rank(x) - 1;
    for (int64_t i = 0; i < 3; ++i)
      parts.push_back(
          n.emit<GatherOp>({x, n.b.integers(n.loc, {i})}, {{"axis", n.b.getI64IntegerAttr(axis)}}));
    return parts;
  }
  Value join(ValueRange parts) { return f.n.b.concat(f.n.loc, parts, f.n.rank(parts[0]) - 1); }
  Value maximum(Value x, Value y) { return f.n.emit<MaximumOp>({x, y}); }
  Value minimum(Value x, Value y) { return f.n.emit<MinimumOp>({x, y}); }
  Value select(Value c, Value x, Value y) { return f.n.emit<SelectOp>({c, x, y}); }
  Value isAbove(Value x, double limit) { return f.n.emit<GreaterOp>({x, f.scalar(x, limit)}); }
  /// x within [0, 1].
  Value clipped(Value x) { return maximum(minimum(x, f.scalar(x, 1)), f.scalar(x, 0)); }
  /// |x - center|.
  Value distance(Value x, double center) { return f.n.emit<AbsOp>(f.add(x, -center)); }

  /// Hue, saturation and value, each in [0, 1] (A. R. Smith, 1978).
  SmallVector<Value> toHSV(ArrayRef<Value> rgb) {
    Node &n = f.n;
    Value r = rgb[0], g = rgb[1], b = rgb[2], zero = f.scalar(r, 0);
    Value value = maximum(r, maximum(g, b));
    Value range = f.sub(value, minimum(r, minimum(g, b)));
    Value saturation = select(isAbove(value, 0), n.emit<DivOp>({range, value}), zero);
    Value norm = n.emit<ReciprocalOp>(f.mul(range, 6));
    auto side = [&](Value x, Value y, double offset) {
      return f.add(f.mul(norm, f.sub(x, y)), offset);
    };
    Value hue = select(n.emit<EqualOp>({g, value}), side(b, r, 2.0 / 6), side(r, g, 4.0 / 6));
    hue = select(n.emit<EqualOp>({r, value}), side(g, b, 0), hue);
    hue = select(isAbove(range, 0), hue, zero);
    hue = select(n.emit<LessOp>({hue, zero}), f.add(hue, 1), hue);
    return {hue, saturation, value};
  }

  SmallVector<Value> toRGB(ArrayRef<Value> hsv) {
    Value six = f.mul(hsv[0], 6), two = f.scalar(six, 2);
    SmallVector<Value> pure = {clipped(f.add(distance(six, 3), -1)),
                               clipped(f.sub(two, distance(six, 2))),
                               clipped(f.sub(two, distance(six, 4)))};
    for (Value &part : pure)
      part = f.mul(f.add(f.mul(hsv[1], f.add(part, -1)), 1), hsv[2]);
    return pure;
  }
};
} // namespace

using Recolour = SmallVector<Value> (*)(Colours c, SmallVector<Value> parts);

template <Recolour recolour> static LogicalResult buildColour(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  if (n.rank(x) < 1)
    return n.fail("needs colours in the last dimension");
  Value three = n.b.splat(n.loc, {3}, n.b.getI64Type(), 0);
  if (failed(n.requireSame(x, n.rank(x) - 1, three, 0, "colours must have 3 parts")))
    return failure();
  Colours c{{n}};
  return n.out(c.join(recolour(c, c.split(x))));
}

static SmallVector<Value> toHSV(Colours c, SmallVector<Value> parts) { return c.toHSV(parts); }
static SmallVector<Value> toRGB(Colours c, SmallVector<Value> parts) { return c.toRGB(parts); }

/// Input 1 is added to the hue, a full turn being 1.
static SmallVector<Value> adjustHue(Colours c, SmallVector<Value> parts) {
  Formula f = c.f;
  auto hsv = c.toHSV(parts);
  Value delta = f.n.b.cast(f.n.loc, f.n.in(1), f.n.b.shapes.elementType(hsv[0]));
  Value turned = f.add(hsv[0], delta);
  hsv[0] = f.sub(turned, f.n.emit<FloorOp>(turned));
  return c.toRGB(hsv);
}

/// Input 1 is what the saturation is multiplied with.
static SmallVector<Value> adjustSaturation(Colours c, SmallVector<Value> parts) {
  Formula f = c.f;
  auto hsv = c.toHSV(parts);
  Value scale = f.n.b.cast(f.n.loc, f.n.in(1), f.n.b.shapes.elementType(hsv[0]));
  hsv[1] = c.clipped(f.mul(hsv[1], scale));
  return c.toRGB(hsv);
}

/// (x - mean) * factor + mean, with the mean of each channel of each image.
static LogicalResult buildContrast(Node &n) {
  Value x = n.in(0);
  if (!x || !n.in(1))
    return failure();
  int64_t rank = n.rank(x);
  if (rank < 3)
    return n.fail("needs images of rank 3 or more");
  Formula f{n};
  Value mean = n.emit<ReduceMeanOp>(x, {{"axes", n.b.getDenseI64ArrayAttr({rank - 3, rank - 2})},
                                        {"keep_dims", n.b.getBoolAttr(true)}});
  Value factor = n.b.cast(n.loc, n.in(1), n.b.shapes.elementType(x));
  return n.out(f.add(f.mul(f.sub(x, mean), factor), mean));
}

void tensorflow::addImageRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "image", ""}; };
  add("ResizeBilinear", [](Node &n) { return buildResize(n, "bilinear"); });
  add("ResizeNearestNeighbor", [](Node &n) { return buildResize(n, "nearest"); });
  add("RGBToHSV", buildColour<toHSV>);
  add("HSVToRGB", buildColour<toRGB>);
  add("AdjustHue", buildColour<adjustHue>);
  add("AdjustSaturation", buildColour<adjustSaturation>);
  add("AdjustContrastv2", buildContrast);
}
