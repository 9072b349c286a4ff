#include "compiler/frontends/tensorflow/ops/Qr.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// QR decomposition by Householder's reflections (Golub and Van Loan, 5.1 and 5.2).

namespace {
/// I - factor v v*, v being 1 at row k and 0 above.
struct Reflection {
  Value v;      ///< [B, R, 1]
  Value factor; ///< [B, 1, 1]
};
} // namespace

/// The reflection that leaves only the entry k of a column.
static Reflection reflection(Linalg &l, Value column, Value rows, Value k) {
  Node &n = l.n;
  Value top = l.row(column, k);
  Value tail = column ? l.select(n.emit<GreaterOp>({rows, k}), column, 0.0) : Value();
  Value rest = l.sumRows(l.squaredModulus(tail));
  Value norm = n.emit<SqrtOp>(l.f.add(l.squaredModulus(top), rest));
  if (!norm)
    return {};
  Value isDone = n.emit<EqualOp>({rest, n.scalar(rest, 0)});
  if (l.isComplex(top)) {
    Value imag = n.emit<ImagOp>(top);
    isDone = n.emit<AndOp>({isDone, n.emit<EqualOp>({imag, n.scalar(imag, 0)})});
  }
  Value isPositive = n.emit<GreaterEqualOp>({l.real(top), n.scalar(norm, 0)});
  Value target = l.as(l.select(isPositive, n.emit<NegOp>(norm), norm), top);
  Value below = l.select(isDone, tail, l.div(tail, l.f.sub(top, target)));
  Value factor = l.conj(l.div(l.f.sub(target, top), target));
  return {l.select(n.emit<EqualOp>({rows, k}), l.f.scalar(top, 1), below),
          l.select(isDone, l.f.scalar(top, 0), factor)};
}

static Value reflect(Linalg &l, const Reflection &h, Value x) {
  Value along = l.f.mul(h.factor, l.adjointProduct(h.v, x));
  return l.f.sub(x, l.f.mul(h.v, along));
}

FailureOr<Qr> tensorflow::factoriseQr(Linalg &l, const Matrices &m, bool isFull) {
  Node &n = l.n;
  Type element = n.element(m.x);
  Dim count = n.b.shapes.table.min(m.rows, m.columns), single = n.b.shapes.constant(1);
  Value rows = l.numbers(m.rows, 0), columns = l.numbers(count, 1);
  auto reduce = [&](Value k, const Values &state) -> Values {
    Reflection h = reflection(l, l.column(state[0], k), rows, k);
    Value isColumn = n.emit<EqualOp>({columns, k});
    return {reflect(l, h, state[0]), l.select(isColumn, h.v, state[1]),
            l.select(isColumn, h.factor, state[2])};
  };
  auto reduced = l.steps(
      count,
      {m.x, l.zeros(element, {m.count, m.rows, count}), l.zeros(element, {m.count, single, count})},
      reduce);
  if (failed(reduced))
    return failure();
  Values h = *reduced;
  auto expand = [&](Value k, const Values &state) -> Values {
    return {reflect(l, {l.column(h[1], k), l.conj(l.column(h[2], k))}, state[0])};
  };
  Value unit = l.identity(element, m.count, m.rows, isFull ? m.rows : count);
  auto q = l.stepsBack(count, {unit}, expand);
  if (failed(q))
    return failure();
  Value isUpper = n.emit<LessEqualOp>({rows, l.numbers(m.columns, 1)});
  return Qr{q->front(), l.select(isUpper, h[0], 0.0)};
}

static LogicalResult buildQr(Node &n) {
  Linalg l{n};
  auto m = l.read(n.in(0));
  if (failed(m))
    return failure();
  bool isFull = n.attrs.getBool("full_matrices", false);
  auto qr = factoriseQr(l, *m, isFull);
  if (failed(qr))
    return failure();
  Dim count = isFull ? m->rows : n.b.shapes.table.min(m->rows, m->columns);
  Value r = l.firstRows(qr->r, count);
  return n.out({l.restore(*m, qr->q, {m->rows, count}), l.restore(*m, r, {count, m->columns})});
}

void tensorflow::addQrRows(RowTable &t) {
  static constexpr StringLiteral ports[] = {"q", "r"};
  t["Qr"] = {buildQr, "linalg", "", ports};
}
