#include "passes/lower/MathFunctions.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace ingot;

using P = FloatCode::P;

/// Horner's scheme; coefficients from the constant term on.
static Value polynomial(FloatCode &c, Value x, ArrayRef<double> coefficients) {
  Value sum = c.constant(coefficients.back());
  for (double a : llvm::reverse(coefficients.drop_back()))
    sum = c.add(c.mul(sum, x), c.constant(a));
  return sum;
}

//===--- Exponentials -----------------------------------------------------===//
// x = n ln 2 + r with |r| <= ln(2)/2 (W. J. Cody, W. Waite, Software Manual for the
// Elementary Functions, 1980), exp(x) = 2^n exp(r).

namespace {
struct ReducedExp {
  Value n;     ///< as integer
  Value expm1; ///< exp(r) - 1
};
} // namespace

static ReducedExp reduceExp(FloatCode &c, Value x) {
  // Adding 1.5 * 2^23 leaves the nearest integer in the low bits.
  constexpr double shift = 12582912;
  Value shifted = c.add(c.mul(x, c.constant(1.44269504088896341)), c.constant(shift));
  Value n = c.sub(shifted, c.constant(shift));
  // The high part of ln 2 has 15 bits: its product with n is exact.
  Value r = c.sub(x, c.mul(n, c.constant(0.693145751953125)));
  r = c.sub(r, c.mul(n, c.constant(1.42860682030941723212e-6)));
  // (exp(r) - 1 - r) / r^2, relative to exp(r): 3.2e-9.
  Value tail = polynomial(c, r, {0.5, 0.166665167, 0.0416662022, 0.00836907327, 0.00139508094});
  Value expm1 = c.add(r, c.mul(c.mul(r, r), tail));
  Value integer = c.bitwise<arith::SubIOp>(c.bits(shifted), c.integer(0x4b400000));
  return {integer, expm1};
}

/// 2^n, for n from -126 to 127.
static Value powerOfTwo(FloatCode &c, Value n) {
  Value biased = c.bitwise<arith::AddIOp>(n, c.integer(127));
  return c.fromBits(c.bitwise<arith::ShLIOp>(biased, c.integer(23)));
}

Value ingot::emitExp(FloatCode &c, Value x, bool hasLdexp) {
  // Beyond these the result is infinite, or 0 even as a subnormal number.
  ReducedExp e = reduceExp(c, c.clamp(x, -104, 89));
  Value mantissa = c.add(e.expm1, c.constant(1));
  if (hasLdexp && isa<FloatType>(c.type)) // the op takes no vectors; LLVM makes them
    return LLVM::LoadExpOp::create(c.b, c.loc, c.type, mantissa, e.n);
  // In two steps, as 2^n itself may be out of range.
  Value half = c.bitwise<arith::ShRSIOp>(e.n, c.integer(1));
  Value rest = c.bitwise<arith::SubIOp>(e.n, half);
  return c.mul(c.mul(mantissa, powerOfTwo(c, half)), powerOfTwo(c, rest));
}

Value ingot::emitExpm1(FloatCode &c, Value x) {
  ReducedExp e = reduceExp(c, c.clamp(x, -20, 89));
  // 2 (h expm1(r) + (h - 1/2)) with h = 2^(n-1), which does not overflow.
  Value h = powerOfTwo(c, c.bitwise<arith::SubIOp>(e.n, c.integer(1)));
  Value sum = c.add(c.mul(h, e.expm1), c.sub(h, c.constant(0.5)));
  return c.select(c.compare(P::OEQ, x, c.constant(0)), x, c.mul(c.constant(2), sum));
}

//===--- Logarithms -------------------------------------------------------===//

Value ingot::emitLog(FloatCode &c, Value x) {
  // x = m 2^e with m from sqrt(1/2) to sqrt(2).
  constexpr int64_t root = 0x3f3504f3; // bits of sqrt(1/2)
  Value offset = c.bitwise<arith::SubIOp>(c.bits(x), c.integer(root));
  Value e = c.bitwise<arith::ShRSIOp>(offset, c.integer(23));
  Value m = c.fromBits(c.bitwise<arith::AddIOp>(
      c.bitwise<arith::AndIOp>(offset, c.integer(0x7fffff)), c.integer(root)));
  Value exponent = arith::SIToFPOp::create(c.b, c.loc, c.type, e);
  Value f = c.sub(m, c.constant(1)), square = c.mul(f, f);
  // (log(1 + f) - f + f^2/2) / f^3, relative to log(1 + f): 5.8e-9.
  Value tail = polynomial(c, f,
                          {0.333333313, -0.250008196, 0.200012267, -0.166233569, 0.142017588,
                           -0.131601825, 0.12761575, -0.0763449296});
  Value low =
      c.add(c.mul(c.mul(square, f), tail), c.mul(exponent, c.constant(1.42860682030941723212e-6)));
  Value log = c.add(f, c.sub(low, c.mul(c.constant(0.5), square)));
  log = c.add(log, c.mul(exponent, c.constant(0.693145751953125)));
  // Infinity stays, NaN too; below the smallest normal number is 0.
  log = c.select(c.compare(P::ULT, x, c.constant(INFINITY)), log, x);
  log = c.select(c.compare(P::OLT, x, c.constant(0x1p-126)), c.constant(-INFINITY), log);
  log = c.select(c.compare(P::OLT, x, c.constant(0)), c.constant(NAN), log);
  return c.select(c.isNan(x), x, log);
}

