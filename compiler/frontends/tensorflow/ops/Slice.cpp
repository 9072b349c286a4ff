#include "compiler/frontends/tensorflow/ops/Rows.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

//===--- StridedSlice -----------------------------------------------------===//

namespace {
/// StridedSlice's entries sorted out: which dimension each one is about.
struct SliceEntries {
  SmallVector<int64_t> picks; ///< for each dimension of x its entry, -1: none (whole)
  int64_t beginMask = 0, endMask = 0, shrinkMask = 0;
  SmallVector<int64_t> newAxes; ///< positions in the result
};
} // namespace

/// Bit i of a mask; entries above 62 have none.
static bool hasBit(int64_t mask, int64_t i) { return i < 63 && (mask >> i & 1); }

static FailureOr<SliceEntries> sortEntries(Node &n, int64_t count, int64_t rank) {
  int64_t ellipsis = n.attrs.getInt("ellipsis_mask", 0), added = n.attrs.getInt("new_axis_mask", 0);
  int64_t begin = n.attrs.getInt("begin_mask", 0), end = n.attrs.getInt("end_mask", 0);
  int64_t shrink = n.attrs.getInt("shrink_axis_mask", 0);
  int64_t named = llvm::count_if(llvm::seq<int64_t>(0, count), [&](int64_t i) {
    return !hasBit(ellipsis, i) && !hasBit(added, i);
  });
  if (named > rank || rank > 62)
    return n.fail("has " + Twine(named) + " indices for rank " + Twine(rank));
  if (ellipsis & (ellipsis - 1))
    return n.fail("has more than one ellipsis");
  SliceEntries s;
  int64_t position = 0; // in the result
  auto addDimension = [&](int64_t pick, bool begin, bool end, bool shrink) {
    int64_t bit = int64_t(1) << s.picks.size();
    s.picks.push_back(pick);
    s.beginMask |= begin ? bit : 0;
    s.endMask |= end ? bit : 0;
    s.shrinkMask |= shrink ? bit : 0;
    position += !shrink;
  };
  for (int64_t i = 0; i < count; ++i) {
    if (hasBit(ellipsis, i)) {
      for (int64_t k = named; k < rank; ++k)
        addDimension(-1, true, true, false);
    } else if (hasBit(added, i)) {
      s.newAxes.push_back(position++);
    } else {
      bool isSingle = hasBit(shrink, i); // masks do not count then
      addDimension(i, !isSingle && hasBit(begin, i), hasBit(end, i), isSingle);
    }
  }
  return s;
}

static LogicalResult buildStridedSlice(Node &n) {
  Value x = n.in(0), begin = n.in(1), end = n.in(2);
  auto strides = n.constantInts(3, "strides");
  if (!x || !begin || !end || failed(strides))
    return failure();
  int64_t count = strides->size();
  auto s = sortEntries(n, count, n.rank(x));
  if (failed(s))
    return failure();
  SmallVector<int64_t> picks, steps;
  for (auto [d, pick] : llvm::enumerate(s->picks)) {
    picks.push_back(std::max<int64_t>(pick, 0));
    steps.push_back(pick < 0 ? 1 : (*strides)[pick]);
    if (hasBit(s->shrinkMask, d) && steps.back() <= 0)
      return n.fail("a single index needs a positive stride");
  }
  if (s->picks != llvm::to_vector(llvm::seq<int64_t>(0, count))) {
    begin = n.b.pick(n.loc, begin, picks);
    end = n.b.pick(n.loc, end, picks);
  }
  Value slice = n.emit<StridedSliceOp>({x, begin, end, n.b.integers(n.loc, steps)},
                                       {{"begin_mask", n.b.getI64IntegerAttr(s->beginMask)},
                                        {"end_mask", n.b.getI64IntegerAttr(s->endMask)},
                                        {"shrink_mask", n.b.getI64IntegerAttr(s->shrinkMask)}});
  if (s->newAxes.empty())
    return n.out(slice);
  return n.out(n.b.expandDims(n.loc, slice, s->newAxes));
}

