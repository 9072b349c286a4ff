#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"
#include <limits>

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Connectionist temporal classification. Source: Graves et al. 2006. The last class is the
// blank, unless an attribute names another.

namespace {
/// Operands x [T, B, C] and lengths [B], and arithmetic on integers.
struct Ctc {
  Node &n;
  Value x, lengths;
  Formula f{n};

  Type i64() { return n.b.getI64Type(); }
  Value integer(int64_t v) { return n.b.splat(n.loc, {}, i64(), double(v)); }
  Dim dim(int64_t d) { return n.b.shapes.dims(x)[d]; }
  Value scalar(Dim d) { return n.b.reshape(n.loc, dimVector(n.b, n.loc, d), {}); }
  Value numbers(Value count) { return n.emit<RangeOp>({integer(0), count, integer(1)}); }
  Value select(Value c, Value a, Value b) { return n.emit<SelectOp>({c, a, b}); }
  Value select(Value c, Value a, double b) { return select(c, a, f.scalar(a, b)); }
  Value both(Value a, Value b) { return n.emit<AndOp>({a, b}); }
  Value less(Value a, Value b) { return n.emit<LessOp>({a, b}); }
  Value equal(Value a, Value b) { return n.emit<EqualOp>({a, b}); }
  Value expand(Value v, ArrayRef<int64_t> axes) { return v ? n.b.expandDims(n.loc, v, axes) : v; }
  template <class OpT> Value reduce(Value v, ArrayRef<int64_t> axes, bool keep = false) {
    return n.emit<OpT>(
        v, {{"axes", n.b.getDenseI64ArrayAttr(axes)}, {"keep_dims", n.b.getBoolAttr(keep)}});
  }
  /// Which [T, B] are within the sequences.
  Value isInside() { return less(expand(numbers(scalar(dim(0))), {1}), lengths); }
};
} // namespace

static FailureOr<Ctc> readCtc(Node &n, size_t lengthsInput) {
  Value x = n.in(0), lengths = n.in(lengthsInput);
  if (!x || !lengths)
    return failure();
  if (n.rank(x) != 3 || n.rank(lengths) != 1 || !isa<FloatType>(n.element(x)))
    return n.fail("needs inputs [time, batch, classes] of floats, and a length for each sequence");
  if (failed(n.requireSame(x, 1, lengths, 0, "there must be a length for each sequence")))
    return failure();
  Ctc c{n, x, n.b.cast(n.loc, lengths, n.b.getI64Type())};
  Value fits = n.emit<LessEqualOp>({c.lengths, c.scalar(c.dim(0))});
  if (failed(n.require(c.reduce<ReduceAllOp>(fits, {0}), "a sequence is longer than the input")))
    return failure();
  return c;
}

//===--- Decoding ---------------------------------------------------------===//

/// CTCGreedyDecoder: the best class of each step, without repetitions and blanks, as the
/// parts of a sparse matrix, and the negated sum of their scores.
static LogicalResult buildGreedyDecoder(Node &n) {
  auto read = readCtc(n, 1);
  if (failed(read))
    return failure();
  Ctc c = *read;
  Value inside = c.isInside();
  Value best =
      n.emit<ArgMaxOp>(c.x, {{"axis", n.b.getI64IntegerAttr(2)}, {"to", TypeAttr::get(c.i64())}});
  Value scores = c.select(inside, c.reduce<ReduceMaxOp>(c.x, {2}), 0.0);
  Value sum = n.emit<NegOp>(c.reduce<ReduceSumOp>(scores, {0}));
  int64_t given = n.attrs.getInt("blank_index", -1);
  Value blank = given < 0 ? c.f.add(c.scalar(c.dim(2)), double(given)) : c.integer(given);
  Value isKept = c.both(inside, n.emit<NotEqualOp>({best, blank}));
  if (n.attrs.getBool("merge_repeated", false)) {
    // The step before; none is like the first one.
    Value none = n.emit<BroadcastToOp>(
        {c.integer(-1), dimVector(n.b, n.loc, {n.b.shapes.constant(1), c.dim(1)})});
    Value earlier = slice(
        n, best, n.b.integers(n.loc, {0, 0}),
        dimVector(n.b, n.loc,
                  {n.b.shapes.table.max(n.b.shapes.table.sub(c.dim(0), n.b.shapes.constant(1)),
                                        n.b.shapes.constant(0)),
                   c.dim(1)}));
    isKept = c.both(isKept, n.emit<NotEqualOp>({best, n.b.concat(n.loc, {none, earlier})}));
  }
  if (!isKept || !best || !sum)
    return failure();
  Value kept = n.b.transpose(n.loc, isKept, {1, 0}); // sequence by sequence
  Value counts = n.b.cast(n.loc, kept, c.i64());
  Value places = n.emit<CumsumOp>(
      counts, {{"axis", n.b.getI64IntegerAttr(1)}, {"exclusive", n.b.getBoolAttr(true)}});
  Value where = n.emit<WhereOp>(kept);
  Value values = n.emit<GatherNdOp>({n.b.transpose(n.loc, best, {1, 0}), where});
  Value columns = n.emit<GatherNdOp>({places, where});
  Value rows = where ? elementAlong(n, where, 1, 0) : where;
  Value longest =
      n.b.concat(n.loc,
                 {n.b.expandDims(n.loc, c.reduce<ReduceSumOp>(counts, {1}), {1}),
                  n.emit<BroadcastToOp>(
                      {c.integer(0), dimVector(n.b, n.loc, {c.dim(1), n.b.shapes.constant(1)})})},
                 1);
  Value zero = n.b.integers(n.loc, {0});
  longest = n.b.concat(n.loc, {n.b.reshape(n.loc, longest, {-1}), zero});
  longest = c.expand(c.reduce<ReduceMaxOp>(longest, {0}), {0});
  if (!rows || !columns || !longest)
    return failure();
  return n.out({pack(n, {rows, columns}, 1), values,
                n.b.concat(n.loc, {dimVector(n.b, n.loc, c.dim(1)), longest}), c.expand(sum, {1})});
}

