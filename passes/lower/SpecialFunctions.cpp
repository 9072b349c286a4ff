#include "passes/lower/SpecialFunctions.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "passes/lower/SpecialCode.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::special;

using P = FloatCode::P;

/// What the body makes of the values, as long as it says so and `limit` times at most.
static SmallVector<Value>
iterate(FloatCode &c, ArrayRef<Value> init, int64_t limit,
        llvm::function_ref<std::pair<Value, SmallVector<Value>>(FloatCode &, ValueRange)> body) {
  Type flag = c.b.getI1Type(), index = c.b.getIndexType();
  auto truth = arith::ConstantOp::create(c.b, c.loc, c.b.getBoolAttr(true));
  SmallVector<Value> inits = {truth, arith::ConstantIndexOp::create(c.b, c.loc, 0)};
  llvm::append_range(inits, init);
  SmallVector<Type> types = {flag, index};
  types.append(init.size(), c.type);
  auto loop = scf::WhileOp::create(
      c.b, c.loc, types, inits,
      [&](OpBuilder &b, Location loc, ValueRange v) {
        Value end = arith::ConstantIndexOp::create(b, loc, limit);
        Value below = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, v[1], end);
        scf::ConditionOp::create(b, loc, arith::AndIOp::create(b, loc, v[0], below), v);
      },
      [&](OpBuilder &b, Location loc, ValueRange v) {
        FloatCode inner{b, loc, c.type};
        auto [goesOn, next] = body(inner, v.drop_front(2));
        Value one = arith::ConstantIndexOp::create(b, loc, 1);
        SmallVector<Value> values = {goesOn, arith::AddIOp::create(b, loc, v[1], one)};
        llvm::append_range(values, next);
        scf::YieldOp::create(b, loc, values);
      });
  return SmallVector<Value>(loop.getResults().drop_front(2));
}

//===--- Quantiles --------------------------------------------------------===//

/// The z above which the standard normal distribution has the share q <= 1/2: a
/// rational guess to 4.5e-4 (M. Abramowitz, I. Stegun, Handbook of Mathematical
/// Functions, 26.2.23), then two steps of Halley's method. Far out erfc underflows:
/// there the asymptotic series has the tail's ratio to the density (26.2.12).
static Value upperQuantile(FloatCode &c, Value q) {
  Value t = sqrt(c, c.mul(c.constant(-2), log(c, q)));
  Value z = c.sub(t, c.div(polynomial(c, t, {2.515517, 0.802853, 0.010328}),
                           polynomial(c, t, {1, 1.432788, 0.189269, 0.001308})));
  for (int step = 0; step < 2; ++step) {
    Value tail = c.math<math::ErfcOp>(c.mul(z, c.constant(std::sqrt(0.5))));
    Value square = c.mul(z, z);
    Value density =
        c.mul(exp(c, c.mul(c.constant(-0.5), square)), c.constant(1 / std::sqrt(2 * kPi)));
    Value ratio = c.div(c.mul(c.constant(0.5), tail), density);
    Value far = polynomial(c, c.div(c.constant(1), square), {1, -1, 3, -15, 105});
    ratio = c.select(c.compare(P::OGT, z, c.constant(30)), c.div(far, z), ratio);
    Value u = c.sub(ratio, c.div(q, density)), half = c.mul(c.constant(0.5), z);
    z = c.add(z, c.div(u, c.sub(c.constant(1), c.mul(u, half))));
  }
  return z;
}

/// The quantile of the nearer end, `lower` and `upper` being p and 1 - p.
static Value quantile(FloatCode &c, Value lower, Value upper) {
  Value isLow = c.compare(P::OLT, lower, upper), nearer = c.select(isLow, lower, upper);
  Value zero = c.constant(0);
  Value inside = c.compare(P::OGT, nearer, zero);
  // Below, the density underflows: the end stands for it.
  Value z = upperQuantile(c, c.select(inside, nearer, c.constant(0.5)));
  z = c.select(inside, z, c.constant(INFINITY));
  z = c.select(isLow, c.neg(z), z);
  return c.select(c.compare(P::OGE, nearer, zero), z, c.constant(NAN));
}

Value ingot::emitNdtri(FloatCode &c, Value p) { return quantile(c, p, c.sub(c.constant(1), p)); }

