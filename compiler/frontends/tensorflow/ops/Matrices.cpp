#include "compiler/frontends/tensorflow/ops/Matrices.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

FailureOr<Matrices> Linalg::read(Value x) {
  if (!x)
    return failure();
  SmallVector<Dim, 4> dims(n.b.shapes.dims(x));
  Type given = n.element(x);
  if (dims.size() < 2 || !isa<FloatType, ComplexType>(given))
    return n.fail("needs matrices of floats or complex numbers");
  Matrices m;
  m.given = given;
  m.columns = dims.pop_back_val();
  m.rows = dims.pop_back_val();
  m.batch = dims;
  m.count = n.b.shapes.table.product(dims);
  if (!m.count)
    return n.fail("the matrices are too many");
  if (isa<FloatType>(given) && given.getIntOrFloatBitWidth() < 32)
    x = n.b.cast(n.loc, x, n.b.getF32Type());
  m.x = n.emit<ReshapeOp>({x, vector({m.count, m.rows, m.columns})});
  return m.x ? FailureOr<Matrices>(m) : FailureOr<Matrices>(failure());
}

FailureOr<Matrices> Linalg::readSquare(Value x) {
  int64_t rank = x ? n.rank(x) : 0;
  if (rank >= 2 && failed(n.requireSame(x, rank - 2, x, rank - 1, "the matrices are not square")))
    return failure();
  auto m = read(x);
  if (failed(m) || m->rows == m->columns)
    return m;
  m->rows = m->columns = m->rows.constant() ? m->rows : m->columns;
  m->x = n.emit<ReshapeOp>({m->x, vector({m->count, m->rows, m->columns})});
  return m->x ? m : FailureOr<Matrices>(failure());
}

Value Linalg::restore(const Matrices &m, Value y, ArrayRef<Dim> tail) {
  if (!y)
    return {};
  SmallVector<Dim> dims(m.batch.begin(), m.batch.end());
  dims.append(tail.begin(), tail.end());
  y = n.emit<ReshapeOp>({y, vector(dims)});
  bool isNarrow = isa<FloatType>(m.given) && n.element(y) == n.b.getF32Type();
  return isNarrow ? n.b.cast(n.loc, y, m.given) : y;
}

Value Linalg::numbers(Dim count, int64_t axis) {
  Type i64 = n.b.getI64Type();
  Value limit = n.b.reshape(n.loc, vector(count), {});
  Value all = n.emit<RangeOp>({n.b.splat(n.loc, {}, i64, 0), limit, n.b.splat(n.loc, {}, i64, 1)});
  Dim single = n.b.shapes.constant(1);
  return n.emit<ReshapeOp>({all, axis == 0 ? vector({count, single}) : vector({single, count})});
}

Value Linalg::adjoint(Value x) {
  x = x ? n.b.transpose(n.loc, x, {0, 2, 1}) : x;
  return isComplex(x) ? n.emit<ConjOp>(x) : x;
}

FailureOr<Values> Linalg::steps(Dim count, const Values &state, Step step) {
  if (llvm::is_contained(state, Value()))
    return failure();
  Value limit = n.b.reshape(n.loc, vector(count), {});
  Values inits = {n.b.splat(n.loc, {}, n.b.getI64Type(), 0)};
  inits.append(state.begin(), state.end());
  auto condition = [&](const Values &v) { return n.emit<LessOp>({v[0], limit}); };
  auto body = [&](const Values &v) -> FailureOr<Values> {
    Values before(v.begin() + 1, v.end()), after = {f.add(v[0], 1)};
    after.append(step(n.b.reshape(n.loc, v[0], {1}), before));
    return llvm::is_contained(after, Value()) ? FailureOr<Values>(failure()) : after;
  };
  auto results = loop(n, inits, condition, body);
  return failed(results) ? results : Values(results->begin() + 1, results->end());
}

FailureOr<Values> Linalg::stepsBack(Dim count, const Values &state, Step step) {
  Value last = vector(n.b.shapes.table.sub(count, n.b.shapes.constant(1)));
  return steps(count, state, [&](Value k, const Values &v) { return step(f.sub(last, k), v); });
}

Value Linalg::identity(Type element, Dim count, Dim rows, Dim columns) {
  Value isDiagonal = n.emit<EqualOp>({numbers(rows, 0), numbers(columns, 1)});
  Value one = isDiagonal ? n.b.cast(n.loc, isDiagonal, element) : Value();
  return n.emit<BroadcastToOp>({one, vector({count, rows, columns})});
}

Value Linalg::squaredModulus(Value x) {
  return isComplex(x) ? n.emit<RealOp>(f.mul(x, n.emit<ConjOp>(x))) : f.square(x);
}
