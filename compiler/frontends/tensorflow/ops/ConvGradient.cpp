#include "compiler/frontends/DimBuilder.h"
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
/// The windows of a convolution over one spatial dimension.
struct Taps {
  int64_t size, stride, dilation;
  Dim low, outputs;
  /// What one tap of all windows reaches over: nothing if there are none.
  Dim span(DimTable &t) const {
    Dim last = t.mul(t.sub(outputs, t.constant(1)), t.constant(stride));
    return t.max(t.add(last, t.constant(1)), t.constant(0));
  }
  /// How far the last window reaches into the padded tensor.
  Dim reach(DimTable &t) const { return t.add(span(t), t.constant((size - 1) * dilation)); }
};
} // namespace

/// Of each spatial dimension, for images of the extents `image` and filters `filter`.
static FailureOr<SmallVector<Taps, 3>> readTaps(Node &n, const Layout &layout, ArrayRef<Dim> image,
                                                ArrayRef<Dim> filter) {
  Layout::Ints ones(layout.rank, 1);
  auto strides = layout.spatialEntries(n, n.attrs.getInts("strides"), "strides");
  auto dilations =
      layout.spatialEntries(n, n.attrs.getInts("dilations", ArrayRef(ones)), "dilations");
  auto pads = layout.pads(n);
  if (failed(strides) || failed(dilations) || failed(pads))
    return failure();
  Padding padding = n.attrs.getPadding();
  StringRef name = padding == Padding::Same    ? "same"
                   : padding == Padding::Valid ? "valid"
                                               : "explicit";
  auto inRange = [](int64_t v) { return v >= 1 && v <= INT32_MAX; };
  SmallVector<Taps, 3> taps;
  for (int64_t d = 0; d < layout.spatial(); ++d) {
    auto size = filter[d].constant();
    if (!size || !inRange(*size) || !inRange((*strides)[d]) || !inRange((*dilations)[d]))
      return n.fail("filter, strides and dilations must be known and positive");
    int64_t low = pads->empty() ? 0 : (*pads)[2 * d], high = pads->empty() ? 0 : (*pads)[2 * d + 1];
    WindowDims w =
        windowDims(n.b.shapes, image[d], {*size, (*strides)[d], (*dilations)[d]}, name, low, high);
    if (!w.low || !w.output)
      return n.fail("the windows are too large");
    DimTable &t = n.b.shapes.table;
    Dim room = w.room ? t.add(w.room, t.constant(2 * (*strides)[d] - 1)) : t.constant(0);
    if (failed(n.requireNatural(room, "a window is larger than its input")))
      return failure();
    taps.push_back({*size, (*strides)[d], (*dilations)[d], w.low, w.output});
  }
  return taps;
}

/// x, whose dimensions must be `dims`: an error where they are known to differ, a
/// status where run time finds that they do.
static Value ofShape(Node &n, Value x, ArrayRef<Dim> dims) {
  SmallVector<Dim, 4> given(x ? n.b.shapes.dims(x) : ArrayRef<Dim>());
  if (!x || given == dims)
    return x;
  for (auto [d, pair] : llvm::enumerate(llvm::zip_equal(given, dims))) {
    auto [a, b] = pair;
    if (a == b)
      continue;
    if (a.constant() && b.constant())
      return n.refuse("dimension " + Twine(d) + " of the gradient is " + Twine(*a.constant()) +
                      ", not " + Twine(*b.constant()));
    Value same = n.emit<EqualOp>({dimVector(n.b, n.loc, a), dimVector(n.b, n.loc, b)});
    if (!same || failed(n.require(n.b.reshape(n.loc, same, {}),
                                  "the gradient's sizes are not those of the convolution")))
      return {};
  }
  return n.emit<ReshapeOp>({x, dimVector(n.b, n.loc, dims)});
}

/// x, channels last; run time checks that there are `count` if they are not known now.
static Value withChannels(Node &n, Value x, Dim count) {
  if (!x || !count.constant() || n.b.shapes.dims(x).back().constant())
    return x;
  SmallVector<Dim, 4> dims(n.b.shapes.dims(x));
  dims.back() = count;
  return ofShape(n, x, dims);
}

/// The shape of a convolution's result with `channels` channels.
static SmallVector<Dim, 4> outputDims(Dim batch, ArrayRef<Taps> taps, Dim channels) {
  SmallVector<Dim, 4> dims = {batch};
  for (const Taps &tap : taps)
    dims.push_back(tap.outputs);
  dims.push_back(channels);
  return dims;
}

