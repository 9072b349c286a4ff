#include "compiler/frontends/tensorflow/ops/Qr.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Eigenvalues and singular values by Jacobi's rotations, as many at once as there are
// disjoint pairs of columns (Golub and Van Loan, 8.5 and 8.6.3; Brent and Luk 1985).
// Computed in double precision. Vectors are unique but for their phases, and within the
// space of equal values; TensorFlow's are others.

namespace {
/// Each column j is rotated with its partner: x_j <- own_j x_j + other_j x_p(j).
struct Rotations {
  Value own, other; ///< [B, 1, N]; own is real
};

/// One round of a tournament in which all pairs of columns meet.
struct Round {
  Value numbers;  ///< [N]
  Value partners; ///< [N]: a column alone is its own partner
};

/// The rotations of n columns.
struct Jacobi {
  Linalg &l;
  Dim size;

  /// The number of rounds: size - 1, or size where it is odd.
  Dim rounds();
  Round round(Value k);
  Value ofPartners(Value x, const Round &r, int64_t axis);
  Rotations rotations(Value difference, Value inner, const Round &r);
  Value rotateColumns(Value x, const Rotations &by, const Round &r);
  Value rotateRows(Value x, const Rotations &by, const Round &r);
};
} // namespace

Dim Jacobi::rounds() {
  DimTable &t = l.n.b.shapes.table;
  Dim one = t.constant(1);
  return t.add(t.sub(size, one), t.floorMod(size, t.constant(2)));
}

/// The circle method: i meets (k - i) mod `rounds`; who would meet itself meets the last
/// one, if there is one over.
Round Jacobi::round(Value k) {
  Node &n = l.n;
  DimTable &t = n.b.shapes.table;
  Value numbers = n.b.reshape(n.loc, l.numbers(size, 1), {-1});
  Value count = l.vector(rounds());
  auto modulo = [&](Value x) { return n.emit<FloorModOp>({x, count}); };
  Value met = modulo(l.f.sub(k, numbers));
  Value last = l.vector(t.sub(size, t.constant(1)));
  Value isAlone = n.emit<EqualOp>({met, numbers});
  Value hasOver = n.emit<EqualOp>({count, last});
  met = l.select(n.emit<AndOp>({isAlone, hasOver}), last, met);
  Value half = l.vector(t.floorDiv(t.add(rounds(), t.constant(1)), t.constant(2)));
  Value isOver = n.emit<AndOp>({n.emit<EqualOp>({numbers, last}), hasOver});
  return {numbers, l.select(isOver, modulo(l.f.mul(k, half)), met)};
}

Value Jacobi::ofPartners(Value x, const Round &r, int64_t axis) {
  return l.n.emit<GatherOp>({x, r.partners}, {{"axis", l.n.b.getI64IntegerAttr(axis)}});
}

/// What makes columns orthogonal: `difference` is the partner's squared norm less one's
/// own, `inner` p* x, the partner's inner product with oneself.
Rotations Jacobi::rotations(Value difference, Value inner, const Round &r) {
  Node &n = l.n;
  Value size = n.emit<AbsOp>(inner);
  if (!size || !difference)
    return {};
  auto real = [&](double v) { return n.scalar(size, v); };
  Value meets = n.emit<AndOp>(
      {n.emit<NotEqualOp>({r.numbers, r.partners}), n.emit<GreaterOp>({size, real(0)})});
  Value cotangent = l.div(difference, l.f.mul(size, 2)); // of twice the angle
  Value root = n.emit<SqrtOp>(l.f.add(l.f.square(cotangent), 1));
  Value sign = l.select(n.emit<LessOp>({r.numbers, r.partners}), real(-1), real(1));
  Value isEven = n.emit<EqualOp>({difference, real(0)});
  sign = l.select(isEven, sign, n.emit<NegOp>(n.emit<SignOp>(difference)));
  Value tangent = l.div(sign, l.f.add(n.emit<AbsOp>(cotangent), root));
  tangent = l.select(meets, tangent, 0.0);
  Value cosine = l.f.rsqrt(l.f.add(l.f.square(tangent), 1));
  Value phase = l.select(meets, l.div(inner, l.as(size, inner)), 0.0);
  return {cosine, l.f.mul(l.as(l.f.mul(tangent, cosine), inner), phase)};
}

Value Jacobi::rotateColumns(Value x, const Rotations &by, const Round &r) {
  return l.f.add(l.f.mul(l.as(by.own, x), x), l.f.mul(by.other, ofPartners(x, r, 2)));
}

