#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/lower/Reduce.h"
#include "passes/lower/Scalar.h"

using namespace mlir;
using namespace ingot;

namespace {
/// The steps of one softmax: `wide` is the type that it is computed in.
struct Softmax {
  Lowering &l;
  Location loc;
  ShapeInfo info;
  Type wide;
  AffineMap elements, rows;

  Value load(OpBuilder &b, Value x) { return emitCast(b, loc, x, info.element, wide); }
  Value generic(Type element, ArrayRef<Lowering::Operand> operands, Lowering::Body body) {
    return l.generic(loc, info.dims, element, operands, body);
  }

  /// exp(x - max of the row), which is at most 1.
  Value exponentials(Value x, Value max) {
    return generic(wide, {{x, elements}, {max, rows}},
                   [&](OpBuilder &b, Location loc, ValueRange v) {
                     Value shifted = arith::SubFOp::create(b, loc, load(b, v[0]), v[1]);
                     return math::ExpOp::create(b, loc, shifted).getResult();
                   });
  }

  Value ratios(Value exponentials, Value sum) {
    return generic(info.element, {{exponentials, elements}, {inverse(sum), rows}},
                   [&](OpBuilder &b, Location loc, ValueRange v) {
                     Value ratio = arith::MulFOp::create(b, loc, v[0], v[1]);
                     return emitCast(b, loc, ratio, wide, info.element);
                   });
  }

  Value logarithms(Value x, Value max, Value sum) {
    return generic(info.element, {{x, elements}, {max, rows}, {logarithm(sum), rows}},
                   [&](OpBuilder &b, Location loc, ValueRange v) {
                     Value shifted = arith::SubFOp::create(b, loc, load(b, v[0]), v[1]);
                     Value result = arith::SubFOp::create(b, loc, shifted, v[2]);
                     return emitCast(b, loc, result, wide, info.element);
                   });
  }

private:
  /// A function of one number a row.
  Value ofRows(Value sum, Lowering::Body body) {
    ArrayRef<Dim> dims = ArrayRef<Dim>(info.dims).drop_back();
    return l.generic(loc, dims, wide, {{sum, l.identity(dims.size())}}, body);
  }
  Value inverse(Value sum) {
    return ofRows(sum, [&](OpBuilder &b, Location loc, ValueRange v) {
      Value one = arith::ConstantOp::create(b, loc, b.getFloatAttr(wide, 1));
      return arith::DivFOp::create(b, loc, one, v[0]).getResult();
    });
  }
  Value logarithm(Value sum) {
    return ofRows(sum, [&](OpBuilder &b, Location loc, ValueRange v) {
      return math::LogOp::create(b, loc, v[0]).getResult();
    });
  }
};
} // namespace

static LogicalResult lowerSoftmax(SoftmaxOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo info = l.shapes.info(op.getX());
  int64_t rank = info.dims.size();
  AffineMap elements = l.identity(rank);
  AffineMap rows = AffineMap::get(rank, 0, elements.getResults().drop_back(), op.getContext());
  Type wide = accumulatorType(info.element);
  Value x = op.getX(), max = emitReduction(l, loc, x, {rank - 1}, Fold::Max, wide);
  Softmax s{l, loc, info, wide, elements, rows};
  Value exponentials = s.exponentials(x, max);
  Value sum = emitReduction(l, loc, exponentials, {rank - 1}, Fold::Sum, wide);
  return l.replace(op, op.getLog() ? s.logarithms(x, max, sum) : s.ratios(exponentials, sum));
}

void ingot::addSoftmaxLowerings(LowerTable &table) { addLowering<SoftmaxOp, lowerSoftmax>(table); }
