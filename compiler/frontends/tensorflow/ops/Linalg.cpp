#include "compiler/frontends/tensorflow/ops/Matrices.h"
#include <limits>

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Factorisations and systems of equations: loops over the rows or columns, each step
// over all matrices of a batch at once (Golub and Van Loan, "Matrix Computations").

//===--- Cholesky ---------------------------------------------------------===//

/// The lower triangle L with L L* = x, column by column; reads the lower triangle. A
/// matrix that is not positive definite has one of NaNs, as in TensorFlow.
static LogicalResult buildCholesky(Node &n) {
  Linalg l{n};
  auto m = l.readSquare(n.in(0));
  if (failed(m))
    return failure();
  Value rows = l.numbers(m->rows, 0), columns = l.numbers(m->rows, 1);
  auto step = [&](Value k, const Values &state) -> Values {
    Value known = state[0];
    Value products =
        n.emit<MatmulOp>({known, l.row(known, k)}, {{"transpose_y", n.b.getBoolAttr(true)},
                                                    {"conjugate_y", n.b.getBoolAttr(true)}});
    Value rest = l.f.sub(l.column(m->x, k), products);
    Value square = rest ? l.real(l.row(rest, k)) : Value();
    if (!square)
      return {Value(), Value()};
    Value isBad = n.emit<OrOp>({state[1], n.emit<LessEqualOp>({square, n.scalar(square, 0)})});
    Value root = n.b.cast(n.loc, n.emit<SqrtOp>(square), n.element(known));
    Value below = l.select(n.emit<GreaterOp>({rows, k}), l.div(rest, root), 0.0);
    Value column = l.select(n.emit<EqualOp>({rows, k}), root, below);
    return {l.select(n.emit<EqualOp>({columns, k}), column, known), isBad};
  };
  Dim one = n.b.shapes.constant(1);
  Value zeros = l.zeros(n.element(m->x), {m->count, m->rows, m->rows});
  auto result = l.steps(m->rows, {zeros, l.zeros(n.b.getI1Type(), {m->count, one, one})}, step);
  if (failed(result))
    return failure();
  Value isLost = n.emit<AndOp>({(*result)[1], n.emit<GreaterEqualOp>({rows, columns})});
  Value nan = n.scalar((*result)[0], std::numeric_limits<double>::quiet_NaN());
  return n.out(l.restore(*m, l.select(isLost, nan, (*result)[0]), {m->rows, m->rows}));
}

//===--- Triangular systems -----------------------------------------------===//

namespace {
struct Triangle {
  bool isLower, isUnit; ///< unit: the diagonal counts as ones
};
} // namespace

/// X with T X = y, row by row; T is the triangle of x [B, N, N], y is [B, N, K].
static Value substitute(Linalg &l, Value x, Value y, Dim size, Triangle triangle) {
  Node &n = l.n;
  if (!x || !y)
    return {};
  Value rows = l.numbers(size, 0), columns = l.numbers(size, 1);
  Value isInside =
      triangle.isLower ? n.emit<GreaterOp>({rows, columns}) : n.emit<LessOp>({rows, columns});
  Value strict = l.select(isInside, x, 0.0);
  Value last = l.vector(n.b.shapes.table.sub(size, n.b.shapes.constant(1)));
  auto step = [&](Value i, const Values &state) -> Values {
    Value k = triangle.isLower ? i : l.f.sub(last, i);
    Value known = n.emit<MatmulOp>({l.row(strict, k), state[0]});
    Value next = l.f.sub(l.row(y, k), known);
    if (!triangle.isUnit)
      next = l.div(next, l.column(l.row(x, k), k));
    return {l.select(n.emit<EqualOp>({rows, k}), next, state[0])};
  };
  SmallVector<Dim, 4> dims(n.b.shapes.dims(y));
  auto result = l.steps(size, {l.zeros(n.element(y), dims)}, step);
  return failed(result) ? Value() : result->front();
}

/// What TensorFlow refuses, but for MatrixTriangularSolve: a zero on the diagonal of a
/// factor, unless there is nothing to solve for.
static LogicalResult requireInvertible(Linalg &l, Value x, Dim size, Dim solutions) {
  Node &n = l.n;
  Value isDiagonal = n.emit<EqualOp>({l.numbers(size, 0), l.numbers(size, 1)});
  Value isThere = x ? n.emit<NotEqualOp>({x, n.scalar(x, 0)}) : Value();
  Value holds = l.all(n.emit<OrOp>({isThere, n.emit<NotOp>(isDiagonal)}));
  Value count = n.b.reshape(n.loc, l.vector({solutions}), {});
  Value isIdle = n.emit<EqualOp>({count, n.scalar(count, 0)});
  return n.require(n.emit<OrOp>({holds, isIdle}), "Input matrix is not invertible");
}

