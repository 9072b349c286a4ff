#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/lower/ComplexFunctions.h"
#include "passes/lower/Scalar.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

namespace {
/// Shorthand for scalar code on complex numbers of one type.
struct ComplexCode {
  OpBuilder &b;
  Location loc;
  ComplexType type;

  Value real(double v) {
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(type.getElementType(), v));
  }
  Value make(Value re, Value im) { return complex::CreateOp::create(b, loc, type, re, im); }
  Value constant(double re, double im = 0) { return make(real(re), real(im)); }
  Value re(Value x) { return complex::ReOp::create(b, loc, x); }
  Value im(Value x) { return complex::ImOp::create(b, loc, x); }
  template <class Op> Value emit(Value x) { return Op::create(b, loc, x); }
  template <class Op> Value emit(Value x, Value y) { return Op::create(b, loc, x, y); }
  Value add(Value x, Value y) { return emit<complex::AddOp>(x, y); }
  Value sub(Value x, Value y) { return emit<complex::SubOp>(x, y); }
  /// x + v for a real v: a zero beside it keeps its sign.
  Value addReal(Value x, double v) {
    return make(arith::AddFOp::create(b, loc, re(x), real(v)), im(x));
  }
  Value mul(Value x, Value y) { return emit<complex::MulOp>(x, y); }
  Value div(Value x, Value y) { return emit<complex::DivOp>(x, y); }
  Value neg(Value x) { return emit<complex::NegOp>(x); }
  Value half(Value x) { return make(halfReal(re(x)), halfReal(im(x))); }
  Value halfReal(Value x) { return arith::MulFOp::create(b, loc, x, real(0.5)); }
  /// i * x.
  Value turn(Value x) { return make(arith::NegFOp::create(b, loc, im(x)), re(x)); }
  /// -i * x.
  Value turnBack(Value x) { return make(im(x), arith::NegFOp::create(b, loc, re(x))); }
  Value isZero(Value x) { return emit<complex::EqualOp>(x, constant(0)); }
  Value unlessZero(Value x, Value value) {
    return arith::SelectOp::create(b, loc, isZero(x), constant(0), value);
  }
};
} // namespace

static Value emitAbs(ComplexCode &c, Value x) {
  FloatCode f{c.b, c.loc, c.type.getElementType()};
  return emitComplexAbs(f, {c.re(x), c.im(x)});
}

static Value emitArithmetic(Operation *op, ComplexCode &c, ValueRange x) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<AbsOp>([&](auto) { return emitAbs(c, x[0]); })
      .Case<AngleOp>([&](auto) { return c.emit<math::Atan2Op>(c.im(x[0]), c.re(x[0])); })
      .Case<RealOp>([&](auto) { return c.re(x[0]); })
      .Case<ImagOp>([&](auto) { return c.im(x[0]); })
      .Case<ConjOp>([&](auto) { return c.emit<complex::ConjOp>(x[0]); })
      .Case<NegOp>([&](auto) { return c.neg(x[0]); })
      .Case<SignOp>([&](auto) {
        Value modulus = emitAbs(c, x[0]);
        Value sign = c.make(c.emit<arith::DivFOp>(c.re(x[0]), modulus),
                            c.emit<arith::DivFOp>(c.im(x[0]), modulus));
        return c.unlessZero(x[0], sign);
      })
      .Case<SquareOp>([&](auto) { return c.mul(x[0], x[0]); })
      .Case<ReciprocalOp>([&](auto) { return c.div(c.constant(1), x[0]); })
      .Case<AddOp>([&](auto) { return c.add(x[0], x[1]); })
      .Case<SubOp>([&](auto) { return c.sub(x[0], x[1]); })
      .Case<MulOp>([&](auto) { return c.mul(x[0], x[1]); })
      .Case<DivOp>([&](auto) { return c.div(x[0], x[1]); })
      .Case<DivNoNanOp>([&](auto) {
        // TensorFlow takes the product with the conjugate first: +0 where that is 0.
        Value numerator = c.mul(x[0], c.emit<complex::ConjOp>(x[1]));
        return c.unlessZero(x[1], c.unlessZero(numerator, c.div(x[0], x[1])));
      })
      .Case<MulNoNanOp>([&](auto) { return c.unlessZero(x[1], c.mul(x[0], x[1])); })
      .Case<XdivyOp>([&](auto) { return c.unlessZero(x[0], c.div(x[0], x[1])); })
      .Case<SquaredDifferenceOp>([&](auto) {
        Value d = c.sub(x[0], x[1]);
        return c.mul(c.emit<complex::ConjOp>(d), d);
      })
      .Case<EqualOp>([&](auto) { return c.emit<complex::EqualOp>(x[0], x[1]); })
      .Case<NotEqualOp>([&](auto) { return c.emit<complex::NotEqualOp>(x[0], x[1]); })
      .Default([](Operation *) { return Value(); });
}

