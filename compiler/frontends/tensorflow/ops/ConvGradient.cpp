#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"
#include "compiler/frontends/tensorflow/ops/Layout.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Gradients of convolutions with respect to filters, and of depthwise ones.

//===--- Windows ----------------------------------------------------------===//

namespace {
/// The windows of a convolution over one spatial dimension, all sizes known.
struct Taps {
  int64_t size, stride, dilation, low, high, outputs;
  /// How far the last window reaches into the padded tensor.
  int64_t reach() const { return (outputs - 1) * stride + (size - 1) * dilation + 1; }
};
} // namespace

/// Of each spatial dimension, for images of the extents `image` and filters `filter`.
static FailureOr<SmallVector<Taps, 3>> readTaps(Node &n, const Layout &layout,
                                                ArrayRef<Dim> image, ArrayRef<Dim> filter) {
  Layout::Ints ones(layout.rank, 1);
  auto strides = layout.spatialEntries(n, n.attrs.getInts("strides"), "strides");
  auto dilations =
      layout.spatialEntries(n, n.attrs.getInts("dilations", ArrayRef(ones)), "dilations");
  auto pads = layout.pads(n);
  if (failed(strides) || failed(dilations) || failed(pads))
    return failure();
  Padding padding = n.attrs.getPadding();
  StringRef name = padding == Padding::Same ? "same" : padding == Padding::Valid ? "valid" : "explicit";
  SmallVector<Taps, 3> taps;
  for (int64_t d = 0; d < layout.spatial(); ++d) {
    auto size = filter[d].constant();
    if (!size || *size < 1 || (*strides)[d] < 1 || (*dilations)[d] < 1)
      return n.fail("filter, strides and dilations must be known and positive");
    int64_t low = pads->empty() ? 0 : (*pads)[2 * d], high = pads->empty() ? 0 : (*pads)[2 * d + 1];
    WindowDims w = windowDims(n.b.shapes, image[d], {*size, (*strides)[d], (*dilations)[d]}, name,
                              low, high);
    auto before = w.low.constant(), after = w.high.constant(), outputs = w.output.constant();
    if (!before || !after || !outputs || *outputs < 0)
      return n.fail("the image's height and width must be known");
    taps.push_back({*size, (*strides)[d], (*dilations)[d], *before, *after, *outputs});
  }
  return taps;
}

/// x, channels last, padded or cut so that the last window ends where it does.
static Value fitted(Node &n, Value x, ArrayRef<Taps> taps) {
  int64_t rank = n.rank(x);
  SmallVector<int64_t> paddings(2 * rank, 0), sizes(rank, -1);
  for (auto [d, tap] : llvm::enumerate(taps)) {
    int64_t extent = *n.b.shapes.dims(x)[d + 1].constant();
    int64_t end = tap.reach() - tap.low;
    paddings[2 * (d + 1)] = tap.low;
    paddings[2 * (d + 1) + 1] = std::max<int64_t>(end - extent, 0);
    sizes[d + 1] = std::clamp<int64_t>(end, 0, extent);
  }
  SmallVector<int64_t> begins(rank, 0);
  x = slice(n, x, n.b.integers(n.loc, begins), n.b.integers(n.loc, sizes));
  Value table = n.b.reshape(n.loc, n.b.integers(n.loc, paddings), {rank, 2});
  return x ? n.emit<PadOp>({x, table, n.scalar(x, 0)}) : Value();
}

namespace {
/// A convolution tap by tap of its filter: which slice of the padded image each
/// tap meets.
class TapWalk {
public:
  TapWalk(Node &n, ArrayRef<Taps> taps) : n(n), taps(taps) {}

  int64_t count() const {
    int64_t product = 1;
    for (const Taps &tap : taps)
      product *= tap.size;
    return product;
  }
  /// The elements that tap `index` of all meets: [N, O.., C].
  Value read(Value padded, int64_t index) {
    Slice s = sliceOf(index);
    return stridedSlice(n, padded, s.begin, s.end, s.strides, kMasks);
  }
  Value write(Value padded, int64_t index, Value value) {
    Slice s = sliceOf(index);
    return updateSlice(n, padded, s.begin, s.end, s.strides, value, kMasks);
  }

private:
  struct Slice {
    Value begin, end, strides;
  };
  static constexpr SliceMasks kMasks{1, 1, 0, 0, 0}; // all of the batch

  Slice sliceOf(int64_t index) {
    SmallVector<int64_t> begin(taps.size() + 1, 0), end(begin), strides(taps.size() + 1, 1);
    for (size_t d = taps.size(); d-- > 0; index /= taps[d].size) {
      begin[d + 1] = index % taps[d].size * taps[d].dilation;
      end[d + 1] = begin[d + 1] + (taps[d].outputs - 1) * taps[d].stride + 1;
      strides[d + 1] = taps[d].stride;
    }
    return {n.b.integers(n.loc, begin), n.b.integers(n.loc, end), n.b.integers(n.loc, strides)};
  }

