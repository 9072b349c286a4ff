#include "compiler/frontends/tensorflow/ops/Layout.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

namespace {
/// Window and strides of a pool: attributes, or inputs of the V2 ops.
struct PoolWindow {
  Layout::Ints size, strides;
};
} // namespace

static FailureOr<PoolWindow> readWindow(Node &n) {
  PoolWindow window;
  if (n.size() == 1) {
    window.size = Layout::Ints(n.attrs.getInts("ksize"));
    window.strides = Layout::Ints(n.attrs.getInts("strides"));
    return window;
  }
  auto size = n.constantInts(1, "ksize"), strides = n.constantInts(2, "strides");
  if (failed(size) || failed(strides))
    return failure();
  window.size.assign(size->begin(), size->end());
  window.strides.assign(strides->begin(), strides->end());
  return window;
}

/// The largest of each run of `size` channels.
static LogicalResult buildChannelPool(Node &n, Value x, const PoolWindow &w) {
  int64_t size = w.size.back(), spatial = n.rank(x) - 1;
  auto channels = n.b.shapes.dims(x).back().constant();
  bool isPlain = llvm::all_of(ArrayRef(w.size).drop_back(), [](int64_t v) { return v == 1; }) &&
                 llvm::all_of(ArrayRef(w.strides).drop_back(), [](int64_t v) { return v == 1; });
  if (!isPlain || w.strides.back() != size || size < 1 || !channels || *channels % size != 0)
    return n.fail("a window over channels must cover them evenly, with a stride of its size and "
                  "no window over other dimensions");
  Value shape = n.b.shapeOf(n.loc, x), zero = n.b.integers(n.loc, {0}), one = n.b.integers(n.loc, {1});
  auto none = n.b.getI64IntegerAttr(0);
  Value front = n.emit<StridedSliceOp>(
      {shape, zero, n.b.integers(n.loc, {spatial}), one},
      {{"begin_mask", none}, {"end_mask", none}, {"shrink_mask", none}});
  Value split = n.emit<ConcatOp>({front, n.b.integers(n.loc, {*channels / size, size})},
                                 {{"axis", none}});
  Value y = n.emit<ReshapeOp>({x, split});
  return n.out(n.emit<ReduceMaxOp>(y, {{"axes", n.b.getDenseI64ArrayAttr({spatial + 1})}}));
}

template <class OpT> static LogicalResult buildPool(Node &n) {
  Value x = n.in(0);
  auto layout = Layout::of(n, x);
  if (failed(layout))
    return failure();
  auto window = readWindow(n);
  if (failed(window))
    return failure();
  if (std::is_same_v<OpT, MaxPoolOp> && !layout->channelsFirst && !window->size.empty() &&
      window->size.back() > 1)
    return buildChannelPool(n, x, *window);
  auto size = layout->spatialEntries(n, window->size, "ksize");
  auto strides = layout->spatialEntries(n, window->strides, "strides");
  auto pads = layout->pads(n);
  if (failed(size) || failed(strides) || failed(pads))
    return failure();
  StringRef padding = n.attrs.getPadding() == Padding::Same ? "same" : "valid";
  SmallVector<std::pair<StringRef, Attribute>> attrs = {
      {"window", n.b.getDenseI64ArrayAttr(*size)}, {"strides", n.b.getDenseI64ArrayAttr(*strides)}};
  if (n.attrs.getPadding() == Padding::Explicit) {
    padding = "explicit";
    attrs.push_back({"pads", n.b.getDenseI64ArrayAttr(*pads)});
  }
  attrs.push_back({"padding", n.b.getStringAttr(padding)});
  return n.out(layout->fromChannelsLast(n, n.emit<OpT>(layout->toChannelsLast(n, x), attrs)));
}

void tensorflow::addPoolRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "pool", ""}; };
  add("MaxPool", buildPool<MaxPoolOp>);
  add("MaxPoolV2", buildPool<MaxPoolOp>);
  add("MaxPool3D", buildPool<MaxPoolOp>);
  add("AvgPool", buildPool<AvgPoolOp>);
  add("AvgPool3D", buildPool<AvgPoolOp>);
}
