#include "compiler/frontends/tflite/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// The new shape is input 1, or in old files an option.
static LogicalResult buildReshape(Node &n) {
  if (n.has(1))
    return n.out(n.emit<ReshapeOp>({n.in(0), n.in(1)}));
  const auto *shape = n.options<schema::ReshapeOptions>().new_shape();
  if (!shape)
    return n.fail("has no new shape");
  SmallVector<int64_t> dims(shape->begin(), shape->end());
  if (int64_t(dims.size()) > kMaxTrackedElements)
    return n.fail("the new shape has " + Twine(dims.size()) + " dimensions");
  // Old converters wrote a scalar's shape as [0].
  if (dims.size() == 1 && dims[0] == 0)
    dims.clear();
  return n.out(n.b.reshape(n.loc, n.in(0), dims));
}

static LogicalResult buildSqueeze(Node &n) {
  const auto *axes = n.options<schema::SqueezeOptions>().squeeze_dims();
  SmallVector<int64_t> given;
  if (axes)
    given.append(axes->begin(), axes->end());
  return n.out(squeeze(n, n.in(0), given));
}

static LogicalResult buildExpandDims(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  auto axis = n.constantAxis(n.in(1), n.rank(x) + 1);
  return failed(axis) ? failure() : n.out(n.b.expandDims(n.loc, x, *axis));
}

static LogicalResult buildTranspose(Node &n) {
  auto permutation = n.constantInts(1, "the permutation");
  if (failed(permutation))
    return failure();
  for (int64_t &d : *permutation)
    d = d < 0 ? d + int64_t(permutation->size()) : d;
  return n.out(n.b.transpose(n.loc, n.in(0), *permutation));
}

static LogicalResult buildShape(Node &n) {
  bool isWide = n.options<schema::ShapeOptions>().out_type() == schema::TensorType::INT64;
  auto type = TypeAttr::get(n.b.getIntegerType(isWide ? 64 : 32));
  return n.out(n.emit<ShapeOp>(n.in(0), {{"to", type}}));
}

static LogicalResult buildRank(Node &n) {
  Value x = n.in(0);
  return x ? n.out(n.b.splat(n.loc, {}, n.b.getI32Type(), n.rank(x))) : failure();
}

static LogicalResult buildFill(Node &n) { return n.out(n.emit<BroadcastToOp>({n.in(1), n.in(0)})); }

static LogicalResult buildZerosLike(Node &n) { return n.out(filledLike(n, n.in(0), 0)); }
static LogicalResult buildTile(Node &n) { return n.out(tile(n, n.in(0), n.in(1))); }

static LogicalResult buildOneHot(Node &n) {
  int64_t axis = n.options<schema::OneHotOptions>().axis();
  return n.out(oneHot(n, n.in(0), n.in(1), n.in(2), n.in(3), axis));
}

void tflite::addShapeRows(RowTable &t) {
  auto add = [&](Builtin op, Build build) { t[op] = {build, "shape", ""}; };
  add(Builtin::RESHAPE, buildReshape);
  add(Builtin::SQUEEZE, buildSqueeze);
  add(Builtin::EXPAND_DIMS, buildExpandDims);
  add(Builtin::TRANSPOSE, buildTranspose);
  add(Builtin::SHAPE, buildShape);
  add(Builtin::RANK, buildRank);
  add(Builtin::FILL, buildFill);
  add(Builtin::ZEROS_LIKE, buildZerosLike);
  add(Builtin::TILE, buildTile);
  add(Builtin::ONE_HOT, buildOneHot);
  add(Builtin::RANGE, buildSame<RangeOp>);
  add(Builtin::BROADCAST_TO, buildSame<BroadcastToOp>);
  add(Builtin::BROADCAST_ARGS, buildSame<BroadcastShapeOp>);
}
