#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/tensorflow/ops/Draw.h"
#include <cmath>
#include <numbers>

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Distributions that are sampled by rejection. Each element of the result has a stream of
// random words of its own, which it reads for as long as it needs; read in TensorFlow's
// order, so that the numbers are TensorFlow's.

namespace {
/// Samples [S.., P..] of parameters [P..]. Elements are numbered parameter by parameter:
/// [P * S], all vectors below are of that size.
struct Samples {
  Node &n;
  Dim parameters, each;
  Value shape; ///< of the result
  Formula f{n};

  static FailureOr<Samples> of(Node &n, Value shape, Value parameter);
  /// A parameter, of the type that is computed in, for each element.
  Value spread(Value parameter);
  Value arrange(Value values);
};

/// Where each element has got to in its stream of groups of four words.
struct Streams {
  Node &n;
  Draw draw;
  Formula f{n};

  static constexpr int64_t kReserved = 256; ///< groups for each element
  Value start; ///< groups from there to where a stream starts, if not there
  explicit Streams(const Samples &s)
      : n(s.n),
        draw(n, dimVector(n.b, n.loc, n.b.shapes.table.mul(s.parameters, s.each)), 1, kReserved) {}

  Value zeros(Type type) { return n.b.cast(n.loc, filledLike(n, draw.counters(), 0), type); }
  /// The uniform number `place` [elements] of each stream, two to a group and the last of
  /// them first.
  Value uniform(Value place);
  Values uniforms(Value group) {
    Value place = start ? f.add(group, start) : group;
    return fractions(n, draw.at(place), n.b.getF64Type());
  }
};
} // namespace

/// Ops of TensorFlow 1 append the shape of the parameters; others are told all of it.
FailureOr<Samples> Samples::of(Node &n, Value shape, Value parameter) {
  if (!shape || !parameter)
    return failure();
  DimTable &t = n.b.shapes.table;
  Value wide = n.b.cast(n.loc, shape, n.b.getI64Type());
  SmallVector<Dim> own(n.b.shapes.dims(parameter));
  auto known = wide ? n.b.shapes.contents(wide) : std::nullopt;
  if (!known || n.rank(shape) != 1)
    return n.fail("needs the shape of the result as a short vector");
  for (Dim d : *known)
    if (failed(n.requireNatural(d, "a dimension of the result is negative")))
      return failure();
  Dim all = t.product(*known), parameters = t.product(own);
  if (!all || !parameters)
    return n.fail("the result is too large");
  if (!StringRef(n.def.op()).starts_with("Stateless"))
    return Samples{n, parameters, all, n.b.concat(n.loc, {wide, n.b.shapeOf(n.loc, parameter)})};
  if (own.size() > known->size())
    return n.fail("the shape of the result must end with that of the parameters");
  for (auto [a, b] : llvm::zip(ArrayRef(*known).take_back(own.size()), own))
    if (failed(n.requireSame(a, b, "the shape of the result must end with that of the parameters")))
      return failure();
  return Samples{n, parameters, t.product(ArrayRef(*known).drop_back(own.size())), wide};
}

Value Samples::spread(Value parameter) {
  Value column = n.b.reshape(n.loc, n.b.cast(n.loc, parameter, n.b.getF64Type()), {-1, 1});
  Value all = n.emit<BroadcastToOp>({column, dimVector(n.b, n.loc, {parameters, each})});
  return all ? n.b.reshape(n.loc, all, {-1}) : all;
}

Value Samples::arrange(Value values) {
  Value rows = n.emit<ReshapeOp>({values, dimVector(n.b, n.loc, {parameters, each})});
  return rows ? n.emit<ReshapeOp>({n.b.transpose(n.loc, rows, {1, 0}), shape}) : rows;
}

Value Streams::uniform(Value place) {
  Value two = n.b.splat(n.loc, {}, n.b.getI64Type(), 2);
  Values pair = uniforms(n.emit<FloorDivOp>({place, two}));
  Value rest = n.emit<FloorModOp>({place, two});
  Value isLast = rest ? n.emit<EqualOp>({rest, n.scalar(rest, 0)}) : rest;
  return n.emit<SelectOp>({isLast, pair[1], pair[0]});
}

