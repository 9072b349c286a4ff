#include "compiler/frontends/tensorflow/ops/Matrices.h"
#include <cstdlib>

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Matrices of which only the diagonals near the main one are given.

/// Row i of the result is row i + by of x [B, M, K], zeros where there is none.
static Value shiftedRows(Linalg &l, Value x, const Matrices &m, int64_t by) {
  Node &n = l.n;
  DimTable &t = n.b.shapes.table;
  Dim step = t.min(t.constant(std::abs(by)), m.rows), rest = t.sub(m.rows, step);
  Value zeros = l.zeros(n.element(x), {m.count, step, m.columns});
  Value first = by > 0 ? l.vector(step) : n.b.integers(n.loc, {0});
  Value kept = sliceAlong(n, x, 1, first, l.vector(rest));
  if (!zeros || !kept)
    return {};
  return n.b.concat(n.loc, by > 0 ? Values{kept, zeros} : Values{zeros, kept}, 1);
}

/// Diagonal `k` of x [B, D, M] as a column [B, M, 1].
static Value diagonal(Linalg &l, Value x, int64_t k) {
  Value row = sliceAlong(l.n, x, 1, l.n.b.integers(l.n.loc, {k}), l.one());
  return row ? l.n.b.transpose(l.n.loc, row, {0, 2, 1}) : row;
}

/// TridiagonalMatMul: (superdiagonal, diagonal, subdiagonal, x), the diagonals [.., 1, M].
static LogicalResult buildProduct(Node &n) {
  Linalg l{n};
  auto x = l.read(n.in(3));
  if (failed(x))
    return failure();
  Value sum;
  for (int64_t i = 0; i < 3; ++i) {
    auto d = l.read(n.in(i));
    if (failed(d) || failed(n.requireSame(d->columns, x->rows, "a diagonal has another length")) ||
        failed(n.requireSame(d->rows, n.b.shapes.constant(1), "a diagonal must be one row")) ||
        failed(n.requireSame(d->count, x->count, "the batches differ")))
      return failure();
    Value rows = i == 1 ? x->x : shiftedRows(l, x->x, *x, 1 - i);
    Value part = l.f.mul(diagonal(l, d->x, 0), rows);
    sum = sum ? l.f.add(sum, part) : part;
  }
  return n.out(l.restore(*x, sum, {x->rows, x->columns}));
}

namespace {
/// Elimination in a tridiagonal matrix: its upper factor has two diagonals above the main.
struct Elimination {
  Linalg &l;
  const Matrices &right;
  Value diagonals; ///< [B, M, 3]: below, on and above the main diagonal
  bool pivots;

  Values step(Value k, const Values &state);
  FailureOr<Values> run();
  Value substitute(Value upper, Value sides);
};
} // namespace

/// The row that is open, [B, 1, 3] from column k on, is finished by the one below it.
Values Elimination::step(Value k, const Values &state) {
  Node &n = l.n;
  Value upper = state[0], sides = state[1], row = state[2], side = state[3];
  Value last = l.vector(n.b.shapes.table.sub(right.rows, n.b.shapes.constant(1)));
  Value next = n.emit<MinimumOp>({l.f.add(k, 1), last});
  Value below = l.row(diagonals, next), other = l.row(right.x, next);
  auto part = [&](Value v, int64_t i) { return l.column(v, n.b.integers(n.loc, {i})); };
  auto join = [&](Value a, Value b, Value c) {
    return a && b && c ? n.b.concat(n.loc, {a, b, c}, 2) : Value();
  };
  Value zero = filledLike(n, part(row, 0), 0);
  if (pivots && row && below) {
    Value isLarger =
        n.emit<GreaterOp>({n.emit<AbsOp>(part(below, 0)), n.emit<AbsOp>(part(row, 0))});
    Value isOpen = n.emit<LessOp>({k, last});
    isLarger = n.emit<AndOp>({isLarger, isOpen});
    Value taken = l.select(isLarger, below, row), left = l.select(isLarger, row, below);
    Value takenSide = l.select(isLarger, other, side), leftSide = l.select(isLarger, side, other);
    row = taken, below = left, side = takenSide, other = leftSide;
  }
  Value isRow = n.emit<EqualOp>({l.numbers(right.rows, 0), k});
  upper = l.select(isRow, row, upper);
  sides = l.select(isRow, side, sides);
  Value factor = l.div(part(below, 0), part(row, 0));
  Value rest = l.f.sub(below, l.f.mul(factor, row));
  return {upper, sides, join(part(rest, 1), part(rest, 2), zero),
          l.f.sub(other, l.f.mul(factor, side))};
}

