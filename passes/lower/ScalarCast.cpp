#include "mlir/Dialect/Complex/IR/Complex.h"
#include "passes/lower/Scalar.h"
#include "passes/lower/ScalarCode.h"

using namespace mlir;
using namespace ingot;

using P = arith::CmpFPredicate;

static bool isUnsignedSource(Type type) { return type.isUnsignedInteger() || type.isInteger(1); }
static bool isNarrowFloat(Type type) { return type.isF16() || type.isBF16(); }

/// Bits of the mantissa that are stored.
static unsigned mantissaBits(FloatType type) { return type.getFPMantissaWidth() - 1; }

/// Low mantissa bits that `to` has no room for set to 0; NaN stays.
static Value emitCutMantissa(FloatCode &c, Value x, FloatType to) {
  unsigned from = mantissaBits(cast<FloatType>(c.type));
  if (from <= mantissaBits(to))
    return x;
  Value mask = c.integer(-(int64_t(1) << (from - mantissaBits(to))));
  Value cut = c.fromBits(c.bitwise<arith::AndIOp>(c.bits(x), mask));
  return c.select(c.isNan(x), x, cut);
}

/// Between float types. 16-bit ones are reached through f32, as in Eigen.
static Value emitFloatToFloat(OpBuilder &b, Location loc, Value x, FloatType to) {
  auto from = cast<FloatType>(x.getType());
  if (from == to)
    return x;
  Type f32 = b.getF32Type();
  bool viaF32 = (isNarrowFloat(from) || isNarrowFloat(to)) && !from.isF32() && !to.isF32();
  if (viaF32)
    return emitFloatToFloat(b, loc, emitFloatToFloat(b, loc, x, cast<FloatType>(f32)), to);
  if (from.getWidth() < to.getWidth())
    return arith::ExtFOp::create(b, loc, to, x);
  return arith::TruncFOp::create(b, loc, to, x);
}

/// What x86-64's cvttss2si and cvttsd2si give: the smallest integer of `width`
/// bits where x is NaN or out of range.
static Value emitTruncatedToSigned(FloatCode &c, Value x, unsigned width) {
  Type type = c.b.getIntegerType(width);
  double limit = std::ldexp(1.0, width - 1);
  Value inRange = arith::AndIOp::create(c.b, c.loc, c.compare(P::OGE, x, c.constant(-limit)),
                                        c.compare(P::OLT, x, c.constant(limit)));
  // Below -limit, doubles may still truncate to it; the value is the same.
  Value safe = c.select(inRange, x, c.constant(0));
  Value integer = arith::FPToSIOp::create(c.b, c.loc, type, safe);
  Value lowest = arith::ConstantOp::create(
      c.b, c.loc, c.b.getIntegerAttr(type, APInt::getSignedMinValue(width)));
  return c.select(inRange, integer, lowest);
}

/// The sequence that compilers emit for uint64: numbers from 2^63 on are moved
/// down before the signed conversion.
static Value emitTruncatedToUnsigned64(FloatCode &c, Value x) {
  Type type = c.b.getI64Type();
  Value low = emitTruncatedToSigned(c, x, 64);
  Value high = emitTruncatedToSigned(c, c.sub(x, c.constant(std::ldexp(1.0, 63))), 64);
  Value shift = arith::ConstantOp::create(c.b, c.loc, c.b.getIntegerAttr(type, 63));
  Value mask = arith::ShRSIOp::create(c.b, c.loc, low, shift);
  return arith::OrIOp::create(c.b, c.loc, low, arith::AndIOp::create(c.b, c.loc, high, mask));
}

/// Integers of less than 32 bits are cut from the 32-bit conversion, ui32 from
/// the 64-bit one, as static_cast does on x86-64.
static Value emitFloatToInteger(OpBuilder &b, Location loc, Value x, Type to) {
  if (isNarrowFloat(x.getType()))
    x = arith::ExtFOp::create(b, loc, b.getF32Type(), x);
  FloatCode c{b, loc, x.getType()};
  if (to.isInteger(1))
    return c.compare(P::UNE, x, c.constant(0));
  unsigned width = to.getIntOrFloatBitWidth();
  if (to.isUnsignedInteger(64))
    return emitTruncatedToUnsigned64(c, x);
  unsigned wide = width == 64 || to.isUnsignedInteger(32) ? 64 : 32;
  Value integer = emitTruncatedToSigned(c, x, wide);
  return wide == width ? integer
                       : arith::TruncIOp::create(b, loc, b.getIntegerType(width), integer);
}

static Value emitIntegerToInteger(OpBuilder &b, Location loc, Value x, Type from, Type to) {
  unsigned width = to.getIntOrFloatBitWidth(), own = x.getType().getIntOrFloatBitWidth();
  if (width == 1) {
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(x.getType()));
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, x, zero);
  }
  Type type = b.getIntegerType(width);
  if (width < own)
    return arith::TruncIOp::create(b, loc, type, x);
  if (width == own)
    return x;
  if (isUnsignedSource(from))
    return arith::ExtUIOp::create(b, loc, type, x);
  return arith::ExtSIOp::create(b, loc, type, x);
}

static Value emitIntegerToFloat(OpBuilder &b, Location loc, Value x, Type from, FloatType to) {
  Type wide = isNarrowFloat(to) ? b.getF32Type() : to;
  Value result = isUnsignedSource(from) ? Value(arith::UIToFPOp::create(b, loc, wide, x))
                                        : Value(arith::SIToFPOp::create(b, loc, wide, x));
  return emitFloatToFloat(b, loc, result, to);
}

/// A complex number from another one, or from a real one and 0.
static Value emitToComplex(OpBuilder &b, Location loc, Value x, Type from, ComplexType to,
                           bool truncate) {
  Type part = to.getElementType();
  if (auto complex = dyn_cast<ComplexType>(from)) {
    Type own = complex.getElementType();
    Value real = emitCast(b, loc, complex::ReOp::create(b, loc, x), own, part, truncate);
    Value imaginary = emitCast(b, loc, complex::ImOp::create(b, loc, x), own, part, truncate);
    return complex::CreateOp::create(b, loc, to, real, imaginary);
  }
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(part));
  return complex::CreateOp::create(b, loc, to, emitCast(b, loc, x, from, part, truncate), zero);
}

Value ingot::emitCast(OpBuilder &b, Location loc, Value x, Type from, Type to, bool truncate) {
  if (from == to)
    return x;
  if (auto complex = dyn_cast<ComplexType>(to))
    return emitToComplex(b, loc, x, from, complex, truncate);
  if (auto complex = dyn_cast<ComplexType>(from))
    return emitCast(b, loc, complex::ReOp::create(b, loc, x), complex.getElementType(), to,
                    truncate);
  auto floatTo = dyn_cast<FloatType>(to);
  if (isa<FloatType>(from) && floatTo) {
    FloatCode c{b, loc, from};
    return emitFloatToFloat(b, loc, truncate ? emitCutMantissa(c, x, floatTo) : x, floatTo);
  }
  if (isa<FloatType>(from))
    return emitFloatToInteger(b, loc, x, to);
  if (floatTo)
    return emitIntegerToFloat(b, loc, x, from, floatTo);
  return emitIntegerToInteger(b, loc, x, from, to);
}
