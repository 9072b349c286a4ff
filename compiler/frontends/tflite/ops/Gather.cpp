#include "compiler/frontends/tflite/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

static LogicalResult gather(Node &n, Value x, Value indices, int64_t given, int64_t batch) {
  if (!x || !indices)
    return failure();
  auto axis = n.axis(given, n.rank(x));
  if (failed(axis))
    return failure();
  if (batch < 0)
    batch += n.rank(indices);
  return n.out(n.emit<GatherOp>({x, indices}, {{"axis", n.b.getI64IntegerAttr(*axis)},
                                               {"batch_dims", n.b.getI64IntegerAttr(batch)}}));
}

static LogicalResult buildGather(Node &n) {
  const auto &options = n.options<schema::GatherOptions>();
  return gather(n, n.in(0), n.in(1), options.axis(), options.batch_dims());
}

static LogicalResult buildEmbeddingLookup(Node &n) { return gather(n, n.in(1), n.in(0), 0, 0); }

static LogicalResult buildGatherNd(Node &n) {
  return n.out(n.emit<GatherNdOp>({n.in(0), n.in(1)}));
}

static Value scatter(Node &n, Value x, Value indices, Value updates, StringRef mode) {
  return n.emit<ScatterNdOp>({x, indices, updates}, {{"mode", n.b.getStringAttr(mode)}});
}

/// SCATTER_ND: (indices, updates, shape); updates of one place are added up,
/// booleans or-ed.
static LogicalResult buildScatterNd(Node &n) {
  Value updates = n.in(1);
  if (!updates)
    return failure();
  Type element = n.element(updates);
  if (element.isInteger(1))
    updates = n.b.cast(n.loc, updates, n.b.getI32Type());
  Value zeros = n.emit<BroadcastToOp>({n.scalar(updates, 0), n.in(2)});
  return n.out(n.b.cast(n.loc, scatter(n, zeros, n.in(0), updates, "add"), element));
}

/// SPARSE_TO_DENSE: (places, shape, values, default). Places are a scalar, a
/// vector for a vector as result, or a matrix of coordinates; one value may be
/// for all.
static LogicalResult buildSparseToDense(Node &n) {
  Value places = n.in(0), shape = n.in(1), values = n.in(2), rest = n.in(3);
  if (!places || !shape || !values || !rest)
    return failure();
  if (n.rank(places) > 2)
    return n.fail("the places must be a scalar, a vector or a matrix");
  if (n.rank(places) == 0)
    places = n.b.reshape(n.loc, places, {1, 1});
  else if (n.rank(places) == 1)
    places = n.b.expandDims(n.loc, places, 1);
  values = n.emit<BroadcastToOp>({values, n.b.extents(n.loc, places, 0, 1)});
  return n.out(scatter(n, n.emit<BroadcastToOp>({rest, shape}), places, values, "update"));
}

static LogicalResult buildWhere(Node &n) { return n.out(n.emit<WhereOp>(n.in(0))); }

static LogicalResult buildUnique(Node &n) {
  bool isWide = n.options<schema::UniqueOptions>().idx_out_type() == schema::TensorType::INT64;
  Operation *op = n.b.emitOp(UniqueOp::getOperationName(), n.loc, n.in(0),
                             {{"index", TypeAttr::get(n.b.getIntegerType(isWide ? 64 : 32))}}, 3);
  return op ? n.out(Values(op->getResults().take_front(2))) : failure();
}

void tflite::addGatherRows(RowTable &t) {
  auto add = [&](Builtin op, Build build) { t[op] = {build, "gather", ""}; };
  add(Builtin::GATHER, buildGather);
  add(Builtin::EMBEDDING_LOOKUP, buildEmbeddingLookup);
  add(Builtin::GATHER_ND, buildGatherNd);
  add(Builtin::SCATTER_ND, buildScatterNd);
  add(Builtin::SPARSE_TO_DENSE, buildSparseToDense);
  add(Builtin::WHERE, buildWhere);
  add(Builtin::UNIQUE, buildUnique);
}
