#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "passes/lower/Lower.h"

using namespace mlir;
using namespace ingot;

//===--- Gather -----------------------------------------------------------===//

/// The checked index as an index value. Clamped all the same, so that an access
/// stays inside if it is moved before the check.
static Value clampedIndex(OpBuilder &b, Location loc, Value index, Value extent) {
  Value i = arith::IndexCastOp::create(b, loc, b.getIndexType(), index);
  Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, i, extent);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  return arith::SelectOp::create(b, loc, inside, i, zero);
}

/// Map from `loops` dimensions to those from `first` on, `count` of them, with
/// the batch dimensions before and, if given, a constant behind.
static AffineMap indexMap(Lowering &l, int64_t loops, int64_t batch, int64_t first, int64_t count,
                          std::optional<int64_t> component = std::nullopt) {
  SmallVector<AffineExpr> exprs;
  for (int64_t d = 0; d < batch; ++d)
    exprs.push_back(l.b.getAffineDimExpr(d));
  for (int64_t d = 0; d < count; ++d)
    exprs.push_back(l.b.getAffineDimExpr(first + d));
  if (component)
    exprs.push_back(l.b.getAffineConstantExpr(*component));
  return AffineMap::get(loops, 0, exprs, l.b.getContext());
}

/// Element [.., indices.., ..] of x, where loop indices fill in the rest.
static Value extractAt(OpBuilder &b, Location loc, Value x, ArrayRef<int64_t> before,
                       ValueRange indices, ArrayRef<int64_t> after) {
  SmallVector<Value> at;
  for (int64_t d : before)
    at.push_back(linalg::IndexOp::create(b, loc, d));
  at.append(indices.begin(), indices.end());
  for (int64_t d : after)
    at.push_back(linalg::IndexOp::create(b, loc, d));
  return tensor::ExtractOp::create(b, loc, x, at);
}

static SmallVector<int64_t> counting(int64_t from, int64_t to) {
  return llvm::to_vector(llvm::seq<int64_t>(from, to));
}

static void checkBatch(Lowering &l, Location loc, Value x, Value indices, int64_t batch) {
  SmallVector<Dim, 4> a(l.shapes.dims(x)), b(l.shapes.dims(indices));
  for (int64_t d = 0; d < batch; ++d)
    l.checkEqual(loc, a[d], b[d], "batch dimensions of a gather differ");
}

/// The indices must be in range; where slices have no elements, TensorFlow does not
/// look at them.
static void checkGather(GatherOp op, Lowering &l, AffineMap map) {
  Location loc = op.getLoc();
  SmallVector<Dim, 4> x(l.shapes.dims(op.getX()));
  DimTable &t = l.shapes.table;
  Dim others = t.mul(t.product(ArrayRef(x).take_front(op.getAxis())),
                     t.product(ArrayRef(x).drop_front(op.getAxis() + 1)));
  if (others.is(0))
    return;
  OpBuilder::InsertionGuard guard(l.b);
  if (!others.constant()) {
    Value isAny = arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::ne, l.index(loc, others),
                                        l.index(loc, 0));
    auto branch = scf::IfOp::create(l.b, loc, isAny, /*withElseRegion=*/false);
    l.b.setInsertionPointToStart(branch.thenBlock());
  }
  l.checkAllBelow(loc, {{op.getIndices(), map}}, x[op.getAxis()], "an index is out of range");
}

static LogicalResult lowerGather(GatherOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo x = l.shapes.info(op.getX()), result = l.shapes.info(op.getResult());
  int64_t axis = op.getAxis(), batch = op.getBatchDims(), rank = result.dims.size();
  int64_t count = l.shapes.rank(op.getIndices()) - batch;
  checkBatch(l, loc, op.getX(), op.getIndices(), batch);
  checkGather(op, l, l.identity(batch + count));
  Value extent = l.index(loc, x.dims[axis]);
  Lowering::Operand indices{op.getIndices(), indexMap(l, rank, batch, axis, count)};
  Value value = l.generic(
      loc, result.dims, result.element, indices, [&](OpBuilder &b, Location loc, ValueRange v) {
        Value i = clampedIndex(b, loc, v[0], extent);
        Value element =
            extractAt(b, loc, op.getX(), counting(0, axis), i, counting(axis + count, rank));
        return l.load(b, loc, element, x.element);
      });
  return l.replace(op, value);
}

static LogicalResult lowerGatherNd(GatherNdOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo x = l.shapes.info(op.getX()), result = l.shapes.info(op.getResult());
  int64_t batch = op.getBatchDims(), rank = result.dims.size();
  int64_t count = l.shapes.rank(op.getIndices()) - batch - 1;
  int64_t depth = *l.shapes.dims(op.getIndices()).back().constant();
  checkBatch(l, loc, op.getX(), op.getIndices(), batch);
  ArrayRef<Dim> limits = ArrayRef<Dim>(x.dims).slice(batch, depth);
  SmallVector<Lowering::Operand> checked, used;
  SmallVector<Value> extents;
  for (int64_t k = 0; k < depth; ++k) {
    checked.push_back({op.getIndices(), indexMap(l, batch + count, batch, batch, count, k)});
    used.push_back({op.getIndices(), indexMap(l, rank, batch, batch, count, k)});
    extents.push_back(l.index(loc, limits[k]));
  }
  if (depth > 0)
    l.checkAllBelow(loc, checked, limits, "an index is out of range");
  Value value = l.generic(
      loc, result.dims, result.element, used, [&](OpBuilder &b, Location loc, ValueRange v) {
        SmallVector<Value> at;
        for (auto [index, extent] : llvm::zip(v, extents))
          at.push_back(clampedIndex(b, loc, index, extent));
        Value element =
            extractAt(b, loc, op.getX(), counting(0, batch), at, counting(batch + count, rank));
        return l.load(b, loc, element, x.element);
      });
  return l.replace(op, value);
}

