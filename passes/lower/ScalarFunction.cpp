#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/lower/Scalar.h"
#include "passes/lower/SpecialFunctions.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

using P = arith::CmpFPredicate;

/// x * f(y), and x where x is 0 whatever y is.
static Value timesUnlessZero(FloatCode &c, Value x, Value function) {
  return c.select(c.compare(P::OEQ, x, c.constant(0)), x, c.mul(x, function));
}

static Value emitPower(Operation *op, FloatCode &c, ValueRange x) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<ExpOp>([&](auto) { return c.math<math::ExpOp>(x[0]); })
      .Case<Expm1Op>([&](auto) { return c.math<math::ExpM1Op>(x[0]); })
      .Case<LogOp>([&](auto) { return c.math<math::LogOp>(x[0]); })
      .Case<Log1pOp>([&](auto) { return c.math<math::Log1pOp>(x[0]); })
      .Case<SqrtOp>([&](auto) { return c.math<math::SqrtOp>(x[0]); })
      .Case<RsqrtOp>([&](auto) { return c.div(c.constant(1), c.math<math::SqrtOp>(x[0])); })
      .Case<PowOp>([&](auto) { return c.math<math::PowFOp>(x[0], x[1]); })
      .Case<XlogyOp>([&](auto) { return timesUnlessZero(c, x[0], c.math<math::LogOp>(x[1])); })
      .Case<Xlog1pyOp>([&](auto) { return timesUnlessZero(c, x[0], c.math<math::Log1pOp>(x[1])); })
      .Case<ErfOp>([&](auto) { return c.math<math::ErfOp>(x[0]); })
      .Case<ErfcOp>([&](auto) { return c.math<math::ErfcOp>(x[0]); })
      .Default([](Operation *) { return Value(); });
}

static Value emitTrigonometry(Operation *op, FloatCode &c, ValueRange x) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<SinOp>([&](auto) { return c.math<math::SinOp>(x[0]); })
      .Case<CosOp>([&](auto) { return c.math<math::CosOp>(x[0]); })
      .Case<TanOp>([&](auto) { return c.math<math::TanOp>(x[0]); })
      .Case<AsinOp>([&](auto) { return c.math<math::AsinOp>(x[0]); })
      .Case<AcosOp>([&](auto) { return c.math<math::AcosOp>(x[0]); })
      .Case<AtanOp>([&](auto) { return c.math<math::AtanOp>(x[0]); })
      .Case<SinhOp>([&](auto) { return c.math<math::SinhOp>(x[0]); })
      .Case<CoshOp>([&](auto) { return c.math<math::CoshOp>(x[0]); })
      .Case<TanhOp>([&](auto) { return c.math<math::TanhOp>(x[0]); })
      .Case<AsinhOp>([&](auto) { return c.math<math::AsinhOp>(x[0]); })
      .Case<AcoshOp>([&](auto) { return c.math<math::AcoshOp>(x[0]); })
      .Case<AtanhOp>([&](auto) { return c.math<math::AtanhOp>(x[0]); })
      .Case<Atan2Op>([&](auto) { return c.math<math::Atan2Op>(x[0], x[1]); })
      .Case<AngleOp>([&](auto) { return c.math<math::Atan2Op>(c.constant(0), x[0]); })
      .Default([](Operation *) { return Value(); });
}

/// max(x, 0): NaN stays. -0 becomes +0 as in TensorFlow's vector code; numbers of 16
/// bits have none there.
static Value emitRelu(FloatCode &c, Value x) {
  bool isNarrow = c.type.getIntOrFloatBitWidth() == 16;
  Value zero = c.constant(0);
  return c.select(c.compare(isNarrow ? P::OLT : P::OLE, x, zero), zero, x);
}

/// scale * x where x > 0, else scale * alpha * (exp(x) - 1).
static Value emitElu(FloatCode &c, Value x, double scale, double scaledAlpha) {
  Value below = c.mul(c.constant(scaledAlpha), c.math<math::ExpM1Op>(x));
  Value isBelow = c.compare(P::OLT, x, c.constant(0));
  return c.select(isBelow, below, c.mul(c.constant(scale), x));
}

/// max(x, 0) + log1p(exp(-|x|)): nothing overflows.
static Value emitSoftplus(FloatCode &c, Value x) {
  Value tail = c.math<math::ExpOp>(c.neg(c.math<math::AbsFOp>(x)));
  return c.add(emitRelu(c, x), c.math<math::Log1pOp>(tail));
}

