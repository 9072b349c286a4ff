#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "passes/Passes.h"
#include "passes/lower/MathFunctions.h"
#include "passes/tile/Tiles.h"
#include "llvm/ADT/TypeSwitch.h"

namespace ingot {
#define GEN_PASS_DEF_EXPANDMATH
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

using P = FloatCode::P;

/// x rounded to the nearest integer, halves to even: numbers that have a
/// fraction lose it when they are added to the largest power of two that has.
static Value emitRoundEven(FloatCode &c, Value x) {
  double limit =
      std::ldexp(1.0, cast<FloatType>(getElementTypeOrSelf(c.type)).getFPMantissaWidth() - 1);
  Value magnitude = c.math<math::AbsFOp>(x), big = c.constant(limit);
  Value rounded = c.sub(c.add(magnitude, big), big);
  rounded = c.math<math::CopySignOp>(rounded, x);
  return c.select(c.compare(P::OLT, magnitude, big), rounded, x);
}

/// The nearest integer, moved by `step` where it lies on the wrong side of x.
static Value emitDirected(FloatCode &c, Value x, P isWrong, double step) {
  Value rounded = emitRoundEven(c, x);
  Value moved = c.select(c.compare(isWrong, rounded, x), c.add(rounded, c.constant(step)), rounded);
  return c.math<math::CopySignOp>(moved, x);
}

static Value emitRounding(Operation *op, FloatCode &c, Value x) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<math::RoundEvenOp>([&](auto) { return emitRoundEven(c, x); })
      .Case<math::FloorOp>([&](auto) { return emitDirected(c, x, P::OGT, -1); })
      .Case<math::CeilOp>([&](auto) { return emitDirected(c, x, P::OLT, 1); })
      .Default([](Operation *) { return Value(); });
}

static Value emitFunction(Operation *op, FloatCode &c, Value x, const TargetFacts &facts) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<math::ExpOp>([&](auto) { return emitExp(c, x, facts.hasLdexp()); })
      .Case<math::ExpM1Op>([&](auto) { return emitExpm1(c, x); })
      .Case<math::LogOp>([&](auto) { return emitLog(c, x); })
      .Case<math::Log1pOp>([&](auto) { return emitLog1p(c, x); })
      .Case<math::TanhOp>([&](auto) { return emitTanh(c, x); })
      .Case<math::ErfOp>([&](auto) { return emitErf(c, x); })
      .Case<math::ErfcOp>([&](auto) { return emitErfc(c, x); })
      .Default([](Operation *) { return Value(); });
}

/// LLVM would have exp(x) - 1 and log(1 + x), which lose small x.
static Value emitExact(Operation *op, FloatCode &c, Value x) {
  if (isa<math::ExpM1Op>(op))
    return emitExactExpm1(c, x);
  return isa<math::Log1pOp>(op) ? emitExactLog1p(c, x) : Value();
}

/// Powers that are products and roots, as C's pow gives them.
static Value emitConstantPower(FloatCode &c, Value x, double y) {
  if (y == 1)
    return x;
  if (y == 2)
    return c.mul(x, x);
  if (y == 3)
    return c.mul(c.mul(x, x), x);
  if (y == -1)
    return c.div(c.constant(1), x);
  if (y != 0.5 && y != -0.5)
    return {};
  // pow(-0, 0.5) is +0 and pow(-inf, 0.5) is +inf; the root of both is not.
  Value root = c.add(c.math<math::SqrtOp>(x), c.constant(0));
  Value isLowest = c.compare(P::OEQ, x, c.constant(-INFINITY));
  root = c.select(isLowest, c.constant(INFINITY), root);
  return y > 0 ? root : c.div(c.constant(1), root);
}

namespace {
struct ExpandMath : ingot::impl::ExpandMathBase<ExpandMath> {
  using ExpandMathBase::ExpandMathBase;

  void runOnOperation() override {
    facts = TargetFacts::of(getOperation());
    getOperation().walk([&](Operation *op) {
      if (!isa<math::MathDialect>(op->getDialect()) || op->getNumResults() != 1 ||
          !isa<FloatType>(getElementTypeOrSelf(op->getResult(0))))
        return;
      if (Value value = expanded(op)) {
        op->getResult(0).replaceAllUsesWith(value);
        op->erase();
      }
    });
  }

  Value expanded(Operation *op) {
    OpBuilder b(op);
    FloatCode c{b, op->getLoc(), op->getResult(0).getType()};
    Value x = op->getOperand(0);
    FloatAttr exponent;
    if (isa<math::PowFOp>(op) && matchPattern(op->getOperand(1), m_Constant(&exponent)))
      return emitConstantPower(c, x, exponent.getValueAsDouble());
    if (!facts.rounds)
      if (Value value = emitRounding(op, c, x))
        return value;
    if (!functions || !getElementTypeOrSelf(c.type).isF32())
      return emitExact(op, c, x);
    c.flags = arith::FastMathFlags::contract;
    return emitFunction(op, c, x, facts);
  }

  TargetFacts facts;
};
} // namespace
