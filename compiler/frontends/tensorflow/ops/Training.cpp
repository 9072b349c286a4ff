#include "compiler/frontends/tensorflow/Importer.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// The optimizers' update ops. The formulas are those of TensorFlow's
// documentation of each op; slots are variables like the one that is trained.

namespace {
/// A tensor in a formula; operands are broadcast.
struct Term {
  Node *n;
  Value value;
};

template <class OpT> Term apply(std::initializer_list<Term> terms) {
  Node &n = *terms.begin()->n;
  return {&n, n.emit<OpT>(llvm::map_to_vector(terms, [](const Term &t) { return t.value; }))};
}

Term operator+(Term a, Term b) { return apply<AddOp>({a, b}); }
Term operator-(Term a, Term b) { return apply<SubOp>({a, b}); }
Term operator*(Term a, Term b) { return apply<MulOp>({a, b}); }
Term operator/(Term a, Term b) { return apply<DivOp>({a, b}); }
Term square(Term a) { return a * a; }
Term sqrt(Term a) { return apply<SqrtOp>({a}); }
Term rsqrt(Term a) { return apply<RsqrtOp>({a}); }
Term abs(Term a) { return apply<AbsOp>({a}); }
Term max(Term a, Term b) { return apply<MaximumOp>({a, b}); }
Term pow(Term a, Term b) { return apply<PowOp>({a, b}); }

/// The operands of an update op: variables first, then values. A sparse one has a gradient
/// for some rows of the variable and, behind it, which these are: it does to them what the
/// dense one does to all. No row may come twice, as Keras sees to.
class Update {
public:
  explicit Update(Node &n) : n(n) {
    for (size_t i = 0; StringRef(n.def.op()).contains("SparseApply") && i < n.size(); ++i)
      if (n.inputs[i].isTensor() && isa<IntegerType>(n.element(n.inputs[i].value)))
        rowsInput = i;
    if (rowsInput)
      rows = n.in(*rowsInput);
  }

  /// The value of variable input i before the update.
  Term variable(size_t i) {
    const Variable *v = variableOf(n, i);
    Value all = v ? readVariable(n, *v) : Value();
    return {&n, rows ? n.emit<GatherOp>({all, rows}, {{"axis", n.b.getI64IntegerAttr(0)}}) : all};
  }
  /// Input i of the dense op.
  Term in(size_t i) { return {&n, n.in(rowsInput && i >= *rowsInput ? i + 1 : i)}; }
  Term constant(Term like, double value) {
    return {&n, like.value ? n.scalar(like.value, value) : Value()};
  }
  bool flag(StringRef name, bool otherwise = false) { return n.attrs.getBool(name, otherwise); }
  Term one(Term like) { return constant(like, 1); }

  void assign(size_t i, Term value) {
    const Variable *v = variableOf(n, i);
    Value next = value.value;
    if (rows && v && next)
      next = n.emit<ScatterNdOp>({readVariable(n, *v), n.b.expandDims(n.loc, rows, {1}), next},
                                 {{"mode", n.b.getStringAttr("update")}});
    failedAny |= !v || !next || failed(assignVariable(n, *v, next));
  }
  /// Ops on variables of TensorFlow 1 give the first one back.
  LogicalResult finish() {
    if (!failedAny && n.inputs[0].variable->isReference)
      n.outputs.push_back(n.inputs[0]);
    return failure(failedAny);
  }

private:
  Node &n;
  std::optional<size_t> rowsInput;
  Value rows; ///< of a sparse op: [gradients]
  bool failedAny = false;
};
} // namespace

static LogicalResult buildGradientDescent(Node &n) {
  Update u(n);
  u.assign(0, u.variable(0) - u.in(1) * u.in(2));
  return u.finish();
}

static LogicalResult buildMomentum(Node &n) {
  Update u(n);
  Term rate = u.in(2), gradient = u.in(3), momentum = u.in(4);
  Term accum = u.variable(1) * momentum + gradient;
  u.assign(1, accum);
  Term step = u.flag("use_nesterov") ? gradient * rate + accum * momentum * rate : accum * rate;
  u.assign(0, u.variable(0) - step);
  return u.finish();
}

static LogicalResult buildKerasMomentum(Node &n) {
  Update u(n);
  Term rate = u.in(2), gradient = u.in(3), momentum = u.in(4);
  Term accum = u.variable(1) * momentum - rate * gradient;
  u.assign(1, accum);
  Term step = u.flag("use_nesterov") ? accum * momentum - rate * gradient : accum;
  u.assign(0, u.variable(0) + step);
  return u.finish();
}

/// Adam, or AMSGrad, which divides by the largest second moment so far.
template <bool isAmsgrad> static LogicalResult buildAdam(Node &n) {
  Update u(n);
  size_t at = isAmsgrad ? 4 : 3;
  Term power1 = u.in(at), power2 = u.in(at + 1), rate = u.in(at + 2), beta1 = u.in(at + 3),
       beta2 = u.in(at + 4), epsilon = u.in(at + 5), gradient = u.in(at + 6);
  Term one = u.one(rate);
  Term alpha = rate * sqrt(one - power2) / (one - power1);
  Term m = u.variable(1), v = u.variable(2);
  m = m + (gradient - m) * (one - beta1);
  v = v + (square(gradient) - v) * (one - beta2);
  u.assign(1, m);
  u.assign(2, v);
  if (isAmsgrad) {
    v = max(u.variable(3), v);
    u.assign(3, v);
  }
  Term step = u.flag("use_nesterov") ? m * beta1 + (one - beta1) * gradient : m;
  u.assign(0, u.variable(0) - step * alpha / (sqrt(v) + epsilon));
  return u.finish();
}