Value Jacobi::rotateRows(Value x, const Rotations &by, const Round &r) {
  auto turned = [&](Value v) { return v ? l.n.b.transpose(l.n.loc, v, {0, 2, 1}) : v; };
  Value own = l.f.mul(l.as(turned(by.own), x), x);
  return l.f.add(own, l.f.mul(turned(l.conj(by.other)), ofPartners(x, r, 1)));
}

/// Sweeps of rounds over `state` until one finds nothing to do; `step` gives the state
/// and whether it did not, an i1 scalar.
static FailureOr<Values>
sweep(Jacobi &j, const Values &state,
      llvm::function_ref<std::pair<Values, Value>(const Round &, const Values &)> step) {
  constexpr int64_t kMaxSweeps = 40;
  Node &n = j.l.n;
  Type i64 = n.b.getI64Type();
  auto boolean = [&](bool v) { return n.b.splat(n.loc, {}, n.b.getI1Type(), v); };
  Values inits = {n.b.splat(n.loc, {}, i64, 0), boolean(true)};
  inits.append(state);
  auto condition = [&](const Values &v) {
    Value isEarly = n.emit<LessOp>({v[0], n.b.splat(n.loc, {}, i64, kMaxSweeps)});
    return n.emit<AndOp>({isEarly, v[1]});
  };
  auto body = [&](const Values &v) -> FailureOr<Values> {
    Values before = {boolean(false)};
    before.append(v.begin() + 2, v.end());
    auto after = j.l.steps(j.rounds(), before, [&](Value k, const Values &inner) {
      auto [next, isOpen] = step(j.round(k), Values(inner.begin() + 1, inner.end()));
      next.insert(next.begin(), n.emit<OrOp>({inner[0], isOpen}));
      return next;
    });
    if (failed(after))
      return failure();
    after->insert(after->begin(), j.l.f.add(v[0], 1));
    return after;
  };
  auto results = loop(n, inits, condition, body);
  return failed(results) ? results : Values(results->begin() + 2, results->end());
}

/// Whether some pair is further from orthogonal than rounding explains.
static Value isAnyOpen(Linalg &l, Value inner, Value bound, const Round &r) {
  Node &n = l.n;
  Value meets = n.emit<NotEqualOp>({r.numbers, r.partners});
  Value isOpen = n.emit<AndOp>({meets, n.emit<GreaterOp>({l.squaredModulus(inner), bound})});
  return n.emit<ReduceAnyOp>(isOpen, {{"axes", n.b.getDenseI64ArrayAttr({0, 1, 2})}});
}

constexpr double kTolerance = 1e-15; // relative, in double precision

/// The matrices in double precision.
static FailureOr<Matrices> readWide(Linalg &l, FailureOr<Matrices> m) {
  if (failed(m))
    return failure();
  Type f64 = l.n.b.getF64Type();
  m->x = l.n.b.cast(l.n.loc, m->x, l.isComplex(m->x) ? ComplexType::get(f64) : f64);
  return m->x ? m : FailureOr<Matrices>(failure());
}

/// In the operand's type.
static Value narrowed(Linalg &l, const Matrices &m, Value x, ArrayRef<Dim> tail) {
  return l.restore(m, x ? l.n.b.cast(l.n.loc, x, m.given) : x, tail);
}

/// TensorFlow gives a scalar for vectors that it is not asked for.
static Value noVectors(Linalg &l, const Matrices &m) { return l.zeros(m.given, {}); }

/// Where the entries of x [B, N] are in descending order.
static Value descending(Linalg &l, Value x, Dim size) {
  Node &n = l.n;
  Value count = n.b.reshape(n.loc, l.vector(size), {});
  if (!x || !count)
    return {};
  Operation *top = n.b.emitOp(TopKOp::getOperationName(), n.loc, {x, count},
                              {{"to", TypeAttr::get(n.b.getI64Type())}}, 2);
  return top ? top->getResult(1) : Value();
}

/// x [B, .., N] with the columns in another order for each matrix.
static Value reordered(Linalg &l, Value x, Value order) {
  Node &n = l.n;
  return n.emit<GatherOp>({x, order}, {{"axis", n.b.getI64IntegerAttr(n.rank(x) - 1)},
                                       {"batch_dims", n.b.getI64IntegerAttr(1)}});
}

//===--- Self-adjoint matrices --------------------------------------------===//

/// The whole of a matrix of which the lower triangle is given.
static Value mirrored(Linalg &l, const Matrices &m) {
  Node &n = l.n;
  Value rows = l.numbers(m.rows, 0), columns = l.numbers(m.rows, 1);
  Value lower = l.select(n.emit<GreaterOp>({rows, columns}), m.x, 0.0);
  Value isDiagonal = n.emit<EqualOp>({rows, columns});
  return l.select(isDiagonal, l.as(l.real(m.x), m.x), l.f.add(lower, l.adjoint(lower)));
}

