#include "compiler/frontends/tensorflow/ops/Matrices.h"
#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Functions of square matrices by iteration, in double precision.

static FailureOr<Matrices> readWide(Linalg &l) {
  auto m = l.readSquare(l.n.in(0));
  if (failed(m))
    return failure();
  Type f64 = l.n.b.getF64Type();
  m->x = l.n.b.cast(l.n.loc, m->x, l.isComplex(m->x) ? ComplexType::get(f64) : f64);
  return m->x ? m : FailureOr<Matrices>(failure());
}

static LogicalResult outNarrow(Linalg &l, const Matrices &m, Value x) {
  x = x ? l.n.b.cast(l.n.loc, x, m.given) : x;
  return x ? l.n.out(l.restore(m, x, {m.rows, m.rows})) : failure();
}

/// The principal square root, and its inverse. Source: Denman and Beavers 1976: both are
/// replaced by their mean with the other's inverse.
static FailureOr<Values> rootOf(Linalg &l, Matrices m) {
  constexpr int64_t kSteps = 40; // doubles the digits, once it is near
  Value unit = l.identity(l.n.element(m.x), m.count, m.rows, m.rows);
  auto step = [&](Value, const Values &state) -> Values {
    Matrices y = m, z = m;
    y.x = state[0];
    z.x = state[1];
    auto ofY = inverse(l, y), ofZ = inverse(l, z);
    if (failed(ofY) || failed(ofZ))
      return {Value(), Value()};
    return {l.f.mul(l.f.add(y.x, *ofZ), 0.5), l.f.mul(l.f.add(z.x, *ofY), 0.5)};
  };
  return l.steps(l.n.b.shapes.constant(kSteps), {m.x, unit}, step);
}

static LogicalResult buildSquareRoot(Node &n) {
  Linalg l{n};
  auto m = readWide(l);
  auto root = failed(m) ? FailureOr<Values>(failure()) : rootOf(l, *m);
  return failed(root) ? failure() : outNarrow(l, *m, root->front());
}

/// log X = 2^k log X^(2^-k), and near the unit matrix, with R = (X - I)(X + I)^-1,
/// log X = 2 (R + R^3 / 3 + ..).
static LogicalResult buildLogarithm(Node &n) {
  constexpr int64_t kRoots = 10, kTerms = 5;
  Linalg l{n};
  auto m = readWide(l);
  if (failed(m))
    return failure();
  auto step = [&](Value, const Values &state) -> Values {
    Matrices x = *m;
    x.x = state[0];
    auto root = rootOf(l, x);
    return {failed(root) ? Value() : root->front()};
  };
  auto near = l.steps(n.b.shapes.constant(kRoots), {m->x}, step);
  if (failed(near))
    return failure();
  Value unit = l.identity(n.element(m->x), m->count, m->rows, m->rows);
  Matrices sum = *m;
  sum.x = l.f.add(near->front(), unit);
  auto below = inverse(l, sum);
  if (failed(below))
    return failure();
  auto product = [&](Value a, Value b) { return n.emit<MatmulOp>({a, b}); };
  Value ratio = product(l.f.sub(near->front(), unit), *below), square = product(ratio, ratio);
  Value power = ratio, series = ratio;
  for (int64_t i = 1; i < kTerms; ++i) {
    power = product(power, square);
    series = l.f.add(series, l.f.mul(power, 1.0 / double(2 * i + 1)));
  }
  return outNarrow(l, *m, l.f.mul(series, std::ldexp(2.0, kRoots)));
}

void tensorflow::addMatrixFunctionRows(RowTable &t) {
  t["MatrixSquareRoot"] = {buildSquareRoot, "linalg", "of matrices that have an inverse"};
  t["MatrixLogarithm"] = {buildLogarithm, "linalg", "of matrices that have an inverse"};
}