namespace {
/// Conditions on numbers of double precision.
struct Test : Formula {
  Value scalarOf(double v) { return n.b.splat(n.loc, {}, n.b.getF64Type(), v); }
  Value less(Value x, Value y) { return n.emit<LessOp>({x, y}); }
  Value less(Value x, double y) { return less(x, scalarOf(y)); }
  Value atMost(Value x, Value y) { return n.emit<LessEqualOp>({x, y}); }
  Value both(Value a, Value b) { return n.emit<AndOp>({a, b}); }
  Value either(Value a, Value b) { return n.emit<OrOp>({a, b}); }
  Value negate(Value a) { return n.emit<NotOp>(a); }
  Value select(Value c, Value x, Value y) { return n.emit<SelectOp>({c, x, y}); }
  Value div(Value x, Value y) { return n.emit<DivOp>({x, y}); }
  Value log(Value x) { return n.emit<LogOp>(x); }
  Value from(double v, Value x) { return sub(scalarOf(v), x); }
  /// 1 where the condition holds, as i64.
  Value count(Value condition) {
    return condition ? n.b.cast(n.loc, condition, n.b.getI64Type()) : condition;
  }
};
} // namespace

/// Repeats `step` until all of state[0], a vector of booleans, holds.
static FailureOr<Values> untilAll(Node &n, const Values &state, LoopBody step) {
  auto isOpen = [&](const Values &v) {
    Value all = n.emit<ReduceAllOp>(v[0], {{"axes", n.b.getDenseI64ArrayAttr({0})}});
    return n.emit<NotOp>(all);
  };
  return loop(n, state, isOpen, step);
}

static LogicalResult outSamples(Samples &s, Value values, Type type) {
  Value all = values ? s.arrange(values) : values;
  return all ? s.n.out(s.n.b.cast(s.n.loc, all, type)) : failure();
}

//===--- Gamma ------------------------------------------------------------===//

/// RandomGamma. Source: Marsaglia and Tsang 2000; a parameter below 1 is one above, times a
/// power of a uniform number; 1 is the exponential distribution.
static LogicalResult buildGamma(Node &n) {
  Value alpha = n.in(n.size() - 1);
  auto samples = Samples::of(n, n.in(0), alpha);
  if (failed(samples))
    return failure();
  if (!isa<FloatType>(n.element(alpha)))
    return n.fail("needs parameters of a floating-point type");
  Test f{{n}};
  Streams streams(*samples);
  Value a = samples->spread(alpha), isSmall = f.less(a, 1);
  Value d = f.add(a, f.select(isSmall, f.scalarOf(2.0 / 3), f.scalarOf(-1.0 / 3)));
  Value c = f.mul(f.rsqrt(d), 1.0 / 3);
  Type i1 = n.b.getI1Type(), i64 = n.b.getI64Type(), f64 = n.b.getF64Type();
  Value no = streams.zeros(i1), none = streams.zeros(f64);
  // taken, group, has a normal number left, it, has a uniform number left, it, result
  auto step = [&](const Values &v) -> FailureOr<Values> {
    Value group = v[1], hasNormal = v[2], normal = v[3], hasUniform = v[4], spare = v[5];
    Values u = streams.uniforms(group);
    Value radius = n.emit<SqrtOp>(f.mul(f.log(n.emit<MaximumOp>({u[0], f.scalarOf(1e-7)})), -2));
    Value angle = f.mul(u[1], 2 * std::numbers::pi);
    Value x = f.select(hasNormal, normal, f.mul(n.emit<CosOp>(angle), radius));
    normal = f.select(hasNormal, normal, f.mul(n.emit<SinOp>(angle), radius));
    group = f.add(group, f.count(f.negate(hasNormal)));
    hasNormal = f.negate(hasNormal);
    auto draw = [&](Value wanted) {
      Values pair = streams.uniforms(group);
      Value isNew = f.both(wanted, f.negate(hasUniform));
      Value value = f.select(hasUniform, spare, pair[1]);
      spare = f.select(isNew, pair[0], spare);
      hasUniform = f.select(wanted, f.negate(hasUniform), hasUniform);
      group = f.add(group, f.count(isNew));
      return value;
    };
    Value root = f.add(f.mul(c, x), 1), isPositive = f.less(f.scalarOf(0), root);
    Value cube = f.mul(f.mul(root, root), root), square = f.square(x), w = draw(isPositive);
    Value isInside = f.less(w, f.from(1, f.mul(f.square(square), 0.0331)));
    Value bound = f.add(f.mul(square, 0.5), f.mul(d, f.add(f.from(1, cube), f.log(cube))));
    Value fits = f.both(isPositive, f.either(isInside, f.less(f.log(w), bound)));
    Value power = n.emit<PowOp>({draw(f.both(fits, isSmall)), f.div(f.scalarOf(1), a)});
    Value value = f.mul(f.mul(d, cube), f.select(isSmall, power, f.scalarOf(1)));
    return Values{f.either(v[0], fits),       group, hasNormal, normal, hasUniform, spare,
                  f.select(v[0], v[6], value)};
  };
  auto result = untilAll(n, {no, streams.zeros(i64), no, none, no, none, none}, step);
  if (failed(result))
    return failure();
  Value first = streams.uniform(streams.zeros(i64));
  Value exponential = n.emit<NegOp>(n.emit<Log1pOp>(n.emit<NegOp>(first)));
  Value isOne = n.emit<EqualOp>({a, f.scalarOf(1)});
  return outSamples(*samples, f.select(isOne, exponential, (*result)[6]), n.element(alpha));
}

