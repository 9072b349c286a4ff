#include "passes/lower/SpecialCode.h"
#include "passes/lower/SpecialFunctions.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::special;

using P = FloatCode::P;

// Numbers in parentheses are of M. Abramowitz, I. Stegun, Handbook of Mathematical
// Functions. Each function is its series near 0, and its asymptotic series far out.

static constexpr double kEuler = 0.57721566490153286061;

/// 1 + 1/2 + .. + 1/k.
static double harmonic(int k) {
  double sum = 0;
  for (int i = 1; i <= k; ++i)
    sum += 1.0 / i;
  return sum;
}

/// x where the test holds, else a number that all functions take.
static Value orElse(FloatCode &c, Value test, Value x, double other) {
  return c.select(test, x, c.constant(other));
}

//===--- Modified, of the first kind --------------------------------------===//

/// Terms of the series of I_n(x) / (x/2)^n in (x/2)^2: 1 / (k! (k + n)!).
static SmallVector<double> besselSeries(int n) {
  SmallVector<double> terms = {1};
  for (int k = 1; k < 64; ++k)
    terms.push_back(terms.back() / (double(k) * (k + n)));
  return terms;
}

/// Terms of the asymptotic series of exp(-x) sqrt(2 pi x) I_n(x) in 1/x.
static SmallVector<double> besselTail(int n) {
  SmallVector<double> terms = {1};
  for (int k = 1; k < 20; ++k) {
    double odd = 2 * k - 1;
    terms.push_back(-terms.back() * (4.0 * n * n - odd * odd) / (8.0 * k));
  }
  return terms;
}

/// exp(-|x|) I_n(|x|) (Abramowitz and Stegun, 9.6.10 and 9.7.1).
static Value emitBessel(FloatCode &c, Value x, int n) {
  constexpr double border = 30;
  Value magnitude = abs(c, x), low = c.clamp(magnitude, 0, border);
  Value half = c.mul(c.constant(0.5), low);
  Value series = polynomial(c, c.mul(half, half), besselSeries(n));
  if (n == 1)
    series = c.mul(series, half);
  series = c.mul(series, exp(c, c.neg(low)));
  Value high =
      c.select(c.compare(P::OGT, magnitude, c.constant(border)), magnitude, c.constant(border));
  Value tail = polynomial(c, c.div(c.constant(1), high), besselTail(n));
  tail = c.div(tail, sqrt(c, c.mul(c.constant(2 * kPi), high)));
  Value result = c.select(c.compare(P::OGT, magnitude, c.constant(border)), tail, series);
  return c.select(c.isNan(x), x, result);
}

Value ingot::emitBesselI0e(FloatCode &c, Value x) { return emitBessel(c, x, 0); }

Value ingot::emitBesselI1e(FloatCode &c, Value x) {
  Value value = emitBessel(c, x, 1);
  Value isNegative = c.compare(P::OLT, x, c.constant(0));
  return c.select(isNegative, c.neg(value), value);
}

//===--- Modified, of the second kind -------------------------------------===//

/// exp(x) K_n(x) for 0 < x <= 4 (9.6.11, 9.6.13).
static Value besselKSeries(FloatCode &c, Value x, int n) {
  SmallVector<double> terms = besselSeries(n), weighted;
  for (auto [k, term] : llvm::enumerate(terms))
    weighted.push_back(term * (harmonic(k) + harmonic(k + n)) / 2);
  Value half = c.mul(c.constant(0.5), x), square = c.mul(half, half);
  Value logarithm = c.add(log(c, half), c.constant(kEuler));
  Value sum =
      c.sub(polynomial(c, square, weighted), c.mul(logarithm, polynomial(c, square, terms)));
  if (n == 1)
    sum = c.sub(c.div(c.constant(1), x), c.mul(half, sum));
  return c.mul(sum, exp(c, x));
}

/// exp(x) K_n(x) for 4 <= x <= 20: the integral of exp(-x (cosh t - 1)) cosh(n t) over
/// t > 0 (9.6.24) by the trapezoidal rule, whose error falls exponentially with 1/step.
static Value besselKIntegral(FloatCode &c, Value x, int n) {
  constexpr double step = 0.2;
  Value sum = c.constant(0.5), minus = c.neg(x);
  for (int k = 1; k <= 16; ++k) {
    double t = k * step;
    Value term = exp(c, c.mul(minus, c.constant(std::cosh(t) - 1)));
    sum = c.add(sum, c.mul(term, c.constant(std::cosh(n * t))));
  }
  return c.mul(sum, c.constant(step));
}

/// exp(x) K_n(x) for x >= 20 (9.7.2).
static Value besselKTail(FloatCode &c, Value x, int n) {
  SmallVector<double> terms = besselTail(n);
  for (size_t k = 1; k < terms.size(); k += 2)
    terms[k] = -terms[k];
  Value sum = polynomial(c, c.div(c.constant(1), x), terms);
  return c.mul(sum, sqrt(c, c.div(c.constant(kPi / 2), x)));
}

static Value emitBesselKe(FloatCode &c, Value x, int n) {
  Value isLow = c.compare(P::OLE, x, c.constant(4)), isHigh = c.compare(P::OGE, x, c.constant(20));
  Value isDefined = c.compare(P::OGT, x, c.constant(0));
  Value middle = besselKIntegral(c, c.clamp(x, 4, 20), n);
  Value low = besselKSeries(c, orElse(c, both(c, isLow, isDefined), x, 1), n);
  Value high = besselKTail(c, orElse(c, isHigh, x, 20), n);
  Value result = c.select(isLow, low, c.select(isHigh, high, middle));
  // For x < 0 infinity, too, as TensorFlow has it.
  return c.select(isDefined, result, c.select(c.isNan(x), x, c.constant(INFINITY)));
}