  Node &n;
  ArrayRef<Taps> taps;
};
} // namespace

/// Taps of the filter, each [A, B], as one tensor [F1..Fk, A, B].
static Value joinTaps(Node &n, const Values &parts, ArrayRef<Taps> taps, int64_t rows,
                      int64_t columns) {
  Value all = pack(n, parts, 0);
  SmallVector<int64_t> shape;
  for (const Taps &tap : taps)
    shape.push_back(tap.size);
  shape.append({rows, columns});
  return all ? n.b.reshape(n.loc, all, shape) : Value();
}

//===--- Convolution ------------------------------------------------------===//

/// x as a matrix with a row for each element of the leading dimensions.
static Value asRows(Node &n, Value x, int64_t columns) {
  return x ? n.b.reshape(n.loc, x, {-1, columns}) : Value();
}

/// The filter's gradient for one group: a product for each tap.
static Value correlate(Node &n, Value x, Value dy, ArrayRef<Taps> taps) {
  int64_t channels = *n.b.shapes.dims(x).back().constant(),
          outputs = *n.b.shapes.dims(dy).back().constant();
  TapWalk walk(n, taps);
  Value padded = fitted(n, x, taps), rows = asRows(n, dy, outputs);
  Values parts;
  for (int64_t tap = 0; tap < walk.count(); ++tap)
    parts.push_back(n.emit<MatmulOp>({asRows(n, walk.read(padded, tap), channels), rows},
                                     {{"transpose_x", n.b.getBoolAttr(true)}}));
  return joinTaps(n, parts, taps, channels, outputs);
}

/// Taps of a filter, which are compiled one by one.
constexpr int64_t kMaxTaps = 4096;

/// Conv2DBackpropFilter, Conv3DBackpropFilterV2: (x, sizes of the filter, dy).
static LogicalResult buildFilterGradient(Node &n) {
  Value x = n.in(0), sizes = n.in(1), dy = n.in(2);
  auto layout = Layout::of(n, x);
  if (failed(layout) || !sizes || !dy)
    return failure();
  auto filter = n.b.shapes.contents(sizes);
  if (!filter || int64_t(filter->size()) != layout->rank || n.rank(dy) != layout->rank)
    return n.fail("the sizes of the filter must be known, and of the rank of the image");
  x = layout->toChannelsLast(n, x);
  dy = layout->toChannelsLast(n, dy);
  SmallVector<Dim, 4> image(n.b.shapes.dims(x));
  auto taps = readTaps(n, *layout, ArrayRef<Dim>(image).slice(1, layout->spatial()), *filter);
  auto channels = image.back().constant(), inGroup = (*filter)[layout->rank - 2].constant();
  auto outputs = n.b.shapes.dims(dy).back().constant();
  if (failed(taps))
    return failure();
  if (!channels || !outputs || !inGroup || *inGroup < 1 || *channels == 0 ||
      *channels % *inGroup || *outputs % (*channels / *inGroup))
    return n.fail("the channels must be known and a multiple of the filter's");
  int64_t groups = *channels / *inGroup;
  if (llvm::any_of(*taps, [](const Taps &t) { return t.outputs == 0; }) ||
      TapWalk(n, *taps).count() * groups > kMaxTaps)
    return n.fail("the filter is too large, or larger than the image");
  auto xs = split(n, x, layout->rank - 1, groups), dys = split(n, dy, layout->rank - 1, groups);
  if (failed(xs) || failed(dys))
    return failure();
  Values parts;
  for (auto [image, gradient] : llvm::zip(*xs, *dys))
    parts.push_back(correlate(n, image, gradient, *taps));
  return n.out(n.b.concat(n.loc, parts, layout->rank - 1));
}

//===--- Depthwise convolution --------------------------------------------===//

/// In f32 where sums of many narrow numbers would lose too much.
static Value widened(Node &n, Value x) {
  if (!x || !isa<FloatType>(n.element(x)) || n.element(x).getIntOrFloatBitWidth() >= 32)
    return x;
  return n.b.cast(n.loc, x, n.b.getF32Type());
}

/// dy [N, O1, O2, C * D] as [N, O1, O2, C, D].
static Value byChannel(Node &n, Value dy, Dim channels, Dim multiplier) {
  Value front = n.b.extents(n.loc, dy, 0, 3);
  auto c = channels.constant(), d = multiplier.constant();
  if (!c || !d)
    return n.refuse("the channels must be known");
  return n.emit<ReshapeOp>({dy, n.b.concat(n.loc, {front, n.b.integers(n.loc, {*c, *d})})});
}

