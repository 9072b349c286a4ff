#include "compiler/frontends/compositions/Compositions.h"
#include "dialects/ingot/Limits.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;

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

static FailureOr<SliceEntries> sortEntries(NodeBuilder &n, const SliceMasks &masks, int64_t count,
                                           int64_t rank) {
  int64_t ellipsis = masks.ellipsis, added = masks.newAxis, shrink = masks.shrink;
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
      addDimension(i, !isSingle && hasBit(masks.begin, i), hasBit(masks.end, i), isSingle);
    }
  }
  return s;
}

namespace {
/// Operands and attributes of the ops over a strided slice.
struct StridedSlice {
  Value begin, end, strides;
  int64_t beginMask, endMask, shrinkMask;
  SmallVector<int64_t> newAxes; ///< to be put into the result

  SmallVector<std::pair<StringRef, Attribute>> masks(Builder &b) const {
    return {{"begin_mask", b.getI64IntegerAttr(beginMask)},
            {"end_mask", b.getI64IntegerAttr(endMask)},
            {"shrink_mask", b.getI64IntegerAttr(shrinkMask)}};
  }
};
} // namespace

/// New axes and ellipses resolved.
static FailureOr<StridedSlice> sortSlice(NodeBuilder &n, Value x, Value begin, Value end,
                                         Value strideTensor, const SliceMasks &masks) {
  auto strides = n.constantInts(strideTensor, "strides");
  if (!x || !begin || !end || failed(strides))
    return failure();
  int64_t count = strides->size();
  auto s = sortEntries(n, masks, count, n.rank(x));
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
  return StridedSlice{begin,      end,           n.b.integers(n.loc, steps),      s->beginMask,
                      s->endMask, s->shrinkMask, SmallVector<int64_t>(s->newAxes)};
}

Value ingot::stridedSlice(NodeBuilder &n, Value x, Value begin, Value end, Value strides,
                          const SliceMasks &masks) {
  auto s = sortSlice(n, x, begin, end, strides, masks);
  if (failed(s))
    return {};
  Value slice = n.emit<StridedSliceOp>({x, s->begin, s->end, s->strides}, s->masks(n.b));
  return s->newAxes.empty() ? slice : n.b.expandDims(n.loc, slice, s->newAxes);
}

Value ingot::updateSlice(NodeBuilder &n, Value x, Value begin, Value end, Value strides,
                         Value value, const SliceMasks &masks) {
  auto s = sortSlice(n, x, begin, end, strides, masks);
  if (failed(s) || !value)
    return {};
  if (!s->newAxes.empty())
    value = n.b.squeeze(n.loc, value, s->newAxes);
  SmallVector<int64_t> singles;
  for (int64_t d = 0; d < n.rank(x); ++d)
    if (hasBit(s->shrinkMask, d))
      singles.push_back(d);
  if (value && n.rank(value) + int64_t(singles.size()) != n.rank(x))
    return n.refuse("the value does not have the rank of the slice");
  if (!singles.empty())
    value = n.b.expandDims(n.loc, value, singles);
  return n.emit<UpdateSliceOp>({x, s->begin, s->end, s->strides, value}, s->masks(n.b));
}

//===--- Parts along one axis ---------------------------------------------===//

/// A vector of `rank` entries that are `fill`, but for `value` at `axis`.
static Value entryAt(NodeBuilder &n, int64_t rank, int64_t axis, Value value, int64_t fill) {
  SmallVector<int64_t> before(axis, fill), after(rank - axis - 1, fill);
  return n.b.concat(n.loc, {n.b.integers(n.loc, before), value, n.b.integers(n.loc, after)});
}

Value ingot::sliceAlong(NodeBuilder &n, Value x, int64_t axis, Value begin, Value size) {
  if (!x)
    return {};
  int64_t rank = n.rank(x);
  return n.emit<SliceOp>({x, entryAt(n, rank, axis, begin, 0), entryAt(n, rank, axis, size, -1)});
}

Value ingot::extent(NodeBuilder &n, Value x, int64_t axis) {
  return n.b.extents(n.loc, x, axis, axis + 1);
}