//===--- Counts -----------------------------------------------------------===//

/// RandomPoisson. Sources: Knuth's products of uniform numbers for rates below 10, else
/// Hormann 1993, "The transformed rejection method for generating Poisson random variables".
static LogicalResult buildPoisson(Node &n) {
  Value rate = n.in(n.size() - 1);
  auto samples = Samples::of(n, n.in(0), rate);
  if (failed(samples))
    return failure();
  Type type = n.type("dtype", DataType::Int64);
  Test f{{n}};
  Streams streams(*samples);
  Value m = samples->spread(rate), isSmall = f.less(m, 10);
  Value large = f.select(isSmall, f.scalarOf(10), m), limit = n.emit<ExpOp>(n.emit<NegOp>(m));
  Value b = f.add(f.mul(n.emit<SqrtOp>(large), 2.53), 0.931);
  Value a = f.add(f.mul(b, 0.02483), -0.059);
  Value inverse = f.add(f.div(f.scalarOf(1.1328), f.add(b, -3.4)), 1.1239);
  Value edge = f.from(0.9277, f.div(f.scalarOf(3.6224), f.add(b, -2)));
  Type i64 = n.b.getI64Type();
  Value none = streams.zeros(n.b.getF64Type());
  // taken, place, product, result
  auto step = [&](const Values &v) -> FailureOr<Values> {
    Value first = streams.uniform(v[1]), second = streams.uniform(f.add(v[1], 1));
    Value product = f.mul(v[2], first);
    Value u = f.add(first, -0.5), side = f.from(0.5, n.emit<AbsOp>(u));
    Value slope = f.add(f.div(f.mul(a, 2), side), b);
    Value k = n.emit<FloorOp>(f.add(f.add(f.mul(slope, u), large), 0.43));
    Value isInside =
        f.both(n.emit<GreaterEqualOp>({side, f.scalarOf(0.07)}), f.atMost(second, edge));
    Value isOutside = f.either(f.less(k, 0), f.both(f.less(side, 0.013), f.less(side, second)));
    Value s = f.log(f.div(f.mul(second, inverse), f.add(f.div(a, f.square(side)), b)));
    Value t = f.sub(f.sub(f.mul(k, f.log(large)), large), n.emit<LgammaOp>(f.add(k, 1)));
    Value fits = f.either(isInside, f.both(f.negate(isOutside), f.atMost(s, t)));
    fits = f.select(isSmall, f.atMost(product, limit), fits);
    Value next = f.select(isSmall, f.select(fits, v[3], f.add(v[3], 1)), k);
    Value moved = f.add(v[1], f.add(f.count(f.negate(isSmall)), 1));
    return Values{f.either(v[0], fits), moved, product, f.select(v[0], v[3], next)};
  };
  auto result =
      untilAll(n, {streams.zeros(n.b.getI1Type()), streams.zeros(i64), f.add(none, 1), none}, step);
  return failed(result) ? failure() : outSamples(*samples, (*result)[3], type);
}

