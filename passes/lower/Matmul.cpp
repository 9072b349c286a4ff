#include "passes/lower/Contract.h"

using namespace mlir;
using namespace ingot;

/// An operand of the product: its batch dimensions broadcast to those of the
/// result, then `row` and `column`, swapped if transposed.
static Factor matrix(Lowering &l, Location loc, Value value, ArrayRef<Dim> result, AffineExpr row,
                     AffineExpr column, bool transpose, bool conjugate) {
  SmallVector<Dim, 4> dims(result.begin(), result.end() - 2);
  ArrayRef<Dim> own = l.shapes.dims(value);
  dims.append(own.end() - 2, own.end());
  Lowering::Operand batch = l.broadcast(loc, value, dims);
  SmallVector<AffineExpr> exprs(batch.map.getResults().drop_back(2));
  exprs.push_back(transpose ? column : row);
  exprs.push_back(transpose ? row : column);
  AffineMap map = AffineMap::get(result.size() + 1, 0, exprs, row.getContext());
  return {{batch.value, map}, conjugate};
}

/// Run time tells whether the inner dimensions agree.
static void checkInner(MatmulOp op, Lowering &l) {
  ArrayRef<Dim> x = l.shapes.dims(op.getX()), y = l.shapes.dims(op.getY());
  Dim left = x[x.size() - (op.getTransposeX() ? 2 : 1)];
  Dim right = y[y.size() - (op.getTransposeY() ? 1 : 2)];
  if (left == right)
    return;
  Location loc = op.getLoc();
  Value same = arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::eq, l.index(loc, left),
                                     l.index(loc, right));
  l.check(loc, same, INGOT_BAD_SHAPE, "inner dimensions of a matrix product differ");
}

static LogicalResult lowerMatmul(MatmulOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  int64_t rank = result.dims.size();
  checkInner(op, l);
  AffineExpr row = l.b.getAffineDimExpr(rank - 2), column = l.b.getAffineDimExpr(rank - 1);
  AffineExpr inner = l.b.getAffineDimExpr(rank);
  Factor x =
      matrix(l, loc, op.getX(), result.dims, row, inner, op.getTransposeX(), op.getConjugateX());
  Factor y =
      matrix(l, loc, op.getY(), result.dims, inner, column, op.getTransposeY(), op.getConjugateY());
  AffineMap out = l.identity(rank + 1).getMajorSubMap(rank);
  return l.replace(op, contract(l, loc, result, out, x, y));
}

void ingot::addMatmulLowerings(LowerTable &table) { addLowering<MatmulOp, lowerMatmul>(table); }