/// x as it is, whose dimension `axis` must be `size`: run time checks it, not by the
/// number of elements alone, as there may be none.
static Value resized(NodeBuilder &n, Value x, int64_t axis, Value size) {
  Value same = n.emit<EqualOp>({extent(n, x, axis), size});
  if (!same)
    return {};
  AssertOp::create(n.b, n.loc, n.b.reshape(n.loc, same, {}),
                   "the parts do not add up to the whole");
  Value before = n.b.extents(n.loc, x, 0, axis), after = n.b.extents(n.loc, x, axis + 1, n.rank(x));
  return n.emit<ReshapeOp>({x, n.b.concat(n.loc, {before, size, after})});
}

Value ingot::elementAlong(NodeBuilder &n, Value x, int64_t axis, int64_t index) {
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

Value ingot::reversed(NodeBuilder &n, Value x, ArrayRef<int64_t> axes) {
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

Value ingot::slice(NodeBuilder &n, Value x, Value givenBegin, Value givenSize) {
  Type i64 = n.b.getI64Type();
  Value begin = n.b.cast(n.loc, givenBegin, i64), size = n.b.cast(n.loc, givenSize, i64);
  auto known = size ? n.b.shapes.contents(size) : std::nullopt;
  if (!x || !known || n.rank(x) != int64_t(known->size()))
    return n.emit<SliceOp>({x, begin, size});
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
  return n.emit<SliceOp>({x, begin, n.b.concat(n.loc, sizes)});
}

Value ingot::pack(NodeBuilder &n, Values parts, int64_t given) {
  if (parts.empty())
    return n.refuse("packs nothing");
  if (parts.size() > kMaxParts)
    return n.refuse("packs " + Twine(parts.size()) + " tensors, more than " + Twine(kMaxParts));
  if (llvm::is_contained(parts, Value()))
    return {};
  auto axis = n.axis(given, n.rank(parts[0]) + 1);
  if (failed(axis))
    return {};
  for (Value &part : parts) {
    if (n.rank(part) < *axis)
      return n.refuse("packs tensors of different ranks");
    part = n.b.expandDims(n.loc, part, *axis);
  }
  return n.b.concat(n.loc, parts, *axis);
}

FailureOr<Values> ingot::unpack(NodeBuilder &n, Value x, int64_t given, int64_t count) {
  if (!x)
    return failure();
  auto axis = n.axis(given, n.rank(x));
  if (failed(axis))
    return failure();
  if (count < 0 || count > kMaxParts)
    return n.fail("unpacks into " + Twine(count) + " tensors");
  auto known = n.b.shapes.dims(x)[*axis].constant();
  if (known && *known != count)
    return n.fail("unpacks " + Twine(*known) + " slices into " + Twine(count));
  if (!known) {
    SmallVector<int64_t> shape(n.rank(x), -1);
    shape[*axis] = count;
    x = n.emit<EnsureShapeOp>(x, {{"shape", n.b.getDenseI64ArrayAttr(shape)}});
  }
  Values parts;
  for (int64_t i = 0; i < count; ++i)
    parts.push_back(elementAlong(n, x, *axis, i));
  return parts;
}

FailureOr<Values> ingot::split(NodeBuilder &n, Value x, int64_t axis, int64_t count) {
  if (!x)
    return failure();
  if (count < 1 || count > kMaxParts)
    return n.fail("splits into " + Twine(count) + " parts");
  auto known = n.b.shapes.dims(x)[axis].constant();
  if (known && *known % count)
    return n.fail("dimension " + Twine(axis) + " of " + Twine(*known) + " cannot be split into " +
                  Twine(count) + " parts");
  Value number = n.b.integers(n.loc, count);
  Value size = n.emit<FloorDivOp>({extent(n, x, axis), number});
  if (!known)
    x = resized(n, x, axis, n.emit<MulOp>({number, size}));
  Values parts;
  for (int64_t i = 0; i < count; ++i) {
    Value begin = n.emit<MulOp>({size, n.b.integers(n.loc, i)});
    parts.push_back(sliceAlong(n, x, axis, begin, size));
  }
  return parts;
}

FailureOr<Values> ingot::splitSizes(NodeBuilder &n, Value x, Value given, int64_t axis) {
  Value sizes = n.b.cast(n.loc, given, n.b.getI64Type());
  if (!x || !sizes)
    return failure();
  auto known = n.b.shapes.contents(sizes);
  if (!known || known->empty())
    return n.fail("needs a short vector of sizes");
  int64_t open = llvm::find_if(*known, [](Dim d) { return d.is(-1); }) - known->begin();
  if (llvm::count_if(*known, [](Dim d) { return d.is(-1); }) > 1)
    return n.fail("more than one size is -1");
  SmallVector<Value> lengths;
  Value rest = extent(n, x, axis);
  for (int64_t i = 0; i < int64_t(known->size()); ++i) {
    lengths.push_back(n.b.pick(n.loc, sizes, i));
    if (i != open)
      rest = n.emit<SubOp>({rest, lengths[i]});
  }
  if (open < int64_t(known->size()))
    lengths[open] = rest;
  else if (auto left = rest ? n.b.shapes.constantContents(rest) : std::nullopt;
           left && left->front() != 0)
    return n.fail("the sizes do not add up to dimension " + Twine(axis));
  if (open == int64_t(known->size()))
    x = resized(n, x, axis, n.emit<SubOp>({extent(n, x, axis), rest}));
  Values parts;
  Value begin = n.b.integers(n.loc, {0});
  for (Value length : lengths) {
    parts.push_back(sliceAlong(n, x, axis, begin, length));
    begin = n.emit<AddOp>({begin, length});
  }
  return parts;
}

//===--- Padding ----------------------------------------------------------===//

/// Run time checks what is not known now.
static LogicalResult checkPaddings(NodeBuilder &n, Value paddings, ArrayRef<Dim> entries) {
  if (llvm::any_of(entries, [](Dim d) { return d.constant().value_or(0) < 0; }))
    return n.fail("paddings must not be negative");
  if (llvm::all_of(entries, [&](Dim d) { return n.b.shapes.table.isNonNegative(d); }))
    return success();
  Value isPositive = n.emit<GreaterEqualOp>({paddings, n.b.integers(n.loc, {0})});
  Value areAll = n.emit<ReduceAllOp>(isPositive, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  if (!areAll)
    return failure();
  AssertOp::create(n.b, n.loc, areAll, "paddings must not be negative");
  return success();
}

/// Dimension by dimension: reversed slices of the edges around what is there.
Value ingot::mirrorPad(NodeBuilder &n, Value x, Value given, int64_t edge) {
  Value paddings = n.b.cast(n.loc, given, n.b.getI64Type());
  if (!x || !paddings)
    return {};
  int64_t rank = n.rank(x);
  auto entries = n.b.shapes.contents(paddings);
  if (!entries || int64_t(entries->size()) != 2 * rank)
    return n.refuse("paddings must be of shape [" + Twine(rank) + ", 2]");
  paddings = n.b.reshape(n.loc, paddings, 2 * rank);
  if (failed(checkPaddings(n, paddings, *entries)))
    return {};
  for (int64_t d = 0; d < rank; ++d) {
    SmallVector<Value> parts = {x};
    if (!(*entries)[2 * d].is(0)) {
      Value low = n.b.pick(n.loc, paddings, 2 * d);
      parts.insert(parts.begin(),
                   reversed(n, sliceAlong(n, x, d, n.b.integers(n.loc, edge), low), d));
    }
    if (!(*entries)[2 * d + 1].is(0)) {
      Value high = n.b.pick(n.loc, paddings, 2 * d + 1);
      Value last = n.emit<SubOp>({extent(n, x, d), n.b.integers(n.loc, edge)});
      parts.push_back(reversed(n, sliceAlong(n, x, d, n.emit<SubOp>({last, high}), high), d));
    }
    if (parts.size() > 1)
      x = n.b.concat(n.loc, parts, d);
  }
  return x;
}