Value ingot::emitErfinv(FloatCode &c, Value x, double epsilon) {
  Value half = c.constant(0.5), one = c.constant(1);
  // TensorFlow rounds (x + 1) / 2 in x's type: the number after 1 counts as 1.
  Value isNext = both(c, c.compare(P::OGT, x, one), c.compare(P::OLE, x, c.constant(1 + epsilon)));
  x = c.select(isNext, one, x);
  Value z = quantile(c, c.mul(half, c.add(one, x)), c.mul(half, c.sub(one, x)));
  Value far = c.mul(z, c.constant(std::sqrt(0.5)));
  // Close to 0 the shares lose bits of x: the series there.
  double slope = std::sqrt(kPi) / 2;
  Value near = c.mul(x, polynomial(c, c.mul(x, x), {slope, slope * kPi / 12}));
  return c.select(c.compare(P::OLT, abs(c, x), c.constant(1e-4)), near, far);
}

//===--- Gamma ------------------------------------------------------------===//

/// log gamma(x) for x >= 1/2 (C. Lanczos, 1964; g = 7, coefficients by P. Godfrey).
static Value lanczos(FloatCode &c, Value x) {
  constexpr double coefficients[] = {
      676.5203681218851,  -1259.1392167224028,  771.32342877765313,    -176.61502916214059,
      12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7};
  Value y = c.sub(x, c.constant(1)), sum = c.constant(0.99999999999980993);
  for (auto [i, a] : llvm::enumerate(coefficients))
    sum = c.add(sum, c.div(c.constant(a), c.add(y, c.constant(i + 1))));
  Value t = c.add(y, c.constant(7.5));
  Value power = c.sub(c.mul(c.add(y, c.constant(0.5)), log(c, t)), t);
  Value result = c.add(c.constant(0.5 * std::log(2 * kPi)), c.add(power, log(c, sum)));
  return c.select(c.compare(P::OEQ, x, c.constant(INFINITY)), x, result);
}

/// What x has above the nearest integer, in [-1/2, 1/2].
static Value fraction(FloatCode &c, Value x) { return c.sub(x, c.math<math::RoundEvenOp>(x)); }

Value ingot::emitLgamma(FloatCode &c, Value x) {
  // gamma(x) gamma(1 - x) = pi / sin(pi x).
  Value isLow = c.compare(P::OLT, x, c.constant(0.5));
  Value upper = lanczos(c, c.select(isLow, c.sub(c.constant(1), x), x));
  Value sine = c.math<math::SinOp>(c.mul(c.constant(kPi), abs(c, fraction(c, x))));
  Value lower = c.sub(log(c, c.div(c.constant(kPi), sine)), upper);
  Value result = c.select(isLow, lower, upper);
  // The zeros of the function: the series leaves some rest, of either sign.
  for (double zero : {1.0, 2.0})
    result = c.select(c.compare(P::OEQ, x, c.constant(zero)), c.constant(0), result);
  Value isPole = both(c, c.compare(P::OLE, x, c.constant(0)), isInteger(c, x));
  return c.select(isPole, c.constant(INFINITY), result);
}

/// psi(x) for x > 0: moved up to 10 by psi(x) = psi(x + 1) - 1/x, then the
/// asymptotic series with the Bernoulli numbers.
static Value positiveDigamma(FloatCode &c, Value x) {
  Value one = c.constant(1), ten = c.constant(10), zero = c.constant(0), moved = zero;
  for (int i = 0; i < 10; ++i) {
    Value isBelow = c.compare(P::OLT, x, ten);
    moved = c.add(moved, c.select(isBelow, c.div(one, x), zero));
    x = c.select(isBelow, c.add(x, one), x);
  }
  Value inverse = c.div(one, x), square = c.mul(inverse, inverse);
  Value tail = polynomial(
      c, square,
      {1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12});
  Value series = c.add(c.mul(c.constant(0.5), inverse), c.mul(square, tail));
  return c.sub(c.sub(log(c, x), series), moved);
}