Value ingot::emitLog1p(FloatCode &c, Value x) {
  // log(u) + (x - (u - 1)) / u: what u = 1 + x lost is put back to first order.
  FloatCode exact{c.b, c.loc, c.type};
  Value one = c.constant(1), u = exact.add(one, x);
  Value lost = exact.sub(x, exact.sub(u, one));
  Value isPlain = arith::AndIOp::create(c.b, c.loc, c.compare(P::OGT, u, c.constant(0)),
                                        c.compare(P::OLT, u, c.constant(INFINITY)));
  Value correction = c.select(isPlain, c.div(lost, u), c.constant(0));
  Value sum = c.add(emitLog(c, u), correction);
  return c.select(c.compare(P::OEQ, x, c.constant(0)), x, sum);
}

//===--- Near zero --------------------------------------------------------===//

Value ingot::emitExactExpm1(FloatCode &c, Value x) {
  Value one = c.constant(1), u = c.math<math::ExpOp>(x), less = c.sub(u, one);
  Value corrected = c.mul(less, c.div(x, c.math<math::LogOp>(u)));
  // exp(x) is 1, 0 or infinite: there is nothing to correct.
  Value isLowest = c.compare(P::OEQ, less, c.constant(-1));
  Value isPlain =
      arith::OrIOp::create(c.b, c.loc, isLowest, c.compare(P::OEQ, u, c.constant(INFINITY)));
  return c.select(c.compare(P::OEQ, u, one), x, c.select(isPlain, less, corrected));
}

Value ingot::emitExactLog1p(FloatCode &c, Value x) {
  Value one = c.constant(1), u = c.add(one, x), log = c.math<math::LogOp>(u);
  Value corrected = c.mul(log, c.div(x, c.sub(u, one)));
  corrected = c.select(c.compare(P::OEQ, u, c.constant(INFINITY)), u, corrected);
  return c.select(c.compare(P::OEQ, u, one), x, corrected);
}

//===--- Sigmoids ---------------------------------------------------------===//

/// x P(x^2) / Q(x^2) for |x| up to `limit`, beyond which the result is 1 or -1.
static Value oddRational(FloatCode &c, Value x, double limit, ArrayRef<double> p,
                         ArrayRef<double> q) {
  x = c.clamp(x, -limit, limit);
  Value square = c.mul(x, x);
  return c.div(c.mul(x, polynomial(c, square, p)), polynomial(c, square, q));
}

Value ingot::emitTanh(FloatCode &c, Value x) {
  // Relative error of the fit 2.1e-8.
  return oddRational(c, x, 9.02, {1, 0.13379705, 0.00349401939, 2.0583233e-05, 1.33187328e-08},
                     {1, 0.467130214, 0.0258710161, 0.000328306807, 7.76187903e-07});
}

Value ingot::emitErf(FloatCode &c, Value x) {
  // Relative error of the fit 2.1e-8.
  return oddRational(
      c, x, 3.95,
      {1.12837911, 0.191543564, 0.0528744906, 0.00380785391, 0.000284677866, 2.02592287e-06},
      {1, 0.503083766, 0.114556782, 0.0150544774, 0.00117064558, 3.78314362e-05});
}

Value ingot::emitErfc(FloatCode &c, Value x) {
  // exp(-x^2) g(1 / (1 + 0.4 |x|)); g is fitted to 5.7e-8. The rounding of x^2
  // grows with it, to 5e-6 where the result is close to the smallest number.
  Value magnitude = c.math<math::AbsFOp>(x);
  magnitude = c.clamp(magnitude, 0, 11);
  Value one = c.constant(1);
  Value t = c.div(one, c.add(one, c.mul(c.constant(0.4), magnitude)));
  Value g = c.mul(t, polynomial(c, t,
                                {0.225624472, 0.226605862, 0.20074904, 0.197762728, 0.0696711466,
                                 0.102337644, 0.0716020614, -0.134404063, 0.0400511585}));
  Value tail = c.mul(g, emitExp(c, c.neg(c.mul(magnitude, magnitude)), /*hasLdexp=*/false));
  Value isNegative = c.compare(P::OLT, x, c.constant(0));
  return c.select(isNegative, c.sub(c.constant(2), tail), tail);
}
