#include "passes/lower/ComplexFunctions.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace ingot;

using P = FloatCode::P;

static constexpr double kPi = 3.14159265358979323846;

static Value abs(FloatCode &c, Value x) { return c.math<math::AbsFOp>(x); }
static Value sqrt(FloatCode &c, Value x) { return c.math<math::SqrtOp>(x); }
static Value signed_(FloatCode &c, Value magnitude, Value sign) {
  return c.math<math::CopySignOp>(magnitude, sign);
}
static Value angle(FloatCode &c, Value y, Value x) { return c.math<math::Atan2Op>(y, x); }
static Value isZero(FloatCode &c, Value x) { return c.compare(P::OEQ, x, c.constant(0)); }
static Value isInfinite(FloatCode &c, Value x) {
  return c.compare(P::OEQ, abs(c, x), c.constant(INFINITY));
}
static Value both(FloatCode &c, Value x, Value y) {
  return arith::AndIOp::create(c.b, c.loc, x, y);
}
static Value either(FloatCode &c, Value x, Value y) {
  return arith::OrIOp::create(c.b, c.loc, x, y);
}

//===--- Hyperbolic functions ---------------------------------------------===//

/// x * y, where 0 times anything is a 0 with the sign of the product.
static Value zeroWins(FloatCode &c, Value x, Value y, Value isNothing) {
  Value one = c.constant(1);
  Value sign = c.mul(signed_(c, one, x), signed_(c, one, y));
  return c.select(isNothing, signed_(c, c.constant(0), sign), c.mul(x, y));
}

/// x * y; infinite where x is, even if y is NaN.
static Value infinityWins(FloatCode &c, Value x, Value y) {
  return c.select(both(c, isInfinite(c, x), c.isNan(y)), x, c.mul(x, y));
}

ComplexParts ingot::emitComplexExp(FloatCode &c, ComplexParts z) {
  Value sine = c.math<math::SinOp>(z.im), cosine = c.math<math::CosOp>(z.im);
  Value power = c.math<math::ExpOp>(z.re);
  Value re = infinityWins(c, power, cosine);
  Value im = zeroWins(c, power, sine, isZero(c, z.im));
  // exp(-inf + i y) is 0 for any y.
  Value isNothing = c.compare(P::OEQ, z.re, c.constant(-INFINITY)), zero = c.constant(0);
  // An infinite y has no angle.
  Value side = c.select(c.isNan(cosine), zero, cosine), other = c.select(c.isNan(sine), z.im, sine);
  return {c.select(isNothing, signed_(c, zero, side), re),
          c.select(isNothing, signed_(c, zero, other), im)};
}

Value ingot::emitComplexAbs(FloatCode &c, ComplexParts z) {
  Value re = abs(c, z.re), im = abs(c, z.im), larger = c.max(re, im);
  Value ratio = c.div(c.min(re, im), larger);
  Value modulus = c.mul(larger, sqrt(c, c.add(c.constant(1), c.mul(ratio, ratio))));
  modulus = c.select(isZero(c, larger), c.constant(0), modulus);
  return c.select(either(c, isInfinite(c, re), isInfinite(c, im)), c.constant(INFINITY), modulus);
}

ComplexParts ingot::emitComplexPow(FloatCode &c, ComplexParts x, ComplexParts y) {
  Value re = c.math<math::LogOp>(emitComplexAbs(c, x)), im = angle(c, x.im, x.re);
  return emitComplexExp(
      c, {c.sub(c.mul(y.re, re), c.mul(y.im, im)), c.add(c.mul(y.re, im), c.mul(y.im, re))});
}

/// expm1(x) - 2 exp(x) sin(y/2)^2 and exp(x) sin(y), as Eigen has it.
ComplexParts ingot::emitComplexExpm1(FloatCode &c, ComplexParts z) {
  Value sine = c.math<math::SinOp>(z.im);
  Value half = c.math<math::SinOp>(c.mul(c.constant(0.5), z.im));
  Value less = c.math<math::ExpM1Op>(z.re), power = c.add(less, c.constant(1));
  Value drop = c.mul(c.mul(c.constant(2), power), c.mul(half, half));
  return {c.sub(less, drop), c.mul(power, sine)};
}

ComplexParts ingot::emitComplexSinh(FloatCode &c, ComplexParts z) {
  Value sine = c.math<math::SinOp>(z.im), cosine = c.math<math::CosOp>(z.im);
  Value sinh = c.math<math::SinhOp>(z.re), cosh = c.math<math::CoshOp>(z.re);
  Value re = c.select(isZero(c, z.re), zeroWins(c, sinh, cosine, isZero(c, z.re)),
                      infinityWins(c, sinh, cosine));
  return {re, zeroWins(c, cosh, sine, isZero(c, z.im))};
}