/// Both with the leading dimensions that they broadcast to.
static LogicalResult broadcastBatches(Node &n, Value &x, Value &y) {
  SmallVector<Dim, 4> a(n.b.shapes.dims(x)), b(n.b.shapes.dims(y));
  if (a.size() < 2 || b.size() < 2)
    return n.fail("needs matrices");
  SmallVector<Dim> common;
  size_t rank = std::max(a.size(), b.size());
  for (size_t d = 0; d + 2 < rank; ++d) {
    auto at = [&](ArrayRef<Dim> dims) {
      return d + dims.size() < rank ? n.b.shapes.constant(1) : dims[d + dims.size() - rank];
    };
    common.push_back(n.b.shapes.table.broadcast(at(a), at(b)));
    if (!common.back())
      return n.fail("the batches do not broadcast");
  }
  auto stretch = [&](Value v, ArrayRef<Dim> dims) {
    SmallVector<Dim> shape(common);
    shape.append(dims.end() - 2, dims.end());
    return ArrayRef(shape) == dims ? v : n.emit<BroadcastToOp>({v, dimVector(n.b, n.loc, shape)});
  };
  x = stretch(x, a);
  y = stretch(y, b);
  return success(x && y);
}

namespace {
/// Operands of A X = B.
struct System {
  Matrices a, b;
};
} // namespace

static FailureOr<System> readSystem(Linalg &l, Value a, Value b, bool broadcasts) {
  Node &n = l.n;
  if (!a || !b || (broadcasts && failed(broadcastBatches(n, a, b))))
    return failure();
  if (n.rank(a) != n.rank(b) || n.element(a) != n.element(b))
    return n.fail("the right side is not of the matrix's rank or type");
  for (int64_t d = 0; d + 1 < n.rank(a); ++d)
    if (failed(n.requireSame(a, d, b, d, "the right side does not fit the matrix")))
      return failure();
  auto left = l.readSquare(a), right = l.read(b);
  if (failed(left) || failed(right))
    return failure();
  right->x = n.emit<ReshapeOp>({right->x, l.vector({left->count, left->rows, right->columns})});
  right->batch = left->batch;
  right->rows = left->rows;
  if (!right->x)
    return failure();
  return System{*left, *right};
}

static LogicalResult solveTriangular(Node &n, Value matrix, Value right) {
  Linalg l{n};
  auto system = readSystem(l, matrix, right, /*broadcasts=*/true);
  if (failed(system))
    return failure();
  bool isLower = n.attrs.getBool("lower", true), turned = n.attrs.getBool("adjoint", false);
  Value a = turned ? l.adjoint(system->a.x) : system->a.x;
  Value x = substitute(l, a, system->b.x, system->a.rows, {isLower != turned, false});
  return n.out(l.restore(system->b, x, {system->b.rows, system->b.columns}));
}

static LogicalResult buildTriangularSolve(Node &n) { return solveTriangular(n, n.in(0), n.in(1)); }

/// The triangular matrix [.., M, M] of its diagonals [.., K, M], each element in the column
/// that its row has the number of; the main diagonal is the first one of a lower matrix,
/// and the last one of an upper.
static Value ofBands(Linalg &l, Value bands, bool isLower) {
  Node &n = l.n;
  int64_t rank = bands ? n.rank(bands) : 0;
  if (rank < 2)
    return bands ? n.refuse("needs matrices of diagonals") : Value();
  Dim count = n.b.shapes.dims(bands)[rank - 2], size = n.b.shapes.dims(bands)[rank - 1];
  Value row = l.numbers(size, 0), column = l.numbers(size, 1);
  Value k = n.emit<SubOp>(isLower ? Values{row, column} : Values{column, row});
  Value isThere = n.emit<AndOp>(
      {n.emit<GreaterEqualOp>({k, n.scalar(row, 0)}), n.emit<LessOp>({k, l.vector(count)})});
  if (!isLower)
    k = n.emit<SubOp>({l.vector(n.b.shapes.table.sub(count, l.n.b.shapes.constant(1))), k});
  Value place = n.emit<AddOp>({n.emit<MulOp>({k, l.vector(size)}), row});
  Value front = n.b.extents(n.loc, bands, 0, rank - 2);
  Value shape = n.b.concat(n.loc, {front, n.b.integers(n.loc, {-1})});
  Value flat = n.emit<ReshapeOp>({bands, shape});
  Value full = n.emit<GatherOp>({flat, l.select(isThere, place, 0)},
                                {{"axis", n.b.getI64IntegerAttr(rank - 2)}});
  return full ? l.select(isThere, full, 0) : full;
}