/// x, channels last, padded or cut so that the last window ends where it does.
static Value fitted(Node &n, Value x, ArrayRef<Taps> taps) {
  DimTable &t = n.b.shapes.table;
  SmallVector<Dim, 4> extents(n.b.shapes.dims(x));
  int64_t rank = extents.size();
  Dim zero = t.constant(0);
  SmallVector<Dim> paddings(2 * rank, zero), sizes(rank, t.constant(-1)), begins(rank, zero);
  for (auto [d, tap] : llvm::enumerate(taps)) {
    Dim extent = extents[d + 1], end = t.sub(tap.reach(t), tap.low);
    if (!end)
      return n.refuse("the windows are too large");
    paddings[2 * (d + 1)] = tap.low;
    paddings[2 * (d + 1) + 1] = t.max(t.sub(end, extent), zero);
    sizes[d + 1] = t.max(t.min(end, extent), zero);
  }
  x = slice(n, x, dimVector(n.b, n.loc, begins), dimVector(n.b, n.loc, sizes));
  Value table = n.b.reshape(n.loc, dimVector(n.b, n.loc, paddings), {rank, 2});
  return x ? n.emit<PadOp>({x, table, n.scalar(x, 0)}) : Value();
}

namespace {
/// A convolution tap by tap of its filter: which slice of the padded image each
/// tap meets.
class TapWalk {
public:
  TapWalk(Node &n, ArrayRef<Taps> taps) : n(n), taps(taps) {}

