#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

static Value emitSegments(Node &n, ValueRange operands, StringRef fold) {
  return n.emit<SegmentReduceOp>(operands, {{"fold", n.b.getStringAttr(fold)}});
}

/// What the op folds with: the end of its name.
static std::string foldOf(Node &n) {
  StringRef name = n.def.op();
  (void)(name.consume_front("UnsortedSegment") || name.consume_front("Segment"));
  return name.lower();
}

static LogicalResult buildSegment(Node &n) {
  return n.out(emitSegments(n, {n.in(0), n.in(1)}, foldOf(n)));
}

static LogicalResult buildUnsortedSegment(Node &n) {
  return n.out(emitSegments(n, {n.in(0), n.in(1), n.in(2)}, foldOf(n)));
}

/// No id is smaller than the one before it.
static LogicalResult requireSorted(Node &n, Value ids) {
  Value zero = n.b.integers(n.loc, {0}), one = n.b.integers(n.loc, {1});
  Value later = stridedSlice(n, ids, one, zero, one, {0, 1, 0, 0, 0});
  Value earlier = stridedSlice(n, ids, zero, n.b.integers(n.loc, {-1}), one, {1, 0, 0, 0, 0});
  Value sorted = n.emit<GreaterEqualOp>({later, earlier});
  return n.require(n.emit<ReduceAllOp>(sorted, {{"axes", n.b.getDenseI64ArrayAttr({0})}}),
                   "segment ids must be sorted");
}

/// SparseSegmentSum, Mean, SqrtN: the rows of the data that the indices name are
/// folded. WithNumSegments tells how many segments there are.
static LogicalResult buildSparseSegment(Node &n) {
  Value ids = n.in(2);
  Value rows = n.emit<GatherOp>({n.in(0), n.in(1)}, {{"axis", n.b.getI64IntegerAttr(0)}});
  if (!rows || !ids ||
      failed(n.requireSame(n.in(1), 0, ids, 0, "there must be an id for each index")))
    return failure();
  SmallVector<Value> operands = {rows, ids};
  if (n.size() > 3) {
    if (failed(requireSorted(n, ids)))
      return failure();
    operands.push_back(n.in(3));
  }
  StringRef op = n.def.op();
  Value sums = emitSegments(n, operands, "sum");
  if (op.contains("Sum"))
    return n.out(sums);
  Type element = n.b.shapes.elementType(rows);
  operands[0] = n.b.cast(n.loc, n.emit<EqualOp>({ids, ids}), element);
  Value counts = emitSegments(n, operands, "sum");
  if (!sums || !counts)
    return failure();
  counts = n.emit<MaximumOp>({counts, n.b.splat(n.loc, {}, element, 1)});
  if (op.contains("SqrtN"))
    counts = n.emit<SqrtOp>(counts);
  auto behind = llvm::to_vector(llvm::seq<int64_t>(1, n.rank(sums)));
  return n.out(n.emit<DivOp>({sums, n.b.expandDims(n.loc, counts, behind)}));
}

/// The first number of each row's own range of `size` numbers, in a column.
static Value rowOffsets(Node &n, Value x, Value size) {
  Value zeros = n.emit<SubOp>({x, x});
  Value column = n.emit<ReduceSumOp>(
      zeros, {{"axes", n.b.getDenseI64ArrayAttr({1})}, {"keep_dims", n.b.getBoolAttr(true)}});
  return n.emit<CumsumOp>(n.emit<AddOp>({column, size}), {{"axis", n.b.getI64IntegerAttr(0)},
                                                          {"exclusive", n.b.getBoolAttr(true)}});
}

/// The first dimension of x as a vector of one i64.
static Value rowCount(Node &n, Value x) {
  Value zero = n.b.integers(n.loc, {0}), one = n.b.integers(n.loc, {1});
  auto none = n.b.getI64IntegerAttr(0);
  return n.emit<StridedSliceOp>({n.b.shapeOf(n.loc, x), zero, one, one},
                                {{"begin_mask", none}, {"end_mask", none}, {"shrink_mask", none}});
}

/// Counts of each number below `size`, or sums of weights (null: each counts 1),
/// row by row if x has rows. Other numbers are left out.
static Value emitCounts(Node &n, Value x, Value size, Value weights, Type element) {
  if (!x || !size)
    return {};
  Type index = n.b.shapes.elementType(x);
  Value limit = n.b.cast(n.loc, size, index), zero = n.b.splat(n.loc, {}, index, 0);
  Value isCounted = n.emit<AndOp>({n.emit<GreaterEqualOp>({x, zero}), n.emit<LessOp>({x, limit})});
  Value ids = x, count = n.b.cast(n.loc, size, n.b.getI64Type());
  bool hasRows = n.rank(x) == 2;
  if (hasRows) {
    ids = n.emit<AddOp>({x, rowOffsets(n, x, limit)});
    count = n.emit<MulOp>({count, rowCount(n, x)});
  }
  ids = n.emit<SelectOp>({isCounted, ids, n.b.splat(n.loc, {}, index, -1)});
  Value data = weights ? weights : n.b.cast(n.loc, n.emit<EqualOp>({x, x}), element);
  Value sums = emitSegments(n, {data, ids, count}, "sum");
  if (!hasRows)
    return sums;
  Value columns = n.b.reshape(n.loc, n.b.cast(n.loc, size, n.b.getI64Type()), {1});
  Value shape = n.emit<ConcatOp>({rowCount(n, x), columns}, {{"axis", n.b.getI64IntegerAttr(0)}});
  return n.emit<ReshapeOp>({sums, shape});
}

