#include "compiler/frontends/tflite/ops/Padding.h"
#include "compiler/frontends/DimBuilder.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// x with `count` elements behind each one along an axis.
static Value spread(Node &n, Value x, Value value, int64_t axis, int64_t count) {
  Value apart = n.b.expandDims(n.loc, x, {axis + 1});
  if (!apart)
    return {};
  SmallVector<int64_t> edges(2 * n.rank(apart), 0);
  edges[2 * (axis + 1) + 1] = count;
  Value paddings = n.b.reshape(n.loc, n.b.integers(n.loc, edges), {n.rank(apart), 2});
  apart = n.emit<PadOp>({apart, paddings, value});
  SmallVector<Dim, 4> dims(n.b.shapes.dims(x));
  dims[axis] = n.b.shapes.table.mul(dims[axis], n.b.shapes.constant(count + 1));
  if (!apart || !dims[axis])
    return apart ? n.refuse("the padding is too large") : Value();
  return n.emit<ReshapeOp>({apart, dimVector(n.b, n.loc, dims)});
}

/// x less its first and last elements.
static Value cut(Node &n, Value x, ArrayRef<int64_t> first, ArrayRef<int64_t> last) {
  int64_t rank = first.size();
  SmallVector<int64_t> ends;
  SliceMasks masks;
  for (auto [d, count] : llvm::enumerate(last)) {
    ends.push_back(-count);
    masks.end |= count == 0 ? int64_t(1) << d : 0;
  }
  Value strides = n.b.integers(n.loc, SmallVector<int64_t>(rank, 1));
  return stridedSlice(n, x, n.b.integers(n.loc, first), n.b.integers(n.loc, ends), strides, masks);
}

Value tflite::padded(Node &n, Value x, Value value, const EdgePadding &edges) {
  if (!x || !value)
    return {};
  constexpr int64_t kMost = int64_t(1) << 31;
  int64_t rank = n.rank(x);
  SmallVector<int64_t> first(rank), last(rank), added(2 * rank);
  value = n.b.reshape(n.loc, value, {});
  for (int64_t d = 0; d < rank; ++d) {
    int64_t low = edges.low[d], high = edges.high[d], interior = edges.interior[d];
    if (std::abs(low) > kMost || std::abs(high) > kMost || interior < 0 || interior > kMost)
      return n.refuse("the padding is out of range");
    if (interior > 0)
      x = spread(n, x, value, d, interior);
    first[d] = std::max<int64_t>(-low, 0);
    last[d] = std::max<int64_t>(-high, 0) + interior; // none behind the last element
    added[2 * d] = std::max<int64_t>(low, 0);
    added[2 * d + 1] = std::max<int64_t>(high, 0);
  }
  auto isZero = [](int64_t v) { return v == 0; };
  if (!llvm::all_of(first, isZero) || !llvm::all_of(last, isZero))
    x = cut(n, x, first, last);
  if (llvm::all_of(added, isZero))
    return x;
  Value paddings = n.b.reshape(n.loc, n.b.integers(n.loc, added), {rank, 2});
  return n.emit<PadOp>({x, paddings, value});
}

/// (x, value): edges are options.
static LogicalResult buildStableHloPad(Node &n) {
  const auto &o = n.op.options2<schema::StablehloPadOptions>();
  Value x = n.in(0), value = n.in(1);
  if (!x || !value)
    return failure();
  int64_t rank = n.rank(x);
  auto low = numbersOf(n, o.edge_padding_low(), rank, "low paddings");
  auto high = numbersOf(n, o.edge_padding_high(), rank, "high paddings");
  auto interior = numbersOf(n, o.interior_padding(), rank, "interior paddings");
  if (failed(low) || failed(high) || failed(interior))
    return failure();
  return n.out(padded(n, x, value, {*low, *high, *interior}));
}

/// DILATE: (x, dilations, value); a dilation of d puts d - 1 elements between two.
static LogicalResult buildDilate(Node &n) {
  Value x = n.in(0), value = n.in(2);
  auto dilations = n.constantInts(1, "the dilations");
  if (!x || !value || failed(dilations))
    return failure();
  int64_t rank = n.rank(x);
  if (int64_t(dilations->size()) != rank)
    return n.fail("needs a dilation for each of " + Twine(rank) + " dimensions");
  EdgePadding edges{SmallVector<int64_t>(rank, 0), SmallVector<int64_t>(rank, 0), {}};
  for (int64_t dilation : *dilations) {
    if (dilation < 1)
      return n.fail("dilations must be positive");
    edges.interior.push_back(dilation - 1);
  }
  return n.out(padded(n, x, value, edges));
}

void tflite::addPaddingRows(RowTable &t) {
  t[Builtin::STABLEHLO_PAD] = {buildStableHloPad, "slice", "", buildStableHloPad};
  t[Builtin::DILATE] = {buildDilate, "slice", ""};
}
