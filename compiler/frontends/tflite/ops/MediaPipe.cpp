#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/tflite/ops/Rows.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/Endian.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

// Custom operators of MediaPipe's models. Their options are C structures of TensorFlow
// Lite as they lie in memory: numbers of 32 bits.

namespace {
/// What TfLitePoolParams and TfLiteTransposeConvParams start with. An extent and a stride
/// are [height, width].
struct Plane {
  bool isSame = false;
  int64_t strides[2], window[2] = {1, 1};
  Activation activation = Activation::NONE;
};
} // namespace

/// padding (1: same, 2: valid), stride (width, height), filter (width, height), activation;
/// of convolutions only the first three.
static FailureOr<Plane> planeOf(Node &n, bool hasWindow) {
  ArrayRef<uint8_t> bytes = n.op.customOptions;
  size_t count = hasWindow ? 6 : 3;
  if (bytes.size() < 4 * count)
    return n.fail("the custom options are too short");
  auto number = [&](size_t i) {
    return int64_t(int32_t(llvm::support::endian::read32le(bytes.data() + 4 * i)));
  };
  Plane p;
  p.isSame = number(0) == 1;
  p.strides[0] = number(2), p.strides[1] = number(1);
  bool isFine = number(0) == 1 || number(0) == 2;
  if (hasWindow) {
    p.window[0] = number(4), p.window[1] = number(3);
    isFine &= number(5) >= 0 && number(5) <= 3;
    constexpr Activation kActivations[] = {Activation::NONE, Activation::RELU,
                                           Activation::RELU_N1_TO_1, Activation::RELU6};
    p.activation = isFine ? kActivations[number(5)] : Activation::NONE;
  }
  constexpr int64_t kMost = 1 << 16;
  for (int64_t v : {p.strides[0], p.strides[1], p.window[0], p.window[1]})
    isFine &= v >= 1 && v <= kMost;
  if (!isFine)
    return n.fail("the custom options are out of range");
  return p;
}

/// The extents of an image [N, H, W, C] of floats that are known now.
static FailureOr<std::array<int64_t, 4>> imageOf(Node &n, Value x) {
  if (!x)
    return failure();
  if (n.rank(x) != 4 || !n.element(x).isF32())
    return n.fail("needs an image tensor of FLOAT32 and rank 4");
  std::array<int64_t, 4> extents = {-1, 0, 0, 0};
  for (int d = 1; d < 4; ++d) {
    auto extent = n.b.shapes.dims(x)[d].constant();
    if (!extent)
      return n.fail("the size of the image and its channels must be known",
                    "fix them with --input-shape");
    extents[d] = *extent;
  }
  return extents;
}

/// i * step + offset for the first `places` i, along dimension `d` of four.
static Value along(Node &n, int64_t d, int64_t places, int64_t step, int64_t offset) {
  SmallVector<int32_t> values;
  for (int64_t i = 0; i < places; ++i)
    values.push_back(i * step + offset);
  SmallVector<int64_t> shape(4, 1);
  shape[d] = places;
  auto type = RankedTensorType::get(shape, n.b.getI32Type());
  return n.b.constant(n.loc, DenseElementsAttr::get(type, ArrayRef<int32_t>(values)));
}

/// What "same" puts in front: half of what is missing.
static int64_t paddingBefore(int64_t size, int64_t windows, int64_t window, int64_t stride) {
  return std::max<int64_t>(0, ((windows - 1) * stride + window - size) / 2);
}

/// MaxPoolingWithArgmax2D: the largest elements, and where in the window they are, row by
/// row, plus 0.1, as floats.
static LogicalResult buildMaxPoolArgmax(Node &n) {
  auto p = planeOf(n, /*hasWindow=*/true);
  Value x = n.in(0);
  auto image = imageOf(n, x);
  if (failed(p) || failed(image))
    return failure();
  Operation *pool = n.b.emitOp(MaxPoolArgmaxOp::getOperationName(), n.loc, x,
                               {{"window", n.b.getDenseI64ArrayAttr(p->window)},
                                {"strides", n.b.getDenseI64ArrayAttr(p->strides)},
                                {"padding", n.b.getStringAttr(p->isSame ? "same" : "valid")},
                                {"to", TypeAttr::get(n.b.getI32Type())}},
                               2);
  if (!pool)
    return failure();
  auto [batch, height, width, channels] = *image;
  Value index = pool->getResult(1), origins[2];
  for (int d = 0; d < 2; ++d) {
    int64_t size = (*image)[d + 1], windows = *n.b.shapes.dims(index)[d + 1].constant();
    int64_t before = p->isSame ? paddingBefore(size, windows, p->window[d], p->strides[d]) : 0;
    origins[d] = along(n, d + 1, windows, p->strides[d], -before);
  }
  auto number = [&](int64_t v) { return n.scalar(index, double(v)); };
  if (channels == 0 || width == 0)
    return n.fail("needs an image with elements");
  Value pixel = n.emit<FloorDivOp>({index, number(channels)});
  Value row = n.emit<FloorDivOp>({pixel, number(width)});
  Value column = n.emit<FloorModOp>({pixel, number(width)});
  row = n.emit<SubOp>({row, origins[0]});
  column = n.emit<SubOp>({column, origins[1]});
  Value place = n.emit<AddOp>({n.emit<MulOp>({row, number(p->window[1])}), column});
  place = n.b.cast(n.loc, place, n.b.getF32Type());
  place = place ? n.emit<AddOp>({place, n.scalar(place, 0.1)}) : Value();
  return n.out(Values{n.activated(pool->getResult(0), p->activation), place});
}

