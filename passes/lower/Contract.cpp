#include "passes/lower/Contract.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "passes/lower/Scalar.h"

using namespace mlir;
using namespace ingot;

/// Accumulators are f32 for 16-bit floats, else of the result's type.
static Type accumulatorType(Type element, Type result) {
  if (element.isF16() || element.isBF16())
    return Float32Type::get(element.getContext());
  return storageType(result);
}

/// Part by part: complex.mul looks after infinities as C99 does, TensorFlow does not.
static Value multiplyComplex(OpBuilder &b, Location loc, Value x, Value y) {
  auto product = [&](Value u, Value v) -> Value { return arith::MulFOp::create(b, loc, u, v); };
  Value xr = complex::ReOp::create(b, loc, x), xi = complex::ImOp::create(b, loc, x);
  Value yr = complex::ReOp::create(b, loc, y), yi = complex::ImOp::create(b, loc, y);
  Value re = arith::SubFOp::create(b, loc, product(xr, yr), product(xi, yi));
  Value im = arith::AddFOp::create(b, loc, product(xr, yi), product(xi, yr));
  return complex::CreateOp::create(b, loc, x.getType(), re, im);
}

static Value multiplyAdd(OpBuilder &b, Location loc, Value sum, Value x, Value y) {
  if (isa<ComplexType>(sum.getType()))
    return complex::AddOp::create(b, loc, sum, multiplyComplex(b, loc, x, y));
  if (!isa<FloatType>(sum.getType()))
    return arith::AddIOp::create(b, loc, sum, arith::MulIOp::create(b, loc, x, y));
  auto contract = arith::FastMathFlags::contract;
  return arith::AddFOp::create(b, loc, sum, arith::MulFOp::create(b, loc, x, y, contract),
                               contract);
}

Value ingot::contract(Lowering &l, Location loc, const ShapeInfo &result, AffineMap out,
                      const Factor &x, const Factor &y) {
  Type element = l.shapes.elementType(x.value);
  Type accumulator = accumulatorType(element, result.element);
  auto factor = [&](OpBuilder &b, Location loc, Value v, bool conjugate) -> Value {
    v = emitCast(b, loc, v, element, accumulator);
    return conjugate && isa<ComplexType>(accumulator) ? complex::ConjOp::create(b, loc, v) : v;
  };
  Value zeros = l.filled(loc, result.dims, accumulator, l.zero(loc, accumulator));
  Value sums = l.reduce(loc, zeros, out, {x, y}, [&](OpBuilder &b, Location loc, ValueRange v) {
    return multiplyAdd(b, loc, v[2], factor(b, loc, v[0], x.conjugate),
                       factor(b, loc, v[1], y.conjugate));
  });
  l.shapes.set(sums, {accumulator, result.dims, std::nullopt});
  if (storageType(result.element) == accumulator)
    return sums;
  return l.generic(loc, result.dims, result.element, {{sums, l.identity(result.dims.size())}},
                   [&](OpBuilder &b, Location loc, ValueRange v) {
                     return emitCast(b, loc, v[0], accumulator, result.element);
                   });
}