ComplexParts ingot::emitComplexCosh(FloatCode &c, ComplexParts z) {
  Value sine = c.math<math::SinOp>(z.im), cosine = c.math<math::CosOp>(z.im);
  Value sinh = c.math<math::SinhOp>(z.re), cosh = c.math<math::CoshOp>(z.re);
  Value isNothing = either(c, isZero(c, z.re), isZero(c, z.im));
  return {infinityWins(c, cosh, cosine), zeroWins(c, sinh, sine, isNothing)};
}

ComplexParts ingot::emitComplexTanh(FloatCode &c, ComplexParts z) {
  // From here on the real part is 1, and the imaginary part below all tolerance.
  constexpr double limit = 30;
  Value one = c.constant(1), zero = c.constant(0);
  Value isFar = c.compare(P::OGE, abs(c, z.re), c.constant(limit));
  Value tangent = c.math<math::TanOp>(z.im),
        sinh = c.math<math::SinhOp>(c.clamp(z.re, -limit, limit));
  Value beta = c.add(one, c.mul(tangent, tangent));
  Value root = sqrt(c, c.add(one, c.mul(sinh, sinh)));
  Value divisor = c.add(one, c.mul(beta, c.mul(sinh, sinh)));
  Value re = c.div(c.mul(c.mul(beta, root), sinh), divisor), im = c.div(tangent, divisor);
  // Without an angle only an infinite real part tells the result.
  Value isLost = both(c, c.isNan(tangent), c.compare(P::UNE, abs(c, z.re), c.constant(INFINITY)));
  isFar = both(c, isFar, c.compare(P::OEQ, c.select(isLost, one, zero), zero));
  Value side = c.select(c.isNan(tangent), z.im, tangent);
  re = c.select(isFar, signed_(c, one, z.re), c.select(isZero(c, z.re), z.re, re));
  im = c.select(isFar, signed_(c, zero, side), c.select(isZero(c, z.im), z.im, im));
  return {re, im};
}

//===--- Inverse functions ------------------------------------------------===//

/// The root with the real part that is not negative, of finite numbers.
static ComplexParts emitRoot(FloatCode &c, ComplexParts z) {
  Value re = abs(c, z.re), im = abs(c, z.im), quarter = c.constant(0.25), one = c.constant(1);
  // A quarter of large numbers: their modulus is one, too.
  Value isLarge = c.compare(P::OGT, c.max(re, im), c.constant(0x1p1000));
  Value scale = c.select(isLarge, quarter, one), back = c.select(isLarge, c.constant(2), one);
  re = c.mul(re, scale);
  im = c.mul(im, scale);
  Value larger = c.max(re, im), zero = c.constant(0);
  Value safe = c.select(isZero(c, larger), one, larger);
  Value a = c.div(re, safe), b = c.div(im, safe);
  Value modulus = c.mul(larger, sqrt(c, c.add(c.mul(a, a), c.mul(b, b))));
  Value t = sqrt(c, c.mul(c.constant(0.5), c.add(modulus, re)));
  Value other = c.select(isZero(c, t), zero, c.div(im, c.add(t, t)));
  t = c.mul(t, back);
  other = c.mul(other, back);
  Value isLeft = c.compare(P::OLT, z.re, zero);
  return {c.select(isLeft, other, t), signed_(c, c.select(isLeft, t, other), z.im)};
}

namespace {
/// Roots of z - 1 and z + 1.
struct Roots {
  ComplexParts minus, plus;
};
} // namespace

static Roots rootsAround(FloatCode &c, ComplexParts z) {
  Value one = c.constant(1);
  return {emitRoot(c, {c.sub(z.re, one), z.im}), emitRoot(c, {c.add(z.re, one), z.im})};
}

/// 1 with the sign of an infinity, 0 for a finite number; NaN stays.
static Value direction(FloatCode &c, Value x) {
  Value magnitude = c.select(isInfinite(c, x), c.constant(1), c.mul(abs(c, x), c.constant(0)));
  return signed_(c, magnitude, x);
}

static Value isInfinite(FloatCode &c, ComplexParts z) {
  return either(c, isInfinite(c, z.re), isInfinite(c, z.im));
}