/// MaxUnpooling2D: (x, places as above); each element at its place of the window, zeros
/// elsewhere. What is out of the result is left out.
static LogicalResult buildMaxUnpooling(Node &n) {
  auto p = planeOf(n, /*hasWindow=*/true);
  Value x = n.in(0), places = n.in(1);
  auto image = imageOf(n, x);
  if (failed(p) || failed(image) || failed(imageOf(n, places)) ||
      failed(n.requireSameShape(x, places)))
    return failure();
  auto [batch, height, width, channels] = *image;
  int64_t outHeight = height * p->window[0], outWidth = width * p->window[1];
  Value at = n.b.cast(n.loc, places, n.b.getI32Type());
  if (!at)
    return failure();
  auto number = [&](int64_t v) { return n.scalar(at, double(v)); };
  Value position[2] = {n.emit<FloorDivOp>({at, number(p->window[1])}),
                       n.emit<FloorModOp>({at, number(p->window[1])})};
  Value isInside;
  for (int d = 0; d < 2; ++d) {
    int64_t size = (*image)[d + 1], limit = d == 0 ? outHeight : outWidth;
    int64_t before = paddingBefore(limit, size, p->window[d], p->strides[d]);
    position[d] = n.emit<AddOp>({position[d], along(n, d + 1, size, p->strides[d], -before)});
    Value fits = n.emit<AndOp>({n.emit<GreaterEqualOp>({position[d], number(0)}),
                                n.emit<LessOp>({position[d], number(limit)})});
    isInside = isInside ? n.emit<AndOp>({isInside, fits}) : fits;
  }
  // Places in one image; another one, behind, takes what is left out.
  int64_t elements = outHeight * outWidth * channels;
  if (elements >= INT32_MAX)
    return n.fail("the result is too large");
  Value flat = n.emit<AddOp>({n.emit<MulOp>({position[0], number(outWidth)}), position[1]});
  flat = n.emit<AddOp>({n.emit<MulOp>({flat, number(channels)}), along(n, 3, channels, 1, 0)});
  flat = n.emit<SelectOp>({isInside, flat, number(elements)});
  Dim count = n.b.shapes.dims(x)[0], inputs = n.b.shapes.constant(height * width * channels);
  Value flatShape = dimVector(n.b, n.loc, {count, inputs});
  flat = n.emit<ReshapeOp>({flat, flatShape});
  Value zero = n.b.splat(n.loc, {}, n.b.getI32Type(), 0), one = n.scalar(zero, 1);
  Value limit =
      n.b.cast(n.loc, n.b.reshape(n.loc, dimVector(n.b, n.loc, {count}), {}), n.b.getI32Type());
  Value images = n.b.expandDims(n.loc, n.emit<RangeOp>({zero, limit, one}), {1});
  images = n.emit<BroadcastToOp>({images, flatShape});
  Value indices = pack(n, {images, flat}, 2);
  Value room = dimVector(n.b, n.loc, {count, n.b.shapes.constant(elements + 1)});
  Value zeros = n.emit<BroadcastToOp>({n.scalar(x, 0), room});
  Value all = n.emit<ScatterNdOp>({zeros, indices, n.emit<ReshapeOp>({x, flatShape})},
                                  {{"mode", n.b.getStringAttr("update")}});
  all = sliceAlong(n, all, 1, n.b.integers(n.loc, {0}), n.b.integers(n.loc, {elements}));
  Dim result[] = {count, n.b.shapes.constant(outHeight), n.b.shapes.constant(outWidth),
                  n.b.shapes.constant(channels)};
  return n.out(n.emit<ReshapeOp>({all, dimVector(n.b, n.loc, result)}));
}

/// Convolution2DTransposeBias: (x, filter [outputs, height, width, inputs], bias).
static LogicalResult buildTransposeConvBias(Node &n) {
  auto p = planeOf(n, /*hasWindow=*/false);
  Value x = n.in(0), filter = n.in(1), bias = n.in(2);
  auto image = imageOf(n, x);
  if (failed(p) || failed(image) || !filter || !bias)
    return failure();
  if (n.rank(filter) != 4 || n.rank(bias) != 1 || !n.element(filter).isF32() ||
      !n.element(bias).isF32())
    return n.fail("needs a filter of rank 4 and a vector as bias, FLOAT32");
  if (failed(n.requireSame(filter, 0, bias, 0, "the bias does not fit the filter")))
    return failure();
  SmallVector<int64_t> sizes, pads;
  for (int d = 0; d < 2; ++d) {
    auto window = n.b.shapes.dims(filter)[d + 1].constant();
    int64_t stride = p->strides[d], size = (*image)[d + 1];
    if (!window || *window < 1 || size < 1)
      return n.fail("the sizes of image and filter must be known and positive");
    int64_t cut = p->isSame ? std::max<int64_t>(0, *window - (size - 1) % stride - 1) : 0;
    sizes.push_back(stride * (size - 1) + *window - cut);
    pads.append({cut / 2, cut - cut / 2});
  }
  Value y = n.emit<TransposedConvOp>(
      {x, n.b.transpose(n.loc, filter, {1, 2, 0, 3}), n.b.integers(n.loc, sizes)},
      {{"strides", n.b.getDenseI64ArrayAttr(p->strides)},
       {"dilations", n.b.getDenseI64ArrayAttr({1, 1})},
       {"padding", n.b.getStringAttr("explicit")},
       {"pads", n.b.getDenseI64ArrayAttr(pads)}});
  return n.out(n.emit<AddOp>({y, bias}));
}

void tflite::addMediaPipeRows(CustomTable &t) {
  StringRef note = "as MediaPipe has it";
  t["MaxPoolingWithArgmax2D"] = {buildMaxPoolArgmax, "pool", note};
  t["MaxUnpooling2D"] = {buildMaxUnpooling, "pool", note};
  t["Convolution2DTransposeBias"] = {buildTransposeConvBias, "conv", note};
}