Value ingot::emitDigamma(FloatCode &c, Value x) {
  // psi(x) = psi(1 - x) - pi / tan(pi x).
  Value isLow = c.compare(P::OLE, x, c.constant(0));
  Value positive = positiveDigamma(c, c.select(isLow, c.sub(c.constant(1), x), x));
  Value tangent = c.math<math::TanOp>(c.mul(c.constant(kPi), fraction(c, x)));
  Value result = c.select(isLow, c.sub(positive, c.div(c.constant(kPi), tangent)), positive);
  return c.select(both(c, isLow, isInteger(c, x)), c.constant(NAN), result);
}

/// P(a, x) by its power series, for x up to about a.
static Value incompleteSeries(FloatCode &c, Value a, Value x, Value factor) {
  Value one = c.constant(1);
  auto sums = iterate(c, {one, one, a}, 2000, [x](FloatCode &c, ValueRange v) {
    Value r = c.add(v[2], c.constant(1)), term = c.mul(v[1], c.div(x, r)), sum = c.add(v[0], term);
    Value goesOn = c.compare(P::OGT, term, c.mul(sum, c.constant(1e-16)));
    return std::pair(goesOn, SmallVector<Value>{sum, term, r});
  });
  return c.div(c.mul(sums[0], factor), a);
}

/// Q(a, x) by its continued fraction, with the algorithm of W. Lentz (1976).
static Value incompleteFraction(FloatCode &c, Value a, Value x, Value factor) {
  Value one = c.constant(1), start = c.add(c.sub(x, a), one);
  Value d = c.div(one, start), high = c.constant(1e300);
  // Carried: the fraction, C, D, b, i.
  auto found =
      iterate(c, {d, high, d, start, c.constant(0)}, 2000, [a](FloatCode &c, ValueRange v) {
        Value one = c.constant(1), tiny = c.constant(1e-300);
        Value i = c.add(v[4], one), b = c.add(v[3], c.constant(2));
        Value numerator = c.mul(i, c.sub(a, i));
        auto unlessZero = [&](Value y) {
          return c.select(c.compare(P::OLT, abs(c, y), tiny), tiny, y);
        };
        Value d = c.div(one, unlessZero(c.add(c.mul(numerator, v[2]), b)));
        Value high = unlessZero(c.add(b, c.div(numerator, v[1])));
        Value step = c.mul(d, high);
        Value goesOn = c.compare(P::OGT, abs(c, c.sub(step, one)), c.constant(1e-16));
        return std::pair(goesOn, SmallVector<Value>{c.mul(v[0], step), high, d, b, i});
      });
  return c.mul(found[0], factor);
}

Value ingot::emitIgamma(FloatCode &c, Value a, Value x, bool upper, double least) {
  Value zero = c.constant(0), one = c.constant(1), infinity = c.constant(INFINITY);
  Value isInside = both(c, both(c, c.compare(P::OGT, a, zero), c.compare(P::OLT, a, infinity)),
                        both(c, c.compare(P::OGT, x, zero), c.compare(P::OLT, x, infinity)));
  // The loops are for arguments that have a value.
  Value order = c.select(isInside, a, one), at = c.select(isInside, x, one);
  Value exponent = c.sub(c.sub(c.mul(order, log(c, at)), at), emitLgamma(c, order));
  // Where both sides of the difference overflow, the density is far from its peak.
  Value factor = c.select(c.isNan(exponent), zero, exp(c, exponent));
  factor = c.select(c.compare(P::OGT, factor, c.constant(least)), factor, zero);
  Value bySeries = either(c, c.compare(P::OLE, at, one), c.compare(P::OLE, at, order));
  auto branch = scf::IfOp::create(
      c.b, c.loc, bySeries,
      [&](OpBuilder &b, Location loc) {
        FloatCode inner{b, loc, c.type};
        Value p = incompleteSeries(inner, order, at, factor);
        scf::YieldOp::create(b, loc, upper ? inner.sub(one, p) : p);
      },
      [&](OpBuilder &b, Location loc) {
        FloatCode inner{b, loc, c.type};
        Value q = incompleteFraction(inner, order, at, factor);
        scf::YieldOp::create(b, loc, upper ? q : inner.sub(one, q));
      });
  // At infinity the order counts more than the argument.
  Value isOrderInfinite = c.compare(P::OEQ, a, infinity);
  Value isArgumentInfinite = c.compare(P::OEQ, x, infinity);
  Value atEnd = upper
                    ? c.select(both(c, isOrderInfinite, c.compare(P::OLT, x, infinity)), one, zero)
                    : c.select(isOrderInfinite, zero, one);
  Value result =
      c.select(either(c, isOrderInfinite, isArgumentInfinite), atEnd, branch.getResult(0));
  Value isZero = c.compare(P::OEQ, x, zero);
  result = c.select(isZero, upper ? one : zero, result);
  Value isDefined = both(c, c.compare(P::OGT, a, zero), c.compare(P::OGE, x, zero));
  if (!upper) // TensorFlow looks at x first here.
    isDefined = either(c, isDefined, isZero);
  return c.select(isDefined, result, c.constant(NAN));
}