//===--- Parts along one axis ---------------------------------------------===//

/// A vector of `rank` entries that are `fill`, but for `value` at `axis`.
static Value entryAt(Node &n, int64_t rank, int64_t axis, Value value, int64_t fill) {
  SmallVector<int64_t> before(axis, fill), after(rank - axis - 1, fill);
  return n.b.concat(n.loc, {n.b.integers(n.loc, before), value, n.b.integers(n.loc, after)});
}

/// Elements [begin, begin + size) along an axis; both are i64 vectors of one element.
static Value sliceAlong(Node &n, Value x, int64_t axis, Value begin, Value size) {
  if (!x)
    return {};
  int64_t rank = n.rank(x);
  return n.emit<SliceOp>({x, entryAt(n, rank, axis, begin, 0), entryAt(n, rank, axis, size, -1)});
}

static Value extent(Node &n, Value x, int64_t axis) {
  return n.b.extents(n.loc, x, axis, axis + 1);
}

/// x as it is, whose dimension `axis` must be `size`: run time checks it.
static Value resized(Node &n, Value x, int64_t axis, Value size) {
  Value before = n.b.extents(n.loc, x, 0, axis), after = n.b.extents(n.loc, x, axis + 1, n.rank(x));
  return n.emit<ReshapeOp>({x, n.b.concat(n.loc, {before, size, after})});
}

/// Element `index` along an axis, which goes away.
static Value elementAlong(Node &n, Value x, int64_t axis, int64_t index) {
  if (!x)
    return {};
  SmallVector<int64_t> begin(axis + 1, 0), strides(axis + 1, 1);
  begin[axis] = index;
  int64_t others = (int64_t(1) << axis) - 1;
  Value at = n.b.integers(n.loc, begin);
  return n.emit<StridedSliceOp>({x, at, at, n.b.integers(n.loc, strides)},
                                {{"begin_mask", n.b.getI64IntegerAttr(others)},
                                 {"end_mask", n.b.getI64IntegerAttr(others)},
                                 {"shrink_mask", n.b.getI64IntegerAttr(others + 1)}});
}

/// The axis that input i names.
static FailureOr<int64_t> axisInput(Node &n, size_t i, int64_t rank) {
  auto axis = n.constantInts(i, "the axis");
  if (failed(axis))
    return failure();
  if (axis->size() != 1)
    return n.fail("the axis must be a scalar");
  return n.axis(axis->front(), rank);
}

static LogicalResult buildSlice(Node &n) {
  Type i64 = n.b.getI64Type();
  Value x = n.in(0);
  Value begin = n.b.cast(n.loc, n.in(1), i64), size = n.b.cast(n.loc, n.in(2), i64);
  auto known = size ? n.b.shapes.contents(size) : std::nullopt;
  if (!x || !known || n.rank(x) != int64_t(known->size()))
    return n.out(n.emit<SliceOp>({x, begin, size}));
  SmallVector<Value> sizes = {n.b.integers(n.loc, {})};
  for (int64_t d = 0, rank = n.rank(x); d < rank; ++d) {
    Value count = n.b.pick(n.loc, size, d);
    Dim dim = (*known)[d];
    if (!dim.constant() && !n.b.shapes.table.isNonNegative(dim)) { // may be -1
      Value rest = n.emit<SubOp>({extent(n, x, d), n.b.pick(n.loc, begin, d)});
      Value isOpen = n.emit<EqualOp>({count, n.b.integers(n.loc, {-1})});
      count = n.emit<SelectOp>({isOpen, rest, count});
    }
    sizes.push_back(count);
  }
  return n.out(n.emit<SliceOp>({x, begin, n.b.concat(n.loc, sizes)}));
}