static Value emitActivation(Operation *op, FloatCode &c, ValueRange x) {
  Value one = c.constant(1);
  return TypeSwitch<Operation *, Value>(op)
      .Case<ReluOp>([&](auto) { return emitRelu(c, x[0]); })
      .Case<Relu6Op>([&](auto) {
        Value value = emitRelu(c, x[0]), six = c.constant(6);
        return c.select(c.compare(P::OGT, value, six), six, value);
      })
      // exp overflows to infinity where the result is below the smallest number.
      .Case<SigmoidOp>(
          [&](auto) { return c.div(one, c.add(one, c.math<math::ExpOp>(c.neg(x[0])))); })
      .Case<SoftplusOp>([&](auto) { return emitSoftplus(c, x[0]); })
      .Case<SoftsignOp>([&](auto) { return c.div(x[0], c.add(one, c.math<math::AbsFOp>(x[0]))); })
      .Case<EluOp>([&](auto) { return emitElu(c, x[0], 1, 1); })
      .Case<SeluOp>([&](auto) {
        constexpr double scale = 1.0507009873554805, alpha = 1.6732632423543772;
        return emitElu(c, x[0], scale, scale * alpha);
      })
      .Case<LeakyReluOp>([&](LeakyReluOp leaky) {
        Value scaled = c.mul(x[0], c.constant(leaky.getAlpha().convertToDouble()));
        return c.select(c.compare(P::OGT, x[0], c.constant(0)), x[0], scaled);
      })
      .Default([](Operation *) { return Value(); });
}

/// In f64, whatever the type: recurrences and differences of large terms cost bits.
static Value emitSpecial(Operation *op, FloatCode &c, ValueRange x) {
  FloatCode wide{c.b, c.loc, c.b.getF64Type()};
  bool isWide = c.type.isF64();
  // TensorFlow computes in the type itself: what it rounds to 1, and what to 0.
  double epsilon = isWide ? 0x1p-52 : 0x1p-23, least = isWide ? 0 : 0x1.00001p-126;
  SmallVector<Value, 2> v;
  auto emit = [&]() -> Value {
    for (Value operand : x)
      v.push_back(isWide ? operand : arith::ExtFOp::create(c.b, c.loc, wide.type, operand));
    return TypeSwitch<Operation *, Value>(op)
        .Case<ErfinvOp>([&](auto) { return emitErfinv(wide, v[0], epsilon); })
        .Case<NdtriOp>([&](auto) { return emitNdtri(wide, v[0]); })
        .Case<LgammaOp>([&](auto) { return emitLgamma(wide, v[0]); })
        .Case<DigammaOp>([&](auto) { return emitDigamma(wide, v[0]); })
        .Case<BesselI0eOp>([&](auto) { return emitBesselI0e(wide, v[0]); })
        .Case<BesselI1eOp>([&](auto) { return emitBesselI1e(wide, v[0]); })
        .Case<BesselJ0Op>([&](auto) { return emitBesselJ0(wide, v[0]); })
        .Case<BesselJ1Op>([&](auto) { return emitBesselJ1(wide, v[0]); })
        .Case<BesselY0Op>([&](auto) { return emitBesselY0(wide, v[0]); })
        .Case<BesselY1Op>([&](auto) { return emitBesselY1(wide, v[0]); })
        .Case<BesselK0eOp>([&](auto) { return emitBesselK0e(wide, v[0]); })
        .Case<BesselK1eOp>([&](auto) { return emitBesselK1e(wide, v[0]); })
        .Case<DawsnOp>([&](auto) { return emitDawsn(wide, v[0]); })
        .Case<ExpintOp>([&](auto) { return emitExpint(wide, v[0]); })
        .Case<FresnelCosOp>([&](auto) { return emitFresnelCos(wide, v[0]); })
        .Case<FresnelSinOp>([&](auto) { return emitFresnelSin(wide, v[0]); })
        .Case<SpenceOp>([&](auto) { return emitSpence(wide, v[0]); })
        .Case<IgammaOp>([&](auto) { return emitIgamma(wide, v[0], v[1], /*upper=*/false, least); })
        .Case<IgammacOp>([&](auto) { return emitIgamma(wide, v[0], v[1], /*upper=*/true, least); })
        .Case<ZetaOp>([&](auto) { return emitZeta(wide, v[0], v[1]); });
  };
  if (!isa<ErfinvOp, NdtriOp, LgammaOp, DigammaOp, BesselI0eOp, BesselI1eOp, BesselJ0Op, BesselJ1Op,
           BesselY0Op, BesselY1Op, BesselK0eOp, BesselK1eOp, DawsnOp, ExpintOp, FresnelCosOp,
           FresnelSinOp, SpenceOp, IgammaOp, IgammacOp, ZetaOp>(op))
    return {};
  Value result = emit();
  if (!isWide)
    result = arith::TruncFOp::create(c.b, c.loc, c.type, result);
  // x + 0 makes +0 of -0.
  return isa<ErfinvOp>(op) ? c.add(result, c.constant(0)) : result;
}

Value ingot::emitFloatFunction(Operation *op, FloatCode &c, ValueRange x) {
  for (auto emit : {emitPower, emitTrigonometry, emitActivation, emitSpecial})
    if (Value value = emit(op, c, x))
      return value;
  return {};
}
