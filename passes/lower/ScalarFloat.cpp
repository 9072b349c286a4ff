#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/lower/Scalar.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

namespace {
/// Shorthand for scalar float code.
struct FloatCode {
  OpBuilder &b;
  Location loc;
  Type type;

  Value constant(double v) { return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, v)); }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, loc, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, loc, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, loc, x, y); }
  Value div(Value x, Value y) { return arith::DivFOp::create(b, loc, x, y); }
  Value max(Value x, Value y) { return arith::MaximumFOp::create(b, loc, x, y); }
  Value min(Value x, Value y) { return arith::MinimumFOp::create(b, loc, x, y); }
  Value compare(arith::CmpFPredicate p, Value x, Value y) {
    return arith::CmpFOp::create(b, loc, p, x, y);
  }
  Value select(Value c, Value x, Value y) { return arith::SelectOp::create(b, loc, c, x, y); }
  template <class Op> Value math(Value x) { return Op::create(b, loc, x); }
};
} // namespace

Value ingot::emitFloatScalar(Operation *op, OpBuilder &b, Location loc, ValueRange x) {
  FloatCode c{b, loc, x.back().getType()};
  using P = arith::CmpFPredicate;
  auto sigmoid = [&](Value v) {
    return c.div(c.constant(1), c.add(c.constant(1), c.math<math::ExpOp>(arith::NegFOp::create(b, loc, v))));
  };
  return TypeSwitch<Operation *, Value>(op)
      .Case<AddOp>([&](auto) { return c.add(x[0], x[1]); })
      .Case<SubOp>([&](auto) { return c.sub(x[0], x[1]); })
      .Case<MulOp>([&](auto) { return c.mul(x[0], x[1]); })
      .Case<DivOp>([&](auto) { return c.div(x[0], x[1]); })
      .Case<MaximumOp>([&](auto) { return c.max(x[0], x[1]); })
      .Case<MinimumOp>([&](auto) { return c.min(x[0], x[1]); })
      .Case<SquareOp>([&](auto) { return c.mul(x[0], x[0]); })
      .Case<SquaredDifferenceOp>([&](auto) {
        Value d = c.sub(x[0], x[1]);
        return c.mul(d, d);
      })
      .Case<NegOp>([&](auto) { return arith::NegFOp::create(b, loc, x[0]); })
      .Case<AbsOp>([&](auto) { return c.math<math::AbsFOp>(x[0]); })
      .Case<SqrtOp>([&](auto) { return c.math<math::SqrtOp>(x[0]); })
      .Case<RsqrtOp>([&](auto) { return c.div(c.constant(1), c.math<math::SqrtOp>(x[0])); })
      .Case<ExpOp>([&](auto) { return c.math<math::ExpOp>(x[0]); })
      .Case<LogOp>([&](auto) { return c.math<math::LogOp>(x[0]); })
      .Case<TanhOp>([&](auto) { return c.math<math::TanhOp>(x[0]); })
      .Case<ErfOp>([&](auto) { return c.math<math::ErfOp>(x[0]); })
      .Case<ErfcOp>([&](auto) { return c.math<math::ErfcOp>(x[0]); })
      .Case<SigmoidOp>([&](auto) { return sigmoid(x[0]); })
      .Case<ReluOp>([&](auto) { return c.max(x[0], c.constant(0)); })
      .Case<Relu6Op>([&](auto) { return c.min(c.max(x[0], c.constant(0)), c.constant(6)); })
      .Case<EqualOp>([&](auto) { return c.compare(P::OEQ, x[0], x[1]); })
      .Case<LessOp>([&](auto) { return c.compare(P::OLT, x[0], x[1]); })
      .Case<GreaterOp>([&](auto) { return c.compare(P::OGT, x[0], x[1]); })
      .Default([](Operation *) { return Value(); });
}