static LogicalResult buildPack(Node &n) {
  SmallVector<Value> parts = n.tensors();
  if (parts.empty() || llvm::is_contained(parts, Value()))
    return parts.empty() ? n.fail("packs nothing") : failure();
  auto axis = n.axis(n.attrs.getInt("axis", 0), n.rank(parts[0]) + 1);
  if (failed(axis))
    return failure();
  for (Value &part : parts) {
    if (n.rank(part) < *axis)
      return n.fail("packs tensors of different ranks");
    part = n.b.expandDims(n.loc, part, *axis);
  }
  return n.out(n.b.concat(n.loc, parts, *axis));
}

static LogicalResult buildUnpack(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  auto axis = n.axis(n.attrs.getInt("axis", 0), n.rank(x));
  int64_t count = n.attrs.getInt("num");
  if (failed(axis))
    return failure();
  if (count < 0 || count > kMaxTrackedElements * 16)
    return n.fail("unpacks into " + Twine(count) + " tensors");
  auto known = n.b.shapes.dims(x)[*axis].constant();
  if (known && *known != count)
    return n.fail("unpacks " + Twine(*known) + " slices into " + Twine(count));
  if (!known) {
    SmallVector<int64_t> shape(n.rank(x), -1);
    shape[*axis] = count;
    x = n.emit<EnsureShapeOp>(x, {{"shape", n.b.getDenseI64ArrayAttr(shape)}});
  }
  SmallVector<Value> parts;
  for (int64_t i = 0; i < count; ++i)
    parts.push_back(elementAlong(n, x, *axis, i));
  return n.out(parts);
}

/// Concat has its axis first, ConcatV2 last.
template <bool isFirst> static LogicalResult buildConcat(Node &n) {
  SmallVector<Value> parts = n.tensors();
  if (parts.size() < 2 || llvm::is_contained(parts, Value()))
    return parts.size() < 2 ? n.fail("concatenates nothing") : failure();
  size_t at = isFirst ? 0 : parts.size() - 1;
  parts.erase(parts.begin() + at);
  auto axis = axisInput(n, at, n.rank(parts[0]));
  if (failed(axis))
    return failure();
  return n.out(n.b.concat(n.loc, parts, *axis));
}

static LogicalResult buildSplit(Node &n) {
  Value x = n.in(1);
  int64_t count = n.attrs.getInt("num_split");
  if (!x)
    return failure();
  auto axis = axisInput(n, 0, n.rank(x));
  if (failed(axis))
    return failure();
  if (count < 1 || count > kMaxTrackedElements * 16)
    return n.fail("splits into " + Twine(count) + " parts");
  auto known = n.b.shapes.dims(x)[*axis].constant();
  if (known && *known % count)
    return n.fail("dimension " + Twine(*axis) + " of " + Twine(*known) +
                  " cannot be split into " + Twine(count) + " parts");
  Value number = n.b.integers(n.loc, count);
  Value size = n.emit<FloorDivOp>({extent(n, x, *axis), number});
  if (!known)
    x = resized(n, x, *axis, n.emit<MulOp>({number, size}));
  SmallVector<Value> parts;
  for (int64_t i = 0; i < count; ++i) {
    Value begin = n.emit<MulOp>({size, n.b.integers(n.loc, i)});
    parts.push_back(sliceAlong(n, x, *axis, begin, size));
  }
  return n.out(parts);
}