/// The elements [i, p(i)] of a matrix, at [.., 0, i] of the result.
static Value picked(Linalg &l, Value x, Value places, Dim size) {
  Value isThere = l.n.emit<EqualOp>({l.numbers(size, 0), places});
  return x ? l.sumRows(l.select(isThere, x, 0.0)) : Value();
}

/// {eigenvalues [B, N], vectors [B, N, N]} in ascending order.
static FailureOr<Values> eigen(Linalg &l, const Matrices &m) {
  Node &n = l.n;
  Jacobi j{l, m.rows};
  Value x = mirrored(l, m);
  Value norm = l.squaredModulus(x);
  norm = n.emit<ReduceSumOp>(
      norm, {{"axes", n.b.getDenseI64ArrayAttr({1, 2})}, {"keep_dims", n.b.getBoolAttr(true)}});
  Value bound = norm ? l.f.mul(norm, kTolerance * kTolerance) : Value();
  auto step = [&](const Round &r, const Values &state) -> std::pair<Values, Value> {
    Value diagonal = l.real(picked(l, state[0], r.numbers, m.rows));
    Value inner = picked(l, state[0], r.partners, m.rows);
    Value difference = l.f.sub(j.ofPartners(diagonal, r, 2), diagonal);
    Rotations by = j.rotations(difference, inner, r);
    Value next = j.rotateRows(j.rotateColumns(state[0], by, r), by, r);
    return {{next, j.rotateColumns(state[1], by, r)}, isAnyOpen(l, inner, bound, r)};
  };
  auto result = sweep(j, {x, l.identity(n.element(m.x), m.count, m.rows, m.rows)}, step);
  if (failed(result))
    return failure();
  Value numbers = n.b.reshape(n.loc, l.numbers(m.rows, 1), {-1});
  Value values = n.b.squeeze(n.loc, l.real(picked(l, result->front(), numbers, m.rows)), {1});
  Value order = descending(l, values ? n.emit<NegOp>(values) : values, m.rows);
  return Values{reordered(l, values, order), reordered(l, result->back(), order)};
}

static LogicalResult buildSelfAdjointEig(Node &n) {
  Linalg l{n};
  auto m = readWide(l, l.readSquare(n.in(0)));
  if (failed(m))
    return failure();
  auto result = eigen(l, *m);
  if (failed(result))
    return failure();
  Value vectors = n.attrs.getBool("compute_v", true)
                      ? narrowed(l, *m, result->back(), {m->rows, m->rows})
                      : noVectors(l, *m);
  return n.out({narrowed(l, *m, result->front(), m->rows), vectors});
}

//===--- Singular values --------------------------------------------------===//

namespace {
/// x = u diag(values) v*
struct Svd {
  Value u, values, v;
};
} // namespace

/// Hestenes' method: rotations from the right make the columns orthogonal. Columns of u
/// that belong to no singular value come from the QR decomposition of the rest.
static FailureOr<Svd> decomposeSvd(Linalg &l, const Matrices &m, bool isFull) {
  Node &n = l.n;
  Jacobi j{l, m.columns};
  auto step = [&](const Round &r, const Values &state) -> std::pair<Values, Value> {
    Value x = state[0], partners = j.ofPartners(x, r, 2);
    Value own = l.sumRows(l.squaredModulus(x)), other = j.ofPartners(own, r, 2);
    Value inner = l.sumRows(l.f.mul(x, l.conj(partners)));
    Rotations by = j.rotations(l.f.sub(other, own), inner, r);
    Value bound = l.f.mul(l.f.mul(own, other), kTolerance * kTolerance * 16);
    return {{j.rotateColumns(x, by, r), j.rotateColumns(state[1], by, r)},
            isAnyOpen(l, inner, bound, r)};
  };
  auto result = sweep(j, {m.x, l.identity(n.element(m.x), m.count, m.columns, m.columns)}, step);
  if (failed(result))
    return failure();
  Value norms = n.emit<SqrtOp>(l.sumRows(l.squaredModulus(result->front())));
  norms = norms ? n.b.squeeze(n.loc, norms, {1}) : norms;
  Value order = descending(l, norms, m.columns);
  Matrices sorted = m;
  sorted.x = reordered(l, result->front(), order);
  auto qr = sorted.x ? factoriseQr(l, sorted, isFull) : FailureOr<Qr>(failure());
  if (failed(qr))
    return failure();
  Dim count = isFull ? m.rows : n.b.shapes.table.min(m.rows, m.columns);
  Value isDiagonal = n.emit<EqualOp>({l.numbers(m.columns, 0), l.numbers(count, 1)});
  Value diagonal = l.sumRows(l.select(isDiagonal, l.adjoint(l.firstRows(qr->r, count)), 0.0));
  Value isTurned = n.emit<LessOp>({l.real(diagonal), n.scalar(norms, 0)});
  Value u = l.select(isTurned, n.emit<NegOp>(qr->q), qr->q);
  return Svd{u, reordered(l, norms, order), reordered(l, result->back(), order)};
}

