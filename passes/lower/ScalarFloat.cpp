#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/lower/Scalar.h"
#include "passes/lower/ScalarCode.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

using P = arith::CmpFPredicate;

/// The sign; zeros of both signs give +0, NaN stays.
static Value emitSign(FloatCode &c, Value x) {
  Value zero = c.constant(0);
  Value negative = c.select(c.compare(P::OLT, x, zero), c.constant(-1), zero);
  Value sign = c.select(c.compare(P::OGT, x, zero), c.constant(1), negative);
  return c.select(c.isNan(x), x, sign);
}

/// C's fmod, moved by y where the signs differ.
static Value emitFloorMod(FloatCode &c, Value x, Value y) {
  Value zero = c.constant(0);
  Value rest = arith::RemFOp::create(c.b, c.loc, x, y);
  Value differ =
      arith::XOrIOp::create(c.b, c.loc, c.compare(P::OLT, rest, zero), c.compare(P::OLT, y, zero));
  Value move = arith::AndIOp::create(c.b, c.loc, differ, c.compare(P::UNE, rest, zero));
  return c.select(move, c.add(rest, y), rest);
}

/// `value` where `x` is not 0 (NaN is not), else 0.
static Value unlessZero(FloatCode &c, Value x, Value value) {
  return c.select(c.compare(P::OEQ, x, c.constant(0)), c.constant(0), value);
}

/// IEEE 754 numbers of one sign are ordered as their bits are: the neighbour is
/// one step of the integer away from zero or towards it.
static Value emitNextAfter(FloatCode &c, Value x, Value y) {
  Value one = c.integer(1), zero = c.constant(0);
  Value outwards = arith::CmpIOp::create(c.b, c.loc, arith::CmpIPredicate::eq,
                                         c.compare(P::OLT, x, y), c.compare(P::OGT, x, zero));
  Value bits = c.bits(x);
  Value step =
      c.select(outwards, c.bitwise<arith::AddIOp>(bits, one), c.bitwise<arith::SubIOp>(bits, one));
  Value sign = c.bitwise<arith::AndIOp>(
      c.bits(y), c.integer(int64_t(1) << (c.type.getIntOrFloatBitWidth() - 1)));
  Value smallest = c.bitwise<arith::OrIOp>(sign, one);
  step = c.select(c.compare(P::OEQ, x, zero), smallest, step);
  Value result = c.select(c.compare(P::OEQ, x, y), y, c.fromBits(step));
  return c.select(c.compare(P::UNO, x, y), c.add(x, y), result);
}

static Value emitArithmetic(Operation *op, FloatCode &c, ValueRange x) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<AbsOp>([&](auto) { return c.math<math::AbsFOp>(x[0]); })
      .Case<NegOp>([&](auto) { return c.neg(x[0]); })
      .Case<SignOp>([&](auto) { return emitSign(c, x[0]); })
      .Case<SquareOp>([&](auto) { return c.mul(x[0], x[0]); })
      .Case<ReciprocalOp>([&](auto) { return c.div(c.constant(1), x[0]); })
      .Case<AddOp>([&](auto) { return c.add(x[0], x[1]); })
      .Case<SubOp>([&](auto) { return c.sub(x[0], x[1]); })
      .Case<MulOp>([&](auto) { return c.mul(x[0], x[1]); })
      .Case<DivOp>([&](auto) { return c.div(x[0], x[1]); })
      .Case<FloorDivOp>([&](auto) { return c.math<math::FloorOp>(c.div(x[0], x[1])); })
      .Case<FloorModOp>([&](auto) { return emitFloorMod(c, x[0], x[1]); })
      .Case<TruncModOp>([&](auto) { return arith::RemFOp::create(c.b, c.loc, x[0], x[1]); })
      .Case<DivNoNanOp>([&](auto) { return unlessZero(c, x[1], c.div(x[0], x[1])); })
      .Case<MulNoNanOp>([&](auto) { return unlessZero(c, x[1], c.mul(x[0], x[1])); })
      .Case<XdivyOp>([&](auto) {
        return c.select(c.compare(P::OEQ, x[0], c.constant(0)), x[0], c.div(x[0], x[1]));
      })
      .Case<SquaredDifferenceOp>([&](auto) {
        Value d = c.sub(x[0], x[1]);
        return c.mul(d, d);
      })
      .Case<MaximumOp>([&](auto) { return c.max(x[0], x[1]); })
      .Case<MinimumOp>([&](auto) { return c.min(x[0], x[1]); })
      .Case<NextAfterOp>([&](auto) { return emitNextAfter(c, x[0], x[1]); })
      .Case<RealOp, ConjOp>([&](auto) { return x[0]; })
      .Case<ImagOp>([&](auto) { return c.constant(0); })
      .Default([](Operation *) { return Value(); });
}

static Value emitRounding(Operation *op, FloatCode &c, ValueRange x) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<FloorOp>([&](auto) { return c.math<math::FloorOp>(x[0]); })
      .Case<CeilOp>([&](auto) { return c.math<math::CeilOp>(x[0]); })
      .Case<RoundOp>([&](auto) { return c.math<math::RoundEvenOp>(x[0]); })
      .Default([](Operation *) { return Value(); });
}

static Value emitComparison(Operation *op, FloatCode &c, ValueRange x) {
  auto magnitude = [&](P p) {
    return c.compare(p, c.math<math::AbsFOp>(x[0]), c.constant(INFINITY));
  };
  return TypeSwitch<Operation *, Value>(op)
      .Case<EqualOp>([&](auto) { return c.compare(P::OEQ, x[0], x[1]); })
      .Case<NotEqualOp>([&](auto) { return c.compare(P::UNE, x[0], x[1]); })
      .Case<LessOp>([&](auto) { return c.compare(P::OLT, x[0], x[1]); })
      .Case<LessEqualOp>([&](auto) { return c.compare(P::OLE, x[0], x[1]); })
      .Case<GreaterOp>([&](auto) { return c.compare(P::OGT, x[0], x[1]); })
      .Case<GreaterEqualOp>([&](auto) { return c.compare(P::OGE, x[0], x[1]); })
      .Case<IsNanOp>([&](auto) { return c.isNan(x[0]); })
      .Case<IsInfOp>([&](auto) { return magnitude(P::OEQ); })
      .Case<IsFiniteOp>([&](auto) { return magnitude(P::OLT); })
      .Default([](Operation *) { return Value(); });
}

Value ingot::emitFloatScalar(Operation *op, OpBuilder &b, Location loc, ValueRange x) {
  FloatCode c{b, loc, x.back().getType()};
  for (auto emit : {emitArithmetic, emitRounding, emitComparison})
    if (Value value = emit(op, c, x))
      return value;
  return emitFloatFunction(op, c, x);
}