//===--- Where ------------------------------------------------------------===//

/// True (i1) if a stored element of the source type `element` is not zero; NaN is not.
static Value isNonZero(OpBuilder &b, Location loc, Value stored) {
  auto isNot = [&](Value v) -> Value {
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(v.getType()));
    if (isa<FloatType>(v.getType()))
      return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNE, v, zero);
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, v, zero);
  };
  if (!isa<ComplexType>(stored.getType()))
    return isNot(stored);
  Value real = isNot(complex::ReOp::create(b, loc, stored));
  return arith::OrIOp::create(b, loc, real, isNot(complex::ImOp::create(b, loc, stored)));
}

/// Number of elements that are not zero, as an index.
static Value countNonZero(Lowering &l, Location loc, Value x) {
  Type i64 = l.b.getI64Type();
  int64_t rank = l.shapes.rank(x);
  Value none = l.filled(loc, {}, i64, l.zero(loc, i64));
  AffineMap out = AffineMap::get(rank, 0, l.b.getContext());
  Value count = l.reduce(loc, none, out, {{x, l.identity(rank)}},
                         [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
                           Value one = arith::ExtUIOp::create(b, loc, i64, isNonZero(b, loc, v[0]));
                           return arith::AddIOp::create(b, loc, v[1], one);
                         });
  Value scalar = tensor::ExtractOp::create(l.b, loc, count, ValueRange());
  return arith::IndexCastOp::create(l.b, loc, l.b.getIndexType(), scalar);
}

/// `rows` with the coordinates `at` in row `next`.
static Value storeRow(OpBuilder &b, Location loc, Value rows, Value next, ValueRange at) {
  for (auto [d, coordinate] : llvm::enumerate(at)) {
    Value value = arith::IndexCastOp::create(b, loc, b.getI64Type(), coordinate);
    Value column = arith::ConstantIndexOp::create(b, loc, d);
    rows = tensor::InsertOp::create(b, loc, value, rows, ValueRange{next, column});
  }
  return rows;
}

/// Appends a row for the element at `at` if it is not zero.
static SmallVector<Value> appendIfNonZero(OpBuilder &b, Location loc, Value x, ValueRange at,
                                          ValueRange state) {
  Value element = tensor::ExtractOp::create(b, loc, x, at);
  auto branch = scf::IfOp::create(
      b, loc, isNonZero(b, loc, element),
      [&](OpBuilder &b, Location loc) {
        Value one = arith::ConstantIndexOp::create(b, loc, 1);
        Value next = arith::AddIOp::create(b, loc, state[1], one);
        scf::YieldOp::create(b, loc, {storeRow(b, loc, state[0], state[1], at), next});
      },
      [&](OpBuilder &b, Location loc) { scf::YieldOp::create(b, loc, state); });
  return branch.getResults();
}

static LogicalResult lowerWhere(WhereOp op, Lowering &l) {
  Location loc = op.getLoc();
  SmallVector<Dim, 4> extents(l.shapes.dims(op.getX()));
  Value x = op.getX(), zero = l.index(loc, 0), one = l.index(loc, 1);
  // The bound lets the arena be sized before the call.
  Value count = arith::MinUIOp::create(l.b, loc, countNonZero(l, loc, x),
                                       l.index(loc, l.shapes.table.product(extents)));
  SmallVector<OpFoldResult> sizes = {count, l.b.getIndexAttr(int64_t(extents.size()))};
  Value rows = tensor::EmptyOp::create(l.b, loc, sizes, l.b.getI64Type());
  SmallVector<Value> begins(extents.size(), zero), ends, steps(extents.size(), one);
  for (Dim d : extents)
    ends.push_back(l.index(loc, d));
  if (extents.empty()) {
    SmallVector<Value> state = appendIfNonZero(l.b, loc, x, {}, {rows, zero});
    return l.replace(op, state[0]);
  }
  auto nest = scf::buildLoopNest(
      l.b, loc, begins, ends, steps, {rows, zero},
      [&](OpBuilder &b, Location loc, ValueRange at, ValueRange state) -> scf::ValueVector {
        SmallVector<Value> next = appendIfNonZero(b, loc, x, at, state);
        return scf::ValueVector(next.begin(), next.end());
      });
  return l.replace(op, nest.results[0]);
}

void ingot::addGatherLowerings(LowerTable &table) {
  addLowering<GatherOp, lowerGather>(table);
  addLowering<GatherNdOp, lowerGatherNd>(table);
  addLowering<WhereOp, lowerWhere>(table);
}
