#include "compiler/frontends/tensorflow/ops/Rows.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

//===--- Gather and scatter -----------------------------------------------===//

static LogicalResult gather(Node &n, Value x, Value indices, int64_t givenAxis, int64_t batch) {
  if (!x || !indices)
    return failure();
  auto axis = n.axis(givenAxis, n.rank(x));
  if (failed(axis))
    return failure();
  if (batch < 0)
    batch += n.rank(indices);
  return n.out(n.emit<GatherOp>({x, indices}, {{"axis", n.b.getI64IntegerAttr(*axis)},
                                               {"batch_dims", n.b.getI64IntegerAttr(batch)}}));
}

static LogicalResult buildGather(Node &n) { return gather(n, n.in(0), n.in(1), 0, 0); }

static LogicalResult buildGatherV2(Node &n) {
  auto axis = n.constantInts(2, "the axis");
  if (failed(axis))
    return failure();
  if (axis->size() != 1)
    return n.fail("the axis must be a scalar");
  return gather(n, n.in(0), n.in(1), axis->front(), n.attrs.getInt("batch_dims", 0));
}

/// The table is a variable.
static LogicalResult buildResourceGather(Node &n) {
  if (n.size() < 2 || !n.inputs[0].variable)
    return n.fail("gathers from something that is no variable of the model");
  int64_t batch = n.attrs.getInt("batch_dims", 0);
  return gather(n, readVariable(n, *n.inputs[0].variable), n.in(1), batch, batch);
}

/// Indices out of range end the call, as on a CPU; "IGNORE" is not compiled.
static LogicalResult checkPolicy(Node &n) {
  if (n.attrs.getString("bad_indices_policy", "") == "IGNORE")
    return n.fail("ignoring indices out of range cannot be compiled yet");
  return success();
}