/// The root with the real part that is not negative, without trigonometry: with
/// t = sqrt((|x| + |re|) / 2), it is t + i im / 2t, or with the parts swapped; both
/// parts are infinite where im is.
static Value emitSqrt(ComplexCode &c, Value x) {
  FloatCode f{c.b, c.loc, c.type.getElementType()};
  Value re = c.re(x), im = c.im(x), zero = f.constant(0);
  Value modulus = emitAbs(c, x);
  Value t = f.math<math::SqrtOp>(f.mul(f.constant(0.5), f.add(modulus, f.math<math::AbsFOp>(re))));
  Value other = f.select(f.compare(FloatCode::P::OEQ, t, zero), zero,
                         f.div(f.math<math::AbsFOp>(im), f.add(t, t)));
  Value isRight = f.compare(FloatCode::P::OGE, re, zero);
  Value imaginary = f.select(isRight, other, t), real = f.select(isRight, t, other);
  Value infinity = f.constant(INFINITY);
  Value isFar = f.compare(FloatCode::P::OEQ, f.math<math::AbsFOp>(im), infinity);
  imaginary = f.math<math::CopySignOp>(f.select(isFar, infinity, imaginary), im);
  return c.unlessZero(x, c.make(f.select(isFar, infinity, real), imaginary));
}

/// The logarithm; infinite where a part of x is, even beside NaN.
static Value emitLog(ComplexCode &c, Value x) {
  FloatCode f{c.b, c.loc, c.type.getElementType()};
  Value log = c.emit<complex::LogOp>(x), infinity = f.constant(INFINITY);
  Value isFar = f.compare(FloatCode::P::OEQ, emitAbs(c, x), infinity);
  return c.make(f.select(isFar, infinity, c.re(log)), c.im(log));
}

/// 1 / sqrt(x): the parts of the root divided by the modulus, the imaginary one
/// with the other sign. On the cut a -0 counts as +0, as in Eigen.
static Value emitRsqrt(ComplexCode &c, Value x) {
  FloatCode f{c.b, c.loc, c.type.getElementType()};
  Value re = c.re(x), im = c.im(x), zero = f.constant(0), modulus = emitAbs(c, x);
  Value t = f.math<math::SqrtOp>(f.mul(f.constant(0.5), f.add(modulus, f.math<math::AbsFOp>(re))));
  Value large = f.div(t, modulus);
  Value small = f.div(f.div(im, f.add(t, t)), modulus);
  Value isRight = f.compare(FloatCode::P::OGT, re, zero);
  Value isBelow = f.compare(FloatCode::P::OLT, im, zero);
  Value left = f.select(isBelow, large, f.neg(large));
  Value root = c.make(f.select(isRight, large, f.math<math::AbsFOp>(small)),
                      f.select(isRight, f.neg(small), left));
  Value isFar = f.compare(FloatCode::P::OEQ, modulus, f.constant(INFINITY));
  Value none = c.make(f.constant(INFINITY), f.constant(NAN));
  root = arith::SelectOp::create(c.b, c.loc, c.isZero(x), none, root);
  return arith::SelectOp::create(c.b, c.loc, isFar, c.constant(0), root);
}

/// log(1 + x) as Eigen has it: x log(u) / (u - 1) with u = 1 + x, which is right to
/// the last bits also where u is rounded (W. Kahan). `angle` is that of the pole.
static Value emitLog1p(ComplexCode &c, Value x, double angle) {
  Value u = c.addReal(x, 1), log = c.emit<complex::LogOp>(u);
  Value isExact = arith::OrIOp::create(c.b, c.loc, c.emit<complex::EqualOp>(u, c.constant(1)),
                                       c.emit<complex::EqualOp>(u, log));
  Value corrected = c.mul(x, c.div(log, c.addReal(u, -1)));
  Value near = arith::SelectOp::create(c.b, c.loc, isExact, x, corrected);
  return arith::SelectOp::create(c.b, c.loc, c.isZero(u), c.constant(-INFINITY, angle), near);
}

namespace {
/// Code in f64 on the parts of complex numbers of any type.
struct WideCode {
  ComplexCode &c;
  FloatCode f{c.b, c.loc, c.b.getF64Type()};