/// The weight of each number, null where they have none: a tensor like x, or one
/// without elements.
static FailureOr<Value> weightsOf(Node &n, Value x, Value weights, Type element) {
  if (!x || !weights)
    return failure();
  if (n.b.shapes.table.product(n.b.shapes.dims(weights)).is(0))
    return Value();
  auto ones = [&]() -> FailureOr<Values> {
    return Values{n.emit<BroadcastToOp>({n.b.splat(n.loc, {}, element, 1), n.b.shapeOf(n.loc, x)})};
  };
  auto given = [&]() -> FailureOr<Values> {
    if (failed(n.requireSameShape(x, weights)))
      return failure();
    return Values{weights};
  };
  Value count =
      n.emit<ReduceProdOp>(n.b.shapeOf(n.loc, weights), {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  Value isNone = n.emit<EqualOp>({count, n.scalar(count, 0)});
  if (n.rank(x) != n.rank(weights)) {
    if (failed(n.require(isNone, "weights must be like the numbers, or none")))
      return failure();
    return Value();
  }
  auto values = choose(n, isNone, ones, given);
  return failed(values) ? FailureOr<Value>(failure()) : values->front();
}

/// Bincount and DenseBincount: numbers, size, weights (none: each counts 1). The
/// former has no rows.
static LogicalResult buildBincount(Node &n) {
  Type element = n.type("T");
  Value x = n.in(0);
  auto weights = weightsOf(n, x, n.in(2), element);
  if (failed(weights))
    return failure();
  if (n.def.op() == "Bincount") {
    x = n.b.reshape(n.loc, x, {-1});
    *weights = *weights ? n.b.reshape(n.loc, *weights, {-1}) : Value();
  }
  if (!n.attrs.getBool("binary_output", false))
    return n.out(emitCounts(n, x, n.in(1), *weights, element));
  // Whether there is any: weights do not count.
  Value counts = emitCounts(n, x, n.in(1), {}, element);
  return n.out(n.emit<MinimumOp>({counts, n.b.splat(n.loc, {}, element, 1)}));
}

/// HistogramFixedWidth: how many numbers are in each of equally wide parts of a range;
/// those beyond it count in the outermost.
static LogicalResult buildHistogram(Node &n) {
  Value x = n.in(0), range = n.in(1), bins = n.in(2);
  if (!x || !range || !bins)
    return failure();
  if (n.rank(range) != 1 || !n.b.shapes.dims(range)[0].is(2) || n.rank(bins) != 0 ||
      n.element(range) != n.element(x) || !n.element(x).isIntOrFloat())
    return n.fail("needs a range of two of the numbers' type, and a number of bins");
  Type f64 = n.b.getF64Type();
  x = n.b.reshape(n.loc, x, {-1});
  Value low = elementAlong(n, range, 0, 0), high = elementAlong(n, range, 0, 1);
  Value isNumber = n.emit<NotOp>(n.emit<IsNanOp>(n.b.cast(n.loc, x, f64)));
  Value areNumbers = n.emit<ReduceAllOp>(isNumber, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  if (failed(n.require(n.emit<GreaterOp>({bins, n.scalar(bins, 0)}), "nbins must be positive")) ||
      failed(n.require(n.emit<LessOp>({low, high}), "the range is empty")) ||
      failed(n.require(areNumbers, "NaN is in no part of the range")))
    return failure();
  Value count = n.b.cast(n.loc, bins, f64);
  Value width = n.b.cast(n.loc, n.emit<SubOp>({high, low}), f64);
  Value above = n.b.cast(n.loc, n.emit<SubOp>({n.emit<MaximumOp>({x, low}), low}), f64);
  Value bin = n.emit<DivOp>({above, n.emit<DivOp>({width, count})});
  bin = n.emit<MinimumOp>({bin, n.emit<SubOp>({count, n.scalar(count, 1)})});
  return n.out(emitCounts(n, n.b.cast(n.loc, bin, n.b.getI64Type()), bins, {},
                          n.type("dtype", DataType::Int32)));
}

void tensorflow::addSegmentRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "segment", ""}; };
  for (StringRef fold : {"Sum", "Mean", "Prod", "Max", "Min"}) {
    add(("Segment" + fold).str(), buildSegment);
    if (fold != "Mean")
      add(("UnsortedSegment" + fold).str(), buildUnsortedSegment);
  }
  for (StringRef fold : {"Sum", "Mean", "SqrtN"}) {
    add(("SparseSegment" + fold).str(), buildSparseSegment);
    add(("SparseSegment" + fold + "WithNumSegments").str(), buildSparseSegment);
  }
  add("Bincount", buildBincount);
  add("DenseBincount", buildBincount);
  add("HistogramFixedWidth", buildHistogram);
}