//===--- Loss -------------------------------------------------------------===//

namespace {
/// Labels with a blank before, between and after them: [B, S].
struct Extended {
  Value classes;
  Value isInside;  ///< within the labels of the sequence
  Value mayJump;   ///< may be reached from two places before
  Value isLast;    ///< a path may end here
  Value hasTooFew; ///< [B]: fewer steps than the labels need
  Value mayStay;   ///< at blanks only, where a class that comes again is another label; or null
};
} // namespace

constexpr double kNever = -1e300; // the logarithm of no probability, with which one can compute

static Value logSum(Ctc &c, Value a, Value b) {
  Node &n = c.n;
  Value high = n.emit<MaximumOp>({a, b}), low = n.emit<MinimumOp>({a, b});
  return c.f.add(high, n.emit<Log1pOp>(n.emit<ExpOp>(c.f.sub(low, high))));
}

/// x [B, S] moved by `count` places along S, towards its end or its start.
static Value moved(Ctc &c, Value x, Dim size, int64_t count, bool forward, double fill) {
  Node &n = c.n;
  DimTable &t = n.b.shapes.table;
  Dim by = t.min(t.constant(count), size), rest = t.sub(size, by);
  if (!x || !rest)
    return {};
  Value edge = n.emit<BroadcastToOp>({n.scalar(x, fill), dimVector(n.b, n.loc, {c.dim(1), by})});
  Value first = forward ? n.b.integers(n.loc, {0}) : dimVector(n.b, n.loc, by);
  Value kept = sliceAlong(n, x, 1, first, dimVector(n.b, n.loc, rest));
  if (!kept || !edge)
    return {};
  return forward ? n.b.concat(n.loc, {edge, kept}, 1) : n.b.concat(n.loc, {kept, edge}, 1);
}

