#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "passes/lower/Scalar.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

using P = arith::CmpIPredicate;

namespace {
/// Shorthand for scalar code on integers of one type.
struct IntegerCode {
  OpBuilder &b;
  Location loc;
  Type type;
  bool isUnsigned;

  Value constant(int64_t v) {
    APInt value(type.getIntOrFloatBitWidth(), v, /*isSigned=*/true, /*implicitTrunc=*/true);
    return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, value));
  }
  template <class Op> Value emit(Value x, Value y) { return Op::create(b, loc, x, y); }
  Value add(Value x, Value y) { return emit<arith::AddIOp>(x, y); }
  Value sub(Value x, Value y) { return emit<arith::SubIOp>(x, y); }
  Value mul(Value x, Value y) { return emit<arith::MulIOp>(x, y); }
  Value neg(Value x) { return sub(constant(0), x); }
  Value select(Value c, Value x, Value y) { return arith::SelectOp::create(b, loc, c, x, y); }
  Value compare(P p, Value x, Value y) { return arith::CmpIOp::create(b, loc, p, x, y); }
  Value compare(P ifSigned, P ifUnsigned, Value x, Value y) {
    return compare(isUnsigned ? ifUnsigned : ifSigned, x, y);
  }
  Value isNegative(Value x) { return compare(P::slt, x, constant(0)); }
  Value max(Value x, Value y) {
    return isUnsigned ? emit<arith::MaxUIOp>(x, y) : emit<arith::MaxSIOp>(x, y);
  }
  Value min(Value x, Value y) {
    return isUnsigned ? emit<arith::MinUIOp>(x, y) : emit<arith::MinSIOp>(x, y);
  }
};

/// Quotient towards zero and the rest. The smallest number divided by -1 wraps.
/// A divisor of 0 was refused before; here it must only not trap.
struct Division {
  Value quotient, rest;
};
} // namespace

static Division divide(IntegerCode &c, Value x, Value y) {
  Value one = c.constant(1);
  if (c.isUnsigned) {
    Value safe = c.max(y, one);
    return {c.emit<arith::DivUIOp>(x, safe), c.emit<arith::RemUIOp>(x, safe)};
  }
  // 0 and -1 as unsigned plus one are the numbers below 2.
  Value special = c.compare(P::ult, c.add(y, one), c.constant(2));
  Value safe = c.select(special, one, y);
  Value isMinusOne = c.isNegative(y);
  Value quotient = c.emit<arith::DivSIOp>(x, safe), rest = c.emit<arith::RemSIOp>(x, safe);
  Value negated = c.emit<arith::AndIOp>(special, isMinusOne);
  return {c.select(negated, c.neg(x), quotient), rest};
}

/// True where the division leaves a rest and the exact quotient is negative:
/// where floor and truncation differ.
static Value roundsDown(IntegerCode &c, Value rest, Value y) {
  Value inexact = c.compare(P::ne, rest, c.constant(0));
  Value differ = c.isNegative(c.emit<arith::XOrIOp>(rest, y));
  return c.emit<arith::AndIOp>(inexact, differ);
}

static Value emitFloorDiv(IntegerCode &c, Value x, Value y) {
  Division d = divide(c, x, y);
  if (c.isUnsigned)
    return d.quotient;
  return c.select(roundsDown(c, d.rest, y), c.sub(d.quotient, c.constant(1)), d.quotient);
}

static Value emitFloorMod(IntegerCode &c, Value x, Value y) {
  Division d = divide(c, x, y);
  if (c.isUnsigned)
    return d.rest;
  return c.select(roundsDown(c, d.rest, y), c.add(d.rest, y), d.rest);
}

/// x to the power of y >= 0 by squaring, one bit of y a step; wraps.
static Value emitPow(IntegerCode &c, Value x, Value y) {
  auto loop = scf::WhileOp::create(
      c.b, c.loc, TypeRange{c.type, c.type, c.type}, ValueRange{c.constant(1), x, y},
      [&](OpBuilder &b, Location loc, ValueRange v) {
        IntegerCode n{b, loc, c.type, c.isUnsigned};
        scf::ConditionOp::create(b, loc, n.compare(P::ne, v[2], n.constant(0)), v);
      },
      [&](OpBuilder &b, Location loc, ValueRange v) {
        IntegerCode n{b, loc, c.type, c.isUnsigned};
        Value one = n.constant(1);
        Value isOdd = n.compare(P::ne, n.emit<arith::AndIOp>(v[2], one), n.constant(0));
        Value power = n.select(isOdd, n.mul(v[0], v[1]), v[0]);
        Value rest = n.emit<arith::ShRUIOp>(v[2], one);
        scf::YieldOp::create(b, loc, ValueRange{power, n.mul(v[1], v[1]), rest});
      });
  return loop.getResult(0);
}

