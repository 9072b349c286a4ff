#include "mlir/Dialect/Complex/IR/Complex.h"
#include "passes/lower/Lower.h"
#include "passes/lower/Scalar.h"

using namespace mlir;
using namespace ingot;

/// Accumulators are f32 for 16-bit floats, i32 at least for narrow integers
/// that give wider results.
static Type accumulatorType(Type element, Type result) {
  if (element.isF16() || element.isBF16())
    return Float32Type::get(element.getContext());
  return storageType(result);
}

static Value multiplyAdd(OpBuilder &b, Location loc, Value sum, Value x, Value y) {
  if (isa<ComplexType>(sum.getType()))
    return complex::AddOp::create(b, loc, sum, complex::MulOp::create(b, loc, x, y));
  if (!isa<FloatType>(sum.getType()))
    return arith::AddIOp::create(b, loc, sum, arith::MulIOp::create(b, loc, x, y));
  auto contract = arith::FastMathFlags::contract;
  return arith::AddFOp::create(b, loc, sum, arith::MulFOp::create(b, loc, x, y, contract),
                               contract);
}

/// Map of an operand of the product: its batch dimensions broadcast, then rows
/// and columns, swapped if transposed.
static AffineMap operandMap(Lowering::Operand batch, int64_t rank, AffineExpr row,
                            AffineExpr column, bool transpose, int64_t loops) {
  SmallVector<AffineExpr> exprs(batch.map.getResults().drop_back(2));
  exprs.push_back(transpose ? column : row);
  exprs.push_back(transpose ? row : column);
  return AffineMap::get(loops, 0, exprs, row.getContext());
}

/// The operand with its batch dimensions broadcast to those of the result.
static Lowering::Operand broadcastBatch(Lowering &l, Location loc, Value value,
                                        ArrayRef<Dim> result) {
  SmallVector<Dim, 4> dims(result.begin(), result.end() - 2);
  ArrayRef<Dim> own = l.shapes.dims(value);
  dims.append(own.end() - 2, own.end());
  return l.broadcast(loc, value, dims);
}

static LogicalResult lowerMatmul(MatmulOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  Type element = l.shapes.elementType(op.getX());
  Type accumulator = accumulatorType(element, result.element);
  int64_t rank = result.dims.size(), loops = rank + 1;
  Lowering::Operand x = broadcastBatch(l, loc, op.getX(), result.dims);
  Lowering::Operand y = broadcastBatch(l, loc, op.getY(), result.dims);
  AffineExpr row = l.b.getAffineDimExpr(rank - 2), column = l.b.getAffineDimExpr(rank - 1);
  AffineExpr inner = l.b.getAffineDimExpr(rank);
  x.map = operandMap(x, rank, row, inner, op.getTransposeX(), loops);
  y.map = operandMap(y, rank, inner, column, op.getTransposeY(), loops);

  Value init = l.filled(loc, result.dims, accumulator, l.zero(loc, accumulator));
  auto conjugate = [](OpBuilder &b, Location loc, Value v, bool yes) -> Value {
    return yes && isa<ComplexType>(v.getType()) ? complex::ConjOp::create(b, loc, v) : v;
  };
  AffineMap out = AffineMap::getMultiDimIdentityMap(loops, l.b.getContext()).getMajorSubMap(rank);
  Value product = l.reduce(loc, init, out, {x, y}, [&](OpBuilder &b, Location loc, ValueRange v) {
    Value left = conjugate(b, loc, emitCast(b, loc, v[0], element, accumulator), op.getConjugateX());
    Value right = conjugate(b, loc, emitCast(b, loc, v[1], element, accumulator), op.getConjugateY());
    return multiplyAdd(b, loc, v[2], left, right);
  });
  l.shapes.set(product, {accumulator, result.dims, std::nullopt});
  if (storageType(result.element) != accumulator)
    product = l.generic(loc, result.dims, result.element, {{product, l.identity(rank)}},
                        [&](OpBuilder &b, Location loc, ValueRange v) {
                          return emitCast(b, loc, v[0], accumulator, result.element);
                        });
  return l.replace(op, product);
}

void ingot::addMatmulLowerings(LowerTable &table) { addLowering<MatmulOp, lowerMatmul>(table); }
