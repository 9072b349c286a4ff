#include "compiler/frontends/tensorflow/ops/Draw.h"
#include "compiler/frontends/tensorflow/Importer.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

Value Words::word(uint64_t value) {
  auto scalar = RankedTensorType::get({}, type());
  return n.b.constant(n.loc, DenseElementsAttr::get(scalar, APInt(64, value)));
}

/// Philox4x32-10: the four words of each counter. Source: Salmon et al. 2011,
/// "Parallel random numbers: as easy as 1, 2, 3".
static RandomWords philox(Words w, const Place &place) {
  RandomWords c = {w.low(place.counter), w.high(place.counter), w.low(place.stream),
                   w.high(place.stream)};
  Value k0 = w.low(place.key), k1 = w.high(place.key);
  for (int round = 0; round < 10; ++round) {
    Value p0 = w.mul(c[0], w.word(0xd2511f53)), p1 = w.mul(c[2], w.word(0xcd9e8d57));
    c = {w.bitXor(w.bitXor(w.high(p1), c[1]), k0), w.low(p1),
         w.bitXor(w.bitXor(w.high(p0), c[3]), k1), w.low(p0)};
    k0 = w.low(w.add(k0, w.word(0x9e3779b9)));
    k1 = w.low(w.add(k1, w.word(0xbb67ae85)));
  }
  return c;
}

Draw::Draw(Node &n, Value shape, int64_t perGroup, int64_t stride, size_t seedInput)
    : n(n), shape(shape) {
  if (!shape)
    return;
  Type i64 = n.b.getI64Type();
  auto number = [&](int64_t v) { return n.b.splat(n.loc, {}, i64, double(v)); };
  count =
      n.emit<ReduceProdOp>(n.b.cast(n.loc, shape, i64), {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  Value groups =
      n.emit<FloorDivOp>({n.emit<AddOp>({count, number(perGroup - 1)}), number(perGroup)});
  place = start(stride == 1 ? groups : n.emit<MulOp>({groups, number(stride)}), seedInput);
  Value numbers = n.emit<RangeOp>({number(0), groups, number(1)});
  if (!numbers || !place.counter || !place.key || !place.stream)
    return;
  first = stride == 1 ? numbers : n.emit<MulOp>({numbers, number(stride)});
  words = after(first);
}

RandomWords Draw::at(Value offset) { return after(n.emit<AddOp>({first, offset})); }

RandomWords Draw::after(Value counters) {
  if (!counters)
    return {};
  Words w(n);
  Value numbers = n.b.cast(n.loc, counters, w.type()), sum = w.add(numbers, place.counter);
  // The 128 bits of counter and stream are one number.
  Value isPast = n.emit<LessOp>({sum, numbers});
  Value carry = isPast ? n.b.cast(n.loc, isPast, w.type()) : Value();
  return philox(w, {place.key, sum, w.add(place.stream, carry)});
}

Value Draw::arrange(ArrayRef<Value> parts) {
  Value all = n.b.reshape(n.loc, pack(n, Values(parts), 1), {-1});
  Value zero = n.b.integers(n.loc, {0});
  Value some = all ? slice(n, all, zero, n.b.expandDims(n.loc, count, {0})) : Value();
  return n.emit<ReshapeOp>({some, shape});
}

/// The generator's counter, which moves on by the groups that are drawn.
Value Draw::advance(Value groups) {
  StateVariable counter{n.importer.generator(n), RankedTensorType::get({}, n.b.getI64Type())};
  Value now = readVariable(n, counter);
  (void)assignVariable(n, counter, n.emit<AddOp>({now, groups}));
  return now;
}

Place tensorflow::scrambled(Node &n, Value seed) {
  if (!seed)
    return {};
  Words w(n);
  if (n.rank(seed) != 1 || !n.b.shapes.dims(seed)[0].is(2)) {
    (void)n.fail("the seed must have two elements");
    return {};
  }
  Value wide = n.b.cast(n.loc, n.b.cast(n.loc, seed, n.b.getI64Type()), w.type());
  auto mixed = philox(w, {w.word(0x02461e293ec8f720), w.at(wide, 0), w.at(wide, 1)});
  return {w.join(mixed[0], mixed[1]), w.word(0), w.join(mixed[2], mixed[3])};
}

/// Stateless ops have seed or key, counter and algorithm behind the shape.
static bool isStateless(const Node &n) { return StringRef(n.def.op()).starts_with("Stateless"); }
static bool hasKey(const Node &n) {
  StringRef op = n.def.op();
  return (op.ends_with("V2") && op != "StatelessRandomGammaV2") || op.ends_with("V3") ||
         op == "StatelessShuffle";
}

size_t tensorflow::firstOperand(const Node &n) { return !isStateless(n) ? 1 : hasKey(n) ? 4 : 2; }

/// ThreeFry (2), which TensorFlow's CPU refuses too, is none of Philox (1) and auto (3).
static LogicalResult checkAlgorithm(Node &n, Value algorithm) {
  auto known = algorithm ? n.b.shapes.constantContents(algorithm) : std::nullopt;
  if (known && known->size() == 1 && (known->front() == 1 || known->front() == 3))
    return success();
  return n.fail("needs the Philox algorithm (ThreeFry is not supported)");
}

Place Draw::start(Value groups, size_t seedInput) {
  Words w(n);
  if (!isStateless(n)) {
    Value counter = advance(groups);
    return {w.word(uint64_t(n.attrs.getInt("seed", 0))),
            counter ? n.b.cast(n.loc, counter, w.type()) : Value(),
            w.word(uint64_t(n.attrs.getInt("seed2", 0)))};
  }
  if (!hasKey(n))
    return scrambled(n, n.in(seedInput));
  Value key = n.in(seedInput), counter = n.in(seedInput + 1);
  if (!key || !counter || failed(checkAlgorithm(n, n.in(seedInput + 2))))
    return {};
  if (n.rank(key) != 1 || n.rank(counter) != 1 || !n.b.shapes.dims(key)[0].is(1) ||
      !n.b.shapes.dims(counter)[0].is(2)) {
    (void)n.fail("the key must have one element and the counter two");
    return {};
  }
  return {w.at(key, 0), w.at(counter, 0), w.at(counter, 1)};
}

/// Uniform in [0, 1) from the low bits of a word, as many as a mantissa has.
static Value fraction(Node &n, Value word, Type type, unsigned bits) {
  if (!word)
    return {};
  Value mask = n.b.splat(n.loc, {}, n.element(word), double((uint64_t(1) << bits) - 1));
  Value number = n.b.cast(n.loc, n.emit<AndOp>({word, mask}), type);
  return Formula{n}.mul(number, std::ldexp(1.0, -int(bits)));
}

/// The same from two words, 52 bits.
static Value wideFraction(Node &n, Value high, Value low) {
  Formula f{n};
  Type f64 = n.b.getF64Type();
  Value upper = fraction(n, high, f64, 20);
  Value lower = low ? f.mul(n.b.cast(n.loc, low, f64), std::ldexp(1.0, -52)) : Value();
  return f.add(upper, lower);
}

Values tensorflow::fractions(Node &n, const RandomWords &w, Type type) {
  if (type.isF64())
    return {wideFraction(n, w[0], w[1]), wideFraction(n, w[2], w[3])};
  unsigned bits = cast<FloatType>(type).getFPMantissaWidth() - 1;
  Values parts;
  for (Value word : w)
    parts.push_back(fraction(n, word, type, bits));
  return parts;
}