static Value emitSign(IntegerCode &c, Value x) {
  Value zero = c.constant(0);
  Value positive = arith::ExtUIOp::create(c.b, c.loc, c.type, c.compare(P::sgt, P::ne, x, zero));
  if (c.isUnsigned)
    return positive;
  return c.sub(positive, arith::ExtUIOp::create(c.b, c.loc, c.type, c.isNegative(x)));
}

static Value emitPopulationCount(IntegerCode &c, Value x) {
  Value count = math::CtPopOp::create(c.b, c.loc, x);
  if (c.type.getIntOrFloatBitWidth() == 8)
    return count;
  return arith::TruncIOp::create(c.b, c.loc, c.b.getI8Type(), count);
}

/// A shift by y within [0, width - 1]; negative y are 0.
static Value shiftCount(IntegerCode &c, Value y) {
  Value last = c.constant(c.type.getIntOrFloatBitWidth() - 1);
  return c.isUnsigned ? c.min(y, last) : c.min(c.max(y, c.constant(0)), last);
}

static Value emitBits(Operation *op, IntegerCode &c, ValueRange x) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<AndOp>([&](auto) { return c.emit<arith::AndIOp>(x[0], x[1]); })
      .Case<OrOp>([&](auto) { return c.emit<arith::OrIOp>(x[0], x[1]); })
      .Case<XorOp>([&](auto) { return c.emit<arith::XOrIOp>(x[0], x[1]); })
      .Case<NotOp>([&](auto) { return c.emit<arith::XOrIOp>(x[0], c.constant(-1)); })
      .Case<ShiftLeftOp>([&](auto) { return c.emit<arith::ShLIOp>(x[0], shiftCount(c, x[1])); })
      .Case<ShiftRightOp>([&](auto) {
        Value count = shiftCount(c, x[1]);
        return c.isUnsigned ? c.emit<arith::ShRUIOp>(x[0], count)
                            : c.emit<arith::ShRSIOp>(x[0], count);
      })
      .Case<PopulationCountOp>([&](auto) { return emitPopulationCount(c, x[0]); })
      .Default([](Operation *) { return Value(); });
}

static Value emitComparison(Operation *op, IntegerCode &c, ValueRange x) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<EqualOp>([&](auto) { return c.compare(P::eq, x[0], x[1]); })
      .Case<NotEqualOp>([&](auto) { return c.compare(P::ne, x[0], x[1]); })
      .Case<LessOp>([&](auto) { return c.compare(P::slt, P::ult, x[0], x[1]); })
      .Case<LessEqualOp>([&](auto) { return c.compare(P::sle, P::ule, x[0], x[1]); })
      .Case<GreaterOp>([&](auto) { return c.compare(P::sgt, P::ugt, x[0], x[1]); })
      .Case<GreaterEqualOp>([&](auto) { return c.compare(P::sge, P::uge, x[0], x[1]); })
      .Default([](Operation *) { return Value(); });
}

static Value emitArithmetic(Operation *op, IntegerCode &c, ValueRange x) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<AbsOp>([&](auto) { return c.isUnsigned ? x[0] : c.max(x[0], c.neg(x[0])); })
      .Case<NegOp>([&](auto) { return c.neg(x[0]); })
      .Case<SignOp>([&](auto) { return emitSign(c, x[0]); })
      .Case<SquareOp>([&](auto) { return c.mul(x[0], x[0]); })
      .Case<AddOp>([&](auto) { return c.add(x[0], x[1]); })
      .Case<SubOp>([&](auto) { return c.sub(x[0], x[1]); })
      .Case<MulOp>([&](auto) { return c.mul(x[0], x[1]); })
      .Case<DivOp>([&](auto) { return divide(c, x[0], x[1]).quotient; })
      .Case<TruncModOp>([&](auto) { return divide(c, x[0], x[1]).rest; })
      .Case<FloorDivOp>([&](auto) { return emitFloorDiv(c, x[0], x[1]); })
      .Case<FloorModOp>([&](auto) { return emitFloorMod(c, x[0], x[1]); })
      .Case<PowOp>([&](auto) { return emitPow(c, x[0], x[1]); })
      .Case<SquaredDifferenceOp>([&](auto) {
        Value d = c.sub(x[0], x[1]);
        return c.mul(d, d);
      })
      .Case<MaximumOp>([&](auto) { return c.max(x[0], x[1]); })
      .Case<MinimumOp>([&](auto) { return c.min(x[0], x[1]); })
      .Case<FloorOp, CeilOp, RoundOp>([&](auto) { return x[0]; })
      .Case<ReluOp>([&](auto) { return c.max(x[0], c.constant(0)); })
      .Case<Relu6Op>([&](auto) { return c.min(c.max(x[0], c.constant(0)), c.constant(6)); })
      .Default([](Operation *) { return Value(); });
}

Value ingot::emitIntegerScalar(Operation *op, OpBuilder &b, Location loc, ValueRange x,
                               bool isUnsigned) {
  IntegerCode c{b, loc, x.back().getType(), isUnsigned};
  for (auto emit : {emitBits, emitComparison, emitArithmetic})
    if (Value value = emit(op, c, x))
      return value;
  return {};
}