/// log(k!) less Stirling's formula.
static Value stirlingRest(Test f, Value k) {
  Value next = f.add(k, 1);
  Value main =
      f.add(f.sub(f.mul(f.add(k, 0.5), f.log(next)), next), 0.5 * std::log(2 * std::numbers::pi));
  return f.sub(f.n.emit<LgammaOp>(next), main);
}

/// Binomial counts. Sources: sums of geometric numbers where the mean is below 10, else
/// Hormann 1993, "The generation of binomial random variates" (BTRS).
static LogicalResult buildBinomial(Node &n) {
  size_t first = n.size() - 2;
  Value counts = n.in(first), probs = n.in(first + 1);
  if (!counts || !probs)
    return failure();
  Test f{{n}};
  Type f64 = n.b.getF64Type(), i64 = n.b.getI64Type();
  counts = n.b.cast(n.loc, counts, f64);
  probs = n.b.cast(n.loc, probs, f64);
  counts = f.add(counts, f.mul(probs, 0.0)); // of their common shape
  probs = f.add(probs, f.mul(counts, 0.0));
  auto samples = Samples::of(n, n.in(0), counts);
  if (failed(samples))
    return failure();
  Streams streams(*samples);
  Value count = samples->spread(counts), given = samples->spread(probs);
  Value isHigh = f.less(f.scalarOf(0.5), given), p = f.select(isHigh, f.from(1, given), given);
  Value isSmall = f.less(f.mul(count, p), 10);
  Value size = f.select(isSmall, f.scalarOf(40), count), q = f.select(isSmall, f.scalarOf(.5), p);
  Value deviation = n.emit<SqrtOp>(f.mul(f.mul(size, q), f.from(1, q)));
  Value b = f.add(f.mul(deviation, 2.53), 1.15);
  Value a = f.add(f.add(f.mul(b, 0.0248), -0.0873), f.mul(q, 0.01));
  Value centre = f.add(f.mul(size, q), 0.5), edge = f.from(0.92, f.div(f.scalarOf(4.2), b));
  Value odds = f.div(q, f.from(1, q));
  Value alpha = f.mul(f.add(f.div(f.scalarOf(5.1), b), 2.83), deviation);
  Value mode = n.emit<FloorOp>(f.mul(f.add(size, 1), q)), rest = f.sub(size, mode);
  Value rate = n.emit<Log1pOp>(n.emit<NegOp>(p)), none = streams.zeros(f64);
  // Sums of few numbers reserve fewer.
  constexpr int64_t kReservedForSums = 42;
  auto integer = [&](int64_t v) { return n.b.splat(n.loc, {}, i64, double(v)); };
  Value number = n.emit<FloorDivOp>({streams.draw.counters(), integer(Streams::kReserved)});
  Value less = n.emit<MulOp>({number, integer(kReservedForSums - Streams::kReserved)});
  streams.start = f.select(isSmall, less, streams.zeros(i64));
  // taken, place, sum, result
  auto step = [&](const Values &v) -> FailureOr<Values> {
    Value one = streams.uniform(v[1]), two = streams.uniform(f.add(v[1], 1));
    Value sum = f.add(v[2], n.emit<CeilOp>(f.div(f.log(one), rate)));
    Value isPast = f.less(count, sum);
    Value u = f.add(one, -0.5), side = f.from(0.5, n.emit<AbsOp>(u));
    Value k = n.emit<FloorOp>(f.add(f.mul(f.add(f.div(f.mul(a, 2), side), b), u), centre));
    Value isInside = f.both(n.emit<GreaterEqualOp>({side, f.scalarOf(0.07)}), f.atMost(two, edge));
    Value isOutside = f.either(f.less(k, 0), f.less(size, k));
    Value left = f.sub(size, k);
    Value s = f.log(f.div(f.mul(two, alpha), f.add(f.div(a, f.square(side)), b)));
    Value t = f.mul(f.add(mode, 0.5), f.log(f.div(f.add(mode, 1), f.mul(odds, f.add(rest, 1)))));
    t = f.add(t, f.mul(f.add(size, 1), f.log(f.div(f.add(rest, 1), f.add(left, 1)))));
    t = f.add(t, f.mul(f.add(k, 0.5), f.log(f.div(f.mul(odds, f.add(left, 1)), f.add(k, 1)))));
    t = f.add(t, f.add(stirlingRest(f, mode), stirlingRest(f, rest)));
    t = f.sub(t, f.add(stirlingRest(f, k), stirlingRest(f, left)));
    Value fits = f.either(isInside, f.both(f.negate(isOutside), f.atMost(s, t)));
    fits = f.select(isSmall, isPast, fits);
    Value next = f.select(isSmall, f.select(isPast, v[3], f.add(v[3], 1)), k);
    Value moved = f.add(v[1], f.add(f.count(f.negate(isSmall)), 1));
    return Values{f.either(v[0], fits), moved, sum, f.select(v[0], v[3], next)};
  };
  auto result = untilAll(n, {streams.zeros(n.b.getI1Type()), streams.zeros(i64), none, none}, step);
  if (failed(result))
    return failure();
  Value value = f.select(isHigh, f.sub(count, (*result)[3]), (*result)[3]);
  return outSamples(*samples, value, n.type("dtype", DataType::Int64));
}

