#include "compiler/frontends/tflite/ops/Rows.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// With `offset` the ends count from the begins.
static LogicalResult buildStridedSlice(Node &n) {
  const auto &o = n.options<schema::StridedSliceOptions>();
  SliceMasks masks{o.begin_mask(), o.end_mask(), o.ellipsis_mask(), o.new_axis_mask(),
                   o.shrink_axis_mask()};
  Value x = n.in(0), begin = n.in(1), end = n.in(2);
  if (o.offset())
    end = n.emit<AddOp>({begin, end});
  // Here a single element whose begin does not count is the first one.
  if (int64_t firsts = masks.begin & masks.shrink; firsts && begin && n.rank(begin) == 1) {
    auto count = n.b.shapes.dims(begin)[0].constant();
    SmallVector<int64_t> counts;
    for (int64_t i = 0; i < std::min<int64_t>(count.value_or(0), 32); ++i)
      counts.push_back((firsts >> i & 1) == 0);
    begin = n.emit<MulOp>({n.b.cast(n.loc, begin, n.b.getI64Type()), n.b.integers(n.loc, counts)});
    end = n.b.cast(n.loc, end, n.b.getI64Type());
  }
  return n.out(stridedSlice(n, x, begin, end, n.in(3), masks));
}

static LogicalResult buildSlice(Node &n) { return n.out(slice(n, n.in(0), n.in(1), n.in(2))); }

static LogicalResult buildConcatenation(Node &n) {
  const auto &options = n.options<schema::ConcatenationOptions>();
  Values parts = n.tensors();
  if (parts.empty() || llvm::is_contained(parts, Value()))
    return parts.empty() ? n.fail("concatenates nothing") : failure();
  auto axis = n.axis(options.axis(), n.rank(parts[0]));
  if (failed(axis))
    return failure();
  return n.out(n.b.concat(n.loc, parts, *axis), options.fused_activation_function());
}

static LogicalResult buildPack(Node &n) {
  return n.out(pack(n, n.tensors(), n.options<schema::PackOptions>().axis()));
}

static LogicalResult buildUnpack(Node &n) {
  const auto &options = n.options<schema::UnpackOptions>();
  return n.out(unpack(n, n.in(0), options.axis(), options.num()));
}

static LogicalResult buildSplit(Node &n) {
  Value x = n.in(1);
  if (!x)
    return failure();
  auto axis = n.constantAxis(n.in(0), n.rank(x));
  if (failed(axis))
    return failure();
  return n.out(split(n, x, *axis, n.options<schema::SplitOptions>().num_splits()));
}

static LogicalResult buildSplitV(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  auto axis = n.constantAxis(n.in(2), n.rank(x));
  return failed(axis) ? failure() : n.out(splitSizes(n, x, n.in(1), *axis));
}

namespace {
/// One dimension of a window that is laid over a tensor: for each position of
/// the tensor, which one of the window's covers it, if any.
struct Cover {
  Value position, isCovered;
};
} // namespace

/// `begin` is an i64 vector of one element; it is moved so that the window fits.
static Cover coverOf(Node &n, Value x, Value window, int64_t axis, Value begin) {
  Value zero = n.b.integers(n.loc, {0}), one = n.b.integers(n.loc, {1});
  Value size = extent(n, window, axis), length = extent(n, x, axis);
  Value last = n.emit<SubOp>({length, size});
  begin = n.emit<MaximumOp>({zero, n.emit<MinimumOp>({begin, last})});
  auto scalar = [&](Value v) { return n.b.squeeze(n.loc, v, 0); };
  Value places = n.emit<RangeOp>({scalar(zero), scalar(length), scalar(one)});
  Value offset = n.emit<SubOp>({places, begin});
  Value isCovered =
      n.emit<AndOp>({n.emit<GreaterEqualOp>({offset, zero}), n.emit<LessOp>({offset, size})});
  Value within = n.emit<MinimumOp>({offset, n.emit<SubOp>({size, one})});
  return {n.emit<MaximumOp>({within, zero}), isCovered};
}

