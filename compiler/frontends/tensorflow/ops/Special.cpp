#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"
#include <limits>

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Special functions by iteration, all elements at once, in double precision.

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

namespace {
/// Arithmetic with conditions.
struct Cases : Formula {
  Value div(Value x, Value y) { return n.emit<DivOp>({x, y}); }
  Value less(Value x, double v) { return n.emit<LessOp>({x, scalar(x, v)}); }
  Value greater(Value x, double v) { return n.emit<GreaterOp>({x, scalar(x, v)}); }
  Value equal(Value x, double v) { return n.emit<EqualOp>({x, scalar(x, v)}); }
  Value either(Value a, Value b) { return n.emit<OrOp>({a, b}); }
  Value select(Value c, Value x, Value y) { return n.emit<SelectOp>({c, x, y}); }
  Value select(Value c, double v, Value y) { return select(c, scalar(y, v), y); }
  Value from(double v, Value x) { return sub(scalar(x, v), x); }
};
} // namespace

/// The continued fraction of the incomplete beta function, which converges fast for
/// x < (a + 1) / (a + b + 2). Source: Abramowitz and Stegun 26.5.8, evaluated by Lentz's
/// method.
static Value betaFraction(Cases f, Value a, Value b, Value x) {
  constexpr int64_t kMaxSteps = 1000;
  Node &n = f.n;
  Value one = f.scalar(x, 1), sum = f.add(a, b);
  auto away = [&](Value v) { return f.select(f.equal(v, 0), 1e-300, v); };
  auto inverse = [&](Value v) { return f.div(one, away(v)); };
  Value d = inverse(f.from(1, f.div(f.mul(sum, x), f.add(a, 1))));
  Value ones = filledLike(n, x, 1);
  Value zero = n.b.splat(n.loc, {}, n.b.getF64Type(), 0);
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, x ? n.rank(x) : 0));
  auto isOpen = [&](const Values &v) {
    Value far = f.greater(n.emit<AbsOp>(f.add(v[4], -1)), 1e-15);
    Value any = n.emit<ReduceAnyOp>(far, {{"axes", n.b.getDenseI64ArrayAttr(axes)}});
    return n.emit<AndOp>({f.less(v[0], kMaxSteps), any});
  };
  auto step = [&](const Values &v) -> FailureOr<Values> {
    Value m = f.add(v[0], 1), twice = f.add(a, f.mul(m, 2));
    Value c = v[1], d = v[2];
    auto advance = [&](Value term) {
      d = inverse(f.add(f.mul(term, d), 1));
      c = away(f.add(f.div(term, c), 1));
      return f.mul(c, d);
    };
    Value even = f.div(f.mul(f.mul(m, f.sub(b, m)), x), f.mul(f.add(twice, -1), twice));
    Value value = f.mul(v[3], advance(even));
    Value odd = f.div(f.mul(f.mul(f.add(a, m), f.add(sum, m)), x), f.mul(twice, f.add(twice, 1)));
    Value change = advance(n.emit<NegOp>(odd));
    if (!change || !value)
      return failure();
    return Values{m, c, d, f.mul(value, change), change};
  };
  auto result = loop(n, {zero, ones, d, d, f.mul(ones, 2)}, isOpen, step);
  return failed(result) ? Value() : (*result)[3];
}

/// Betainc: the regularised incomplete beta function I_x(a, b).
static LogicalResult buildBetainc(Node &n) {
  Cases f{{n}};
  Type f64 = n.b.getF64Type();
  Value given = n.in(2), shape;
  Values wide;
  for (size_t i = 0; i < 3; ++i) {
    Value v = n.in(i);
    if (!v || !isa<FloatType>(n.element(v)))
      return v ? n.fail("needs floating-point numbers") : failure();
    wide.push_back(n.b.cast(n.loc, v, f64));
    shape = !shape || n.rank(v) > 0 ? n.b.shapeOf(n.loc, v) : shape;
  }
  for (Value &v : wide) // a scalar goes with all of the others' elements
    v = n.rank(v) == 0 ? n.emit<BroadcastToOp>({v, shape}) : v;
  Value a = wide[0], b = wide[1], x = wide[2];
  if (failed(n.requireSameShape(a, b)) || failed(n.requireSameShape(a, x)))
    return failure();
  Value isWrong =
      f.either(n.emit<LessEqualOp>({a, f.scalar(a, 0)}), n.emit<LessEqualOp>({b, f.scalar(b, 0)}));
  Value isOutside = f.either(f.less(x, 0), f.greater(x, 1));
  isWrong = f.either(isWrong, isOutside);
  Value edge = f.div(f.add(a, 1), f.add(f.add(a, b), 2));
  Value isMirrored = n.emit<GreaterOp>({x, edge}); // I_x(a, b) = 1 - I_(1 - x)(b, a)
  Value p = f.select(isMirrored, b, a), q = f.select(isMirrored, a, b);
  Value y = f.select(isMirrored, f.from(1, x), x);
  Value isEnd = f.equal(y, 0);
  Value safe = f.select(f.either(isWrong, isEnd), 0.5, y);
  p = f.select(isWrong, 1, p);
  q = f.select(isWrong, 1, q);
  auto lgamma = [&](Value v) { return n.emit<LgammaOp>(v); };
  Value logs = f.add(f.mul(p, n.emit<LogOp>(safe)), f.mul(q, n.emit<Log1pOp>(n.emit<NegOp>(safe))));
  Value front = f.sub(f.add(logs, lgamma(f.add(p, q))), f.add(lgamma(p), lgamma(q)));
  Value part = f.div(f.mul(n.emit<ExpOp>(front), betaFraction(f, p, q, safe)), p);
  part = f.select(isEnd, 0, part);
  Value value = f.select(isWrong, kNan, f.select(isMirrored, f.from(1, part), part));
  return value ? n.out(n.b.cast(n.loc, value, n.element(given))) : failure();
}

void tensorflow::addSpecialRows(RowTable &t) { t["Betainc"] = {buildBetainc, "elementwise", ""}; }