static LogicalResult buildSplitV(Node &n) {
  Value x = n.in(0), sizes = n.b.cast(n.loc, n.in(1), n.b.getI64Type());
  if (!x || !sizes)
    return failure();
  auto axis = axisInput(n, 2, n.rank(x));
  auto known = n.b.shapes.contents(sizes);
  if (failed(axis))
    return failure();
  if (!known || known->empty())
    return n.fail("needs a short vector of sizes");
  int64_t open = llvm::find_if(*known, [](Dim d) { return d.is(-1); }) - known->begin();
  if (llvm::count_if(*known, [](Dim d) { return d.is(-1); }) > 1)
    return n.fail("more than one size is -1");
  SmallVector<Value> lengths;
  Value rest = extent(n, x, *axis);
  for (int64_t i = 0; i < int64_t(known->size()); ++i) {
    lengths.push_back(n.b.pick(n.loc, sizes, i));
    if (i != open)
      rest = n.emit<SubOp>({rest, lengths[i]});
  }
  if (open < int64_t(known->size()))
    lengths[open] = rest;
  else if (auto left = rest ? n.b.shapes.constantContents(rest) : std::nullopt;
           left && left->front() != 0)
    return n.fail("the sizes do not add up to dimension " + Twine(*axis));
  if (open == int64_t(known->size()))
    x = resized(n, x, *axis, n.emit<SubOp>({extent(n, x, *axis), rest}));
  SmallVector<Value> parts;
  Value begin = n.b.integers(n.loc, {0});
  for (Value length : lengths) {
    parts.push_back(sliceAlong(n, x, *axis, begin, length));
    begin = n.emit<AddOp>({begin, length});
  }
  return n.out(parts);
}

//===--- Padding ----------------------------------------------------------===//

static LogicalResult buildPad(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  Value value = n.size() > 2 ? n.in(2) : n.b.splat(n.loc, {}, n.b.shapes.elementType(x), 0);
  return n.out(n.emit<PadOp>({x, n.in(1), value}));
}

/// x with `axes` in reverse order.
static Value reversed(Node &n, Value x, ArrayRef<int64_t> axes) {
  if (!x || axes.empty())
    return x;
  int64_t rank = n.rank(x), all = (int64_t(1) << rank) - 1;
  SmallVector<int64_t> strides(rank, 1), zeros(rank, 0);
  for (int64_t axis : axes)
    strides[axis] = -1;
  Value none = n.b.integers(n.loc, zeros);
  return n.emit<StridedSliceOp>({x, none, none, n.b.integers(n.loc, strides)},
                                {{"begin_mask", n.b.getI64IntegerAttr(all)},
                                 {"end_mask", n.b.getI64IntegerAttr(all)},
                                 {"shrink_mask", n.b.getI64IntegerAttr(0)}});
}

/// Dimension by dimension: reversed slices of the edges around what is there.
static LogicalResult buildMirrorPad(Node &n) {
  Value x = n.in(0);
  auto paddings = n.constantInts(1, "paddings");
  if (!x || failed(paddings))
    return failure();
  int64_t rank = n.rank(x), edge = n.attrs.getString("mode") == "REFLECT" ? 1 : 0;
  if (int64_t(paddings->size()) != 2 * rank)
    return n.fail("paddings must be of shape [" + Twine(rank) + ", 2]");
  for (int64_t d = 0; d < rank; ++d) {
    int64_t low = (*paddings)[2 * d], high = (*paddings)[2 * d + 1];
    SmallVector<Value> parts = {x};
    if (low)
      parts.insert(parts.begin(), reversed(n, sliceAlong(n, x, d, n.b.integers(n.loc, edge),
                                                         n.b.integers(n.loc, low)), d));
    if (high) {
      Value begin = n.emit<SubOp>({extent(n, x, d), n.b.integers(n.loc, high + edge)});
      parts.push_back(reversed(n, sliceAlong(n, x, d, begin, n.b.integers(n.loc, high)), d));
    }
    if (parts.size() > 1)
      x = n.b.concat(n.loc, parts, d);
  }
  return n.out(x);
}

//===--- Reversal and rotation --------------------------------------------===//

static LogicalResult buildReverseV2(Node &n) {
  Value x = n.in(0);
  auto axes = n.constantInts(1, "the axes");
  if (!x || failed(axes))
    return failure();
  for (int64_t &axis : *axes) {
    auto at = n.axis(axis, n.rank(x));
    if (failed(at))
      return failure();
    axis = *at;
  }
  return n.out(reversed(n, x, *axes));
}

