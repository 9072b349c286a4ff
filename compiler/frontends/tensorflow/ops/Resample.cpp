#include "compiler/frontends/tensorflow/ops/Resample.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

Value tensorflow::clamped(Axis a, Value positions) {
  Value last = a.f.add(a.toFloat(a.scalar(a.in)), -1);
  return a.maximum(a.minimum(positions, last), a.number(0));
}

/// The image with axis `d` resampled.
static Value resample(Axis a, Value image, int64_t d, Taps taps) {
  Node &n = a.n;
  Value indices = n.b.cast(n.loc, clamped(a, taps.positions), n.b.getI64Type());
  Value pixels = n.emit<GatherOp>({image, indices}, {{"axis", n.b.getI64IntegerAttr(d)}});
  SmallVector<int64_t> inner;
  for (int64_t i = d + 1; i < 4; ++i)
    inner.push_back(i - d + 1);
  Value weights = n.b.expandDims(n.loc, taps.weights, inner);
  return n.emit<ReduceSumOp>(a.f.mul(pixels, weights),
                             {{"axes", n.b.getDenseI64ArrayAttr({d + 1})}});
}

//===--- Bicubic ----------------------------------------------------------===//

/// R. Keys, "Cubic convolution interpolation for digital image processing", 1981,
/// with his parameter `a`: at distance x in [0, 1], and in [1, 2].
static Value cubicNear(Axis c, double a, Value x) {
  Value slope = c.f.add(c.f.mul(x, a + 2), -(a + 3));
  return c.f.add(c.f.mul(slope, c.f.square(x)), 1);
}

static Value cubicFar(Axis c, double a, Value x) {
  Value quadratic = c.f.add(c.f.mul(c.f.add(c.f.mul(x, a), -5 * a), x), 8 * a);
  return c.f.add(c.f.mul(quadratic, x), -4 * a);
}

/// Distances are multiples of 1/1024, as in TensorFlow's table.
Taps tensorflow::bicubicTaps(Axis c, bool alignCorners, bool halfPixels) {
  Node &n = c.n;
  Value at = c.f.mul(halfPixels ? c.f.add(c.numbers(c.out), 0.5) : c.numbers(c.out),
                     c.scale(alignCorners));
  at = halfPixels ? c.f.add(at, -0.5) : at;
  Value floor = n.emit<FloorOp>(at), step = c.f.mul(c.f.sub(at, floor), 1024);
  Value x = c.column(c.f.mul(n.emit<RoundOp>(step), 1.0 / 1024));
  Value rest = c.f.add(c.f.mul(x, -1), 1);
  double a = halfPixels ? -0.5 : -0.75;
  Value weights = n.b.concat(n.loc,
                             {cubicFar(c, a, c.f.add(x, 1)), cubicNear(c, a, x),
                              cubicNear(c, a, rest), cubicFar(c, a, c.f.add(rest, 1))},
                             1);
  Value offsets = c.toFloat(n.b.integers(n.loc, {-1, 0, 1, 2}));
  Value positions = c.f.add(c.column(floor), offsets);
  if (!halfPixels)
    return {positions, weights};
  Value isInside = n.emit<EqualOp>({clamped(c, positions), positions});
  return {positions, c.normalised(n.emit<SelectOp>({isInside, weights, c.number(0)}))};
}

//===--- Area -------------------------------------------------------------===//

/// Pixels of the source weigh as much of the result's as they cover.
static Taps areaTaps(Axis a, bool alignCorners, bool) {
  DimTable &t = a.n.b.shapes.table;
  Dim one = t.constant(1);
  Dim most = alignCorners ? t.add(t.ceilDiv(a.in, t.max(t.sub(a.out, one), one)), one)
                          : t.ceilDiv(a.in, t.max(a.out, one));
  Value scale = a.scale(alignCorners), numbers = a.numbers(a.out);
  Value start = a.column(a.f.mul(numbers, scale));
  Value end = a.column(a.f.mul(a.f.add(numbers, 1), scale));
  Value positions = a.f.add(a.n.emit<FloorOp>(start), a.numbers(t.add(most, one)));
  Value covered = a.f.sub(a.minimum(a.f.add(positions, 1), end), a.maximum(positions, start));
  return {positions, a.div(a.maximum(covered, a.number(0)), scale)};
}