/// asinh(product), the real part of acosh or asinh of z without its sign; log |2 z|
/// where the product of the roots overflows.
static Value emitRealPart(FloatCode &c, Value product, ComplexParts z) {
  Value re = abs(c, z.re), im = abs(c, z.im), larger = c.max(re, im);
  Value ratio = c.div(c.min(re, im), larger);
  Value far = c.add(c.math<math::LogOp>(larger),
                    c.mul(c.constant(0.5), c.math<math::Log1pOp>(c.mul(ratio, ratio))));
  far = c.add(far, c.constant(0.693147180559945309));
  return c.select(isInfinite(c, product), far, c.math<math::AsinhOp>(product));
}

ComplexParts ingot::emitComplexAcosh(FloatCode &c, ComplexParts z) {
  Roots r = rootsAround(c, z);
  Value product = c.add(c.mul(r.minus.re, r.plus.re), c.mul(r.minus.im, r.plus.im));
  Value re = emitRealPart(c, product, z);
  Value im = c.mul(c.constant(2), angle(c, r.minus.im, r.plus.re));
  Value isFar = isInfinite(c, z);
  re = c.select(isFar, c.constant(INFINITY), re);
  im = c.select(isFar, angle(c, direction(c, z.im), direction(c, z.re)), im);
  // On the imaginary axis the angle does not depend on the other part.
  Value isAxis = both(c, isZero(c, z.re), c.isNan(z.im));
  return {re, c.select(isAxis, c.constant(kPi / 2), im)};
}

/// acosh turned by a quarter: its imaginary part without sign, and the real part
/// with the sign that z's imaginary part does not have.
ComplexParts ingot::emitComplexAcos(FloatCode &c, ComplexParts z) {
  ComplexParts y = emitComplexAcosh(c, z);
  return {abs(c, y.im), signed_(c, y.re, c.neg(z.im))};
}

ComplexParts ingot::emitComplexAsinh(FloatCode &c, ComplexParts z) {
  // asinh(z) = i asin(-i z), with the roots of 1 - w and 1 + w for w = -i z.
  Value one = c.constant(1);
  ComplexParts below = emitRoot(c, {c.sub(one, z.im), z.re});        // of 1 + i z
  ComplexParts above = emitRoot(c, {c.add(one, z.im), c.neg(z.re)}); // of 1 - i z
  Value real = c.sub(c.mul(below.re, above.re), c.mul(below.im, above.im));
  // Im(conj(sqrt(1 - i z)) sqrt(1 + i z)), odd in the real part.
  Value product = c.sub(c.mul(above.re, below.im), c.mul(above.im, below.re));
  Value re = signed_(c, emitRealPart(c, product, z), z.re);
  Value im = angle(c, z.im, real);
  Value isFar = isInfinite(c, z);
  re = c.select(isFar, signed_(c, c.constant(INFINITY), z.re), re);
  Value far = angle(c, direction(c, z.im), abs(c, direction(c, z.re)));
  im = c.select(isFar, far, im);
  return {re, c.select(both(c, c.isNan(z.re), isZero(c, z.im)), z.im, im)};
}

/// log1p(4 |x| / ((1 - |x|)^2 + y^2)) / 4 and atan2(2 y, (1 - x) (1 + x) - y^2) / 2.
ComplexParts ingot::emitComplexAtanh(FloatCode &c, ComplexParts z) {
  constexpr double limit = 0x1p500; // squares of larger numbers overflow
  Value one = c.constant(1), x = abs(c, z.re), y = abs(c, z.im), zero = c.constant(0);
  Value isFar =
      either(c, c.compare(P::OGT, x, c.constant(limit)), c.compare(P::OGT, y, c.constant(limit)));
  Value gap = c.sub(one, x), square = c.mul(y, y);
  Value ratio = c.div(c.mul(c.constant(4), x), c.add(c.mul(gap, gap), square));
  Value re = c.mul(c.constant(0.25), c.math<math::Log1pOp>(ratio));
  // Beside a pole the squares underflow: there it is log(2 / y) / 2.
  Value beside = c.mul(c.constant(0.5), c.math<math::LogOp>(c.div(c.constant(2), y)));
  re = c.select(isInfinite(c, ratio), beside, re);
  Value turned = c.sub(c.mul(gap, c.add(one, x)), square);
  Value im = c.mul(c.constant(0.5), angle(c, c.mul(c.constant(2), y), turned));
  re = c.select(either(c, isFar, isZero(c, x)), zero, re);
  im = c.select(both(c, isFar, c.compare(P::ORD, y, y)), c.constant(kPi / 2), im);
  // Beside NaN only an infinite imaginary part tells the real one.
  Value isLost = both(c, c.isNan(x), c.compare(P::OLT, y, c.constant(INFINITY)));
  return {signed_(c, c.select(isLost, x, re), z.re), signed_(c, im, z.im)};
}