static LogicalResult buildBandedSolve(Node &n) {
  Linalg l{n};
  Value matrix = ofBands(l, n.in(0), n.attrs.getBool("lower", true));
  return matrix ? solveTriangular(n, matrix, n.in(1)) : failure();
}

//===--- LU decomposition -------------------------------------------------===//

namespace {
/// P A = L U with partial pivoting: L below the diagonal of `factors`, U above.
struct Lu {
  Value factors;   ///< [B, N, N]
  Value positions; ///< [B, N]: which row of A each one was
  Value sign;      ///< [B, 1], of the permutation
};
} // namespace

/// `idx` [B, N], which exchanges the entries k and pivot [B, 1].
static Value exchange(Linalg &l, Value numbers, Value k, Value pivot) {
  Value other = l.select(l.n.emit<EqualOp>({numbers, pivot}), k, numbers);
  return l.select(l.n.emit<EqualOp>({numbers, k}), pivot, other);
}

static FailureOr<Lu> decompose(Linalg &l, const Matrices &m) {
  Node &n = l.n;
  Value rows = l.numbers(m.rows, 0), columns = l.numbers(m.rows, 1);
  auto axis = n.b.getI64IntegerAttr(1);
  auto step = [&](Value k, const Values &state) -> Values {
    Value size = n.emit<AbsOp>(l.column(state[0], k));
    Value open = size ? l.select(n.emit<GreaterEqualOp>({rows, k}), size, -1.0) : Value();
    Value pivot = n.emit<ArgMaxOp>(open, {{"axis", axis}, {"to", TypeAttr::get(n.b.getI64Type())}});
    Value order = exchange(l, columns, k, pivot);
    Value x = n.emit<GatherOp>({state[0], order}, {{"axis", axis}, {"batch_dims", axis}});
    Value positions = n.emit<GatherOp>({state[1], order}, {{"axis", axis}, {"batch_dims", axis}});
    Value sign = l.select(n.emit<EqualOp>({pivot, k}), state[2], n.emit<NegOp>(state[2]));
    if (!x)
      return {Value()};
    Value column = l.column(x, k), top = l.row(x, k), corner = l.row(column, k);
    Value isBelow = n.emit<GreaterOp>({rows, k});
    // A column of zeros is left as it is.
    Value divides = n.emit<NotEqualOp>({corner, n.scalar(x, 0)});
    Value factor = l.select(n.emit<AndOp>({isBelow, divides}), l.div(column, corner), 0.0);
    Value isRest = n.emit<AndOp>({isBelow, n.emit<GreaterOp>({columns, k})});
    Value next = l.select(isRest, l.f.sub(x, l.f.mul(factor, top)), x);
    Value isColumn = n.emit<AndOp>({isBelow, n.emit<EqualOp>({columns, k})});
    return {l.select(isColumn, factor, next), positions, sign};
  };
  Dim single = n.b.shapes.constant(1);
  Value positions = n.emit<BroadcastToOp>({columns, l.vector({m.count, m.rows})});
  Value sign = l.f.add(l.zeros(n.element(m.x), {m.count, single}), 1);
  if (m.rows.is(0)) // no column has a largest element
    return Lu{m.x, positions, sign};
  auto result = l.steps(m.rows, {m.x, positions, sign}, step);
  if (failed(result))
    return failure();
  return Lu{(*result)[0], (*result)[1], (*result)[2]};
}

/// The solution for right sides [B, N, K].
static Value solve(Linalg &l, const Lu &lu, Value y, Dim size) {
  auto axis = l.n.b.getI64IntegerAttr(1);
  y = l.n.emit<GatherOp>({y, lu.positions}, {{"axis", axis}, {"batch_dims", axis}});
  y = substitute(l, lu.factors, y, size, {true, true});
  return substitute(l, lu.factors, y, size, {false, false});
}

static LogicalResult buildSolve(Node &n) {
  Linalg l{n};
  auto system = readSystem(l, n.in(0), n.in(1), /*broadcasts=*/false);
  if (failed(system))
    return failure();
  if (n.attrs.getBool("adjoint", false))
    system->a.x = l.adjoint(system->a.x);
  auto lu = decompose(l, system->a);
  if (failed(lu) || failed(requireInvertible(l, lu->factors, system->a.rows, system->b.columns)))
    return failure();
  Value x = solve(l, *lu, system->b.x, system->a.rows);
  return n.out(l.restore(system->b, x, {system->b.rows, system->b.columns}));
}

