#include "compiler/frontends/tflite/ops/Rows.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// HASHTABLE_LOOKUP: (wanted, keys, values), the keys sorted. Outputs the values' rows,
/// zeros for what is no key, and whether it is one.
static LogicalResult buildHashtableLookup(Node &n) {
  Value wanted = n.in(0), keys = n.in(1), values = n.in(2);
  if (!wanted || !keys || !values)
    return failure();
  if (n.rank(wanted) != 1 || n.rank(keys) != 1 || n.rank(values) < 1 ||
      !n.element(wanted).isInteger(32) || !n.element(keys).isInteger(32))
    return n.fail("needs vectors of INT32 to look up and as keys, and rows of values");
  if (failed(n.requireSame(keys, 0, values, 0, "there must be a value for each key")))
    return failure();
  if (n.b.shapes.dims(keys)[0].is(0))
    return n.fail("has no keys");
  Value isKey = n.emit<EqualOp>({n.b.expandDims(n.loc, wanted, {1}), keys});
  Value isFound = n.emit<ReduceAnyOp>(isKey, {{"axes", n.b.getDenseI64ArrayAttr({1})}});
  Value numbers = n.b.cast(n.loc, isKey, n.b.getI32Type());
  Value place = n.emit<ArgMaxOp>(
      numbers, {{"axis", n.b.getI64IntegerAttr(1)}, {"to", TypeAttr::get(n.b.getI32Type())}});
  Value rows = n.emit<GatherOp>({values, place}, {{"axis", n.b.getI64IntegerAttr(0)}});
  if (!rows)
    return failure();
  auto behind = llvm::to_vector(llvm::seq<int64_t>(1, n.rank(rows)));
  rows = n.emit<SelectOp>({n.b.expandDims(n.loc, isFound, behind), rows, n.scalar(rows, 0)});
  return n.out(Values{rows, n.b.cast(n.loc, isFound, n.b.getIntegerType(8, false))});
}

/// EMBEDDING_LOOKUP_SPARSE: (ids, [entries, rank] places of them, dense shape, weights of
/// entries, table). A result's row is the weighted sum of the table's rows whose entries
/// have its place, by the sum of the weights (MEAN) or the root of that of their squares.
static LogicalResult buildEmbeddingLookupSparse(Node &n) {
  using Combiner = schema::CombinerType;
  Combiner combiner = n.options<schema::EmbeddingLookupSparseOptions>().combiner();
  Value ids = n.in(0), places = n.in(1), shape = n.in(2), weights = n.in(3), table = n.in(4);
  if (!ids || !places || !shape || !weights || !table)
    return failure();
  if (n.rank(ids) != 1 || n.rank(places) != 2 || n.rank(shape) != 1 || n.rank(weights) != 1 ||
      n.rank(table) < 2 || !n.element(table).isF32() || !n.element(weights).isF32())
    return n.fail("needs vectors of ids and weights, a matrix of places and a table of FLOAT32");
  if (failed(n.requireSame(ids, 0, weights, 0, "there must be a weight for each id")) ||
      failed(n.requireSame(ids, 0, places, 0, "there must be a place for each id")) ||
      failed(n.requireSame(places, 1, shape, 0, "the places do not fit the shape")))
    return failure();
  auto rank = n.b.shapes.dims(shape)[0].constant();
  if (!rank || *rank < 1)
    return n.fail("the rank of the result must be known");
  // The last dimension of the places is summed over.
  Value kept = n.b.cast(n.loc, places, n.b.getI64Type());
  kept = sliceAlong(n, kept, 1, n.b.integers(n.loc, {0}), n.b.integers(n.loc, {*rank - 1}));
  Value outer = n.b.cast(n.loc, shape, n.b.getI64Type());
  outer = n.emit<SliceOp>({outer, n.b.integers(n.loc, {0}), n.b.integers(n.loc, {*rank - 1})});
  Value rows = n.emit<GatherOp>({table, ids}, {{"axis", n.b.getI64IntegerAttr(0)}});
  if (!rows || !kept || !outer)
    return failure();
  auto behind = llvm::to_vector(llvm::seq<int64_t>(1, n.rank(rows)));
  rows = n.emit<MulOp>({rows, n.b.expandDims(n.loc, weights, behind)});
  auto summed = [&](Value parts) {
    Value sizes = n.b.concat(n.loc, {outer, n.b.extents(n.loc, parts, 1, n.rank(parts))});
    Value zeros = n.emit<BroadcastToOp>({n.scalar(parts, 0), sizes});
    return n.emit<ScatterNdOp>({zeros, kept, parts}, {{"mode", n.b.getStringAttr("add")}});
  };
  Value sums = rows ? summed(rows) : Value();
  if (combiner == Combiner::SUM)
    return n.out(sums);
  Value measure = combiner == Combiner::MEAN ? weights : n.emit<SquareOp>(weights);
  Value total = summed(n.b.expandDims(n.loc, measure, behind));
  if (combiner == Combiner::SQRTN)
    total = n.emit<SqrtOp>(total);
  Value count = summed(n.b.expandDims(n.loc, filledLike(n, weights, 1), behind));
  Value isThere = n.emit<GreaterOp>({count, n.scalar(weights, 0)});
  return n.out(n.emit<SelectOp>({isThere, n.emit<DivOp>({sums, total}), sums}));
}

void tflite::addLookupRows(RowTable &t) {
  t[Builtin::HASHTABLE_LOOKUP] = {buildHashtableLookup, "gather", "of numbers"};
  t[Builtin::EMBEDDING_LOOKUP_SPARSE] = {buildEmbeddingLookupSparse, "gather", ""};
}
