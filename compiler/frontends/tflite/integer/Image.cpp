#include "compiler/frontends/tflite/integer/Integer.h"
#include "compiler/frontends/tflite/integer/Rows.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// Above any image's side; keeps positions within 32 bits, as the kernels have them.
constexpr int64_t kMaxSide = int64_t(1) << 16;

namespace {
/// Along one axis: each result is first[i] * x[before[i]] + second[i] * x[after[i]].
template <class Number> struct Samples {
  SmallVector<int64_t> before, after;
  SmallVector<Number> first, second;
};
struct Sides {
  int64_t input, output;
  bool alignCorners, halfPixelCenters;
};
} // namespace

/// Positions have 10 fractional bits.
/// Source: ResizeBilinearInteger in
/// tensorflow/lite/kernels/internal/reference/resize_bilinear.h, as for the next one.
static Samples<int32_t> fixedSamples(const Sides &s) {
  constexpr int32_t kOne = 1 << 10;
  bool isAligned = s.alignCorners && s.output > 1;
  int64_t from = s.input - isAligned, to = s.output - isAligned;
  int64_t scale = (kOne * from + to / 2) / to;
  Samples<int32_t> samples;
  for (int64_t i = 0; i < s.output; ++i) {
    int64_t position = i * scale + (s.halfPixelCenters ? scale / 2 - kOne / 2 : 0);
    int64_t before = std::max<int64_t>(position / kOne, 0);
    samples.before.push_back(std::min(before, s.input - 1));
    samples.after.push_back(std::clamp<int64_t>((position + kOne - 1) / kOne, 0, s.input - 1));
    samples.second.push_back(int32_t(position - kOne * before));
    samples.first.push_back(kOne - samples.second.back());
  }
  return samples;
}

/// Source: ComputeInterpolationValues.
static Samples<float> floatSamples(const Sides &s) {
  bool isAligned = s.alignCorners && s.output > 1;
  float scale = float(s.input - isAligned) / float(s.output - isAligned);
  Samples<float> samples;
  for (int64_t i = 0; i < s.output; ++i) {
    float position = s.halfPixelCenters ? (float(i) + 0.5f) * scale - 0.5f : float(i) * scale;
    int64_t before = std::max<int64_t>(int64_t(std::floor(position)), 0);
    int64_t after = std::min(int64_t(std::ceil(position)), s.input - 1);
    samples.before.push_back(std::min(before, s.input - 1));
    samples.after.push_back(std::max<int64_t>(after, 0));
    samples.second.push_back(position - float(before));
    samples.first.push_back(1 - samples.second.back());
  }
  return samples;
}

/// The slices of an image along `axis` (1 or 2), each times its weight.
template <class Number>
static Value weighted(Node &n, Value x, int64_t axis, ArrayRef<int64_t> at,
                      ArrayRef<Number> weights) {
  Value picked =
      n.emit<GatherOp>({x, n.b.integers(n.loc, at)}, {{"axis", n.b.getI64IntegerAttr(axis)}});
  SmallVector<int64_t> shape(4 - axis, 1);
  shape[0] = weights.size();
  auto type = RankedTensorType::get(shape, n.element(x));
  return n.emit<MulOp>({picked, n.b.constant(n.loc, DenseElementsAttr::get(type, weights))});
}

/// In 32 bits: 8 of the number, twice 11 of weights, and a sign.
static Value resizedFixed(Node &n, Value x, const Sides &height, const Sides &width) {
  auto y = fixedSamples(height), z = fixedSamples(width);
  x = n.b.cast(n.loc, x, n.b.getI32Type());
  auto between = [&](Value v, int64_t axis, const Samples<int32_t> &s) -> Value {
    if (!v)
      return {};
    return n.emit<AddOp>({weighted<int32_t>(n, v, axis, s.before, s.first),
                          weighted<int32_t>(n, v, axis, s.after, s.second)});
  };
  Value sums = between(between(x, 1, y), 2, z);
  if (!sums)
    return {};
  // Rounded with halves away from zero; the division rounds towards it.
  constexpr double kOne = 1 << 20;
  Value isPositive = n.emit<GreaterOp>({sums, n.scalar(sums, 0)});
  Value half = n.emit<SelectOp>({isPositive, n.scalar(sums, kOne / 2), n.scalar(sums, -kOne / 2)});
  return n.emit<DivOp>({n.emit<AddOp>({sums, half}), n.scalar(sums, kOne)});
}

/// In single precision, in the kernel's order.
static Value resizedFloat(Node &n, Value x, const Sides &height, const Sides &width) {
  auto y = floatSamples(height), z = floatSamples(width);
  x = n.b.cast(n.loc, x, n.b.getF32Type());
  Value above = weighted<float>(n, x, 1, y.before, y.first);
  Value below = weighted<float>(n, x, 1, y.after, y.second);
  if (!above || !below)
    return {};
  Value sum = n.emit<AddOp>({weighted<float>(n, above, 2, z.before, z.first),
                             weighted<float>(n, below, 2, z.before, z.first)});
  sum = n.emit<AddOp>({sum, weighted<float>(n, above, 2, z.after, z.second)});
  sum = n.emit<AddOp>({sum, weighted<float>(n, below, 2, z.after, z.second)});
  return sum ? n.emit<AddOp>({sum, n.scalar(sum, 0.5)}) : Value();
}

static LogicalResult buildBilinear(Node &n) {
  const auto &options = n.options<schema::ResizeBilinearOptions>();
  auto output = output8Bit(n, 1);
  Value x = n.in(0);
  auto size = n.constantInts(1, "the size");
  if (failed(output) || !x || failed(size))
    return failure();
  if (n.rank(x) != 4 || size->size() != 2)
    return n.fail("needs images [batch, height, width, channels] and a size [height, width]");
  if (options.align_corners() && options.half_pixel_centers())
    return n.fail("corners cannot be aligned with half-pixel centers");
  SmallVector<Sides> sides;
  for (int64_t d : {0, 1}) {
    auto input = n.b.shapes.dims(x)[d + 1].constant();
    int64_t to = (*size)[d];
    if (!input || *input < 1 || *input > kMaxSide || to < 1 || to > kMaxSide)
      return n.fail("the sides of both images must be known, and from 1 to " + Twine(kMaxSide));
    sides.push_back({*input, to, options.align_corners(), options.half_pixel_centers()});
  }
  auto resized = (*output)->type == Storage::INT8 ? resizedFixed : resizedFloat;
  return n.out(n.b.cast(n.loc, resized(n, x, sides[0], sides[1]), n.element(x)));
}

void tflite::addIntegerImageRows(RowTable &t) {
  t[Builtin::RESIZE_BILINEAR].buildQuantized = buildBilinear;
}