FailureOr<Value> tensorflow::inverse(Linalg &l, const Matrices &m) {
  auto lu = decompose(l, m);
  if (failed(lu))
    return failure();
  Value unit = l.identity(l.n.element(m.x), m.count, m.rows, m.rows);
  Value x = solve(l, *lu, unit, m.rows);
  if (!x)
    return failure();
  return x;
}

static LogicalResult buildInverse(Node &n) {
  Linalg l{n};
  auto m = l.readSquare(n.in(0));
  if (failed(m))
    return failure();
  if (n.attrs.getBool("adjoint", false))
    m->x = l.adjoint(m->x);
  auto lu = decompose(l, *m);
  if (failed(lu) || failed(requireInvertible(l, lu->factors, m->rows, m->rows)))
    return failure();
  Value unit = l.identity(n.element(m->x), m->count, m->rows, m->rows);
  return n.out(l.restore(*m, solve(l, *lu, unit, m->rows), {m->rows, m->rows}));
}

/// Lu: the factors, and which row of the operand each row was.
static LogicalResult buildLu(Node &n) {
  Linalg l{n};
  auto m = l.readSquare(n.in(0));
  if (failed(m))
    return failure();
  auto lu = decompose(l, *m);
  if (failed(lu) || failed(requireInvertible(l, lu->factors, m->rows, m->rows)))
    return failure();
  Value positions = n.b.cast(n.loc, lu->positions, n.type("output_idx_type", DataType::Int32));
  return n.out(
      {l.restore(*m, lu->factors, {m->rows, m->rows}), l.restore(*m, positions, {m->rows})});
}

//===--- Determinants -----------------------------------------------------===//

/// OpT over the diagonals of x, other elements taken as `neutral`: [B].
template <class OpT> static Value overDiagonal(Linalg &l, Value x, Dim size, double neutral) {
  Value isDiagonal = l.n.emit<EqualOp>({l.numbers(size, 0), l.numbers(size, 1)});
  Value kept = x ? l.select(isDiagonal, x, neutral) : Value();
  return l.n.emit<OpT>(kept, {{"axes", l.n.b.getDenseI64ArrayAttr({1, 2})}});
}

static LogicalResult buildDeterminant(Node &n) {
  Linalg l{n};
  auto m = l.readSquare(n.in(0));
  if (failed(m))
    return failure();
  auto lu = decompose(l, *m);
  if (failed(lu))
    return failure();
  Value product = overDiagonal<ReduceProdOp>(l, lu->factors, m->rows, 1);
  return n.out(l.restore(*m, l.f.mul(product, n.b.squeeze(n.loc, lu->sign, {1})), {}));
}

/// The determinant's sign, and the logarithm of its modulus.
static LogicalResult buildLogDeterminant(Node &n) {
  Linalg l{n};
  auto m = l.readSquare(n.in(0));
  if (failed(m))
    return failure();
  auto lu = decompose(l, *m);
  Value size = failed(lu) ? Value() : n.emit<AbsOp>(lu->factors);
  if (!size)
    return failure();
  Value log = overDiagonal<ReduceSumOp>(l, n.emit<LogOp>(size), m->rows, 0);
  Value unit = l.div(lu->factors, n.b.cast(n.loc, size, n.element(m->x)));
  Value sign =
      l.f.mul(overDiagonal<ReduceProdOp>(l, unit, m->rows, 1), n.b.squeeze(n.loc, lu->sign, {1}));
  if (!log || !sign)
    return failure();
  // TensorFlow calls a determinant that is not finite 0 or infinite, without a sign.
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Value isFinite = n.emit<IsFiniteOp>(log);
  Value isLarge = n.emit<GreaterOp>({log, n.scalar(log, 0)});
  Value limit = l.select(isLarge, n.scalar(log, infinity), n.scalar(log, -infinity));
  Value modulus = n.emit<ReshapeOp>({l.select(isFinite, log, limit), l.vector(m->batch)});
  modulus = n.b.cast(n.loc, modulus, m->given);
  return n.out({l.restore(*m, l.select(isFinite, sign, 0.0), {}), modulus});
}

void tensorflow::addLinalgRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "linalg", ""}; };
  static constexpr StringLiteral luPorts[] = {"lu", "p"};
  static constexpr StringLiteral logPorts[] = {"sign", "log_abs_determinant"};
  add("Cholesky", buildCholesky);
  add("MatrixTriangularSolve", buildTriangularSolve);
  add("BandedTriangularSolve", buildBandedSolve);
  add("MatrixSolve", buildSolve);
  add("MatrixInverse", buildInverse);
  add("MatrixDeterminant", buildDeterminant);
  t["LogMatrixDeterminant"] = {buildLogDeterminant, "linalg", "", logPorts};
  t["Lu"] = {buildLu, "linalg", "", luPorts};
}