/// The first version: a vector of booleans.
static LogicalResult buildReverse(Node &n) {
  Value x = n.in(0), flags = n.in(1);
  DenseElementsAttr known;
  if (!x || !flags)
    return failure();
  if (!matchPattern(flags, m_Constant(&known)) || known.getNumElements() != n.rank(x) ||
      !known.getElementType().isInteger(1))
    return n.fail("needs a constant boolean for each dimension");
  SmallVector<int64_t> axes;
  for (auto [d, flag] : llvm::enumerate(known.getValues<bool>()))
    if (flag)
      axes.push_back(d);
  return n.out(reversed(n, x, axes));
}

static LogicalResult buildReverseSequence(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  auto axis = n.axis(n.attrs.getInt("seq_dim"), n.rank(x));
  auto batch = n.axis(n.attrs.getInt("batch_dim", 0), n.rank(x));
  if (failed(axis) || failed(batch))
    return failure();
  return n.out(n.emit<ReverseSequenceOp>({x, n.in(1)},
                                         {{"axis", n.b.getI64IntegerAttr(*axis)},
                                          {"batch_axis", n.b.getI64IntegerAttr(*batch)}}));
}

static LogicalResult buildRoll(Node &n) {
  Value x = n.in(0), shifts = n.b.cast(n.loc, n.in(1), n.b.getI64Type());
  auto axes = n.constantInts(2, "the axes");
  if (!x || !shifts || failed(axes))
    return failure();
  shifts = n.b.reshape(n.loc, shifts, -1);
  if (!shifts || !n.b.shapes.dims(shifts)[0].is(axes->size()))
    return n.fail("needs one shift for each axis");
  for (auto [i, given] : llvm::enumerate(*axes)) {
    auto axis = n.axis(given, n.rank(x));
    if (failed(axis))
      return failure();
    Value length = extent(n, x, *axis);
    Value modulus = n.emit<MaximumOp>({length, n.b.integers(n.loc, {1})});
    Value shift = n.emit<FloorModOp>({n.b.pick(n.loc, shifts, int64_t(i)), modulus});
    Value head = n.emit<SubOp>({length, shift});
    // A dimension of 0 elements has nothing to shift.
    shift = n.emit<SubOp>({length, head});
    Value tail = sliceAlong(n, x, *axis, head, shift);
    x = n.b.concat(n.loc, {tail, sliceAlong(n, x, *axis, n.b.integers(n.loc, {0}), head)}, *axis);
  }
  return n.out(x);
}

//===--- Blocks -----------------------------------------------------------===//

/// x padded, its block positions moved into the batch.
static LogicalResult spaceToBatch(Node &n, Value x, ArrayRef<int64_t> block, Value paddings) {
  int64_t rank = n.rank(x), spatial = block.size();
  if (rank < 1 + spatial)
    return n.fail("needs rank " + Twine(1 + spatial) + " or more");
  if (llvm::any_of(block, [](int64_t b) { return b < 1 || b > INT32_MAX; }))
    return n.fail("blocks must be positive");
  SmallVector<int64_t> before(2, 0), after(2 * (rank - 1 - spatial), 0);
  paddings = n.b.reshape(n.loc, paddings, 2 * spatial);
  Value flat = n.b.concat(n.loc, {n.b.integers(n.loc, before), paddings, n.b.integers(n.loc, after)});
  Value zero = n.b.splat(n.loc, {}, n.b.shapes.elementType(x), 0);
  x = n.emit<PadOp>({x, n.b.reshape(n.loc, flat, {rank, 2}), zero});
  SmallVector<Value> split = {extent(n, x, 0)}, joined, counts;
  SmallVector<int64_t> permutation;
  Value batch = split[0];
  for (int64_t d = 0; d < spatial; ++d) {
    Value size = n.b.integers(n.loc, block[d]);
    counts.push_back(n.emit<FloorDivOp>({extent(n, x, d + 1), size}));
    split.append({counts.back(), size});
    batch = n.emit<MulOp>({batch, size});
    permutation.push_back(2 * d + 2);
  }
  permutation.push_back(0);
  for (int64_t d = 0; d < spatial; ++d)
    permutation.push_back(2 * d + 1);
  for (int64_t d = 2 * spatial + 1; d < rank + spatial; ++d)
    permutation.push_back(d);
  Value rest = n.b.extents(n.loc, x, spatial + 1, rank);
  split.push_back(rest);
  joined.push_back(batch);
  joined.append(counts);
  joined.push_back(rest);
  x = n.b.transpose(n.loc, n.emit<ReshapeOp>({x, n.b.concat(n.loc, split)}), permutation);
  return n.out(n.emit<ReshapeOp>({x, n.b.concat(n.loc, joined)}));
}