/// {the upper factor [B, M, 3], the right sides [B, M, K]}
FailureOr<Values> Elimination::run() {
  Node &n = l.n;
  Dim three = n.b.shapes.constant(3);
  Type type = n.element(right.x);
  Value first = l.row(diagonals, n.b.integers(n.loc, {0}));
  auto part = [&](int64_t i) { return l.column(first, n.b.integers(n.loc, {i})); };
  Value zero = l.zeros(type, {right.count, n.b.shapes.constant(1), n.b.shapes.constant(1)});
  if (!first || !part(1) || !zero)
    return failure();
  Value row = n.b.concat(n.loc, {part(1), part(2), zero}, 2);
  Values state = {l.zeros(type, {right.count, right.rows, three}),
                  l.zeros(type, {right.count, right.rows, right.columns}), row,
                  l.row(right.x, n.b.integers(n.loc, {0}))};
  return l.steps(right.rows, state, [&](Value k, const Values &v) { return step(k, v); });
}

/// From the last row up; what is left of it to the right are zeros.
Value Elimination::substitute(Value upper, Value sides) {
  Node &n = l.n;
  DimTable &t = n.b.shapes.table;
  Type type = n.element(right.x);
  Value later = l.zeros(type, {right.count, t.constant(2), right.columns});
  Value all = l.zeros(type, {right.count, right.rows, right.columns});
  auto back = [&](Value k, const Values &state) -> Values {
    Value row = l.row(upper, k);
    auto part = [&](int64_t i) { return l.column(row, n.b.integers(n.loc, {i})); };
    auto known = [&](int64_t i) { return l.row(state[1], n.b.integers(n.loc, {i})); };
    Value sum = l.f.add(l.f.mul(part(1), known(0)), l.f.mul(part(2), known(1)));
    Value x = l.div(l.f.sub(l.row(sides, k), sum), part(0));
    if (!x)
      return {Value(), Value()};
    Value isRow = n.emit<EqualOp>({l.numbers(right.rows, 0), k});
    return {l.select(isRow, x, state[0]), n.b.concat(n.loc, {x, known(0)}, 1)};
  };
  auto result = l.stepsBack(right.rows, {all, later}, back);
  return failed(result) ? Value() : result->front();
}

/// TridiagonalSolve: (diagonals [.., 3, M], right sides [.., M, K]).
static LogicalResult buildSolve(Node &n) {
  Linalg l{n};
  auto given = l.read(n.in(0)), right = l.read(n.in(1));
  if (failed(given) || failed(right) ||
      failed(n.requireSame(given->rows, n.b.shapes.constant(3), "there must be 3 diagonals")) ||
      failed(n.requireSame(given->columns, right->rows, "the right side has another size")) ||
      failed(n.requireSame(given->count, right->count, "the batches differ")))
    return failure();
  if (n.attrs.getBool("perturb_singular", false))
    return n.fail("perturb_singular cannot be compiled");
  if (right->rows.is(0))
    return n.out(n.in(1));
  Dim one = n.b.shapes.constant(1);
  // The superdiagonal has no last element, the subdiagonal no first.
  auto cut = [&](int64_t k, Value isGone) {
    Value d = diagonal(l, given->x, k);
    return isGone ? l.select(isGone, filledLike(n, d, 0), d) : d;
  };
  Value numbers = l.numbers(right->rows, 0);
  Value last = l.vector(n.b.shapes.table.sub(right->rows, one));
  Value above = cut(0, n.emit<EqualOp>({numbers, last}));
  Value below = cut(2, n.emit<EqualOp>({numbers, n.b.integers(n.loc, {0})}));
  Value main = cut(1, {});
  if (!above || !below || !main)
    return failure();
  Value rows = n.b.concat(n.loc, {below, main, above}, 2);
  Elimination elimination{l, *right, rows, n.attrs.getBool("partial_pivoting", true)};
  auto result = elimination.run();
  if (failed(result))
    return failure();
  return n.out(l.restore(*right, elimination.substitute((*result)[0], (*result)[1]),
                         {right->rows, right->columns}));
}

void tensorflow::addBandedRows(RowTable &t) {
  t["TridiagonalMatMul"] = {buildProduct, "linalg", ""};
  t["TridiagonalSolve"] = {buildSolve, "linalg", "without perturb_singular"};
}
