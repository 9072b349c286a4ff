#include "passes/lower/Reduce.h"
#include "passes/lower/Scalar.h"

using namespace mlir;
using namespace ingot;

/// True where x takes the place of the extreme so far; NaN never does.
static Value isBetter(OpBuilder &b, Location loc, Value x, Value best, Type element, bool isMax) {
  if (isa<FloatType>(element)) {
    auto p = isMax ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT;
    return arith::CmpFOp::create(b, loc, p, x, best);
  }
  using P = arith::CmpIPredicate;
  bool isUnsigned = element.isUnsignedInteger() || element.isInteger(1);
  P p = isMax ? (isUnsigned ? P::ugt : P::sgt) : (isUnsigned ? P::ult : P::slt);
  return arith::CmpIOp::create(b, loc, p, x, best);
}

namespace {
/// The loops of one arg_max or arg_min.
struct ArgReduction {
  Lowering &l;
  Location loc;
  ShapeInfo x;
  int64_t axis;
  bool isMax;
  Type stored; ///< of the indices

  SmallVector<Dim, 4> resultDims() const {
    SmallVector<Dim, 4> dims(x.dims);
    dims.erase(dims.begin() + axis);
    return dims;
  }

  /// A reduction with two results: the extreme and its index.
  Value emit(Value operand) {
    int64_t rank = x.dims.size();
    Type wide = accumulatorType(x.element);
    SmallVector<Dim, 4> dims = resultDims();
    Value lowest = emitNeutral(isMax ? Fold::Max : Fold::Min, l, loc, wide, /*finite=*/true);
    Value values = l.filled(loc, dims, wide, lowest);
    Value indices = l.filled(loc, dims, stored, l.zero(loc, stored));
    SmallVector<AffineExpr> exprs;
    for (int64_t d = 0; d < rank; ++d)
      if (d != axis)
        exprs.push_back(l.b.getAffineDimExpr(d));
    AffineMap out = AffineMap::get(rank, 0, exprs, l.b.getContext());
    SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
    iterators[axis] = utils::IteratorType::reduction;
    auto generic = linalg::GenericOp::create(
        l.b, loc, TypeRange{values.getType(), indices.getType()}, operand,
        ValueRange{values, indices}, ArrayRef<AffineMap>{l.identity(rank), out, out}, iterators,
        [&](OpBuilder &b, Location loc, ValueRange v) { step(b, loc, v, wide); });
    return generic.getResult(1);
  }

  void step(OpBuilder &b, Location loc, ValueRange v, Type wide) {
    Value number = emitCast(b, loc, v[0], x.element, wide);
    Value better = isBetter(b, loc, number, v[1], wide, isMax);
    Value position = linalg::IndexOp::create(b, loc, axis);
    position = arith::IndexCastOp::create(b, loc, stored, position);
    Value best = arith::SelectOp::create(b, loc, better, number, v[1]);
    Value index = arith::SelectOp::create(b, loc, better, position, v[2]);
    linalg::YieldOp::create(b, loc, ValueRange{best, index});
  }
};
} // namespace

template <class OpT> static LogicalResult lowerArg(OpT op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo x = l.shapes.info(op.getX());
  int64_t axis = op.getAxis();
  if (!x.dims[axis].constant()) {
    Value extent = l.index(loc, x.dims[axis]);
    Value holds = arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::sgt, extent,
                                        l.index(loc, int64_t(0)));
    l.check(loc, holds, INGOT_INVALID_ARGUMENT, "the axis has no elements");
  }
  ArgReduction reduction{l, loc, x, axis, std::is_same_v<OpT, ArgMaxOp>, storageType(op.getTo())};
  return l.replace(op, reduction.emit(op.getX()));
}

void ingot::addArgLowerings(LowerTable &table) {
  addLowering<ArgMaxOp, lowerArg<ArgMaxOp>>(table);
  addLowering<ArgMinOp, lowerArg<ArgMinOp>>(table);
}
