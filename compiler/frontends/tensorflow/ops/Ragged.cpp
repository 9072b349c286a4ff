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

void tensorflow::addRaggedRows(RowTable &t) {
  t["RaggedTensorToTensor"] = {buildToTensor, "ragged", "of a shape of known rank"};
}