/// DepthwiseConv2dNativeBackpropFilter: (x, sizes of the filter, dy).
static LogicalResult buildDepthwiseFilterGradient(Node &n) {
  Value x = n.in(0), sizes = n.in(1), dy = n.in(2);
  auto layout = Layout::of(n, x);
  if (failed(layout) || !sizes || !dy || layout->rank != 4 || n.rank(dy) != 4)
    return failure();
  x = layout->toChannelsLast(n, x);
  auto filter = n.b.shapes.contents(sizes);
  if (!filter || filter->size() != 4)
    return n.fail("the sizes of the filter must be known");
  auto taps = readTaps(n, *layout, n.b.shapes.dims(x).slice(1, 2), *filter);
  if (failed(taps))
    return failure();
  if (TapWalk(n, *taps).count() > kMaxTaps)
    return n.fail("the filter is too large");
  Type given = n.element(x);
  x = widened(n, x);
  dy = byChannel(n, layout->toChannelsLast(n, widened(n, dy)), (*filter)[2], (*filter)[3]);
  if (!dy)
    return failure();
  TapWalk walk(n, *taps);
  Value padded = fitted(n, x, *taps);
  Formula f{n};
  Values parts;
  for (int64_t tap = 0; tap < walk.count(); ++tap) {
    Value image = walk.read(padded, tap);
    Value product = image ? f.mul(n.b.expandDims(n.loc, image, {4}), dy) : Value();
    parts.push_back(n.emit<ReduceSumOp>(product, {{"axes", n.b.getDenseI64ArrayAttr({0, 1, 2})}}));
  }
  Value all = joinTaps(n, parts, *taps, *(*filter)[2].constant(), *(*filter)[3].constant());
  return n.out(all ? n.b.cast(n.loc, all, given) : Value());
}

/// DepthwiseConv2dNativeBackpropInput: (sizes of x, filter, dy).
static LogicalResult buildDepthwiseInputGradient(Node &n) {
  Value sizes = n.in(0), filter = n.in(1), dy = n.in(2);
  auto layout = Layout::of(n, dy);
  if (failed(layout) || !sizes || !filter || layout->rank != 4 || n.rank(filter) != 4)
    return failure();
  auto image = n.b.shapes.contents(sizes);
  if (!image || image->size() != 4)
    return n.fail("the sizes of the input must be a short vector of known length");
  SmallVector<Dim, 4> w(n.b.shapes.dims(filter));
  int64_t first = layout->channelsFirst ? 2 : 1;
  auto taps = readTaps(n, *layout, ArrayRef<Dim>(*image).slice(first, 2), w);
  if (failed(taps))
    return failure();
  if (TapWalk(n, *taps).count() > kMaxTaps)
    return n.fail("the filter is too large");
  Type given = n.element(dy);
  filter = widened(n, filter);
  dy = byChannel(n, layout->toChannelsLast(n, widened(n, dy)), w[2], w[3]);
  if (!dy)
    return failure();
  TapWalk walk(n, *taps);
  Formula f{n};
  SmallVector<int64_t> padded, begin = {0}, size = {-1};
  for (auto [tap, extent] : llvm::zip(*taps, ArrayRef<Dim>(*image).slice(first, 2))) {
    padded.push_back(std::max(tap.reach(), tap.low + *extent.constant()));
    begin.push_back(tap.low);
    size.push_back(*extent.constant());
  }
  begin.push_back(0);
  size.push_back(-1);
  padded.push_back(*w[2].constant());
  Value shape = n.b.concat(n.loc, {n.b.extents(n.loc, dy, 0, 1), n.b.integers(n.loc, padded)});
  Value sum = n.emit<BroadcastToOp>({n.scalar(dy, 0), shape});
  for (int64_t tap = 0; sum && tap < walk.count(); ++tap) {
    int64_t i = tap / (*taps)[1].size, j = tap % (*taps)[1].size;
    Value weights = elementAlong(n, elementAlong(n, filter, 0, i), 0, j);
    Value part = n.emit<ReduceSumOp>(f.mul(dy, weights), {{"axes", n.b.getDenseI64ArrayAttr({4})}});
    sum = walk.write(sum, tap, f.add(walk.read(sum, tap), part));
  }
  if (!sum)
    return failure();
  Value dx = slice(n, sum, n.b.integers(n.loc, begin), n.b.integers(n.loc, size));
  return n.out(layout->fromChannelsLast(n, dx ? n.b.cast(n.loc, dx, given) : Value()));
}

void tensorflow::addConvGradientRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "conv", ""}; };
  add("Conv2DBackpropFilter", buildFilterGradient);
  add("Conv3DBackpropFilterV2", buildFilterGradient);
  add("DepthwiseConv2dNativeBackpropFilter", buildDepthwiseFilterGradient);
  add("DepthwiseConv2dNativeBackpropInput", buildDepthwiseInputGradient);
}
