#include "compiler/frontends/compositions/Compositions.h"

using namespace mlir;
using namespace ingot;

static LogicalResult checkBlock(NodeBuilder &n, Value x, Ints block) {
  if (n.rank(x) < int64_t(1 + block.size()))
    return n.fail("needs rank " + Twine(1 + block.size()) + " or more");
  if (llvm::any_of(block, [](int64_t b) { return b < 1 || b > INT32_MAX; }))
    return n.fail("blocks must be positive");
  return success();
}

Value ingot::spaceToBatch(NodeBuilder &n, Value x, Ints block, Value paddings) {
  if (!x || !paddings || failed(checkBlock(n, x, block)))
    return {};
  int64_t rank = n.rank(x), spatial = block.size();
  SmallVector<int64_t> before(2, 0), after(2 * (rank - 1 - spatial), 0);
  paddings = n.b.reshape(n.loc, paddings, 2 * spatial);
  Value flat =
      n.b.concat(n.loc, {n.b.integers(n.loc, before), paddings, n.b.integers(n.loc, after)});
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
  return n.emit<ReshapeOp>({x, n.b.concat(n.loc, joined)});
}

Value ingot::batchToSpace(NodeBuilder &n, Value x, Ints block, Value crops) {
  if (!x || !crops || failed(checkBlock(n, x, block)))
    return {};
  int64_t rank = n.rank(x), spatial = block.size();
  Value batch = extent(n, x, 0), sizes = n.b.integers(n.loc, block);
  for (int64_t b : block)
    batch = n.emit<FloorDivOp>({batch, n.b.integers(n.loc, b)});
  Value space = n.b.extents(n.loc, x, 1, spatial + 1),
        rest = n.b.extents(n.loc, x, spatial + 1, rank);
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
  return n.emit<SliceOp>({x, begin, size});
}

static LogicalResult checkDepth(NodeBuilder &n, Value x, int64_t b) {
  if (n.rank(x) != 4 || b < 1 || b > (1 << 15))
    return n.fail("needs a tensor of rank 4 and a positive block size");
  return success();
}

namespace {
/// Extents of an image tensor.
struct ImageExtents {
  Value n, h, w, c;
  ImageExtents(NodeBuilder &builder, Value x, bool channelsFirst) {
    int64_t first = channelsFirst ? 2 : 1;
    n = extent(builder, x, 0);
    h = extent(builder, x, first);
    w = extent(builder, x, first + 1);
    c = extent(builder, x, channelsFirst ? 1 : 3);
  }
};
} // namespace

/// x as `split`, permuted, as `joined`.
static Value regrouped(NodeBuilder &n, Value x, const Values &split, Ints permutation,
                       const Values &joined) {
  x = n.b.transpose(n.loc, n.emit<ReshapeOp>({x, n.b.concat(n.loc, split)}), permutation);
  return n.emit<ReshapeOp>({x, n.b.concat(n.loc, joined)});
}

Value ingot::spaceToDepth(NodeBuilder &n, Value x, int64_t b, bool channelsFirst) {
  if (!x || failed(checkDepth(n, x, b)))
    return {};
  ImageExtents e(n, x, channelsFirst);
  Value size = n.b.integers(n.loc, b), area = n.b.integers(n.loc, b * b);
  Value h = n.emit<FloorDivOp>({e.h, size}), w = n.emit<FloorDivOp>({e.w, size});
  Value c = n.emit<MulOp>({e.c, area});
  if (channelsFirst)
    return regrouped(n, x, {e.n, e.c, h, size, w, size}, {0, 3, 5, 1, 2, 4}, {e.n, c, h, w});
  return regrouped(n, x, {e.n, h, size, w, size, e.c}, {0, 1, 3, 2, 4, 5}, {e.n, h, w, c});
}

Value ingot::depthToSpace(NodeBuilder &n, Value x, int64_t b, bool channelsFirst) {
  if (!x || failed(checkDepth(n, x, b)))
    return {};
  ImageExtents e(n, x, channelsFirst);
  Value size = n.b.integers(n.loc, b), area = n.b.integers(n.loc, b * b);
  Value h = n.emit<MulOp>({e.h, size}), w = n.emit<MulOp>({e.w, size});
  Value c = n.emit<FloorDivOp>({e.c, area});
  if (channelsFirst)
    return regrouped(n, x, {e.n, size, size, c, e.h, e.w}, {0, 3, 4, 1, 5, 2}, {e.n, c, h, w});
  return regrouped(n, x, {e.n, e.h, e.w, size, size, c}, {0, 1, 3, 2, 4, 5}, {e.n, h, w, c});
}