  explicit WideCode(ComplexCode &c) : c(c) {}
  ComplexParts parts(Value x) { return {widened(c.re(x)), widened(c.im(x))}; }
  Value narrowed(ComplexParts y) { return c.make(narrowed(y.re), narrowed(y.im)); }

private:
  bool isOwn() { return c.type.getElementType() == f.type; }
  Value widened(Value v) { return isOwn() ? v : arith::ExtFOp::create(c.b, c.loc, f.type, v); }
  Value narrowed(Value v) {
    return isOwn() ? v : arith::TruncFOp::create(c.b, c.loc, c.type.getElementType(), v);
  }
};
} // namespace

/// A function of complex numbers in f64.
using Function = ComplexParts (*)(FloatCode &, ComplexParts);

static Value emitInF64(ComplexCode &c, Function function, Value x, bool turns = false) {
  // Trigonometric functions are the hyperbolic ones of i x, times -i.
  WideCode wide(c);
  Value result = wide.narrowed(function(wide.f, wide.parts(turns ? c.turn(x) : x)));
  return turns ? c.turnBack(result) : result;
}

static Value emitPow(ComplexCode &c, Value x, Value y) {
  WideCode wide(c);
  return wide.narrowed(emitComplexPow(wide.f, wide.parts(x), wide.parts(y)));
}

/// e / (1 + e) for e = exp(x) as Eigen has it, which tells the signs of zeros; 1
/// where e has an infinite real part.
static Value emitSigmoid(ComplexCode &c, Value x) {
  FloatCode f{c.b, c.loc, c.type.getElementType()};
  Value e = emitInF64(c, emitComplexExp, x), one = c.constant(1), infinity = f.constant(INFINITY);
  Value isFar = f.compare(FloatCode::P::OEQ, f.math<math::AbsFOp>(c.re(e)), infinity);
  return arith::SelectOp::create(c.b, c.loc, isFar, one, c.div(e, c.add(one, e)));
}

static Value emitFunction(Operation *op, ComplexCode &c, ValueRange x) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<ExpOp>([&](auto) { return emitInF64(c, emitComplexExp, x[0]); })
      .Case<Expm1Op>([&](auto) { return emitInF64(c, emitComplexExpm1, x[0]); })
      .Case<LogOp>([&](auto) { return emitLog(c, x[0]); })
      .Case<Log1pOp>([&](auto) { return emitLog1p(c, x[0], NAN); })
      .Case<SqrtOp>([&](auto) { return emitSqrt(c, x[0]); })
      .Case<RsqrtOp>([&](auto) { return emitRsqrt(c, x[0]); })
      .Case<PowOp>([&](auto) { return emitPow(c, x[0], x[1]); })
      .Case<XlogyOp>(
          [&](auto) { return c.unlessZero(x[0], c.mul(x[0], c.emit<complex::LogOp>(x[1]))); })
      .Case<Xlog1pyOp>([&](auto) { return c.unlessZero(x[0], c.mul(x[0], emitLog1p(c, x[1], 0))); })
      .Case<SigmoidOp>([&](auto) { return emitSigmoid(c, x[0]); })
      .Case<SinOp>([&](auto) { return emitInF64(c, emitComplexSinh, x[0], /*turns=*/true); })
      .Case<CosOp>([&](auto) { return emitInF64(c, emitComplexCosh, c.turn(x[0])); })
      .Case<SinhOp>([&](auto) { return emitInF64(c, emitComplexSinh, x[0]); })
      .Case<CoshOp>([&](auto) { return emitInF64(c, emitComplexCosh, x[0]); })
      .Case<TanhOp>([&](auto) { return emitInF64(c, emitComplexTanh, x[0]); })
      .Case<TanOp>([&](auto) { return emitInF64(c, emitComplexTanh, x[0], /*turns=*/true); })
      .Case<AsinhOp>([&](auto) { return emitInF64(c, emitComplexAsinh, x[0]); })
      .Case<AsinOp>([&](auto) { return emitInF64(c, emitComplexAsinh, x[0], /*turns=*/true); })
      .Case<AcoshOp>([&](auto) { return emitInF64(c, emitComplexAcosh, x[0]); })
      .Case<AcosOp>([&](auto) { return emitInF64(c, emitComplexAcos, x[0]); })
      .Case<AtanhOp>([&](auto) { return emitInF64(c, emitComplexAtanh, x[0]); })
      .Case<AtanOp>([&](auto) { return emitInF64(c, emitComplexAtanh, x[0], /*turns=*/true); })
      .Default([](Operation *) { return Value(); });
}

Value ingot::emitComplexScalar(Operation *op, OpBuilder &b, Location loc, ValueRange x) {
  ComplexCode c{b, loc, cast<ComplexType>(x.back().getType())};
  if (Value value = emitArithmetic(op, c, x))
    return value;
  return emitFunction(op, c, x);
}
