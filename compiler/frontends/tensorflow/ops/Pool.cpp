#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Layout.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

FailureOr<PoolWindow> tensorflow::readWindow(Node &n, size_t input) {
  PoolWindow window;
  if (n.size() <= input) {
    window.size = Layout::Ints(n.attrs.getInts("ksize"));
    window.strides = Layout::Ints(n.attrs.getInts("strides"));
    return window;
  }
  auto size = n.constantInts(input, "ksize"), strides = n.constantInts(input + 1, "strides");
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
  Value shape = n.b.shapeOf(n.loc, x), zero = n.b.integers(n.loc, {0}),
        one = n.b.integers(n.loc, {1});
  auto none = n.b.getI64IntegerAttr(0);
  Value front =
      n.emit<StridedSliceOp>({shape, zero, n.b.integers(n.loc, {spatial}), one},
                             {{"begin_mask", none}, {"end_mask", none}, {"shrink_mask", none}});
  Value split =
      n.emit<ConcatOp>({front, n.b.integers(n.loc, {*channels / size, size})}, {{"axis", none}});
  Value y = n.emit<ReshapeOp>({x, split});
  return n.out(n.emit<ReduceMaxOp>(y, {{"axes", n.b.getDenseI64ArrayAttr({spatial + 1})}}));
}

FailureOr<WindowAttributes> tensorflow::poolAttributes(Node &n, const Layout &layout,
                                                       const PoolWindow &window) {
  auto size = layout.spatialEntries(n, window.size, "ksize");
  auto strides = layout.spatialEntries(n, window.strides, "strides");
  WindowAttributes attrs;
  if (failed(size) || failed(strides) || failed(attrs.addPadding(n, layout)))
    return failure();
  attrs.set("window", n.b.getDenseI64ArrayAttr(*size));
  attrs.set("strides", n.b.getDenseI64ArrayAttr(*strides));
  return attrs;
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
  auto attrs = poolAttributes(n, *layout, *window);
  if (failed(attrs))
    return failure();
  // TensorFlow folds the windows of volumes in another way than those of images.
  if (std::is_same_v<OpT, MaxPoolOp> && layout->spatial() == 3)
    attrs->set("restart_at_nan", n.b.getBoolAttr(true));
  Value y = n.emit<OpT>(layout->toChannelsLast(n, x), attrs->get());
  return n.out(layout->fromChannelsLast(n, y));
}

