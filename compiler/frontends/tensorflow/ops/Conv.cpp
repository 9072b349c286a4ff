#include "compiler/frontends/tensorflow/ops/Layout.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

/// Conv2D, Conv3D, DepthwiseConv2dNative: channels last, with filters as they are.
template <class OpT> static LogicalResult buildConv(Node &n) {
  Value x = n.in(0), filter = n.in(1);
  auto layout = Layout::of(n, x);
  if (failed(layout) || !filter)
    return failure();
  auto attrs = WindowAttributes::read(n, *layout);
  if (failed(attrs))
    return failure();
  int64_t channels = layout->channelsFirst ? 1 : layout->rank - 1;
  // TensorFlow's own Conv3D has no groups, but where Keras wants some XLA must compile it.
  bool isKnown = n.b.shapes.dims(x)[channels].constant().has_value();
  if (layout->spatial() == 3 && n.rank(filter) == 5 && !isKnown &&
      failed(n.requireSame(x, channels, filter, 3, "the channels of input and filter differ")))
    return failure();
  Value y = n.emit<OpT>({layout->toChannelsLast(n, x), filter}, attrs->get());
  return n.out(layout->fromChannelsLast(n, y));
}

/// Conv2DBackpropInput, Conv3DBackpropInputV2: (sizes of the result, filter, x).
/// The sizes of all dimensions are given, or those of the spatial ones.
static LogicalResult buildTransposedConv(Node &n) {
  Value sizes = n.in(0), filter = n.in(1), x = n.in(2);
  auto layout = Layout::of(n, x);
  if (failed(layout) || !sizes || !filter)
    return failure();
  auto attrs = WindowAttributes::read(n, *layout, /*isGradient=*/true);
  auto entries = n.b.shapes.contents(sizes);
  if (failed(attrs))
    return failure();
  if (!entries || n.rank(sizes) != 1)
    return n.fail("the sizes of the result must be a short vector of known length");
  if (int64_t(entries->size()) == layout->rank) {
    int64_t first = layout->channelsFirst ? 2 : 1;
    auto none = n.b.getI64IntegerAttr(0);
    sizes = n.emit<StridedSliceOp>(
        {sizes, n.b.integers(n.loc, {first}), n.b.integers(n.loc, {first + layout->spatial()}),
         n.b.integers(n.loc, {1})},
        {{"begin_mask", none}, {"end_mask", none}, {"shrink_mask", none}});
  }
  Value y = n.emit<TransposedConvOp>({layout->toChannelsLast(n, x), filter, sizes}, attrs->get());
  return n.out(layout->fromChannelsLast(n, y));
}

void tensorflow::addConvRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "conv", ""}; };
  add("Conv2D", buildConv<ConvOp>);
  add("Conv3D", buildConv<ConvOp>);
  add("DepthwiseConv2dNative", buildConv<DepthwiseConvOp>);
  add("Conv2DBackpropInput", buildTransposedConv);
  add("Conv3DBackpropInputV2", buildTransposedConv);
}
