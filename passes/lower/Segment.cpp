#include "mlir/Dialect/Complex/IR/Complex.h"
#include "passes/lower/Loops.h"
#include "passes/lower/Reduce.h"
#include "passes/lower/Scalar.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace ingot;

using P = arith::CmpIPredicate;

namespace {
/// A row of the data, as the loop over them sees it.
struct Row {
  ValueRange indices; ///< in ids
  Value id;           ///< as index
  Value isFirst;      ///< i1: the first of its segment; ids sorted only
  Value divisor;      ///< index: what to divide the fold by; means only
};

/// One segment_reduce. Without a count the ids are sorted.
struct Segments {
  Lowering &l;
  Location loc;
  SegmentReduceOp op;
  ShapeInfo x, ids;

  Fold fold() {
    return llvm::StringSwitch<Fold>(op.getFold())
        .Case("prod", Fold::Product)
        .Case("max", Fold::Max)
        .Case("min", Fold::Min)
        .Default(Fold::Sum);
  }
  bool isSorted() { return !op.getCount(); }
  bool isMean() { return op.getFold() == "mean"; }

  Value constant(int64_t v) { return l.index(loc, v); }
  Value compare(OpBuilder &b, P p, Value x, Value y) {
    return arith::CmpIOp::create(b, loc, p, x, y);
  }
  Value select(OpBuilder &b, Value c, Value x, Value y) {
    return arith::SelectOp::create(b, loc, c, x, y);
  }
  SmallVector<Value> sizes(ArrayRef<Dim> dims) {
    return llvm::map_to_vector(dims, [&](Dim d) { return l.index(loc, d); });
  }
  Value asIndex(OpBuilder &b, Value tensor, ValueRange indices) {
    Value stored = tensor::ExtractOp::create(b, loc, tensor, indices);
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), stored);
  }
  Value id(OpBuilder &b, ValueRange row) { return asIndex(b, op.getIds(), row); }

  void checkRows();
  Value checkIds(Value count);
  Value segmentCount();
  Value start(Value count);
  Row sortedRow(OpBuilder &b, ValueRange indices, Value first);
  Value combine(OpBuilder &b, const Row &row, Value accumulator, Value element);
  Value foldRow(OpBuilder &b, const Row &row, Value result);
  Value foldAll(Value result);
};
} // namespace

void Segments::checkRows() {
  for (auto [a, c] : llvm::zip(ids.dims, x.dims))
    if (a != c)
      l.check(loc, compare(l.b, P::eq, l.index(loc, a), l.index(loc, c)), INGOT_BAD_SHAPE,
              "ids and data differ in a dimension");
}

/// Checks every id: below `count`, or without one (null) not negative and not
/// below the one before. Gives the number of segments.
Value Segments::checkIds(Value count) {
  Value yes = arith::ConstantOp::create(l.b, loc, l.b.getBoolAttr(true)), zero = constant(0);
  // Carried: all right so far, the id before, the last id + 1.
  auto body = [&](OpBuilder &b, Location loc, ValueRange row,
                  ValueRange carried) -> SmallVector<Value> {
    Value current = id(b, row);
    Value right =
        count ? compare(b, P::slt, current, count) : compare(b, P::sge, current, carried[1]);
    return {arith::AndIOp::create(b, loc, carried[0], right), current,
            arith::AddIOp::create(b, loc, current, constant(1))};
  };
  auto result = emitLoops(l.b, loc, sizes(ids.dims), {yes, zero, zero}, body);
  l.check(loc, result[0], count ? INGOT_OUT_OF_RANGE : INGOT_INVALID_ARGUMENT,
          count ? "a segment id is out of range" : "segment ids are negative or out of order");
  return count ? count : result[2];
}

Value Segments::segmentCount() {
  checkRows();
  if (isSorted()) {
    Value count = checkIds({});
    Value fits = compare(l.b, P::slt, count, constant(std::numeric_limits<int32_t>::max()));
    l.check(loc, fits, INGOT_OUT_OF_RANGE, "a segment id is too large");
    return count;
  }
  SmallVector<Value> zeros(l.shapes.rank(op.getCount()), constant(0));
  Value stored = asIndex(l.b, op.getCount(), zeros);
  l.check(loc, compare(l.b, P::sge, stored, constant(0)), INGOT_INVALID_ARGUMENT,
          "the number of segments is negative");
  return checkIds(stored);
}

