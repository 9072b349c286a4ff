#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/lower/Loops.h"
#include "passes/lower/Reduce.h"
#include "passes/lower/Scalar.h"
#include "passes/lower/ScalarCode.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

/// log(exp(x) + exp(y)); of two equal infinities nothing is subtracted.
static Value emitLogAddExp(OpBuilder &b, Location loc, Value x, Value y) {
  FloatCode c{b, loc, x.getType()};
  Value larger = c.max(x, y), difference = c.math<math::AbsFOp>(c.sub(x, y));
  Value tail = c.math<math::Log1pOp>(c.math<math::ExpOp>(c.neg(difference)));
  return c.select(c.compare(FloatCode::P::OEQ, x, y), c.add(x, c.constant(0.6931471805599453)),
                  c.add(larger, tail));
}

namespace {
/// One scan: what it folds with, and where it runs.
struct Scan {
  Lowering &l;
  Location loc;
  Operation *op;
  ShapeInfo x;
  int64_t axis;
  bool exclusive, reverse;

  Value neutral() {
    if (isa<CumulativeLogsumexpOp>(op))
      return arith::ConstantOp::create(l.b, loc, l.b.getFloatAttr(x.element, -INFINITY));
    return emitNeutral(isa<CumsumOp>(op) ? Fold::Sum : Fold::Product, l, loc, x.element);
  }

  /// 16-bit floats are rounded in each step, as Eigen does.
  Value fold(OpBuilder &b, Value sum, Value element) {
    Type wide = accumulatorType(x.element);
    Value left = emitCast(b, loc, sum, x.element, wide);
    Value right = emitCast(b, loc, element, x.element, wide);
    Value result =
        isa<CumulativeLogsumexpOp>(op)
            ? emitLogAddExp(b, loc, left, right)
            : emitFold(isa<CumsumOp>(op) ? Fold::Sum : Fold::Product, b, loc, left, right, wide);
    return emitCast(b, loc, result, wide, x.element);
  }

  /// Position along the axis of step i.
  Value position(OpBuilder &b, Value i, Value last) {
    return reverse ? arith::SubIOp::create(b, loc, last, i).getResult() : i;
  }

  /// result[i] = fold(result[i - 1], x[i]), or x[i - 1] in an exclusive scan.
  Value emit(Value operand) {
    SmallVector<Value> bounds;
    for (Dim d : x.dims)
      bounds.push_back(l.index(loc, d));
    Value one = l.index(loc, int64_t(1)), zero = l.index(loc, int64_t(0));
    Value last = arith::SubIOp::create(l.b, loc, bounds[axis], one);
    Value start = neutral();
    auto body = [&](OpBuilder &b, Location loc, ValueRange indices,
                    ValueRange carried) -> SmallVector<Value> {
      SmallVector<Value> here(indices), before(indices);
      Value i = indices[axis];
      Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, i, zero);
      Value previous =
          arith::SelectOp::create(b, loc, isFirst, zero, arith::SubIOp::create(b, loc, i, one));
      here[axis] = position(b, i, last);
      before[axis] = position(b, previous, last);
      Value element = tensor::ExtractOp::create(b, loc, operand, exclusive ? before : here);
      Value sum = tensor::ExtractOp::create(b, loc, carried[0], before);
      Value next = arith::SelectOp::create(b, loc, isFirst, exclusive ? start : element,
                                           fold(b, sum, element));
      return {tensor::InsertOp::create(b, loc, next, carried[0], here)};
    };
    return emitLoops(l.b, loc, bounds, l.empty(loc, x.dims, x.element), body).front();
  }
};
} // namespace

template <class OpT> static LogicalResult lowerScan(OpT op, Lowering &l) {
  Scan scan{l,
            op.getLoc(),
            op,
            l.shapes.info(op.getX()),
            int64_t(op.getAxis()),
            op.getExclusive(),
            op.getReverse()};
  return l.replace(op, scan.emit(op.getX()));
}

void ingot::addScanLowerings(LowerTable &table) {
  addLowering<CumsumOp, lowerScan<CumsumOp>>(table);
  addLowering<CumprodOp, lowerScan<CumprodOp>>(table);
  addLowering<CumulativeLogsumexpOp, lowerScan<CumulativeLogsumexpOp>>(table);
}
