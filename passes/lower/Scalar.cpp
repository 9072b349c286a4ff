#include "passes/lower/Scalar.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/lower/Lower.h"

using namespace mlir;
using namespace ingot;

static bool isNarrowFloat(Type type) { return type.isF16() || type.isBF16(); }

/// The op in f32, rounded once; the quotient of floor_div before it is cut, too.
/// Booleans that the op gives stay.
static Value emitNarrowFloat(Operation *op, OpBuilder &b, Location loc, ValueRange x,
                             Type element) {
  if (isa<ReluOp, Relu6Op>(op)) // nothing to round
    return emitFloatScalar(op, b, loc, x);
  SmallVector<Value> wide;
  for (Value v : x)
    wide.push_back(arith::ExtFOp::create(b, loc, b.getF32Type(), v));
  Value result;
  if (isa<FloorDivOp>(op)) {
    Value quotient = arith::DivFOp::create(b, loc, wide[0], wide[1]);
    quotient = arith::TruncFOp::create(b, loc, element, quotient);
    quotient = arith::ExtFOp::create(b, loc, b.getF32Type(), quotient);
    result = math::FloorOp::create(b, loc, quotient);
  } else {
    result = emitFloatScalar(op, b, loc, wide);
  }
  if (result && result.getType().isF32())
    result = arith::TruncFOp::create(b, loc, element, result);
  return result;
}

Value ingot::emitScalar(Operation *op, OpBuilder &b, Location loc, ValueRange x, Type element) {
  if (auto cast = dyn_cast<CastOp>(op))
    return emitCast(b, loc, x[0], element, cast.getTo(), cast.getTruncate());
  if (isa<SelectOp>(op))
    return arith::SelectOp::create(b, loc, x[0], x[1], x[2]);
  if (isa<ComplexOp>(op))
    return complex::CreateOp::create(b, loc, ComplexType::get(element), x[0], x[1]);
  if (isa<ComplexType>(element))
    return emitComplexScalar(op, b, loc, x);
  if (isNarrowFloat(element))
    return emitNarrowFloat(op, b, loc, x, element);
  if (isa<FloatType>(element))
    return emitFloatScalar(op, b, loc, x);
  return emitIntegerScalar(op, b, loc, x, element.isUnsignedInteger() || element.isInteger(1));
}