/// DYNAMIC_UPDATE_SLICE: x with a window of new elements at `begin`, which is
/// clamped so that the window fits.
static LogicalResult buildUpdateSlice(Node &n) {
  Value x = n.in(0), window = n.in(1), begin = n.b.cast(n.loc, n.in(2), n.b.getI64Type());
  if (!x || !window || !begin)
    return failure();
  int64_t rank = n.rank(x);
  if (n.rank(window) != rank || n.rank(begin) != 1 || !n.b.shapes.dims(begin)[0].is(rank))
    return n.fail("needs a window of the tensor's rank and a begin for each dimension");
  if (n.b.shapes.table.product(n.b.shapes.dims(window)).is(0))
    return n.out(x);
  Value spread = window, isCovered = n.b.splat(n.loc, {}, n.b.getI1Type(), 1);
  for (int64_t d = 0; d < rank; ++d) {
    if (n.b.shapes.dims(x)[d] == n.b.shapes.dims(window)[d])
      continue;
    Cover cover = coverOf(n, x, window, d, n.b.pick(n.loc, begin, d));
    spread = n.emit<GatherOp>({spread, cover.position}, {{"axis", n.b.getI64IntegerAttr(d)}});
    auto behind = llvm::to_vector(llvm::seq<int64_t>(1, rank - d));
    isCovered = n.emit<AndOp>({isCovered, n.b.expandDims(n.loc, cover.isCovered, behind)});
  }
  return n.out(n.emit<SelectOp>({isCovered, spread, x}));
}

/// PAD and PADV2.
static LogicalResult buildPad(Node &n) {
  Value x = n.in(0), value = n.has(2) ? n.in(2) : n.scalar(x, 0);
  return n.out(n.emit<PadOp>({x, n.in(1), value}));
}

static LogicalResult buildMirrorPad(Node &n) {
  bool reflects = n.options<schema::MirrorPadOptions>().mode() == schema::MirrorPadMode::REFLECT;
  return n.out(mirrorPad(n, n.in(0), n.in(1), reflects));
}

static LogicalResult buildReverse(Node &n) {
  Value x = n.in(0);
  auto given = n.constantInts(1, "the axes");
  if (!x || failed(given))
    return failure();
  auto axes = n.axes(*given, n.rank(x));
  return failed(axes) ? failure() : n.out(reversed(n, x, *axes));
}

static LogicalResult buildReverseSequence(Node &n) {
  const auto &options = n.options<schema::ReverseSequenceOptions>();
  Value x = n.in(0);
  if (!x)
    return failure();
  auto axis = n.axis(options.seq_dim(), n.rank(x)), batch = n.axis(options.batch_dim(), n.rank(x));
  if (failed(axis) || failed(batch))
    return failure();
  return n.out(
      n.emit<ReverseSequenceOp>({x, n.in(1)}, {{"axis", n.b.getI64IntegerAttr(*axis)},
                                               {"batch_axis", n.b.getI64IntegerAttr(*batch)}}));
}

template <bool toBatch> static LogicalResult buildBlocks(Node &n) {
  auto block = n.constantInts(1, "the block shape");
  Value edges = n.b.cast(n.loc, n.in(2), n.b.getI64Type());
  if (failed(block))
    return failure();
  return n.out(toBatch ? spaceToBatch(n, n.in(0), *block, edges)
                       : batchToSpace(n, n.in(0), *block, edges));
}

static LogicalResult buildSpaceToDepth(Node &n) {
  return n.out(spaceToDepth(n, n.in(0), n.options<schema::SpaceToDepthOptions>().block_size()));
}

static LogicalResult buildDepthToSpace(Node &n) {
  return n.out(depthToSpace(n, n.in(0), n.options<schema::DepthToSpaceOptions>().block_size()));
}

void tflite::addSliceRows(RowTable &t) {
  auto add = [&](Builtin op, Build build) { t[op] = {build, "slice", ""}; };
  add(Builtin::STRIDED_SLICE, buildStridedSlice);
  add(Builtin::SLICE, buildSlice);
  add(Builtin::DYNAMIC_UPDATE_SLICE, buildUpdateSlice);
  add(Builtin::CONCATENATION, buildConcatenation);
  add(Builtin::PACK, buildPack);
  add(Builtin::UNPACK, buildUnpack);
  add(Builtin::SPLIT, buildSplit);
  add(Builtin::SPLIT_V, buildSplitV);
  add(Builtin::PAD, buildPad);
  add(Builtin::PADV2, buildPad);
  add(Builtin::MIRROR_PAD, buildMirrorPad);
  add(Builtin::REVERSE_V2, buildReverse);
  add(Builtin::REVERSE_SEQUENCE, buildReverseSequence);
  add(Builtin::SPACE_TO_BATCH_ND, buildBlocks<true>);
  add(Builtin::BATCH_TO_SPACE_ND, buildBlocks<false>);
  add(Builtin::SPACE_TO_DEPTH, buildSpaceToDepth);
  add(Builtin::DEPTH_TO_SPACE, buildDepthToSpace);
}