/// Of the sparse labels {indices [N, 2], values [N]}; `size` is S.
static FailureOr<Extended> extendLabels(Ctc &c, Dim &size) {
  Node &n = c.n;
  Value indices = n.in(1), values = n.in(2);
  if (!indices || !values)
    return failure();
  if (n.rank(indices) != 2 || n.rank(values) != 1 || !n.b.shapes.dims(indices)[1].is(2))
    return n.fail("needs labels as the parts of a sparse matrix");
  if (n.attrs.getBool("preprocess_collapse_repeated", false))
    return n.fail("preprocess_collapse_repeated cannot be compiled yet");
  DimTable &t = n.b.shapes.table;
  Value columns = elementAlong(n, indices, 1, 1);
  Value ends = n.b.concat(n.loc, {c.f.add(columns, 1), n.b.integers(n.loc, {0})});
  Value most = c.reduce<ReduceMaxOp>(ends, {0});
  auto known = most ? n.b.shapes.contents(most) : std::nullopt;
  if (!known)
    return failure();
  Dim count = known->front();
  if (failed(n.requireNatural(count, "a label is at a negative place")))
    return failure();
  size = t.add(t.mul(count, t.constant(2)), t.constant(1));
  Value blank = c.f.add(c.scalar(c.dim(2)), -1);
  Value shape = dimVector(n.b, n.loc, {c.dim(1), size});
  // Label i is at 2 i + 1.
  Value rows = elementAlong(n, indices, 1, 0);
  Value places = pack(n, {rows, c.f.add(c.f.mul(columns, 2), 1)}, 1);
  Value labels = n.b.cast(n.loc, values, c.i64());
  Value isLabel = c.both(n.emit<GreaterEqualOp>({labels, c.integer(0)}), c.less(labels, blank));
  if (failed(n.require(c.reduce<ReduceAllOp>(isLabel, {0}),
                       "a label is not within the classes without the blank")))
    return failure();
  auto update = n.b.getStringAttr("update");
  Value classes = n.emit<ScatterNdOp>({n.emit<BroadcastToOp>({blank, shape}), places, labels},
                                      {{"mode", update}});
  Value zeros = n.emit<BroadcastToOp>({c.integer(0), dimVector(n.b, n.loc, c.dim(1))});
  Value lengths = n.emit<ScatterNdOp>({zeros, c.expand(rows, {1}), filledLike(n, rows, 1)},
                                      {{"mode", n.b.getStringAttr("add")}});
  Value places1 = c.numbers(c.scalar(size)), last = c.expand(c.f.mul(lengths, 2), {1});
  Value isInside = n.emit<LessEqualOp>({places1, last});
  Value before = moved(c, classes, size, 2, true, -1);
  Value differs = n.emit<NotEqualOp>({classes, before});
  Value mayJump = c.both(differs, n.emit<NotEqualOp>({classes, blank}));
  if (!n.attrs.getBool("ctc_merge_repeated", true))
    mayJump = n.emit<NotEqualOp>({classes, blank});
  Value isLast = c.both(isInside, n.emit<GreaterEqualOp>({places1, c.f.add(last, -1)}));
  Value isRepeated = c.both(n.emit<NotOp>(mayJump), n.emit<NotEqualOp>({classes, blank}));
  Value repeats = n.b.cast(n.loc, c.both(isRepeated, isInside), c.i64());
  Value needed = c.f.add(lengths, c.reduce<ReduceSumOp>(repeats, {1}));
  Value hasLabels = n.emit<GreaterOp>({lengths, c.integer(0)});
  if (failed(n.require(c.reduce<ReduceAllOp>(hasLabels, {0}), "a sequence has no labels")))
    return failure();
  Value mayStay;
  if (!n.attrs.getBool("ctc_merge_repeated", true))
    mayStay = n.emit<EqualOp>({classes, blank});
  return Extended{classes, isInside, mayJump, isLast, c.less(c.lengths, needed), mayStay};
}

/// Logarithms of the sums over all ways to reach [B, S] before the class at `step` is read,
/// from those after the step before.
static Value reached(Ctc &c, const Extended &e, Value from, Dim size, bool forward) {
  Value stay = e.mayStay ? c.select(e.mayStay, from, kNever) : from;
  Value one = logSum(c, stay, moved(c, from, size, 1, forward, kNever));
  Value jump = e.mayJump;
  Value source = from;
  if (!forward) // who may jump here is two places on
    source = c.select(jump, from, kNever);
  Value two = moved(c, source, size, 2, forward, kNever);
  if (forward)
    two = c.select(jump, two, kNever);
  return logSum(c, one, two);
}