//===--- Order ------------------------------------------------------------===//

/// StatelessShuffle: rows exchanged one by one with a later one or themselves (Fisher and
/// Yates), by a word each.
static LogicalResult buildShuffle(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  if (n.rank(x) == 0)
    return n.out(x);
  Type i64 = n.b.getI64Type();
  auto scalar = [&](int64_t v) { return n.b.splat(n.loc, {}, i64, double(v)); };
  Value shape = dimVector(n.b, n.loc, n.b.shapes.dims(x)[0]);
  Value count = n.b.reshape(n.loc, shape, {});
  Draw draw(n, shape, 4);
  Value words = draw.arrange(Values(draw.words.begin(), draw.words.end()));
  Value order = n.emit<RangeOp>({scalar(0), count, scalar(1)});
  if (!words || !order)
    return failure();
  words = n.b.cast(n.loc, words, i64);
  Formula f{n};
  auto isOpen = [&](const Values &v) { return n.emit<LessOp>({f.add(v[0], 1), count}); };
  auto exchange = [&](const Values &v) -> FailureOr<Values> {
    Value word = n.emit<ListGetOp>({words, v[0]});
    Value other = f.add(v[0], n.emit<FloorModOp>({word, f.sub(count, v[0])}));
    Value here = n.emit<ListGetOp>({v[1], v[0]}), there = n.emit<ListGetOp>({v[1], other});
    Value next = n.emit<ListSetOp>({v[1], v[0], there});
    next = n.emit<ListSetOp>({next, other, here});
    if (!next)
      return failure();
    return Values{f.add(v[0], 1), next};
  };
  auto result = loop(n, {scalar(0), order}, isOpen, exchange);
  return failed(result)
             ? failure()
             : n.out(n.emit<GatherOp>({x, result->back()}, {{"axis", n.b.getI64IntegerAttr(0)}}));
}

void tensorflow::addSampleRows(RowTable &t) {
  StringRef note = "after the first call other numbers than TensorFlow's";
  t["RandomGamma"] = {buildGamma, "random", note};
  t["StatelessRandomGammaV2"] = {buildGamma, "random", ""};
  t["RandomPoisson"] = {buildPoisson, "random", note};
  t["RandomPoissonV2"] = {buildPoisson, "random", note};
  t["StatelessRandomPoisson"] = {buildPoisson, "random", ""};
  t["StatelessRandomBinomial"] = {buildBinomial, "random", ""};
  t["StatelessRandomGammaV3"] = {buildGamma, "random", ""};
  t["StatelessShuffle"] = {buildShuffle, "random", ""};
}