  /// Saturates far above kMaxTaps.
  int64_t count() const {
    int64_t product = 1;
    for (const Taps &tap : taps)
      product = std::min(product * tap.size, int64_t(1) << 31);
    return product;
  }
  /// The elements that tap `index` of all meets: [N, O.., C].
  Value read(Value padded, int64_t index) {
    if (!padded)
      return {};
    Slice s = sliceOf(index);
    Value part = stridedSlice(n, padded, s.begin, s.end, s.strides, kMasks);
    ArrayRef<Dim> dims = n.b.shapes.dims(padded);
    SmallVector<Dim, 4> shape = outputDims(dims.front(), taps, dims.back());
    // The slice is there in full, which its shape alone does not tell.
    return !part || n.b.shapes.dims(part) == ArrayRef(shape)
               ? part
               : n.emit<ReshapeOp>({part, dimVector(n.b, n.loc, shape)});
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
    DimTable &t = n.b.shapes.table;
    SmallVector<int64_t> begin(taps.size() + 1, 0), strides(taps.size() + 1, 1);
    SmallVector<Dim> end(taps.size() + 1, t.constant(0));
    for (size_t d = taps.size(); d-- > 0; index /= taps[d].size) {
      begin[d + 1] = index % taps[d].size * taps[d].dilation;
      end[d + 1] = t.add(taps[d].span(t), t.constant(begin[d + 1]));
      strides[d + 1] = taps[d].stride;
    }
    return {n.b.integers(n.loc, begin), dimVector(n.b, n.loc, end), n.b.integers(n.loc, strides)};
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
static Value asRows(Node &n, Value x) {
  if (!x)
    return {};
  ArrayRef<Dim> dims = n.b.shapes.dims(x);
  Dim rows = n.b.shapes.table.product(dims.drop_back());
  return rows ? n.emit<ReshapeOp>({x, dimVector(n.b, n.loc, {rows, dims.back()})})
              : n.refuse("the image is too large");
}

/// The filter's gradient for one group: a product for each tap.
static Value correlate(Node &n, Value x, Value dy, ArrayRef<Taps> taps) {
  int64_t channels = *n.b.shapes.dims(x).back().constant(),
          outputs = *n.b.shapes.dims(dy).back().constant();
  TapWalk walk(n, taps);
  Value padded = fitted(n, x, taps), rows = asRows(n, dy);
  Values parts;
  for (int64_t tap = 0; rows && tap < walk.count(); ++tap)
    parts.push_back(n.emit<MatmulOp>({asRows(n, walk.read(padded, tap)), rows},
                                     {{"transpose_x", n.b.getBoolAttr(true)}}));
  return joinTaps(n, parts, taps, channels, outputs);
}

/// Taps of a filter, which are compiled one by one.
constexpr int64_t kMaxTaps = 4096;

/// Conv2DBackpropFilter, Conv3DBackpropFilterV2: (x, sizes of the filter, dy). Channels
/// that are not known now are those of one group.
static LogicalResult buildFilterGradient(Node &n) {
  Value x = n.in(0), sizes = n.in(1), dy = n.in(2);
  auto layout = Layout::of(n, x);
  if (failed(layout) || !sizes || !dy)
    return failure();
  auto filter = n.b.shapes.contents(sizes);
  if (!filter || int64_t(filter->size()) != layout->rank || n.rank(dy) != layout->rank)
    return n.fail("the sizes of the filter must be known, and of the rank of the image");
  x = withChannels(n, layout->toChannelsLast(n, x), (*filter)[layout->rank - 2]);
  dy = withChannels(n, layout->toChannelsLast(n, dy), filter->back());
  if (!x || !dy)
    return failure();
  SmallVector<Dim, 4> image(n.b.shapes.dims(x));
  auto taps = readTaps(n, *layout, ArrayRef<Dim>(image).slice(1, layout->spatial()), *filter);
  auto channels = image.back().constant(), inGroup = (*filter)[layout->rank - 2].constant();
  auto outputs = n.b.shapes.dims(dy).back().constant();
  if (failed(taps))
    return failure();
  if (!channels || !outputs || !inGroup || *inGroup < 1 || *channels == 0 || *channels % *inGroup ||
      *outputs % (*channels / *inGroup))
    return n.fail("the channels must be known and a multiple of the filter's");
  int64_t groups = *channels / *inGroup;
  if (groups > kMaxTaps || TapWalk(n, *taps).count() * groups > kMaxTaps)
    return n.fail("the filter is too large");
  dy = ofShape(n, dy, outputDims(image.front(), *taps, n.b.shapes.dims(dy).back()));
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
  if (!dy)
    return {};
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
  x = withChannels(n, widened(n, x), (*filter)[2]);
  dy = layout->toChannelsLast(n, widened(n, dy));
  if (!x || !dy)
    return failure();
  SmallVector<Dim, 4> image(n.b.shapes.dims(x));
  if (image.back() != (*filter)[2])
    return n.fail("the channels must be known and those of the filter");
  dy = ofShape(n, dy, outputDims(image.front(), *taps, n.b.shapes.dims(dy).back()));
  dy = byChannel(n, dy, (*filter)[2], (*filter)[3]);
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
  dy = layout->toChannelsLast(n, widened(n, dy));
  if (!filter || !dy)
    return failure();
  Dim batch = n.b.shapes.dims(dy).front();
  dy = ofShape(n, dy, outputDims(batch, *taps, n.b.shapes.dims(dy).back()));
  dy = byChannel(n, dy, w[2], w[3]);
  if (!dy)
    return failure();
  TapWalk walk(n, *taps);
  Formula f{n};
  DimTable &t = n.b.shapes.table;
  SmallVector<Dim> padded = {batch}, begin = {t.constant(0)}, size = {t.constant(-1)};
  for (auto [tap, extent] : llvm::zip(*taps, ArrayRef<Dim>(*image).slice(first, 2))) {
    Dim room = t.max(tap.reach(t), t.add(tap.low, extent));
    if (!room)
      return n.fail("the windows are too large");
    padded.push_back(room);
    begin.push_back(tap.low);
    size.push_back(extent);
  }
  padded.push_back(w[2]);
  begin.push_back(t.constant(0));
  size.push_back(t.constant(-1));
  Value sum = n.emit<BroadcastToOp>({n.scalar(dy, 0), dimVector(n.b, n.loc, padded)});
  for (int64_t tap = 0; sum && tap < walk.count(); ++tap) {
    int64_t i = tap / (*taps)[1].size, j = tap % (*taps)[1].size;
    Value weights = elementAlong(n, elementAlong(n, filter, 0, i), 0, j);
    Value part = n.emit<ReduceSumOp>(f.mul(dy, weights), {{"axes", n.b.getDenseI64ArrayAttr({4})}});
    sum = walk.write(sum, tap, f.add(walk.read(sum, tap), part));
  }
  if (!sum)
    return failure();
  Value dx = slice(n, sum, dimVector(n.b, n.loc, begin), dimVector(n.b, n.loc, size));
  return n.out(layout->fromChannelsLast(n, dx ? n.b.cast(n.loc, dx, given) : Value()));
}

void tensorflow::addConvGradientRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "conv", ""}; };
  add("Conv2DBackpropFilter", buildFilterGradient);
  add("Conv3DBackpropFilterV2", buildFilterGradient);
  add("DepthwiseConv2dNativeBackpropFilter", buildDepthwiseFilterGradient);
  add("DepthwiseConv2dNativeBackpropInput", buildDepthwiseInputGradient);
}