/// The result with what segments without rows have.
Value Segments::start(Value count) {
  ShapeInfo info = l.shapes.info(op.getResult());
  SmallVector<OpFoldResult> dims =
      l.shapes.materializeFolded(l.b, loc, ArrayRef(info.dims).drop_front());
  auto known = info.dims[0].constant();
  dims.insert(dims.begin(), known ? OpFoldResult(l.b.getIndexAttr(*known)) : OpFoldResult(count));
  Value empty = tensor::EmptyOp::create(l.b, loc, dims, storageType(x.element));
  bool startsAtZero = isSorted() && fold() != Fold::Product;
  Value neutral =
      emitNeutral(startsAtZero ? Fold::Sum : fold(), l, loc, x.element, /*finite=*/true);
  return linalg::FillOp::create(l.b, loc, neutral, empty).getResult(0);
}

/// `first` is the index of the first row of the segment.
Row Segments::sortedRow(OpBuilder &b, ValueRange indices, Value first) {
  Value i = indices[0], current = id(b, indices);
  Row row{indices, current, compare(b, P::eq, i, first), {}};
  if (!isMean())
    return row;
  Value one = constant(1), last = arith::SubIOp::create(b, loc, l.index(loc, ids.dims[0]), one);
  Value next = arith::AddIOp::create(b, loc, i, one);
  Value isEnd = compare(b, P::eq, i, last);
  Value following = id(b, select(b, isEnd, i, next));
  Value isLast = arith::OrIOp::create(b, loc, isEnd, compare(b, P::ne, following, current));
  row.divisor = select(b, isLast, arith::SubIOp::create(b, loc, next, first), one);
  return row;
}

/// The fold of a segment with one more element.
Value Segments::combine(OpBuilder &b, const Row &row, Value accumulator, Value element) {
  Type wide = accumulatorType(x.element);
  Value right = emitCast(b, loc, element, x.element, wide);
  Value left = emitCast(b, loc, accumulator, x.element, wide);
  Value value = emitFold(fold(), b, loc, left, right, wide);
  if (row.isFirst)
    value = select(b, row.isFirst, right, value);
  if (row.divisor)
    value = emitQuotient(b, loc, value, wide, row.divisor);
  return emitCast(b, loc, value, wide, x.element);
}

Value Segments::foldRow(OpBuilder &b, const Row &row, Value result) {
  SmallVector<Value> inner;
  for (Dim d : ArrayRef<Dim>(x.dims).drop_front(ids.dims.size()))
    inner.push_back(l.shapes.materialize(b, loc, d));
  return emitLoops(b, loc, inner, result,
                   [&](OpBuilder &b, Location loc, ValueRange rest,
                       ValueRange carried) -> SmallVector<Value> {
                     SmallVector<Value> from(row.indices), to{row.id};
                     llvm::append_range(from, rest);
                     llvm::append_range(to, rest);
                     Value element = tensor::ExtractOp::create(b, loc, op.getX(), from);
                     Value accumulator = tensor::ExtractOp::create(b, loc, carried[0], to);
                     Value value = combine(b, row, accumulator, element);
                     return {tensor::InsertOp::create(b, loc, value, carried[0], to)};
                   })
      .front();
}

Value Segments::foldAll(Value result) {
  Value zero = constant(0);
  // Carried: the result, the id before, the first row of the segment.
  auto body = [&](OpBuilder &b, Location loc, ValueRange row,
                  ValueRange carried) -> SmallVector<Value> {
    if (!isSorted()) {
      Value current = id(b, row);
      Value counts = compare(b, P::sge, current, zero);
      auto folded = [&](OpBuilder &b, Location) -> SmallVector<Value> {
        return {foldRow(b, {row, current, {}, {}}, carried[0])};
      };
      return emitIf(b, loc, counts, carried, folded);
    }
    Value isNew = compare(b, P::ne, id(b, row), carried[1]);
    Value first = select(b, isNew, row[0], carried[2]);
    Row current = sortedRow(b, row, first);
    return {foldRow(b, current, carried[0]), current.id, first};
  };
  SmallVector<Value> init{result};
  if (isSorted())
    init.append({constant(-1), zero});
  return emitLoops(l.b, loc, sizes(ids.dims), init, body).front();
}

static LogicalResult lowerSegmentReduce(SegmentReduceOp op, Lowering &l) {
  Segments s{l, op.getLoc(), op, l.shapes.info(op.getX()), l.shapes.info(op.getIds())};
  if (isa<ComplexType>(s.x.element) && (s.fold() == Fold::Max || s.fold() == Fold::Min))
    return op.emitError() << "is not defined for " << s.x.element;
  if (!op.getCount() || !s.isMean()) {
    Value count = s.segmentCount();
    return l.replace(op, s.foldAll(s.start(count)));
  }
  return op.emitError("means need sorted ids");
}

void ingot::addSegmentLowerings(LowerTable &table) {
  addLowering<SegmentReduceOp, lowerSegmentReduce>(table);
}