//===--- Zeta -------------------------------------------------------------===//

/// The Euler-Maclaurin formula for s > 1: nine terms or more up to q + k > 9, the
/// integral of the rest, and its correction with the Bernoulli numbers B_2j / (2j)!.
static Value zetaSum(FloatCode &c, Value s, Value q) {
  constexpr double bernoulli[] = {1.0 / 12,          -1.0 / 720,
                                  1.0 / 30240,       -1.0 / 1209600,
                                  1.0 / 47900160,    -691.0 / 1307674368000.0,
                                  1.0 / 74724249600, -3617.0 / 10670622842880000.0};
  Value negative = c.neg(s);
  // Far to the left the terms do not count any more: the number of steps is limited.
  auto sums = iterate(c, {c.constant(0), q}, 1 << 16, [&](FloatCode &c, ValueRange v) {
    Value term = c.math<math::PowFOp>(v[1], negative), next = c.add(v[1], c.constant(1));
    Value goesOn = either(c, c.compare(P::OLE, next, c.constant(9)),
                          c.compare(P::OLT, c.sub(next, q), c.constant(9)));
    return std::pair(goesOn, SmallVector<Value>{c.add(v[0], term), next});
  });
  Value a = sums[1], last = c.math<math::PowFOp>(a, negative);
  Value result = c.add(sums[0], c.div(c.mul(last, a), c.sub(s, c.constant(1))));
  result = c.add(result, c.mul(c.constant(0.5), last));
  // s (s + 1) .. (s + 2j - 2) a^(-s - 2j + 1), one factor after the other.
  Value term = c.div(c.mul(s, last), a), square = c.mul(a, a);
  for (auto [j, coefficient] : llvm::enumerate(bernoulli)) {
    result = c.add(result, c.mul(term, c.constant(coefficient)));
    Value rise = c.mul(c.add(s, c.constant(2 * j + 1)), c.add(s, c.constant(2 * j + 2)));
    term = c.div(c.mul(term, rise), square);
  }
  // For large s the first terms are all, and the correction may not be a number.
  return c.select(c.compare(P::OGT, s, c.constant(127)), sums[0], result);
}

Value ingot::emitZeta(FloatCode &c, Value x, Value q) {
  Value one = c.constant(1), zero = c.constant(0), infinity = c.constant(INFINITY);
  Value isLeft = c.compare(P::OLE, q, zero), nan = c.constant(NAN);
  Value isFinite = both(c, c.compare(P::OLT, abs(c, q), infinity), c.compare(P::OLT, x, infinity));
  Value isUsual = both(c, c.compare(P::OGT, x, one), isFinite);
  Value result = zetaSum(c, c.select(isUsual, x, c.constant(2)), c.select(isUsual, q, one));
  // An infinite order leaves what 1^-x does, an infinite q nothing.
  Value isAbove = either(c, c.compare(P::OGT, q, one), c.compare(P::OEQ, q, infinity));
  Value atEnd = c.select(isAbove, zero, c.select(c.compare(P::OEQ, q, one), one, infinity));
  result = c.select(isUsual, result, atEnd);
  Value isEven = isInteger(c, c.mul(x, c.constant(0.5)));
  Value isPole = both(c, isLeft, isInteger(c, q));
  result = c.select(isPole, c.select(isEven, infinity, nan), result);
  Value isPower = either(c, c.compare(P::OGT, q, zero), isInteger(c, x));
  Value isDefined = both(c, c.compare(P::OGE, x, one), isPower);
  result = c.select(isDefined, result, nan);
  return c.select(both(c, c.compare(P::OEQ, x, one), c.compare(P::ORD, q, q)), infinity, result);
}
