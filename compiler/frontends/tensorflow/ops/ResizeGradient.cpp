#include "compiler/frontends/tensorflow/ops/Resample.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Gradients of resizing: the weights of the pixels as matrices, turned around.

static Taps bilinearTaps(Axis a, bool alignCorners, bool halfPixels) {
  Node &n = a.n;
  Value at = halfPixels ? a.f.add(a.numbers(a.out), 0.5) : a.numbers(a.out);
  at = a.f.mul(at, a.scale(alignCorners));
  at = halfPixels ? a.f.add(at, -0.5) : at;
  Value floor = n.emit<FloorOp>(at), share = a.column(a.f.sub(at, floor));
  Value left = a.f.add(a.f.mul(share, -1), 1);
  Value positions = n.b.concat(n.loc, {a.column(floor), a.column(n.emit<CeilOp>(at))}, 1);
  return {positions, n.b.concat(n.loc, {left, share}, 1)};
}

static Taps nearestTaps(Axis a, bool alignCorners, bool halfPixels) {
  Value at = halfPixels ? a.f.add(a.numbers(a.out), 0.5) : a.numbers(a.out);
  at = a.f.mul(at, a.scale(alignCorners));
  Value position = a.column(a.n.emit<FloorOp>(alignCorners ? a.f.add(at, 0.5) : at));
  return {position, a.f.add(a.f.mul(position, 0), 1)};
}

/// How much each pixel of the source weighs: [out, in].
static Value matrix(Axis a, Taps taps) {
  Node &n = a.n;
  Value positions = clamped(a, taps.positions);
  if (!positions || !taps.weights)
    return {};
  Value isThere = n.emit<EqualOp>({n.b.expandDims(n.loc, positions, {2}), a.numbers(a.in)});
  Value weights = n.b.expandDims(n.loc, taps.weights, {2});
  return n.emit<ReduceSumOp>(n.emit<SelectOp>({isThere, weights, a.number(0)}),
                             {{"axes", n.b.getDenseI64ArrayAttr({1})}});
}

/// The gradient g [N, h, w, C] back at [N, H, W, C]; weights are [h, H] and [w, W].
static Value spread(Node &n, Value g, Value rows, Value columns, Dim height, Dim width) {
  if (!g || !rows || !columns)
    return {};
  SmallVector<Dim> dims(n.b.shapes.dims(g));
  DimTable &t = n.b.shapes.table;
  auto turned = [&](Value w) {
    return n.b.cast(n.loc, n.b.transpose(n.loc, w, {1, 0}), n.element(g));
  };
  Value lines =
      n.emit<ReshapeOp>({g, dimVector(n.b, n.loc, {dims[0], dims[1], t.mul(dims[2], dims[3])})});
  lines = n.emit<MatmulOp>({turned(rows), lines});
  Value tall =
      n.emit<ReshapeOp>({lines, dimVector(n.b, n.loc, {dims[0], height, dims[2], dims[3]})});
  return n.emit<MatmulOp>({turned(columns), tall});
}

using MakeTaps = Taps (*)(Axis, bool, bool);

/// The gradient of an image of that height and width, as `type`.
static LogicalResult resizeGradient(Node &n, MakeTaps makeTaps, Dim height, Dim width, Type type) {
  Value g = n.in(0);
  if (!g || n.rank(g) != 4)
    return n.fail("needs gradients of rank 4");
  bool alignCorners = n.attrs.getBool("align_corners", false);
  bool halfPixels = n.attrs.getBool("half_pixel_centers", false);
  Type wide = n.element(g).isF32() || n.element(g).isF16() || n.element(g).isBF16()
                  ? Type(n.b.getF32Type())
                  : Type(n.b.getF64Type());
  SmallVector<Dim> dims(n.b.shapes.dims(g));
  Axis rows(n, height, dims[1]), columns(n, width, dims[2]);
  Value x =
      spread(n, n.b.cast(n.loc, g, wide), matrix(rows, makeTaps(rows, alignCorners, halfPixels)),
             matrix(columns, makeTaps(columns, alignCorners, halfPixels)), height, width);
  return x ? n.out(n.b.cast(n.loc, x, type)) : failure();
}

/// Of ops that take the original image.
template <MakeTaps makeTaps> static LogicalResult buildResizeGradient(Node &n) {
  Value image = n.in(1);
  if (!image || n.rank(image) != 4)
    return n.fail("needs an image of rank 4");
  ArrayRef<Dim> dims = n.b.shapes.dims(image);
  return resizeGradient(n, makeTaps, dims[1], dims[2], n.element(image));
}

/// ResizeNearestNeighborGrad: takes the size of the original image.
static LogicalResult buildNearestGradient(Node &n) {
  Value g = n.in(0), size = n.in(1);
  auto known = size ? n.b.shapes.contents(size) : std::nullopt;
  if (!g || !known || known->size() != 2)
    return n.fail("needs a size of two integers");
  return resizeGradient(n, nearestTaps, (*known)[0], (*known)[1], n.element(g));
}

static LogicalResult buildScaleAndTranslateGradient(Node &n) {
  Value g = n.in(0), image = n.in(1), scales = n.in(2), translations = n.in(3);
  if (!g || !image || !scales || !translations)
    return failure();
  if (n.rank(g) != 4 || n.rank(image) != 4 || n.rank(scales) != 1 || n.rank(translations) != 1)
    return n.fail("needs images of rank 4, two scales and two translations");
  SmallVector<Dim> source(n.b.shapes.dims(image)), result(n.b.shapes.dims(g));
  auto weights = [&](int64_t i) {
    Axis a(n, source[i + 1], result[i + 1]);
    auto at = [&](Value x) { return n.b.reshape(n.loc, n.b.pick(n.loc, x, i), {}); };
    return kernelWeights(a, n.emit<ReciprocalOp>(at(scales)), at(translations));
  };
  return n.out(spread(n, g, weights(0), weights(1), source[1], source[2]));
}

void tensorflow::addResizeGradientRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "image", ""}; };
  add("ResizeBilinearGrad", buildResizeGradient<bilinearTaps>);
  add("ResizeBicubicGrad", buildResizeGradient<bicubicTaps>);
  add("ResizeNearestNeighborGrad", buildNearestGradient);
  add("ScaleAndTranslateGrad", buildScaleAndTranslateGradient);
}