/// The inverse: block positions come out of the batch, and the edges are cut.
static LogicalResult batchToSpace(Node &n, Value x, ArrayRef<int64_t> block, Value crops) {
  int64_t rank = n.rank(x), spatial = block.size();
  if (rank < 1 + spatial)
    return n.fail("needs rank " + Twine(1 + spatial) + " or more");
  if (llvm::any_of(block, [](int64_t b) { return b < 1 || b > INT32_MAX; }))
    return n.fail("blocks must be positive");
  Value batch = extent(n, x, 0), sizes = n.b.integers(n.loc, block);
  for (int64_t b : block)
    batch = n.emit<FloorDivOp>({batch, n.b.integers(n.loc, b)});
  Value space = n.b.extents(n.loc, x, 1, spatial + 1), rest = n.b.extents(n.loc, x, spatial + 1, rank);
  Value split = n.b.concat(n.loc, {sizes, batch, space, rest});
  SmallVector<int64_t> permutation = {spatial};
  for (int64_t d = 0; d < spatial; ++d)
    permutation.append({spatial + 1 + d, d});
  for (int64_t d = 2 * spatial + 1; d < rank + spatial; ++d)
    permutation.push_back(d);
  Value whole = n.emit<MulOp>({space, sizes});
  x = n.b.transpose(n.loc, n.emit<ReshapeOp>({x, split}), permutation);
  x = n.emit<ReshapeOp>({x, n.b.concat(n.loc, {batch, whole, rest})});
  crops = n.b.reshape(n.loc, crops, 2 * spatial);
  SmallVector<int64_t> lows, highs, zeros(rank - spatial - 1, 0), open(rank - spatial - 1, -1);
  for (int64_t d = 0; d < spatial; ++d) {
    lows.push_back(2 * d);
    highs.push_back(2 * d + 1);
  }
  Value low = n.b.pick(n.loc, crops, lows), high = n.b.pick(n.loc, crops, highs);
  Value size = n.emit<SubOp>({n.emit<SubOp>({whole, low}), high});
  Value begin = n.b.concat(n.loc, {n.b.integers(n.loc, {0}), low, n.b.integers(n.loc, zeros)});
  size = n.b.concat(n.loc, {n.b.integers(n.loc, {-1}), size, n.b.integers(n.loc, open)});
  return n.out(n.emit<SliceOp>({x, begin, size}));
}

/// `isNd`: block sizes are input 1; else attribute block_size for two dimensions.
template <bool toBatch, bool isNd> static LogicalResult buildBlocks(Node &n) {
  Value x = n.in(0), edges = n.b.cast(n.loc, n.in(isNd ? 2 : 1), n.b.getI64Type());
  if (!x || !edges)
    return failure();
  SmallVector<int64_t, 4> block;
  if constexpr (isNd) {
    auto given = n.constantInts(1, "the block shape");
    if (failed(given))
      return failure();
    block = *given;
  } else {
    block.assign(2, n.attrs.getInt("block_size"));
  }
  return toBatch ? spaceToBatch(n, x, block, edges) : batchToSpace(n, x, block, edges);
}

