#include "passes/lower/Lower.h"

using namespace mlir;
using namespace ingot;

namespace {
/// Index arithmetic on diagonals within the body of a generic.
struct Diagonals {
  OpBuilder &b;
  Location loc;
  Value rows, columns, length; ///< of the matrices; of the longest diagonal
  StringRef align;

  Value constant(int64_t v) { return arith::ConstantIndexOp::create(b, loc, v); }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value sub(Value x, Value y) { return arith::SubIOp::create(b, loc, x, y); }
  Value min(Value x, Value y) { return arith::MinSIOp::create(b, loc, x, y); }
  Value max(Value x, Value y) { return arith::MaxSIOp::create(b, loc, x, y); }
  Value compare(arith::CmpIPredicate p, Value x, Value y) {
    return arith::CmpIOp::create(b, loc, p, x, y);
  }
  /// x where it lies in [0, end), else 0.
  Value clamped(Value x, Value inside) {
    return arith::SelectOp::create(b, loc, inside, x, constant(0));
  }

  Value lengthOf(Value d) {
    return min(add(rows, min(d, constant(0))), sub(columns, max(d, constant(0))));
  }

  /// Where diagonal d starts in its packed row. The main one is at the left if either side is.
  Value start(Value d) {
    bool leftAbove = align.starts_with("LEFT"), leftBelow = align.ends_with("LEFT");
    Value gap = sub(length, lengthOf(d)), zero = constant(0);
    if (leftAbove && leftBelow)
      return zero;
    if (!leftAbove && !leftBelow)
      return gap;
    auto side = leftAbove ? arith::CmpIPredicate::sge : arith::CmpIPredicate::sle;
    return arith::SelectOp::create(b, loc, compare(side, d, zero), zero, gap);
  }
};
} // namespace

static SmallVector<Value> loopIndices(OpBuilder &b, Location loc, int64_t count) {
  SmallVector<Value> indices;
  for (int64_t d = 0; d < count; ++d)
    indices.push_back(linalg::IndexOp::create(b, loc, d));
  return indices;
}

/// Diagonals that are asked for must be there; the main one always is.
static void checkDiagonals(MatrixDiagPartOp op, Lowering &l, Dim rows, Dim columns) {
  Location loc = op.getLoc();
  DimTable &t = l.shapes.table;
  for (int64_t d : {int64_t(op.getLower()), int64_t(op.getUpper())}) {
    // More rows than -d, more columns than d.
    Dim rest = d < 0 ? t.add(rows, t.constant(d - 1)) : t.sub(columns, t.constant(d + 1));
    if (d == 0 || t.isNonNegative(rest))
      continue;
    Value isThere = arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::sge, l.index(loc, rest),
                                          l.index(loc, 0));
    l.check(loc, isThere, INGOT_INVALID_ARGUMENT, "the matrices have no such diagonal");
  }
}

static LogicalResult lowerDiagPart(MatrixDiagPartOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo x = l.shapes.info(op.getX()), result = l.shapes.info(op.getResult());
  int64_t rank = result.dims.size(), batch = x.dims.size() - 2;
  checkDiagonals(op, l, x.dims[batch], x.dims[batch + 1]);
  Value rows = l.index(loc, x.dims[batch]), columns = l.index(loc, x.dims[batch + 1]);
  Value length = l.index(loc, result.dims.back());
  AffineMap scalar = AffineMap::get(rank, 0, l.b.getContext());
  Value value =
      l.generic(loc, result.dims, result.element, {{op.getPadding(), scalar}},
                [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
                  Diagonals g{b, loc, rows, columns, length, op.getAlign()};
                  SmallVector<Value> at = loopIndices(b, loc, batch);
                  Value d = g.constant(op.getUpper());
                  if (rank > batch + 1)
                    d = g.sub(d, linalg::IndexOp::create(b, loc, batch));
                  Value position = g.sub(linalg::IndexOp::create(b, loc, rank - 1), g.start(d));
                  Value inside = g.compare(arith::CmpIPredicate::ult, position, g.lengthOf(d));
                  position = g.clamped(position, inside);
                  Value zero = g.constant(0), row = g.sub(position, g.min(d, zero));
                  Value column = g.add(position, g.max(d, zero));
                  at.append({g.clamped(row, inside), g.clamped(column, inside)});
                  Value element = tensor::ExtractOp::create(b, loc, op.getX(), at);
                  element = l.load(b, loc, element, x.element);
                  return arith::SelectOp::create(b, loc, inside, element, v[0]);
                });
  return l.replace(op, value);
}

static LogicalResult lowerSetDiag(MatrixSetDiagOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo x = l.shapes.info(op.getX()), packed = l.shapes.info(op.getDiagonalsPacked());
  int64_t rank = x.dims.size(), batch = rank - 2, lower = op.getLower(), upper = op.getUpper();
  Dim longest = diagonalLength(l.shapes.table, x.dims[batch], x.dims[batch + 1], lower, upper);
  SmallVector<Dim, 4> wanted(ArrayRef<Dim>(x.dims).take_front(batch));
  if (lower != upper)
    wanted.push_back(l.shapes.constant(upper - lower + 1));
  wanted.push_back(longest);
  for (auto [given, needed] : llvm::zip(packed.dims, wanted))
    l.checkEqual(loc, given, needed, "the diagonals do not fit the matrices");
  Value rows = l.index(loc, x.dims[batch]), columns = l.index(loc, x.dims[batch + 1]);
  Value length = l.index(loc, longest);
  Value value =
      l.generic(loc, x.dims, x.element, {{op.getX(), l.identity(rank)}},
                [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
                  Diagonals g{b, loc, rows, columns, length, op.getAlign()};
                  SmallVector<Value> at = loopIndices(b, loc, rank);
                  Value d = g.sub(at[batch + 1], at[batch]), top = g.constant(upper);
                  Value inside = g.compare(arith::CmpIPredicate::ult, g.sub(top, d),
                                           g.constant(upper - lower + 1));
                  Value position = g.add(g.sub(at[batch + 1], g.max(d, g.constant(0))), g.start(d));
                  at.resize(batch);
                  if (lower != upper)
                    at.push_back(g.clamped(g.sub(top, d), inside));
                  at.push_back(g.clamped(position, inside));
                  Value element = tensor::ExtractOp::create(b, loc, op.getDiagonalsPacked(), at);
                  element = l.load(b, loc, element, x.element);
                  return arith::SelectOp::create(b, loc, inside, element, v[0]);
                });
  return l.replace(op, value);
}

void ingot::addDiagLowerings(LowerTable &table) {
  addLowering<MatrixDiagPartOp, lowerDiagPart>(table);
  addLowering<MatrixSetDiagOp, lowerSetDiag>(table);
}