Value ingot::emitBesselK0e(FloatCode &c, Value x) { return emitBesselKe(c, x, 0); }
Value ingot::emitBesselK1e(FloatCode &c, Value x) { return emitBesselKe(c, x, 1); }

//===--- Of the first and the second kind ---------------------------------===//

/// Where the series end: their terms cancel, and lose exp(x) of the precision.
static constexpr double kOscillates = 15;

namespace {
/// J_n(x) and Y_n(x).
struct BesselPair {
  Value j, y;
};
} // namespace

/// For 0 < x <= kOscillates (9.1.10, 9.1.11).
static BesselPair besselNear(FloatCode &c, Value x, int n) {
  SmallVector<double> terms = besselSeries(n), weighted;
  for (auto [k, term] : llvm::enumerate(terms)) {
    term = k % 2 ? -term : term;
    weighted.push_back(term * (harmonic(k) + harmonic(k + n)));
  }
  Value half = c.mul(c.constant(0.5), x), square = c.mul(half, half);
  Value j = polynomial(c, square, terms), rest = polynomial(c, square, weighted);
  if (n == 1) {
    j = c.mul(j, half);
    rest = c.add(c.mul(rest, half), c.div(c.constant(1), half));
  }
  Value logarithm = c.mul(c.constant(2), c.add(log(c, half), c.constant(kEuler)));
  Value y = c.mul(c.constant(1 / kPi), c.sub(c.mul(logarithm, j), rest));
  return {j, y};
}

/// For x >= kOscillates: sqrt(2 / (pi x)) times P cos - Q sin and P sin + Q cos of
/// x - (2 n + 1) pi / 4 (9.2.5 to 9.2.10).
static BesselPair besselFar(FloatCode &c, Value x, int n) {
  SmallVector<double> even, odd;
  double term = 1;
  for (int k = 0; k < 24; ++k) {
    (k % 2 ? odd : even).push_back(k / 2 % 2 ? -term : term);
    double next = 2 * k + 1;
    term *= (4.0 * n * n - next * next) / (8.0 * (k + 1));
  }
  Value inverse = c.div(c.constant(1), x), square = c.mul(inverse, inverse);
  Value p = polynomial(c, square, even), q = c.mul(inverse, polynomial(c, square, odd));
  Value phase = c.sub(x, c.constant((2 * n + 1) * kPi / 4));
  Value cosine = c.math<math::CosOp>(phase), sine = c.math<math::SinOp>(phase);
  Value scale = sqrt(c, c.mul(c.constant(2 / kPi), inverse));
  return {c.mul(scale, c.sub(c.mul(p, cosine), c.mul(q, sine))),
          c.mul(scale, c.add(c.mul(p, sine), c.mul(q, cosine)))};
}

/// J_n(|x|).
static Value emitBesselJ(FloatCode &c, Value x, int n) {
  Value magnitude = abs(c, x), isFar = c.compare(P::OGT, magnitude, c.constant(kOscillates));
  Value isFinite = c.compare(P::OLT, magnitude, c.constant(INFINITY));
  Value far = besselFar(c, orElse(c, both(c, isFar, isFinite), magnitude, kOscillates), n).j;
  far = c.select(isFinite, far, c.constant(0));
  Value near = besselNear(c, c.clamp(magnitude, 0, kOscillates), n).j;
  return c.select(c.isNan(x), x, c.select(isFar, far, near));
}

static Value emitBesselY(FloatCode &c, Value x, int n) {
  Value isFar = c.compare(P::OGT, x, c.constant(kOscillates));
  Value isFinite = c.compare(P::OLT, x, c.constant(INFINITY));
  Value far = besselFar(c, orElse(c, both(c, isFar, isFinite), x, kOscillates), n).y;
  far = c.select(isFinite, far, c.constant(n == 0 ? 0 : NAN)); // as TensorFlow has it
  Value isDefined = c.compare(P::OGT, x, c.constant(0));
  Value isNear = both(c, isDefined, c.compare(P::OLE, x, c.constant(kOscillates)));
  Value near = besselNear(c, orElse(c, isNear, x, 1), n).y;
  // To the left of 0 TensorFlow gives Y1 the value at 0, but not Y0.
  Value isAtPole = c.compare(n == 0 ? P::OEQ : P::OLE, x, c.constant(0));
  Value outside = c.select(isAtPole, c.constant(-INFINITY), c.constant(NAN));
  return c.select(isDefined, c.select(isFar, far, near), outside);
}

Value ingot::emitBesselJ0(FloatCode &c, Value x) { return emitBesselJ(c, x, 0); }

Value ingot::emitBesselJ1(FloatCode &c, Value x) {
  Value value = emitBesselJ(c, x, 1);
  return c.select(c.compare(P::OLT, x, c.constant(0)), c.neg(value), value);
}

Value ingot::emitBesselY0(FloatCode &c, Value x) { return emitBesselY(c, x, 0); }
Value ingot::emitBesselY1(FloatCode &c, Value x) { return emitBesselY(c, x, 1); }