/// SpaceToDepth and DepthToSpace: [N, H, W, C] with blocks of b x b elements
/// against b * b times the channels, in either layout.
template <bool toDepth> static LogicalResult buildDepth(Node &n) {
  Value x = n.in(0);
  int64_t b = n.attrs.getInt("block_size");
  StringRef format = n.attrs.getString("data_format", "NHWC");
  if (!x)
    return failure();
  if (n.rank(x) != 4 || b < 1 || b > (1 << 15) || (format != "NHWC" && format != "NCHW"))
    return n.fail("needs an NHWC or NCHW tensor and a positive block size");
  bool channelsFirst = format == "NCHW";
  int64_t c = channelsFirst ? 1 : 3, h = channelsFirst ? 2 : 1, w = h + 1;
  Value size = n.b.integers(n.loc, b), area = n.b.integers(n.loc, b * b);
  Value N = extent(n, x, 0), H = extent(n, x, h), W = extent(n, x, w), C = extent(n, x, c);
  auto divided = [&](Value v, Value by) { return n.emit<FloorDivOp>({v, by}); };
  auto times = [&](Value v, Value by) { return n.emit<MulOp>({v, by}); };
  SmallVector<Value> split, joined;
  SmallVector<int64_t> permutation;
  if (toDepth) {
    Value h2 = divided(H, size), w2 = divided(W, size), c2 = times(C, area);
    split = channelsFirst ? SmallVector<Value>{N, C, h2, size, w2, size}
                          : SmallVector<Value>{N, h2, size, w2, size, C};
    permutation = channelsFirst ? SmallVector<int64_t>{0, 3, 5, 1, 2, 4}
                                : SmallVector<int64_t>{0, 1, 3, 2, 4, 5};
    joined = channelsFirst ? SmallVector<Value>{N, c2, h2, w2} : SmallVector<Value>{N, h2, w2, c2};
  } else {
    Value c2 = divided(C, area), h2 = times(H, size), w2 = times(W, size);
    split = channelsFirst ? SmallVector<Value>{N, size, size, c2, H, W}
                          : SmallVector<Value>{N, H, W, size, size, c2};
    permutation = channelsFirst ? SmallVector<int64_t>{0, 3, 4, 1, 5, 2}
                                : SmallVector<int64_t>{0, 1, 3, 2, 4, 5};
    joined = channelsFirst ? SmallVector<Value>{N, c2, h2, w2} : SmallVector<Value>{N, h2, w2, c2};
  }
  x = n.b.transpose(n.loc, n.emit<ReshapeOp>({x, n.b.concat(n.loc, split)}), permutation);
  return n.out(n.emit<ReshapeOp>({x, n.b.concat(n.loc, joined)}));
}

void tensorflow::addSliceRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "slice", ""}; };
  add("StridedSlice", buildStridedSlice);
  add("Slice", buildSlice);
  add("Pack", buildPack);
  add("Unpack", buildUnpack);
  add("Concat", buildConcat<true>);
  add("ConcatV2", buildConcat<false>);
  add("Split", buildSplit);
  add("SplitV", buildSplitV);
  add("Pad", buildPad);
  add("PadV2", buildPad);
  add("MirrorPad", buildMirrorPad);
  add("Reverse", buildReverse);
  add("ReverseV2", buildReverseV2);
  add("ReverseSequence", buildReverseSequence);
  add("Roll", buildRoll);
  add("SpaceToBatchND", buildBlocks<true, true>);
  add("SpaceToBatch", buildBlocks<true, false>);
  add("BatchToSpaceND", buildBlocks<false, true>);
  add("BatchToSpace", buildBlocks<false, false>);
  add("SpaceToDepth", buildDepth<true>);
  add("DepthToSpace", buildDepth<false>);
}
