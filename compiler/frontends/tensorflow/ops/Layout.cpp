#include "compiler/frontends/tensorflow/ops/Layout.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

FailureOr<Layout> Layout::of(Node &n, Value image) {
  if (!image)
    return failure();
  Layout layout;
  layout.rank = n.rank(image);
  if (layout.rank < 3 || layout.rank > 5)
    return n.fail("needs a tensor of rank 3 to 5, not " + Twine(layout.rank));
  auto fallback = layout.rank == 5 ? DataFormat::NDHWC : DataFormat::NHWC;
  DataFormat format = n.attrs.getDataFormat(fallback);
  layout.channelsFirst = format == DataFormat::NCHW || format == DataFormat::NCDHW;
  return layout;
}

Value Layout::toChannelsLast(Node &n, Value x) const {
  if (!channelsFirst || !x)
    return x;
  SmallVector<int64_t> permutation = {0};
  for (int64_t d = 2; d < rank; ++d)
    permutation.push_back(d);
  permutation.push_back(1);
  return n.b.transpose(n.loc, x, permutation);
}

Value Layout::fromChannelsLast(Node &n, Value x) const {
  if (!channelsFirst || !x)
    return x;
  SmallVector<int64_t> permutation = {0, rank - 1};
  for (int64_t d = 1; d < rank - 1; ++d)
    permutation.push_back(d);
  return n.b.transpose(n.loc, x, permutation);
}

FailureOr<Layout::Ints> Layout::spatialEntries(Node &n, ArrayRef<int64_t> list,
                                               StringRef what) const {
  if (int64_t(list.size()) != rank)
    return n.fail(what + " needs " + Twine(rank) + " entries, has " + Twine(list.size()));
  ArrayRef<int64_t> entries = list.slice(firstSpatial(), spatial());
  if (list[0] != 1 || list[channelsFirst ? 1 : rank - 1] != 1)
    return n.fail(what + " of batch and channels must be 1");
  return Ints(entries);
}

FailureOr<Layout::Ints> Layout::pads(Node &n) const {
  Attributes::Ints list = n.attrs.getInts("explicit_paddings", ArrayRef<int64_t>());
  if (n.attrs.getPadding() != Padding::Explicit)
    return Ints();
  if (int64_t(list.size()) != 2 * rank)
    return n.fail("explicit_paddings needs " + Twine(2 * rank) + " entries, has " +
                  Twine(list.size()));
  Ints pads(ArrayRef<int64_t>(list).slice(2 * firstSpatial(), 2 * spatial()));
  for (auto [i, pad] : llvm::enumerate(list)) {
    int64_t d = i / 2 - firstSpatial();
    if (pad < 0 || (pad != 0 && (d < 0 || d >= spatial())))
      return n.fail("explicit_paddings must be positive, and 0 for batch and channels");
  }
  return pads;
}

LogicalResult WindowAttributes::addPadding(Node &n, const Layout &layout, bool isGradient) {
  auto pads = layout.pads(n);
  if (failed(pads))
    return failure();
  Padding padding = n.attrs.getPadding();
  if (padding == Padding::Explicit)
    set("pads", n.b.getDenseI64ArrayAttr(*pads));
  StringRef same = layout.spatial() == 3 && !isGradient ? "same_centered" : "same";
  set("padding", n.b.getStringAttr(padding == Padding::Same    ? same
                                   : padding == Padding::Valid ? "valid"
                                                               : "explicit"));
  return success();
}

FailureOr<WindowAttributes> WindowAttributes::read(Node &n, const Layout &layout, bool isGradient) {
  Layout::Ints ones(layout.rank, 1);
  auto strides = layout.spatialEntries(n, n.attrs.getInts("strides"), "strides");
  auto dilations =
      layout.spatialEntries(n, n.attrs.getInts("dilations", ArrayRef(ones)), "dilations");
  WindowAttributes result;
  if (failed(strides) || failed(dilations) || failed(result.addPadding(n, layout, isGradient)))
    return failure();
  result.set("strides", n.b.getDenseI64ArrayAttr(*strides));
  result.set("dilations", n.b.getDenseI64ArrayAttr(*dilations));
  return result;
}

WindowAttributes &WindowAttributes::set(StringRef name, Attribute value) {
  attrs.emplace_back(name, value);
  return *this;
}