static LogicalResult buildAdaMax(Node &n) {
  Update u(n);
  Term power1 = u.in(3), rate = u.in(4), beta1 = u.in(5), beta2 = u.in(6), epsilon = u.in(7),
       gradient = u.in(8);
  Term one = u.one(rate), m = u.variable(1);
  m = m + (gradient - m) * (one - beta1);
  Term v = max(beta2 * u.variable(2), abs(gradient));
  u.assign(1, m);
  u.assign(2, v);
  u.assign(0, u.variable(0) - rate / (one - power1) * (m / (v + epsilon)));
  return u.finish();
}

/// V2 has an epsilon behind the rate.
template <bool isV2> static LogicalResult buildAdagrad(Node &n) {
  Update u(n);
  Term rate = u.in(2), gradient = u.in(isV2 ? 4 : 3), accum = u.variable(1);
  if (u.flag("update_slots", true)) {
    accum = accum + square(gradient);
    u.assign(1, accum);
  }
  Term step = rate * gradient;
  u.assign(0, u.variable(0) - (isV2 ? step / (sqrt(accum) + u.in(3)) : step * rsqrt(accum)));
  return u.finish();
}

static LogicalResult buildAdadelta(Node &n) {
  Update u(n);
  Term rate = u.in(3), rho = u.in(4), epsilon = u.in(5), gradient = u.in(6);
  Term rest = u.one(rho) - rho;
  Term accum = u.variable(1) * rho + square(gradient) * rest;
  Term step = sqrt(u.variable(2) + epsilon) * rsqrt(accum + epsilon) * gradient;
  u.assign(1, accum);
  u.assign(0, u.variable(0) - step * rate);
  u.assign(2, u.variable(2) * rho + square(step) * rest);
  return u.finish();
}

static LogicalResult buildRMSProp(Node &n) {
  Update u(n);
  Term rate = u.in(3), rho = u.in(4), momentum = u.in(5), epsilon = u.in(6), gradient = u.in(7);
  Term ms = u.variable(1);
  ms = ms + (square(gradient) - ms) * (u.one(rho) - rho);
  Term mom = u.variable(2) * momentum + gradient * rate / sqrt(ms + epsilon);
  u.assign(1, ms);
  u.assign(2, mom);
  u.assign(0, u.variable(0) - mom);
  return u.finish();
}

static LogicalResult buildCenteredRMSProp(Node &n) {
  Update u(n);
  Term rate = u.in(4), rho = u.in(5), momentum = u.in(6), epsilon = u.in(7), gradient = u.in(8);
  Term rest = u.one(rho) - rho, mg = u.variable(1), ms = u.variable(2);
  ms = ms + (square(gradient) - ms) * rest;
  mg = mg + (gradient - mg) * rest;
  Term mom = u.variable(3) * momentum + gradient * rate / sqrt(ms - square(mg) + epsilon);
  u.assign(1, mg);
  u.assign(2, ms);
  u.assign(3, mom);
  u.assign(0, u.variable(0) - mom);
  return u.finish();
}

/// V2 shrinks the weights in the gradient of the linear term.
template <bool isV2> static LogicalResult buildFtrl(Node &n) {
  Update u(n);
  Term gradient = u.in(3), rate = u.in(4), l1 = u.in(5), l2 = u.in(6), power = u.in(isV2 ? 8 : 7);
  Term variable = u.variable(0), accum = u.variable(1);
  Term two = u.constant(l2, 2), minus = u.constant(power, 0) - power;
  Term shrunk = isV2 ? gradient + two * u.in(7) * variable : gradient;
  Term next = accum + square(gradient);
  Term linear = u.variable(2) + shrunk - (pow(next, minus) - pow(accum, minus)) / rate * variable;
  Term quadratic = pow(next, minus) / rate + two * l2;
  Term zero = u.constant(l1, 0);
  Term clipped = apply<MinimumOp>({max(linear, zero - l1), l1});
  u.assign(0, (clipped - linear) / quadratic);
  u.assign(1, next);
  u.assign(2, linear);
  return u.finish();
}

void tensorflow::addTrainingRows(RowTable &t) {
  auto add = [&](StringRef name, Build build) {
    for (StringRef kind : {"Apply", "ResourceApply"})
      t[(kind + name).str()] = {build, "training", ""};
  };
  auto addBoth = [&](StringRef name, Build build) {
    add(name, build);
    for (StringRef kind : {"SparseApply", "ResourceSparseApply"})
      t[(kind + name).str()] = {build, "training", "each row once"};
  };
  add("GradientDescent", buildGradientDescent);
  addBoth("Momentum", buildMomentum);
  addBoth("KerasMomentum", buildKerasMomentum);
  add("Adam", buildAdam<false>);
  add("AdamWithAmsgrad", buildAdam<true>);
  add("AdaMax", buildAdaMax);
  addBoth("Adagrad", buildAdagrad<false>);
  addBoth("AdagradV2", buildAdagrad<true>);
  addBoth("Adadelta", buildAdadelta);
  addBoth("RMSProp", buildRMSProp);
  addBoth("CenteredRMSProp", buildCenteredRMSProp);
  addBoth("Ftrl", buildFtrl<false>);
  addBoth("FtrlV2", buildFtrl<true>);
}
