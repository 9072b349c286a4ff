#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Rows.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

static LogicalResult outAll(Node &n, FailureOr<Values> parts) {
  return failed(parts) ? failure() : n.out(*parts);
}

//===--- Parts along one axis ---------------------------------------------===//

SliceMasks tensorflow::sliceMasks(Node &n) {
  return {n.attrs.getInt("begin_mask", 0), n.attrs.getInt("end_mask", 0),
          n.attrs.getInt("ellipsis_mask", 0), n.attrs.getInt("new_axis_mask", 0),
          n.attrs.getInt("shrink_axis_mask", 0)};
}

static LogicalResult buildStridedSlice(Node &n) {
  return n.out(stridedSlice(n, n.in(0), n.in(1), n.in(2), n.in(3), sliceMasks(n)));
}

static LogicalResult buildUpdateSlice(Node &n) {
  return n.out(updateSlice(n, n.in(0), n.in(1), n.in(2), n.in(3), n.in(4), sliceMasks(n)));
}

/// StridedSliceGrad: (shape of x, begin, end, strides, dy).
static LogicalResult buildSliceGradient(Node &n) {
  Value shape = n.in(0), dy = n.in(4);
  if (!shape || !dy)
    return failure();
  Value zeros = n.emit<BroadcastToOp>({n.scalar(dy, 0), shape});
  return n.out(zeros ? updateSlice(n, zeros, n.in(1), n.in(2), n.in(3), dy, sliceMasks(n))
                     : Value());
}

static LogicalResult buildSlice(Node &n) { return n.out(slice(n, n.in(0), n.in(1), n.in(2))); }

static LogicalResult buildPack(Node &n) {
  return n.out(pack(n, n.tensors(), n.attrs.getInt("axis", 0)));
}

static LogicalResult buildUnpack(Node &n) {
  return outAll(n, unpack(n, n.in(0), n.attrs.getInt("axis", 0), n.attrs.getInt("num")));
}

/// Concat has its axis first, ConcatV2 last.
template <bool isFirst> static LogicalResult buildConcat(Node &n) {
  SmallVector<Value> parts = n.tensors();
  if (parts.size() < 2 || llvm::is_contained(parts, Value()))
    return parts.size() < 2 ? n.fail("concatenates nothing") : failure();
  size_t at = isFirst ? 0 : parts.size() - 1;
  parts.erase(parts.begin() + at);
  auto axis = n.constantAxis(n.in(at), n.rank(parts[0]));
  if (failed(axis))
    return failure();
  return n.out(n.b.concat(n.loc, parts, *axis));
}

static LogicalResult buildSplit(Node &n) {
  Value x = n.in(1);
  if (!x)
    return failure();
  auto axis = n.constantAxis(n.in(0), n.rank(x));
  if (failed(axis))
    return failure();
  return outAll(n, split(n, x, *axis, n.attrs.getInt("num_split")));
}

static LogicalResult buildSplitV(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  auto axis = n.constantAxis(n.in(2), n.rank(x));
  if (failed(axis))
    return failure();
  return outAll(n, splitSizes(n, x, n.in(1), *axis));
}

//===--- Padding ----------------------------------------------------------===//

static LogicalResult buildPad(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  Value value = n.size() > 2 ? n.in(2) : n.b.splat(n.loc, {}, n.b.shapes.elementType(x), 0);
  return n.out(n.emit<PadOp>({x, n.in(1), value}));
}

/// Each dimension must have what is mirrored, one without padding too.
static LogicalResult requireEdges(Node &n, Value x, Value paddings, int64_t edge) {
  auto entries = n.b.shapes.contents(paddings);
  if (!entries || int64_t(entries->size()) != 2 * n.rank(x))
    return n.fail("paddings must be of shape [" + Twine(n.rank(x)) + ", 2]");
  DimTable &t = n.b.shapes.table;
  for (auto [i, padding] : llvm::enumerate(*entries)) {
    Dim rest = t.sub(n.b.shapes.dims(x)[i / 2], t.add(padding, t.constant(edge)));
    if (failed(n.requireNatural(rest, "paddings reach beyond what is mirrored")))
      return failure();
  }
  return success();
}