/// The first `count` of x [B, N].
static Value firstRowsOf(Linalg &l, Value x, Dim count) {
  return x ? sliceAlong(l.n, x, 1, l.n.b.integers(l.n.loc, {0}), l.vector(count)) : Value();
}

static LogicalResult buildSvd(Node &n) {
  Linalg l{n};
  auto m = readWide(l, l.read(n.in(0)));
  if (failed(m))
    return failure();
  bool isFull = n.attrs.getBool("full_matrices", false);
  Dim count = n.b.shapes.table.min(m->rows, m->columns);
  // Fewer columns than rows are fewer pairs.
  bool isTurned =
      m->rows.constant() && m->columns.constant() && *m->rows.constant() < *m->columns.constant();
  Matrices tall = *m;
  if (isTurned) {
    tall.x = l.adjoint(m->x);
    std::swap(tall.rows, tall.columns);
  }
  auto svd = decomposeSvd(l, tall, isFull);
  if (failed(svd))
    return failure();
  Value values = narrowed(l, *m, firstRowsOf(l, svd->values, count), count);
  if (!n.attrs.getBool("compute_uv", true))
    return n.out({values, noVectors(l, *m), noVectors(l, *m)});
  if (!isFull)
    svd->v = l.firstColumns(svd->v, count);
  if (isTurned)
    std::swap(svd->u, svd->v);
  Dim rows = isFull ? m->rows : count, columns = isFull ? m->columns : count;
  return n.out({values, narrowed(l, *m, svd->u, {m->rows, rows}),
                narrowed(l, *m, svd->v, {m->columns, columns})});
}

/// MatrixSolveLs without `fast`: the shortest X that is nearest to A X = Y, by the singular
/// values of A that are not lost in rounding.
static LogicalResult buildSolveLeastSquares(Node &n) {
  Linalg l{n};
  auto a = readWide(l, l.read(n.in(0))), y = readWide(l, l.read(n.in(1)));
  if (failed(a) || failed(y) ||
      failed(n.requireSame(a->rows, y->rows, "the right side has another number of rows")) ||
      failed(n.requireSame(a->count, y->count, "the batches differ")))
    return failure();
  auto svd = decomposeSvd(l, *a, /*isFull=*/false);
  if (failed(svd))
    return failure();
  Dim count = n.b.shapes.table.min(a->rows, a->columns);
  Value values = n.b.expandDims(n.loc, firstRowsOf(l, svd->values, count), {2});
  Value v = l.firstColumns(svd->v, count);
  Value largest = n.emit<ReduceMaxOp>(
      values, {{"axes", n.b.getDenseI64ArrayAttr({1})}, {"keep_dims", n.b.getBoolAttr(true)}});
  double digits = a->given.isF64() || isa<ComplexType>(a->given) ? 1e-14 : 1e-6;
  Value isLost = n.emit<LessEqualOp>({values, l.f.mul(largest, digits)});
  Value scale = l.select(isLost, filledLike(n, values, 0), n.emit<ReciprocalOp>(values));
  Value parts = l.f.mul(l.as(scale, y->x), l.adjointProduct(svd->u, y->x));
  Value x = n.emit<MatmulOp>({v, parts});
  return n.out(narrowed(l, *y, x, {a->columns, y->columns}));
}

void tensorflow::addEigenRows(RowTable &t) {
  static constexpr StringLiteral eigenPorts[] = {"e", "v"};
  static constexpr StringLiteral svdPorts[] = {"s", "u", "v"};
  StringRef note = "vectors may differ from TensorFlow's in phase";
  t["SelfAdjointEigV2"] = {buildSelfAdjointEig, "linalg", note, eigenPorts};
  t["Svd"] = {buildSvd, "linalg", note, svdPorts};
  t["MatrixSolveLs"] = {buildSolveLeastSquares, "linalg", "exact, whatever `fast` says"};
}