//===--- Rows -------------------------------------------------------------===//

/// An error, or a check at run time, unless all are positive.
static LogicalResult requirePositive(Node &n, ArrayRef<Dim> dims) {
  SmallVector<Dim> open;
  for (Dim d : dims) {
    if (d.constant().value_or(1) < 1)
      return n.fail("heights, widths and channels must be positive");
    if (!d.constant())
      open.push_back(d);
  }
  if (open.empty())
    return success();
  Value arePositive = n.emit<GreaterOp>({dimVector(n.b, n.loc, open), n.b.integers(n.loc, {0})});
  Value all = n.emit<ReduceAllOp>(arePositive, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  if (!all)
    return failure();
  AssertOp::create(n.b, n.loc, all, "heights, widths and channels must be positive");
  return success();
}

/// Height and width of the result, and the image as f32; an error if they do not fit.
static FailureOr<Value> readImage(Node &n, SmallVector<Dim> &size) {
  Value x = n.in(0), given = n.in(1);
  if (!x || !given)
    return failure();
  auto known = n.b.shapes.contents(given);
  Type element = n.element(x);
  if (n.rank(x) != 4 || !known || known->size() != 2 || !element.isIntOrFloat())
    return n.fail("needs images of rank 4 and a size of two integers");
  size.assign(known->begin(), known->end());
  SmallVector<Dim> extents = size;
  llvm::append_range(extents, n.b.shapes.dims(x).drop_front());
  if (failed(requirePositive(n, extents)))
    return failure();
  return n.b.cast(n.loc, x, n.b.getF32Type());
}

template <Taps (*makeTaps)(Axis, bool, bool)> static LogicalResult buildResample(Node &n) {
  SmallVector<Dim> size;
  auto image = readImage(n, size);
  if (failed(image))
    return failure();
  bool alignCorners = n.attrs.getBool("align_corners", false);
  bool halfPixels = n.attrs.getBool("half_pixel_centers", false);
  if (alignCorners && halfPixels)
    return n.fail("aligned corners exclude half pixel centers");
  Value result = *image;
  for (int64_t d : {1, 2}) {
    Axis axis(n, n.b.shapes.dims(n.in(0))[d], size[d - 1]);
    result = resample(axis, result, d, makeTaps(axis, alignCorners, halfPixels));
  }
  return n.out(result);
}

//===--- Scale and translate ----------------------------------------------===//

namespace {
/// A kernel of ScaleAndTranslate at distances x >= 0.
struct Kernel {
  Axis a;
  Value x;

  Value polynomial(ArrayRef<double> coefficients) {
    Value sum = a.number(coefficients[0]);
    for (double c : coefficients.drop_front())
      sum = a.f.add(a.f.mul(sum, x), c);
    return sum;
  }
  Value below(double limit, Value inside, Value outside) {
    return a.n.emit<SelectOp>({a.n.emit<LessOp>({x, a.number(limit)}), inside, outside});
  }
  Value zero() { return a.number(0); }
  Value box() {
    Value isEdge = a.n.emit<EqualOp>({x, a.number(0.5)});
    Value edge = a.n.emit<SelectOp>({isEdge, a.number(0.5), zero()});
    return below(0.5, a.number(1), edge);
  }
  Value cubic(ArrayRef<double> near, ArrayRef<double> far) {
    return below(1, polynomial(near), below(2, polynomial(far), zero()));
  }
  Value gaussian(double radius) {
    double sigma = radius / 3;
    Value bell = a.n.emit<ExpOp>(a.f.mul(a.f.square(x), -1 / (2 * sigma * sigma)));
    return below(radius, bell, zero());
  }
  Value lanczos(double radius) {
    auto sine = [&](double factor) { return a.n.emit<SinOp>(a.f.mul(x, factor)); };
    Value product = a.f.mul(a.f.mul(sine(M_PI), sine(M_PI / radius)), radius);
    Value quotient = a.div(product, a.f.mul(a.f.square(x), M_PI * M_PI));
    Value isOutside = a.n.emit<GreaterOp>({x, a.number(radius)});
    return below(1e-3, a.number(1), a.n.emit<SelectOp>({isOutside, zero(), quotient}));
  }
  /// Null if there is no kernel of that name.
  Value called(StringRef name) {
    int64_t radius;
    if (name.starts_with("lanczos") && !name.drop_front(7).getAsInteger(10, radius))
      return radius == 1 || radius == 3 || radius == 5 ? lanczos(radius) : Value();
    if (name == "gaussian")
      return gaussian(1.5);
    if (name == "box")
      return box();
    if (name == "triangle")
      return below(1, polynomial({-1, 1}), zero());
    if (name == "keyscubic")
      return cubic({1.5, -2.5, 0, 1}, {-0.5, 2.5, -4, 2});
    if (name == "mitchellcubic")
      return cubic({7.0 / 6, -2, 0, 8.0 / 9}, {-7.0 / 18, 2, -10.0 / 3, 16.0 / 9});
    return {};
  }
};
} // namespace

Value tensorflow::kernelWeights(Axis a, Value inverse, Value translation) {
  Node &n = a.n;
  Value middle = a.f.sub(a.f.add(a.numbers(a.out), 0.5), translation);
  Value sample = a.column(a.f.mul(middle, inverse));
  Value distance = n.emit<AbsOp>(a.f.sub(a.f.add(a.numbers(a.in), 0.5), sample));
  if (n.attrs.getBool("antialias", true))
    distance = a.div(distance, a.maximum(inverse, a.number(1)));
  std::string name = n.attrs.getString("kernel_type", "lanczos3").str();
  Value weights = distance ? Kernel{a, distance}.called(name) : Value();
  if (!weights)
    return n.refuse("no resampling with kernel '" + Twine(name) + "'");
  Value isLeft = n.emit<LessOp>({sample, a.number(0)});
  Value isRight = n.emit<GreaterOp>({sample, a.toFloat(a.scalar(a.in))});
  Value isOutside = n.emit<OrOp>({isLeft, isRight});
  return n.emit<SelectOp>({isOutside, a.number(0), a.normalised(weights)});
}

/// Both axes are products of matrices: how far the kernel reaches is in the data.
static LogicalResult buildScaleAndTranslate(Node &n) {
  SmallVector<Dim> size;
  auto image = readImage(n, size);
  Value scales = n.in(2), translations = n.in(3);
  if (failed(image) || !scales || !translations)
    return failure();
  if (n.rank(scales) != 1 || n.rank(translations) != 1)
    return n.fail("needs two scales and two translations");
  SmallVector<Dim> dims(n.b.shapes.dims(n.in(0)));
  auto weights = [&](int64_t i) {
    Axis a(n, dims[i + 1], size[i]);
    auto at = [&](Value x) { return n.b.reshape(n.loc, n.b.pick(n.loc, x, i), {}); };
    return kernelWeights(a, n.emit<ReciprocalOp>(at(scales)), at(translations));
  };
  DimTable &t = n.b.shapes.table;
  Value rows = n.emit<ReshapeOp>(
      {*image, dimVector(n.b, n.loc, {dims[0], dims[1], t.mul(dims[2], dims[3])})});
  rows = n.emit<MatmulOp>({weights(0), rows});
  Value tall =
      n.emit<ReshapeOp>({rows, dimVector(n.b, n.loc, {dims[0], size[0], dims[2], dims[3]})});
  return n.out(n.emit<MatmulOp>({weights(1), tall}));
}

void tensorflow::addResampleRows(RowTable &t) {
  t["ResizeBicubic"] = {buildResample<bicubicTaps>, "image", ""};
  t["ResizeArea"] = {buildResample<areaTaps>, "image", ""};
  t["ScaleAndTranslate"] = {buildScaleAndTranslate, "image", "infinite pixels spread"};
}