static LogicalResult buildMirrorPad(Node &n) {
  StringRef mode = n.attrs.getString("mode");
  if (mode != "REFLECT" && mode != "SYMMETRIC")
    return n.fail("mode must be REFLECT or SYMMETRIC");
  if (!n.in(0) || !n.in(1) || failed(requireEdges(n, n.in(0), n.in(1), mode == "REFLECT")))
    return failure();
  return n.out(mirrorPad(n, n.in(0), n.in(1), mode == "REFLECT"));
}

/// MirrorPadGrad: (dy, paddings). Each dy is added where its element was copied from.
static LogicalResult buildMirrorPadGradient(Node &n) {
  Value dy = n.in(0), paddings = n.in(1);
  StringRef mode = n.attrs.getString("mode");
  if (!dy || !paddings)
    return failure();
  if (mode != "REFLECT" && mode != "SYMMETRIC")
    return n.fail("mode must be REFLECT or SYMMETRIC");
  auto entries = n.b.shapes.contents(paddings);
  if (!entries || int64_t(entries->size()) != 2 * n.rank(dy))
    return n.fail("paddings must be of shape [" + Twine(n.rank(dy)) + ", 2]");
  DimTable &t = n.b.shapes.table;
  SmallVector<Dim> dims(n.b.shapes.dims(dy));
  for (auto [d, dim] : llvm::enumerate(dims)) {
    dim = t.sub(dim, t.add((*entries)[2 * d], (*entries)[2 * d + 1]));
    if (failed(n.requireNatural(dim, "paddings are larger than what was padded")))
      return failure();
  }
  Dim count = t.product(dims);
  if (!count)
    return n.fail("the result is too large");
  Type i64 = n.b.getI64Type();
  Value limit = n.b.reshape(n.loc, dimVector(n.b, n.loc, count), {});
  Value places =
      n.emit<RangeOp>({n.b.splat(n.loc, {}, i64, 0), limit, n.b.splat(n.loc, {}, i64, 1)});
  places = n.emit<ReshapeOp>({places, dimVector(n.b, n.loc, dims)});
  if (!places || failed(requireEdges(n, places, paddings, mode == "REFLECT")))
    return failure();
  places = n.b.reshape(n.loc, mirrorPad(n, places, paddings, mode == "REFLECT"), {-1, 1});
  Value zeros = n.emit<BroadcastToOp>({n.scalar(dy, 0), dimVector(n.b, n.loc, count)});
  Value dx = n.emit<ScatterNdOp>({zeros, places, n.b.reshape(n.loc, dy, {-1})},
                                 {{"mode", n.b.getStringAttr("add")}});
  return n.out(n.emit<ReshapeOp>({dx, dimVector(n.b, n.loc, dims)}));
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
  return n.out(
      n.emit<ReverseSequenceOp>({x, n.in(1)}, {{"axis", n.b.getI64IntegerAttr(*axis)},
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
  return n.out(toBatch ? spaceToBatch(n, x, block, edges) : batchToSpace(n, x, block, edges));
}

template <bool toDepth> static LogicalResult buildDepth(Node &n) {
  int64_t block = n.attrs.getInt("block_size");
  StringRef format = n.attrs.getString("data_format", "NHWC");
  if (format != "NHWC" && format != "NCHW")
    return n.fail("needs an NHWC or NCHW tensor");
  bool channelsFirst = format == "NCHW";
  return n.out(toDepth ? spaceToDepth(n, n.in(0), block, channelsFirst)
                       : depthToSpace(n, n.in(0), block, channelsFirst));
}

void tensorflow::addSliceRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "slice", ""}; };
  add("StridedSlice", buildStridedSlice);
  add("TensorStridedSliceUpdate", buildUpdateSlice);
  add("StridedSliceGrad", buildSliceGradient);
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
  add("MirrorPadGrad", buildMirrorPadGradient);
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
