#include "passes/lower/SpecialCode.h"
#include "passes/lower/SpecialFunctions.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::special;

using P = FloatCode::P;

// Numbers in parentheses are of M. Abramowitz, I. Stegun, Handbook of Mathematical
// Functions.

static constexpr double kEuler = 0.57721566490153286061;

//===--- Dawson -----------------------------------------------------------===//

/// The sum of exp(-(x - n h)^2) / n over odd n, divided by sqrt(pi), which is exact to
/// exp(-(pi / 2h)^2) (G. Rybicki, 1989), for |x| >= 0.2: below, it cancels.
static Value dawsonSum(FloatCode &c, Value x) {
  constexpr double h = 0.3;
  Value center = c.mul(c.constant(2), c.math<math::RoundEvenOp>(c.mul(x, c.constant(0.5 / h))));
  Value rest = c.sub(x, c.mul(center, c.constant(h))), sum = c.constant(0);
  for (int n = 1; n < 22; n += 2)
    for (int odd : {n, -n}) {
      Value away = c.sub(rest, c.constant(odd * h));
      Value term = exp(c, c.neg(c.mul(away, away)));
      sum = c.add(sum, c.div(term, c.add(center, c.constant(odd))));
    }
  return c.mul(sum, c.constant(1 / std::sqrt(kPi)));
}

Value ingot::emitDawsn(FloatCode &c, Value x) {
  Value magnitude = abs(c, x), isFar = c.compare(P::OGT, magnitude, c.constant(1e4));
  Value inverse = c.div(c.constant(1), x), half = c.constant(0.5);
  Value far =
      c.mul(half, c.mul(inverse, c.add(c.constant(1), c.mul(half, c.mul(inverse, inverse)))));
  SmallVector<double> terms = {1}; // (-2)^k / (2k + 1)!!
  for (int k = 1; k < 10; ++k)
    terms.push_back(terms.back() * -2 / (2 * k + 1));
  Value near = c.mul(x, polynomial(c, c.mul(x, x), terms));
  Value isNear = c.compare(P::OLT, magnitude, c.constant(0.2));
  Value middle = dawsonSum(c, c.select(isFar, c.constant(1), x));
  return c.select(isFar, far, c.select(isNear, near, middle));
}

//===--- Exponential integral ---------------------------------------------===//

/// The series of Ei (5.1.10) has no cancellation for x > 0; its end is where the
/// asymptotic one (5.1.51) starts to be exact.
Value ingot::emitExpint(FloatCode &c, Value x) {
  constexpr double border = 30;
  SmallVector<double> series = {0}, tail = {1};
  double power = 1;
  for (int k = 1; k < 110; ++k) {
    power /= k;
    series.push_back(power / k);
  }
  for (int k = 1; k < 30; ++k)
    tail.push_back(tail.back() * k);
  Value isDefined = c.compare(P::OGT, x, c.constant(0));
  Value isFar = c.compare(P::OGT, x, c.constant(border));
  Value low = c.clamp(c.select(isDefined, x, c.constant(1)), 0, border);
  Value near = c.add(c.add(log(c, low), c.constant(kEuler)), polynomial(c, low, series));
  Value high = c.select(isFar, x, c.constant(border));
  Value inverse = c.div(c.constant(1), high);
  // Of infinity 0 times infinity: NaN, as TensorFlow has it.
  Value far = c.mul(c.mul(exp(c, high), inverse), polynomial(c, inverse, tail));
  Value isZero = c.compare(P::OEQ, x, c.constant(0));
  Value outside = c.select(isZero, c.constant(-INFINITY), c.constant(NAN));
  return c.select(isDefined, c.select(isFar, far, near), outside);
}

//===--- Fresnel ----------------------------------------------------------===//

/// Where the series of the Fresnel integrals lose as much as the asymptotic ones, 1e-9.
static constexpr double kFresnelBorder = 3.5;

/// Terms of C(x) / x in x^4 (7.3.11), or of S(x) / x^3 (7.3.13).
static SmallVector<double> fresnelSeries(bool sine) {
  SmallVector<double> terms;
  double term = sine ? kPi / 2 : 1;
  for (int k = 0; k < 48; ++k) {
    int order = 2 * k + sine;
    terms.push_back(term / (2 * order + 1));
    term *= -(kPi / 2) * (kPi / 2) / ((order + 1.0) * (order + 2.0));
  }
  return terms;
}