/// MaxPoolWithArgmax: channels last.
static LogicalResult buildMaxPoolArgmax(Node &n) {
  Value x = n.in(0);
  auto layout = Layout::of(n, x);
  auto window = readWindow(n);
  if (failed(layout) || failed(window))
    return failure();
  auto attrs = poolAttributes(n, *layout, *window);
  if (failed(attrs))
    return failure();
  // The kernel refuses what has no elements.
  Value count =
      n.emit<ReduceProdOp>(n.b.shapeOf(n.loc, x), {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  Value isThere = n.emit<GreaterOp>({count, n.b.splat(n.loc, {}, n.b.getI64Type(), 0)});
  if (!isThere)
    return failure();
  AssertOp::create(n.b, n.loc, isThere, "the tensor has no elements");
  bool isNarrow = n.attrs.getType("Targmax", DataType::Int64) == DataType::Int32;
  attrs->set("to", TypeAttr::get(n.b.getIntegerType(isNarrow ? 32 : 64)));
  attrs->set("include_batch", n.b.getBoolAttr(n.attrs.getBool("include_batch_in_index", false)));
  Operation *op = n.b.emitOp(MaxPoolArgmaxOp::getOperationName(), n.loc, x, attrs->get(), 2);
  if (!op)
    return failure();
  return n.out({op->getResult(0), op->getResult(1)});
}

/// Dilation2D: strides and rates for all four dimensions.
static LogicalResult buildDilation(Node &n) {
  Value x = n.in(0), filter = n.in(1);
  auto layout = Layout::of(n, x);
  if (failed(layout) || !filter)
    return failure();
  if (n.rank(filter) + 1 != layout->rank ||
      failed(n.requireSame(x, layout->rank - 1, filter, layout->rank - 2,
                           "the filter has other channels than the input")))
    return n.rank(filter) + 1 == layout->rank ? failure() : n.fail("needs a filter of rank 3");
  auto strides = layout->spatialEntries(n, n.attrs.getInts("strides"), "strides");
  auto rates = layout->spatialEntries(n, n.attrs.getInts("rates"), "rates");
  WindowAttributes attrs;
  if (failed(strides) || failed(rates) || failed(attrs.addPadding(n, *layout)))
    return failure();
  attrs.set("strides", n.b.getDenseI64ArrayAttr(*strides));
  attrs.set("dilations", n.b.getDenseI64ArrayAttr(*rates));
  return n.out(n.emit<DilationOp>({x, filter}, attrs.get()));
}

//===--- Gradients --------------------------------------------------------===//

namespace {
/// Where the largest elements of the windows are in a tensor of channels last.
struct Winners {
  Layout layout;
  Value x;      ///< channels last
  Value places; ///< of the pool's shape, counted through all of x
};
} // namespace

/// Of the pool whose gradient the node computes: (x, .., ..) with the window behind them.
static FailureOr<Winners> findWinners(Node &n) {
  Value x = n.in(0);
  auto layout = Layout::of(n, x);
  auto window = readWindow(n, 3);
  if (failed(layout) || failed(window))
    return failure();
  auto attrs = poolAttributes(n, *layout, *window);
  if (failed(attrs))
    return failure();
  attrs->set("to", TypeAttr::get(n.b.getI64Type()));
  attrs->set("include_batch", n.b.getBoolAttr(true));
  x = layout->toChannelsLast(n, x);
  Operation *pool = n.b.emitOp(MaxPoolArgmaxOp::getOperationName(), n.loc, x, attrs->get(), 2);
  if (!pool)
    return failure();
  return Winners{*layout, x, pool->getResult(1)};
}

/// dy, added up where its elements come from in a tensor of the shape of x.
static Value addedAt(Node &n, Value x, Value places, Value dy) {
  Value flat = n.b.reshape(n.loc, filledLike(n, x, 0), {-1});
  places = n.b.reshape(n.loc, places, {-1, 1});
  Value updates = n.b.reshape(n.loc, dy, {-1});
  Value dx = n.emit<ScatterNdOp>({flat, places, updates}, {{"mode", n.b.getStringAttr("add")}});
  return n.emit<ReshapeOp>({dx, n.b.shapeOf(n.loc, x)});
}

/// MaxPoolGrad, V2, 3D: (x, y, dy). The first of equal elements gets all.
static LogicalResult buildMaxPoolGradient(Node &n) {
  Value dy = n.in(2);
  auto winners = findWinners(n);
  if (failed(winners) || !dy)
    return failure();
  const Layout &layout = winners->layout;
  Value dx = addedAt(n, winners->x, winners->places, layout.toChannelsLast(n, dy));
  return n.out(layout.fromChannelsLast(n, dx));
}

/// MaxPoolGradGrad, V2, 3D: (x, y, ddx) to the elements of ddx that the pool takes.
static LogicalResult buildMaxPoolSecond(Node &n) {
  Value given = n.in(2);
  auto winners = findWinners(n);
  if (failed(winners) || failed(n.requireSameShape(n.in(0), given)))
    return failure();
  const Layout &layout = winners->layout;
  Value flat = n.b.reshape(n.loc, layout.toChannelsLast(n, given), {-1});
  Value taken = n.emit<GatherOp>({flat, winners->places}, {{"axis", n.b.getI64IntegerAttr(0)}});
  return n.out(layout.fromChannelsLast(n, taken));
}

/// MaxPoolGradWithArgmax: (x, dy, where the elements of dy come from).
static LogicalResult buildArgmaxGradient(Node &n) {
  Value x = n.in(0), dy = n.in(1), places = n.in(2);
  if (failed(n.requireSameShape(dy, places)))
    return failure();
  if (n.rank(x) != 4 || n.rank(dy) != 4)
    return n.fail("needs images of rank 4");
  places = n.b.cast(n.loc, places, n.b.getI64Type());
  if (!n.attrs.getBool("include_batch_in_index", false)) {
    Type i64 = n.b.getI64Type();
    Value first = n.b.splat(n.loc, {}, i64, 0), one = n.b.splat(n.loc, {}, i64, 1);
    Value count = n.b.squeeze(n.loc, extent(n, x, 0), {0});
    Value numbers = n.emit<RangeOp>({first, count, one});
    Value perImage = n.emit<ReduceProdOp>(n.b.extents(n.loc, x, 1, 4),
                                          {{"axes", n.b.getDenseI64ArrayAttr({0})}});
    Value starts = n.emit<MulOp>({numbers, perImage});
    places = starts ? n.emit<AddOp>({places, n.b.expandDims(n.loc, starts, {1, 2, 3})}) : starts;
  }
  return places ? n.out(addedAt(n, x, places, dy)) : failure();
}

/// [N, S.., C] as [N * C, S.., 1] and back.
static Value channelsToBatch(Node &n, Value x) {
  int64_t rank = n.rank(x);
  SmallVector<int64_t> order = {0, rank - 1};
  llvm::append_range(order, llvm::seq<int64_t>(1, rank - 1));
  Value spatial = n.b.extents(n.loc, x, 1, rank - 1);
  Value shape = n.b.concat(n.loc, {n.b.integers(n.loc, {-1}), spatial, n.b.integers(n.loc, {1})});
  return n.emit<ReshapeOp>({n.b.transpose(n.loc, x, order), shape});
}

static Value batchToChannels(Node &n, Value x, Value batch, Value channels) {
  int64_t rank = n.rank(x);
  Value spatial = n.b.extents(n.loc, x, 1, rank - 1);
  Value y = n.emit<ReshapeOp>({x, n.b.concat(n.loc, {batch, channels, spatial})});
  SmallVector<int64_t> order = {0};
  llvm::append_range(order, llvm::seq<int64_t>(2, rank));
  order.push_back(1);
  return y ? n.b.transpose(n.loc, y, order) : Value();
}

/// AvgPoolGrad, AvgPool3DGrad: (sizes of x, dy). Each element of dy goes in equal
/// parts to the elements that its window counts.
static LogicalResult buildAvgPoolGradient(Node &n) {
  Value sizes = n.in(0), dy = n.in(1);
  auto layout = Layout::of(n, dy);
  if (failed(layout) || !sizes)
    return failure();
  auto size = layout->spatialEntries(n, n.attrs.getInts("ksize"), "ksize");
  auto strides = layout->spatialEntries(n, n.attrs.getInts("strides"), "strides");
  auto image = n.b.shapes.contents(sizes);
  WindowAttributes attrs;
  if (failed(size) || failed(strides) || failed(attrs.addPadding(n, *layout)))
    return failure();
  if (!image || int64_t(image->size()) != layout->rank)
    return n.fail("the sizes of the input must be a short vector of known length");
  attrs.set("strides", n.b.getDenseI64ArrayAttr(*strides));
  attrs.set("dilations", n.b.getDenseI64ArrayAttr(SmallVector<int64_t>(layout->spatial(), 1)));
  int64_t first = layout->channelsFirst ? 2 : 1;
  SmallVector<int64_t> picks =
      llvm::to_vector(llvm::seq<int64_t>(first, first + layout->spatial()));
  Value spatial = n.b.pick(n.loc, n.b.cast(n.loc, sizes, n.b.getI64Type()), picks);
  dy = layout->toChannelsLast(n, dy);
  SmallVector<int64_t> filterShape(size->begin(), size->end());
  filterShape.append({1, 1});
  Value ones = n.b.splat(n.loc, filterShape, n.element(dy), 1);
  Value one = n.b.integers(n.loc, {1});
  Value image1 = n.emit<BroadcastToOp>({n.scalar(dy, 1), n.b.concat(n.loc, {one, spatial, one})});
  Value counts = n.emit<ConvOp>({image1, ones}, attrs.get());
  Value batch = n.b.extents(n.loc, dy, 0, 1), channels = extent(n, dy, layout->rank - 1);
  Value parts = n.emit<DivOp>({channelsToBatch(n, dy), counts});
  Value dx = n.emit<TransposedConvOp>({parts, ones, spatial}, attrs.get());
  return n.out(layout->fromChannelsLast(n, dx ? batchToChannels(n, dx, batch, channels) : Value()));
}

void tensorflow::addPoolRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "pool", ""}; };
  add("MaxPool", buildPool<MaxPoolOp>);
  add("MaxPoolV2", buildPool<MaxPoolOp>);
  add("MaxPool3D", buildPool<MaxPoolOp>);
  add("AvgPool", buildPool<AvgPoolOp>);
  add("AvgPool3D", buildPool<AvgPoolOp>);
  add("MaxPoolGrad", buildMaxPoolGradient);
  add("MaxPoolGradV2", buildMaxPoolGradient);
  add("MaxPool3DGrad", buildMaxPoolGradient);
  add("MaxPoolGradGrad", buildMaxPoolSecond);
  add("MaxPoolGradGradV2", buildMaxPoolSecond);
  add("MaxPool3DGradGrad", buildMaxPoolSecond);
  add("MaxPoolGradWithArgmax", buildArgmaxGradient);
  add("AvgPoolGrad", buildAvgPoolGradient);
  add("AvgPool3DGrad", buildAvgPoolGradient);
  add("Dilation2D", buildDilation);
  static constexpr llvm::StringLiteral ports[] = {"output", "argmax"};
  t["MaxPoolWithArgmax"] = {buildMaxPoolArgmax, "pool", "", ports};
}
