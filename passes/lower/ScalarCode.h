#ifndef INGOT_PASSES_LOWER_SCALARCODE_H
#define INGOT_PASSES_LOWER_SCALARCODE_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace ingot {

/// Shorthand for straight-line code on floats of one type, or on vectors of them.
struct FloatCode {
  using P = mlir::arith::CmpFPredicate;
  using I = mlir::arith::CmpIPredicate;
  using Value = mlir::Value;

  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::Type type;
  /// Flags of add, sub and mul; `contract` lets targets with FMA use it.
  mlir::arith::FastMathFlags flags = mlir::arith::FastMathFlags::none;

  Value constant(double v) { return splat(b.getFloatAttr(mlir::getElementTypeOrSelf(type), v)); }
  Value add(Value x, Value y) { return mlir::arith::AddFOp::create(b, loc, x, y, flags); }
  Value sub(Value x, Value y) { return mlir::arith::SubFOp::create(b, loc, x, y, flags); }
  Value mul(Value x, Value y) { return mlir::arith::MulFOp::create(b, loc, x, y, flags); }
  Value div(Value x, Value y) { return mlir::arith::DivFOp::create(b, loc, x, y); }
  Value neg(Value x) { return mlir::arith::NegFOp::create(b, loc, x); }
  Value select(Value c, Value x, Value y) { return mlir::arith::SelectOp::create(b, loc, c, x, y); }
  Value compare(P p, Value x, Value y) { return mlir::arith::CmpFOp::create(b, loc, p, x, y); }
  Value isNan(Value x) { return compare(P::UNO, x, x); }
  template <class Op> Value math(Value x) { return Op::create(b, loc, x); }
  template <class Op> Value math(Value x, Value y) { return Op::create(b, loc, x, y); }

  /// The larger, NaN if either is; y where both are equal (zeros of both signs),
  /// as Eigen's PropagateNaN does it.
  Value max(Value x, Value y) { return orNan(select(compare(P::OGT, x, y), x, y), x); }
  Value min(Value x, Value y) { return orNan(select(compare(P::OLT, x, y), x, y), x); }
  /// x within [low, high]; NaN stays. One instruction a bound on most targets.
  Value clamp(Value x, double low, double high) {
    Value l = constant(low), h = constant(high);
    x = select(compare(P::OGT, l, x), l, x);
    return select(compare(P::OLT, h, x), h, x);
  }

  /// Integers of the float's width and shape.
  mlir::Type bitsType() {
    mlir::Type integer = b.getIntegerType(mlir::getElementTypeOrSelf(type).getIntOrFloatBitWidth());
    auto shaped = mlir::dyn_cast<mlir::ShapedType>(type);
    return shaped ? mlir::Type(shaped.clone(integer)) : integer;
  }
  Value bits(Value x) { return mlir::arith::BitcastOp::create(b, loc, bitsType(), x); }
  Value fromBits(Value x) { return mlir::arith::BitcastOp::create(b, loc, type, x); }
  Value integer(int64_t v) {
    auto element = mlir::cast<mlir::IntegerType>(mlir::getElementTypeOrSelf(bitsType()));
    llvm::APInt value(element.getWidth(), v, /*isSigned=*/true, /*implicitTrunc=*/true);
    return splat(b.getIntegerAttr(element, value), bitsType());
  }
  template <class Op> Value bitwise(Value x, Value y) { return Op::create(b, loc, x, y); }
  Value compareBits(I p, Value x, Value y) { return mlir::arith::CmpIOp::create(b, loc, p, x, y); }

private:
  Value orNan(Value value, Value x) { return select(isNan(x), x, value); }
  Value splat(mlir::TypedAttr element) { return splat(element, type); }
  Value splat(mlir::TypedAttr element, mlir::Type as) {
    if (auto shaped = mlir::dyn_cast<mlir::ShapedType>(as))
      element = mlir::DenseElementsAttr::get(shaped, mlir::ArrayRef<mlir::Attribute>(element));
    return mlir::arith::ConstantOp::create(b, loc, element);
  }
};

} // namespace ingot

#endif
