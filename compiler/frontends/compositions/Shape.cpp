#include "compiler/frontends/compositions/Compositions.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;

Value ingot::squeeze(NodeBuilder &n, Value x, Ints given) {
  if (!x)
    return {};
  SmallVector<int64_t> axes;
  SmallVector<Dim, 4> dims(n.b.shapes.dims(x));
  for (int64_t one : given) {
    auto axis = n.axis(one, dims.size());
    if (failed(axis))
      return {};
    if (dims[*axis].constant().value_or(1) != 1)
      return n.refuse("dimension " + Twine(*axis) + " is not 1");
    axes.push_back(*axis);
  }
  if (axes.empty()) {
    for (auto [d, dim] : llvm::enumerate(dims)) {
      if (!dim.constant())
        return n.refuse("whether dimension " + Twine(d) + " is 1 is known only at run time",
                        "fix it with --input-shape, or name the axes to squeeze");
      if (dim.is(1))
        axes.push_back(d);
    }
  }
  return n.b.squeeze(n.loc, x, axes);
}

Value ingot::filledLike(NodeBuilder &n, Value x, double value) {
  if (!x)
    return {};
  return n.emit<BroadcastToOp>({n.scalar(x, value), n.b.shapeOf(n.loc, x)});
}

/// Each repeated dimension becomes [multiple, extent] for a broadcast, and one again.
Value ingot::tile(NodeBuilder &n, Value x, Value given) {
  Value multiples = n.b.cast(n.loc, given, n.b.getI64Type());
  if (!x || !multiples)
    return {};
  int64_t rank = n.rank(x);
  auto counts = n.b.shapes.contents(multiples);
  if (!counts || int64_t(counts->size()) != rank)
    return n.refuse("needs one multiple for each of " + Twine(rank) + " dimensions");
  SmallVector<Value> split, repeated, joined;
  Value one = n.b.integers(n.loc, {1});
  for (int64_t d = 0; d < rank; ++d) {
    Value extent = n.b.extents(n.loc, x, d, d + 1);
    Value count = n.b.pick(n.loc, multiples, d);
    joined.push_back(n.emit<MulOp>({count, extent}));
    bool isOne = n.b.shapes.dims(x)[d].is(1);
    if (!isOne && !(*counts)[d].is(1))
      split.push_back(one), repeated.push_back(count);
    split.push_back(extent);
    repeated.push_back(isOne ? count : extent);
  }
  if (rank == 0)
    return x;
  Value parts = n.emit<ReshapeOp>({x, n.b.concat(n.loc, split)});
  Value whole = n.emit<BroadcastToOp>({parts, n.b.concat(n.loc, repeated)});
  return n.emit<ReshapeOp>({whole, n.b.concat(n.loc, joined)});
}

Value ingot::oneHot(NodeBuilder &n, Value places, Value count, Value on, Value off, int64_t given) {
  Type i64 = n.b.getI64Type();
  Value indices = n.b.cast(n.loc, places, i64), depth = n.b.cast(n.loc, count, i64);
  if (!indices || !depth)
    return {};
  int64_t rank = n.rank(indices) + 1;
  auto axis = n.axis(given, rank);
  if (failed(axis))
    return {};
  auto scalar = [&](int64_t v) { return n.b.splat(n.loc, {}, i64, v); };
  Value positions = n.emit<RangeOp>({scalar(0), depth, scalar(1)});
  SmallVector<int64_t> behind;
  for (int64_t d = *axis + 1; d < rank; ++d)
    behind.push_back(d - *axis);
  positions = n.b.expandDims(n.loc, positions, behind);
  Value isHot = n.emit<EqualOp>({n.b.expandDims(n.loc, indices, *axis), positions});
  return n.emit<SelectOp>({isHot, on, off});
}
