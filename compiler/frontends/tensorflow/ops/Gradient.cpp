#include "compiler/frontends/tensorflow/ops/Formula.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Gradients of elementwise functions. Most take the function's result y and the
// gradient dy that arrives there, some the gradient first and the argument x.

using Rule = Value (*)(Formula f, Value first, Value second);

/// `first` and `second` need as many elements only; the result is of the shape of `first`.
template <Rule rule> static LogicalResult buildOfResult(Node &n) {
  Value first = n.in(0), second = n.in(1);
  if (!first || !second)
    return failure();
  if (n.b.shapes.dims(first) != n.b.shapes.dims(second))
    second = n.emit<ReshapeOp>({second, n.b.shapeOf(n.loc, first)});
  return n.out(rule(Formula{n}, first, second));
}

/// Both are of the same shape.
template <Rule rule> static LogicalResult build(Node &n) {
  Value first = n.in(0), second = n.in(1);
  if (failed(n.requireSameShape(first, second)))
    return failure();
  return n.out(rule(Formula{n}, first, second));
}

static Value conjugate(Formula f, Value y) {
  return isa<ComplexType>(f.n.b.shapes.elementType(y)) ? f.n.emit<ConjOp>(y) : y;
}

static Value isAbove(Formula f, Value x, double limit) {
  return f.n.emit<GreaterOp>({x, f.scalar(x, limit)});
}

static Value isBelow(Formula f, Value x, double limit) {
  return f.n.emit<LessOp>({x, f.scalar(x, limit)});
}

/// x * 1 where the condition holds, else x * 0: with the sign of x.
static Value masked(Formula f, Value condition, Value x) {
  return f.mul(x, f.n.b.cast(f.n.loc, condition, f.n.b.shapes.elementType(x)));
}

/// dy * y * (1 - y), of complex numbers too: TensorFlow takes no conjugate here.
static Value sigmoid(Formula f, Value y, Value dy) {
  return f.mul(dy, f.mul(y, f.sub(f.scalar(y, 1), y)));
}

/// dy * (1 - y^2), of complex numbers too: TensorFlow takes no conjugate here.
static Value tanh(Formula f, Value y, Value dy) {
  return f.mul(dy, f.sub(f.scalar(y, 1), f.mul(y, y)));
}

/// `value`, and 0 where the gradient dy is 0.
static Value unlessZero(Formula f, Value dy, Value value) {
  Value zero = f.scalar(dy, 0);
  return f.n.emit<SelectOp>({f.n.emit<EqualOp>({dy, zero}), zero, value});
}

/// -dy * y^2.
static Value reciprocal(Formula f, Value y, Value dy) {
  y = conjugate(f, y);
  return unlessZero(f, dy, f.mul(f.n.emit<NegOp>(dy), f.mul(y, y)));
}

/// -dy * y^3 / 2.
static Value rsqrt(Formula f, Value y, Value dy) {
  y = conjugate(f, y);
  return unlessZero(f, dy, f.mul(f.mul(f.mul(dy, y), -0.5), f.mul(y, y)));
}

/// dy / 2y.
static Value sqrt(Formula f, Value y, Value dy) {
  return unlessZero(f, dy, f.n.emit<DivOp>({f.mul(dy, 0.5), conjugate(f, y)}));
}

static Value relu(Formula f, Value dy, Value x) { return masked(f, isAbove(f, x, 0), dy); }

static Value relu6(Formula f, Value dy, Value x) {
  return masked(f, f.n.emit<AndOp>({isAbove(f, x, 0), isBelow(f, x, 6)}), dy);
}

/// Of the result y: dy * (y + 1) where it is below 0.
static Value elu(Formula f, Value dy, Value y) {
  return f.n.emit<SelectOp>({isBelow(f, y, 0), f.mul(f.add(y, 1), dy), dy});
}

static Value selu(Formula f, Value dy, Value y) {
  constexpr double scale = 1.0507009873554805, alpha = 1.6732632423543772;
  Value below = f.mul(dy, f.add(y, scale * alpha));
  return f.n.emit<SelectOp>({isBelow(f, y, 0), below, f.mul(dy, scale)});
}

static Value leakyRelu(Formula f, Value dy, Value x) {
  double alpha = f.n.attrs.getFloat("alpha", 0.2f);
  return f.n.emit<SelectOp>({isAbove(f, x, 0), dy, f.mul(dy, alpha)});
}

/// dy / (exp(-x) + 1).
static Value softplus(Formula f, Value dy, Value x) {
  Value power = f.n.emit<ExpOp>(f.n.emit<NegOp>(x));
  return f.n.emit<DivOp>({dy, f.add(power, 1)});
}

/// dy / (1 + |x|)^2.
static Value softsign(Formula f, Value dy, Value x) {
  return f.n.emit<DivOp>({dy, f.square(f.add(f.n.emit<AbsOp>(x), 1))});
}

void tensorflow::addGradientRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "elementwise", ""}; };
  add("SigmoidGrad", buildOfResult<sigmoid>);
  add("TanhGrad", buildOfResult<tanh>);
  add("InvGrad", buildOfResult<reciprocal>);
  add("ReciprocalGrad", buildOfResult<reciprocal>);
  add("RsqrtGrad", buildOfResult<rsqrt>);
  add("SqrtGrad", buildOfResult<sqrt>);
  add("ReluGrad", build<relu>);
  add("Relu6Grad", build<relu6>);
  add("EluGrad", build<elu>);
  add("SeluGrad", build<selu>);
  add("LeakyReluGrad", build<leakyRelu>);
  add("SoftplusGrad", build<softplus>);
  add("SoftsignGrad", build<softsign>);
}