/// CTCLoss: the negated logarithm of the probability of the labels, and its gradient by x.
static LogicalResult buildLoss(Node &n) {
  auto read = readCtc(n, 3);
  if (failed(read))
    return failure();
  Ctc c = *read;
  Dim size;
  auto labels = extendLabels(c, size);
  if (failed(labels))
    return failure();
  const Extended &e = *labels;
  if (!e.hasTooFew)
    return failure();
  if (!n.attrs.getBool("ignore_longer_outputs_than_inputs", false)) {
    Value fits = n.emit<NotOp>(e.hasTooFew);
    if (failed(n.require(c.reduce<ReduceAllOp>(fits, {0}),
                         "Not enough time for target transition sequence")))
      return failure();
  }
  Type f64 = n.b.getF64Type();
  Value wide = n.b.cast(n.loc, c.x, f64);
  Value top = c.reduce<ReduceMaxOp>(wide, {2}, true), shifted = c.f.sub(wide, top);
  Value norm = n.emit<LogOp>(c.reduce<ReduceSumOp>(n.emit<ExpOp>(shifted), {2}, true));
  Value logs = c.f.sub(shifted, norm); // log softmax [T, B, C]
  auto classAxis = n.b.getI64IntegerAttr(1);
  auto at = [&](Value t) { // [B, S]
    return n.emit<GatherOp>({n.emit<ListGetOp>({logs, t}), e.classes},
                            {{"axis", classAxis}, {"batch_dims", classAxis}});
  };
  Value steps = c.scalar(c.dim(0)), zero = c.integer(0);
  Value never =
      n.emit<BroadcastToOp>({n.b.splat(n.loc, {}, f64, kNever), n.b.shapeOf(n.loc, e.classes)});
  Value all = n.emit<BroadcastToOp>(
      {n.b.splat(n.loc, {}, f64, kNever), dimVector(n.b, n.loc, {c.dim(0), c.dim(1), size})});
  Value places = c.numbers(c.scalar(size));
  Value isStart = c.both(e.isInside, c.less(places, c.integer(2)));
  Value start = c.select(isStart, filledLike(n, never, 0), kNever);
  auto isOpen = [&](const Values &v) { return c.less(v[0], steps); };
  auto forward = [&](const Values &v) -> FailureOr<Values> {
    Value from = c.select(c.equal(v[0], zero), start, reached(c, e, v[1], size, true));
    Value here = c.select(e.isInside, c.f.add(from, at(v[0])), kNever);
    // A sequence that is over keeps what it has.
    Value isOver = c.expand(n.emit<GreaterEqualOp>({v[0], c.lengths}), {1});
    here = c.select(isOver, v[1], here);
    Value list = n.emit<ListSetOp>({v[2], v[0], here});
    if (!list)
      return failure();
    return Values{c.f.add(v[0], 1), here, list};
  };
  auto alphas = loop(n, {zero, never, all}, isOpen, forward);
  if (failed(alphas))
    return failure();
  Value ends = c.select(e.isLast, (*alphas)[1], kNever);
  Value high = c.reduce<ReduceMaxOp>(ends, {1}, true);
  Value total = c.f.add(
      high, n.emit<LogOp>(c.reduce<ReduceSumOp>(n.emit<ExpOp>(c.f.sub(ends, high)), {1}, true)));
  auto backward = [&](const Values &v) -> FailureOr<Values> {
    Value t = c.f.sub(c.f.add(steps, -1), v[0]);
    Value isFinal = c.expand(c.equal(c.f.add(t, 1), c.lengths), {1});
    Value from = c.select(isFinal, c.select(e.isLast, filledLike(n, never, 0), kNever),
                          reached(c, e, v[1], size, false));
    from = c.select(e.isInside, from, kNever);
    Value isOver = c.expand(n.emit<GreaterEqualOp>({t, c.lengths}), {1});
    from = c.select(isOver, never, from);
    Value paths = c.f.sub(c.f.add(n.emit<ListGetOp>({(*alphas)[2], t}), from), total);
    Value list = n.emit<ListSetOp>(
        {v[2], t, c.select(isOver, filledLike(n, paths, 0), n.emit<ExpOp>(paths))});
    Value here = c.f.add(from, at(t));
    if (!list || !here)
      return failure();
    return Values{c.f.add(v[0], 1), here, list};
  };
  auto betas = loop(n, {zero, never, filledLike(n, all, 0)}, isOpen, backward);
  if (failed(betas))
    return failure();
  // What each class has of the paths, [T, B, C].
  Value isClass = c.equal(c.expand(e.classes, {2}), c.numbers(c.scalar(c.dim(2))));
  Value shares = n.emit<MatmulOp>(
      {n.b.transpose(n.loc, (*betas)[2], {1, 0, 2}), n.b.cast(n.loc, isClass, f64)});
  shares = shares ? n.b.transpose(n.loc, shares, {1, 0, 2}) : shares;
  Value gradient = c.f.sub(n.emit<ExpOp>(logs), shares);
  Value isCounted = c.both(c.isInside(), n.emit<NotOp>(e.hasTooFew));
  gradient = c.select(c.expand(isCounted, {2}), gradient, 0.0);
  Value loss = n.emit<NegOp>(n.b.squeeze(n.loc, total, {1}));
  loss = c.select(e.hasTooFew, filledLike(n, loss, 0), loss);
  Type type = n.element(c.x);
  return loss && gradient ? n.out({n.b.cast(n.loc, loss, type), n.b.cast(n.loc, gradient, type)})
                          : failure();
}

void tensorflow::addCtcRows(RowTable &t) {
  static constexpr StringLiteral greedyPorts[] = {"decoded_indices", "decoded_values",
                                                  "decoded_shape", "log_probability"};
  static constexpr StringLiteral lossPorts[] = {"loss", "gradient"};
  t["CTCGreedyDecoder"] = {buildGreedyDecoder, "recurrent", "", greedyPorts};
  t["CTCLoss"] = {buildLoss, "recurrent", "without preprocess_collapse_repeated", lossPorts};
}