/// 1/2 plus f sin - g cos for C and minus f cos + g sin for S, of pi x^2 / 2 (7.3.9,
/// 7.3.10), with f and g as series in 1 / (pi x^2) (7.3.27, 7.3.28).
static Value fresnelFar(FloatCode &c, Value x, bool sine) {
  SmallVector<double> f, g;
  double term = 1; // 1 * 3 * .. * (2k - 1)
  for (int k = 0; k < 20; ++k) {
    (k % 2 ? g : f).push_back(k / 2 % 2 ? -term : term);
    term *= 2 * k + 1;
  }
  Value scaled = c.mul(c.constant(kPi), x), w = c.div(c.constant(1), c.mul(scaled, x));
  Value square = c.mul(w, w), front = c.div(c.constant(1), scaled);
  Value fx = c.mul(front, polynomial(c, square, f));
  Value gx = c.mul(c.mul(front, w), polynomial(c, square, g));
  // The phase pi x^2 / 2 from what x^2 is above a multiple of 4.
  Value turns = c.mul(c.constant(0.25), c.mul(x, x));
  Value phase = c.mul(c.constant(2 * kPi), c.sub(turns, floor(c, turns)));
  Value s = c.math<math::SinOp>(phase), cosine = c.math<math::CosOp>(phase), half = c.constant(0.5);
  return sine ? c.sub(half, c.add(c.mul(fx, cosine), c.mul(gx, s)))
              : c.add(half, c.sub(c.mul(fx, s), c.mul(gx, cosine)));
}

static Value emitFresnel(FloatCode &c, Value x, bool sine) {
  Value magnitude = abs(c, x), isFar = c.compare(P::OGT, magnitude, c.constant(kFresnelBorder));
  Value isHuge = c.compare(P::OGT, magnitude, c.constant(1e8));
  Value low = c.clamp(magnitude, 0, kFresnelBorder), square = c.mul(low, low);
  Value near = c.mul(low, polynomial(c, c.mul(square, square), fresnelSeries(sine)));
  if (sine)
    near = c.mul(near, square);
  Value far = fresnelFar(c, c.clamp(magnitude, kFresnelBorder, 1e8), sine);
  far = c.select(isHuge, c.constant(0.5), far);
  Value value = c.select(isFar, far, near);
  value = c.select(c.compare(P::OLT, x, c.constant(0)), c.neg(value), value);
  return c.select(c.isNan(x), x, value);
}

Value ingot::emitFresnelCos(FloatCode &c, Value x) { return emitFresnel(c, x, /*sine=*/false); }
Value ingot::emitFresnelSin(FloatCode &c, Value x) { return emitFresnel(c, x, /*sine=*/true); }

//===--- Dilogarithm ------------------------------------------------------===//

/// Li_2(z) for 0 <= z <= 1/2: the sum of z^k / k^2.
static Value dilogarithm(FloatCode &c, Value z) {
  SmallVector<double> terms = {0};
  for (int k = 1; k < 48; ++k)
    terms.push_back(1.0 / (double(k) * k));
  return polynomial(c, z, terms);
}

/// Li_2(1 - x), for x > 1 by 1 / x, and for x < 1/2 by 1 - x (27.7.3 to 27.7.5).
Value ingot::emitSpence(FloatCode &c, Value x) {
  Value zero = c.constant(0), one = c.constant(1), half = c.constant(0.5);
  Value isDefined = c.compare(P::OGT, x, zero), isAbove = c.compare(P::OGT, x, one);
  Value given = c.select(isDefined, x, one), logarithm = log(c, given);
  Value y = c.select(isAbove, c.div(one, given), given);
  Value isBelow = c.compare(P::OLT, y, half), other = c.sub(one, y);
  Value sum = dilogarithm(c, c.select(isBelow, y, other));
  // Close to 0 the logarithm goes to infinity, and the other factor to 0.
  Value isTiny = c.compare(P::OLT, y, c.constant(1e-300));
  Value safe = c.select(isTiny, half, y), safeOther = c.select(isBelow, c.sub(one, safe), half);
  Value crossed = c.mul(log(c, safe), log(c, safeOther));
  crossed = c.select(isTiny, zero, crossed);
  Value mirrored = c.sub(c.sub(c.constant(kPi * kPi / 6), crossed), sum);
  Value value = c.select(isBelow, mirrored, sum);
  Value inverted = c.sub(c.mul(c.constant(-0.5), c.mul(logarithm, logarithm)), value);
  Value result = c.select(isAbove, inverted, value);
  Value isZero = c.compare(P::OEQ, x, zero);
  Value outside = c.select(isZero, c.constant(kPi * kPi / 6), c.constant(NAN));
  // Of infinity NaN, as TensorFlow has it.
  isDefined = both(c, isDefined, c.compare(P::OLT, x, c.constant(INFINITY)));
  return c.select(isDefined, result, outside);
}