/// True if a tensor of these extents, an i64 vector, has elements.
static Value hasElements(Node &n, Value extents) {
  Value count = n.emit<ReduceProdOp>(extents, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  return n.emit<GreaterOp>({count, n.scalar(count, 0)});
}

/// Whatever the indices, nothing can be taken from a tensor without elements.
static LogicalResult gatherNd(Node &n, Value x, Value indices) {
  if (!x || !indices || failed(checkPolicy(n)))
    return failure();
  if (n.rank(indices) < 1)
    return n.fail("needs vectors of indices");
  Value isAny = hasElements(n, n.b.extents(n.loc, indices, 0, n.rank(indices) - 1));
  Value fits = n.emit<OrOp>({hasElements(n, n.b.shapeOf(n.loc, x)), n.emit<NotOp>(isAny)});
  if (failed(n.require(fits, "gathers from a tensor without elements")))
    return failure();
  return n.out(n.emit<GatherNdOp>({x, indices}));
}

static LogicalResult buildGatherNd(Node &n) { return gatherNd(n, n.in(0), n.in(1)); }

static LogicalResult buildResourceGatherNd(Node &n) {
  if (n.size() < 2 || !n.inputs[0].variable)
    return n.fail("gathers from something that is no variable of the model");
  return gatherNd(n, readVariable(n, *n.inputs[0].variable), n.in(1));
}

static Value scatter(Node &n, Value x, Value indices, Value updates, StringRef mode) {
  return n.emit<ScatterNdOp>({x, indices, updates}, {{"mode", n.b.getStringAttr(mode)}});
}

/// Nothing can be put into a tensor without elements.
static LogicalResult checkScatter(Node &n, Value x, Value indices, Value updates) {
  if (!x || !indices || !updates || failed(checkPolicy(n)))
    return failure();
  auto isEmpty = [&](Value v) { return n.emit<NotOp>(hasElements(n, n.b.shapeOf(n.loc, v))); };
  Value isNothing = n.emit<AndOp>({isEmpty(indices), isEmpty(updates)});
  Value fits = n.emit<OrOp>({hasElements(n, n.b.shapeOf(n.loc, x)), isNothing});
  return n.require(fits, "indices and updates for a tensor without elements");
}

static LogicalResult buildScatterNd(Node &n) {
  Value indices = n.in(0), updates = n.in(1), shape = n.in(2);
  if (!indices || !updates || !shape)
    return failure();
  Value zeros = n.emit<BroadcastToOp>({n.scalar(updates, 0), shape});
  if (failed(checkScatter(n, zeros, indices, updates)))
    return failure();
  if (!n.element(updates).isInteger(1))
    return n.out(scatter(n, zeros, indices, updates, "add"));
  // A boolean is set where any of its updates is.
  Type i8 = n.b.getI8Type(), i1 = n.b.getI1Type();
  Value bytes = n.b.cast(n.loc, updates, i8);
  return n.out(n.b.cast(n.loc, scatter(n, n.b.cast(n.loc, zeros, i8), indices, bytes, "max"), i1));
}

static LogicalResult buildTensorScatter(Node &n) {
  if (failed(checkScatter(n, n.in(0), n.in(1), n.in(2))))
    return failure();
  std::string mode = StringRef(n.def.op()).drop_front(strlen("TensorScatter")).lower();
  return n.out(scatter(n, n.in(0), n.in(1), n.in(2), mode));
}

//===--- Stitch and partition ---------------------------------------------===//

/// Number of rows that indices name: one more than the largest, as a vector.
static Value stitchedRows(Node &n, Value indices) {
  Type i64 = n.b.getI64Type();
  if (auto known = n.b.shapes.constantContents(indices)) {
    int64_t largest = -1;
    for (int64_t i : *known)
      largest = std::max(largest, i);
    return n.b.integers(n.loc, largest + 1);
  }
  Value last = n.emit<ReduceMaxOp>(
      indices, {{"axes", n.b.getDenseI64ArrayAttr(0)}, {"keep_dims", n.b.getBoolAttr(true)}});
  last = n.emit<MaximumOp>({last, n.b.integers(n.loc, {-1}, 32)});
  return n.b.cast(n.loc, n.emit<AddOp>({last, n.b.integers(n.loc, {1}, 32)}), i64);
}

/// All rows in one scatter, in order: later ones win.
static LogicalResult buildStitch(Node &n) {
  size_t count = n.size() / 2;
  if (count == 0 || n.size() % 2)
    return n.fail("needs as many data tensors as index tensors");
  SmallVector<Value> indices, data;
  Value slice;
  for (size_t i = 0; i < count; ++i) {
    Value index = n.in(i), rows = n.in(count + i);
    if (!index || !rows)
      return failure();
    int64_t rank = n.rank(index);
    if (n.rank(rows) < rank)
      return n.fail("data tensor " + Twine(i) + " has too few dimensions");
    Value size =
        n.emit<ReduceProdOp>(n.b.shapeOf(n.loc, index), {{"axes", n.b.getDenseI64ArrayAttr(0)},
                                                         {"keep_dims", n.b.getBoolAttr(true)}});
    Value rest = n.b.extents(n.loc, rows, rank, n.rank(rows));
    if (!slice)
      slice = rest;
    indices.push_back(n.emit<ReshapeOp>({index, size}));
    data.push_back(n.emit<ReshapeOp>({rows, n.b.concat(n.loc, {size, rest})}));
  }
  Value index = n.b.concat(n.loc, indices), rows = n.b.concat(n.loc, data);
  if (!index || !rows)
    return failure();
  Value shape = n.b.concat(n.loc, {stitchedRows(n, index), slice});
  Value zero = n.b.splat(n.loc, {}, n.b.shapes.elementType(rows), 0);
  Value whole = n.emit<BroadcastToOp>({zero, shape});
  return n.out(scatter(n, whole, n.b.expandDims(n.loc, index, 1), rows, "update"));
}

static LogicalResult buildPartition(Node &n) {
  Value data = n.in(0), partitions = n.in(1);
  int64_t count = n.attrs.getInt("num_partitions");
  if (!data || !partitions)
    return failure();
  if (count < 1 || count > kMaxTrackedElements * 16)
    return n.fail("makes " + Twine(count) + " partitions");
  // Each entry for itself: the gather refuses those that name no partition.
  SmallVector<int64_t> numbers = llvm::to_vector(llvm::seq<int64_t>(0, count));
  partitions = n.emit<GatherOp>({n.b.integers(n.loc, numbers, 32), partitions},
                                {{"axis", n.b.getI64IntegerAttr(0)}});
  int64_t rank = n.rank(data), shared = partitions ? n.rank(partitions) : 0;
  if (rank < shared)
    return n.fail("data has fewer dimensions than partitions");
  for (int64_t d = 0; d < shared; ++d)
    if (failed(n.requireSame(data, d, partitions, d, "there must be a partition for each row")))
      return failure();
  Value rest = n.b.extents(n.loc, data, shared, rank);
  Value shape = n.b.concat(n.loc, {n.b.shapeOf(n.loc, partitions), rest});
  data = n.emit<ReshapeOp>({data, shape});
  SmallVector<Value> parts;
  for (int64_t i = 0; i < count; ++i) {
    Value number = n.b.splat(n.loc, {}, n.b.getI32Type(), i);
    Value rows = n.emit<WhereOp>(n.emit<EqualOp>({partitions, number}));
    parts.push_back(n.emit<GatherNdOp>({data, rows}));
  }
  return n.out(parts);
}

//===--- Sets -------------------------------------------------------------===//

static LogicalResult buildWhere(Node &n) { return n.out(n.emit<WhereOp>(n.in(0))); }

static Type indexType(Node &n) {
  bool isWide = n.attrs.getType("out_idx", DataType::Int32) == DataType::Int64;
  return n.b.getIntegerType(isWide ? 64 : 32);
}

/// Unique and UniqueWithCounts, with or without an axis.
static LogicalResult buildUnique(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  if (n.size() > 1) {
    auto axis = n.constantInts(1, "the axis");
    if (failed(axis))
      return failure();
    if (n.rank(x) != 1)
      return n.fail("unique slices of rank " + Twine(n.rank(x)) + " cannot be compiled yet");
  }
  Operation *op = n.b.emitOp(UniqueOp::getOperationName(), n.loc, x,
                             {{"index", TypeAttr::get(indexType(n))}}, 3);
  if (!op)
    return failure();
  bool hasCounts = StringRef(n.def.op()).contains("Counts");
  return n.out(SmallVector<Value>(op->getResults().take_front(hasCounts ? 3 : 2)));
}

/// The same of integers that are known now: permutations are made so.
static LogicalResult outKnownDifference(Node &n, ArrayRef<int64_t> x, ArrayRef<int64_t> y) {
  SmallVector<int64_t> kept, positions;
  for (auto [i, element] : llvm::enumerate(x)) {
    if (llvm::is_contained(y, element))
      continue;
    kept.push_back(element);
    positions.push_back(i);
  }
  return n.out({n.b.cast(n.loc, n.b.integers(n.loc, kept), n.element(n.in(0))),
                n.b.cast(n.loc, n.b.integers(n.loc, positions), indexType(n))});
}

/// Elements of x that y does not have, and where they are.
static LogicalResult buildListDiff(Node &n) {
  Value x = n.in(0), y = n.in(1);
  if (!x || !y)
    return failure();
  auto knownX = n.b.shapes.constantContents(x), knownY = n.b.shapes.constantContents(y);
  if (knownX && knownY && n.rank(x) == 1 && n.rank(y) == 1)
    return outKnownDifference(n, *knownX, *knownY);
  Value same = n.emit<EqualOp>({n.b.expandDims(n.loc, x, 1), n.b.expandDims(n.loc, y, 0)});
  Value found = n.emit<ReduceAnyOp>(same, {{"axes", n.b.getDenseI64ArrayAttr(1)}});
  Value rows = n.emit<WhereOp>(n.emit<NotOp>(found));
  Value kept = n.emit<GatherNdOp>({x, rows});
  Value positions = n.b.squeeze(n.loc, rows, 1);
  return n.out({kept, n.b.cast(n.loc, positions, indexType(n))});
}

void tensorflow::addGatherRows(RowTable &t) {
  static constexpr llvm::StringLiteral uniquePorts[] = {"y", "idx", "count"};
  static constexpr llvm::StringLiteral differencePorts[] = {"out", "idx"};
  auto add = [&](StringRef op, Build build) { t[op] = {build, "gather", ""}; };
  add("Gather", buildGather);
  add("GatherV2", buildGatherV2);
  add("ResourceGather", buildResourceGather);
  add("ResourceGatherNd", buildResourceGatherNd);
  add("GatherNd", buildGatherNd);
  add("ScatterNd", buildScatterNd);
  for (StringRef mode : {"Update", "Add", "Sub", "Max", "Min"})
    add(("TensorScatter" + mode).str(), buildTensorScatter);
  add("DynamicStitch", buildStitch);
  add("ParallelDynamicStitch", buildStitch);
  add("DynamicPartition", buildPartition);
  add("Where", buildWhere);
  for (StringRef op : {"Unique", "UniqueV2", "UniqueWithCounts", "UniqueWithCountsV2"})
    t[op] = {buildUnique, "gather", "of vectors", uniquePorts};
  t["ListDiff"] = {buildListDiff, "gather", "", differencePorts};
}
