#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"
#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Ragged tensors are values [N, E..] and partitions of them: each says which items are
// rows of one item of the partition above, or of the tensor.

namespace {
/// One partition of N items into rows, all i64.
struct Partition {
  Value rows;   ///< of each item the row, [N]
  Value places; ///< of each item its place in the row, [N]
  Value count;  ///< rows, a scalar
  Value width;  ///< items of the longest row, a scalar
};
} // namespace

static Value scalarOf(Node &n, Value vector) { return n.b.reshape(n.loc, vector, {}); }

static Value rangeTo(Node &n, Value count) {
  return n.emit<RangeOp>({n.scalar(count, 0), count, n.scalar(count, 1)});
}

static Value exclusiveSums(Node &n, Value x) {
  return n.emit<CumsumOp>(
      x, {{"axis", n.b.getI64IntegerAttr(0)}, {"exclusive", n.b.getBoolAttr(true)}});
}

static Value rowsAt(Node &n, Value x, Value indices) {
  return n.emit<GatherOp>({x, indices}, {{"axis", n.b.getI64IntegerAttr(0)}});
}

/// From the row of each item: rows follow one another.
static Partition partitionOf(Node &n, Value rows, Value count) {
  Value ones = n.emit<AddOp>({n.emit<SubOp>({rows, rows}), n.scalar(rows, 1)});
  Value lengths =
      n.emit<SegmentReduceOp>({ones, rows, count}, {{"fold", n.b.getStringAttr("sum")}});
  if (!lengths)
    return {};
  Value items = scalarOf(n, n.b.shapeOf(n.loc, rows));
  Value starts = rowsAt(n, exclusiveSums(n, lengths), rows);
  Value places = n.emit<SubOp>({rangeTo(n, items), starts});
  Value longest = n.b.concat(n.loc, {lengths, n.b.integers(n.loc, {0})});
  Value width = n.emit<ReduceMaxOp>(longest, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  return {rows, places, count, width};
}

/// From where the rows begin, and the last one ends: an item's row is the number of rows
/// that end before it or at it.
static Partition partitionAt(Node &n, Value splits) {
  Value one = n.b.integers(n.loc, {1}), zero = n.b.integers(n.loc, {0});
  Value count = n.emit<SubOp>({n.b.extents(n.loc, splits, 0, 1), one});
  Value ends = sliceAlong(n, splits, 0, one, count);
  Value items = sliceAlong(n, splits, 0, count, one);
  if (!ends || !items)
    return {};
  Value room = n.emit<AddOp>({items, one});
  Value none = n.emit<BroadcastToOp>({n.b.splat(n.loc, {}, n.b.getI64Type(), 0), room});
  Value steps = n.emit<BroadcastToOp>({scalarOf(n, one), count});
  Value marks = n.emit<ScatterNdOp>({none, n.b.expandDims(n.loc, ends, {1}), steps},
                                    {{"mode", n.b.getStringAttr("add")}});
  Value passed = n.emit<CumsumOp>(marks, {{"axis", n.b.getI64IntegerAttr(0)}});
  return passed ? partitionOf(n, sliceAlong(n, passed, 0, zero, items), scalarOf(n, count))
                : Partition();
}

/// The partitions that inputs from `first` on are, outermost first.
static FailureOr<SmallVector<Partition>> readPartitions(Node &n, size_t first) {
  SmallVector<Partition> partitions;
  Value count;
  size_t i = first;
  for (StringRef kind : n.attrs.getStrings("row_partition_types")) {
    Value given = n.in(i++);
    Value wide = given ? n.b.cast(n.loc, given, n.b.getI64Type()) : Value();
    if (!wide || n.rank(wide) != (kind == "FIRST_DIM_SIZE" ? 0 : 1))
      return wide ? n.fail("a row partition has the wrong rank") : failure();
    if (kind == "FIRST_DIM_SIZE")
      count = wide;
    else if (kind == "ROW_SPLITS")
      partitions.push_back(partitionAt(n, wide));
    else if (kind == "VALUE_ROWIDS" && count)
      partitions.push_back(partitionOf(n, wide, count));
    else
      return n.fail("row partitions of type " + kind + " cannot be compiled here");
    if (kind == "FIRST_DIM_SIZE")
      continue;
    if (!partitions.back().width)
      return failure();
    count = scalarOf(n, n.b.extents(n.loc, partitions.back().rows, 0, 1));
  }
  if (partitions.empty())
    return n.fail("has no row partitions");
  return partitions;
}

/// The first sizes of the result: as wanted, else those of the rows. A wanted shape of
/// rank 0 says nothing.
static FailureOr<SmallVector<Value>> outerSizes(Node &n, Value shape,
                                                ArrayRef<Partition> partitions) {
  SmallVector<Value> sizes = {partitions.front().count};
  for (const Partition &p : partitions)
    sizes.push_back(p.width);
  if (!shape)
    return failure();
  if (n.rank(shape) == 0)
    return sizes;
  auto length = n.b.shapes.dims(shape)[0].constant();
  if (!length || *length < int64_t(sizes.size()))
    return n.fail("the shape of the result must have a known rank, and no smaller one than it");
  Value wanted = n.b.cast(n.loc, shape, n.b.getI64Type());
  for (auto [d, size] : llvm::enumerate(sizes)) {
    Value own = elementAlong(n, wanted, 0, d);
    Value isGiven = own ? n.emit<GreaterEqualOp>({own, n.scalar(own, 0)}) : Value();
    if (!isGiven || !(size = n.emit<SelectOp>({isGiven, own, size})))
      return failure();
  }
  return sizes;
}

/// Of each item of the last partition the place in a tensor of these outer sizes,
/// row-major; `total` for those that have none.
static Value placesIn(Node &n, ArrayRef<Partition> partitions, ArrayRef<Value> sizes, Value total) {
  const Partition &first = partitions.front();
  Value flat = first.rows, isInside = n.emit<LessOp>({first.rows, sizes[0]});
  for (auto [d, p] : llvm::enumerate(partitions)) {
    if (d > 0)
      flat = rowsAt(n, flat, p.rows), isInside = rowsAt(n, isInside, p.rows);
    flat = n.emit<AddOp>({n.emit<MulOp>({flat, sizes[d + 1]}), p.places});
    isInside = n.emit<AndOp>({isInside, n.emit<LessOp>({p.places, sizes[d + 1]})});
  }
  return n.emit<SelectOp>({isInside, flat, total});
}

/// RaggedTensorToTensor: (shape, values, default value, partitions..). Items behind the
/// sizes are left out: they land on a row more, which is cut.
static LogicalResult buildToTensor(Node &n) {
  Value shape = n.in(0), values = n.in(1), rest = n.in(2);
  auto partitions = readPartitions(n, 3);
  if (!values || !rest || failed(partitions))
    return failure();
  auto sizes = outerSizes(n, shape, *partitions);
  if (failed(sizes))
    return failure();
  SmallVector<Value> vectors;
  Value total = n.b.splat(n.loc, {}, n.b.getI64Type(), 1), zero = n.b.integers(n.loc, {0});
  for (Value size : *sizes) {
    total = n.emit<MulOp>({total, size});
    vectors.push_back(n.b.expandDims(n.loc, size, {0}));
  }
  Value inner = n.b.extents(n.loc, values, 1, n.rank(values));
  Value count = n.b.expandDims(n.loc, total, {0});
  Value room = n.emit<AddOp>({count, n.b.integers(n.loc, {1})});
  Value whole = n.emit<BroadcastToOp>({rest, n.b.concat(n.loc, {room, inner})});
  Value places = placesIn(n, *partitions, *sizes, total);
  if (!places || !whole)
    return failure();
  whole = n.emit<ScatterNdOp>({whole, n.b.expandDims(n.loc, places, {1}), values},
                              {{"mode", n.b.getStringAttr("update")}});
  whole = whole ? sliceAlong(n, whole, 0, zero, count) : whole;
  vectors.push_back(inner);
  return n.out(n.emit<ReshapeOp>({whole, n.b.concat(n.loc, vectors)}));
}

//===--- Rows of other lengths --------------------------------------------===//

/// Where rows of these lengths begin, and the last one ends.
static Value splitsOf(Node &n, Value lengths) {
  Value ends = n.emit<CumsumOp>(lengths, {{"axis", n.b.getI64IntegerAttr(0)}});
  return ends ? n.b.concat(n.loc, {n.b.integers(n.loc, {0}), ends}) : Value();
}

/// Elements of range(start, limit, delta), i64.
static Value rangeLengths(Node &n, Value start, Value limit, Value delta) {
  Value difference = n.emit<SubOp>({limit, start}), zero = n.scalar(delta, 0);
  auto both = [&](Value a, Value b) { return n.emit<AndOp>({a, b}); };
  Value isEmpty =
      n.emit<OrOp>({both(n.emit<LessOp>({difference, zero}), n.emit<GreaterOp>({delta, zero})),
                    both(n.emit<GreaterOp>({difference, zero}), n.emit<LessOp>({delta, zero}))});
  Value count;
  if (isa<FloatType>(n.element(delta))) {
    count = n.emit<CeilOp>(n.emit<AbsOp>(n.emit<DivOp>({difference, delta})));
  } else {
    Value step = n.emit<AbsOp>(delta), size = n.emit<AbsOp>(difference);
    Value last = n.emit<SubOp>({step, n.scalar(delta, 1)});
    count = n.emit<DivOp>({n.emit<AddOp>({size, last}), step});
  }
  count = count ? n.b.cast(n.loc, count, n.b.getI64Type()) : count;
  return count ? n.emit<SelectOp>({isEmpty, n.scalar(count, 0), count}) : Value();
}

/// RaggedRange: (starts, limits, deltas), each a scalar or a vector; a row is a range.
static LogicalResult buildRange(Node &n) {
  SmallVector<Value> bounds = {n.in(0), n.in(1), n.in(2)};
  Type splitsType = n.type("Tsplits", DataType::Int64);
  Value vector;
  for (Value v : bounds) {
    if (!v)
      return failure();
    if (n.rank(v) > 1)
      return n.fail("needs scalars or vectors");
    if (n.rank(v) == 1 && vector &&
        failed(n.requireSame(v, 0, vector, 0, "starts, limits and deltas must be of one size")))
      return failure();
    vector = n.rank(v) == 1 ? v : vector;
  }
  Value one = n.b.integers(n.loc, {1});
  Value rows = vector ? n.b.extents(n.loc, vector, 0, 1) : one;
  for (Value &v : bounds)
    v = n.emit<BroadcastToOp>({v, rows});
  Value isThere = n.emit<NotEqualOp>({bounds[2], n.scalar(bounds[2], 0)});
  Value areThere = n.emit<ReduceAllOp>(isThere, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  if (failed(n.require(areThere, "Requires delta != 0")))
    return failure();
  Value splits = splitsOf(n, rangeLengths(n, bounds[0], bounds[1], bounds[2]));
  Partition p = splits ? partitionAt(n, splits) : Partition();
  if (!p.places)
    return failure();
  Value places = n.b.cast(n.loc, p.places, n.element(bounds[0]));
  Value steps = n.emit<MulOp>({places, rowsAt(n, bounds[2], p.rows)});
  Value values = n.emit<AddOp>({rowsAt(n, bounds[0], p.rows), steps});
  return n.out({n.b.cast(n.loc, splits, splitsType), values});
}

/// RaggedGather: (splits.., values, indices) of rows of values.
static LogicalResult buildGather(Node &n) {
  Value given = n.in(0), values = n.in(1), indices = n.in(2);
  if (n.attrs.getInt("PARAMS_RAGGED_RANK") != 1 || n.size() != 3)
    return n.fail("ragged tensors with ragged rows cannot be gathered from yet");
  if (!given || !values || !indices)
    return failure();
  if (n.rank(indices) != 1 || n.rank(given) != 1 || n.rank(values) < 1)
    return n.fail("needs a vector of indices");
  Type i64 = n.b.getI64Type();
  Value splits = n.b.cast(n.loc, given, i64), at = n.b.cast(n.loc, indices, i64);
  Value starts = rowsAt(n, splits, at);
  Value ends = rowsAt(n, splits, n.emit<AddOp>({at, n.scalar(at, 1)}));
  Value items = scalarOf(n, n.b.extents(n.loc, values, 0, 1));
  Value areInside = n.emit<ReduceAllOp>(n.emit<LessEqualOp>({splits, items}),
                                        {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  if (failed(n.require(areInside, "Ragged splits must not point past values")))
    return failure();
  Value gathered = splitsOf(n, n.emit<SubOp>({ends, starts}));
  Partition p = gathered ? partitionAt(n, gathered) : Partition();
  if (!p.places)
    return failure();
  Value places = n.emit<AddOp>({rowsAt(n, starts, p.rows), p.places});
  return n.out({n.b.cast(n.loc, gathered, n.element(given)), rowsAt(n, values, places)});
}

/// RaggedTensorToSparse: (splits.., values).
static LogicalResult buildToSparse(Node &n) {
  int64_t depth = n.attrs.getInt("RAGGED_RANK");
  if (depth < 1 || depth + 1 != int64_t(n.size()))
    return n.fail("needs values and RAGGED_RANK splits of them");
  Value values = n.in(depth);
  if (values && n.rank(values) != 1)
    return n.fail("values that are no scalars cannot be compiled yet");
  SmallVector<Value> columns, shape;
  for (int64_t d = 0; d < depth; ++d) {
    Value splits = n.in(d);
    if (!splits || !values || n.rank(splits) != 1)
      return splits && values ? n.fail("the splits must be vectors") : failure();
    Partition p = partitionAt(n, n.b.cast(n.loc, splits, n.b.getI64Type()));
    if (!p.width)
      return failure();
    for (Value &column : columns)
      column = rowsAt(n, column, p.rows);
    if (d == 0) {
      columns.push_back(p.rows);
      shape.push_back(n.b.expandDims(n.loc, p.count, {0}));
    }
    columns.push_back(p.places);
    shape.push_back(n.b.expandDims(n.loc, p.width, {0}));
  }
  if (failed(n.requireSame(columns[0], 0, values, 0, "the splits must end with the values")))
    return failure();
  for (Value &column : columns)
    column = n.b.expandDims(n.loc, column, {1});
  return n.out({n.b.concat(n.loc, columns, 1), values, n.b.concat(n.loc, shape)});
}

void tensorflow::addRaggedRows(RowTable &t) {
  static constexpr StringLiteral range[] = {"rt_nested_splits", "rt_dense_values"},
                                 gather[] = {"output_nested_splits", "output_dense_values"},
                                 sparse[] = {"sparse_indices", "sparse_values",
                                             "sparse_dense_shape"};
  t["RaggedTensorToTensor"] = {buildToTensor, "ragged", "of a shape of known rank"};
  t["RaggedRange"] = {buildRange, "ragged", "", range};
  t["RaggedGather"] = {buildGather, "ragged", "of rows that are not ragged", gather};
  t["RaggedTensorToSparse"] = {buildToSparse, "ragged", "of scalars", sparse};
}
