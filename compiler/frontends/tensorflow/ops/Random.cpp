#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/Importer.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"
#include <numbers>

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Ops of TensorFlow 1 have a generator for each node, seeded by its attributes,
// whose counter is a variable of the state block. Two seeds of 0 ask TensorFlow
// for other numbers in each process: here they are seeds like others. Stateless ops
// take key and counter as tensors.

namespace {
/// 64-bit words in tensors, and arithmetic on them.
class Words {
public:
  explicit Words(Node &n) : n(n) {}

  Type type() { return n.b.getIntegerType(64, /*isSigned=*/false); }
  Value word(uint64_t value) {
    auto scalar = RankedTensorType::get({}, type());
    return n.b.constant(n.loc, DenseElementsAttr::get(scalar, APInt(64, value)));
  }
  Value add(Value x, Value y) { return n.emit<AddOp>({x, y}); }
  Value mul(Value x, Value y) { return n.emit<MulOp>({x, y}); }
  Value bitXor(Value x, Value y) { return n.emit<XorOp>({x, y}); }
  Value low(Value x) { return n.emit<AndOp>({x, word(0xffffffff)}); }
  Value high(Value x) { return n.emit<ShiftRightOp>({x, word(32)}); }
  /// low + high * 2^32
  Value join(Value low, Value high) {
    return add(low, n.emit<ShiftLeftOp>({high, word(32)}));
  }
  /// Element i of a vector, as a scalar.
  Value at(Value vector, int64_t i) { return elementAlong(n, vector, 0, i); }

  Node &n;
};

/// A place in the stream of random numbers: scalars of 64 bits.
struct Place {
  Value key, counter, stream;
};

/// Philox4x32-10: the four words of each counter. Source: Salmon et al. 2011,
/// "Parallel random numbers: as easy as 1, 2, 3".
std::array<Value, 4> philox(Words w, const Place &place) {
  std::array<Value, 4> c = {w.low(place.counter), w.high(place.counter), w.low(place.stream),
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

/// The words that a node draws, as many groups of four as its result needs.
class Draw {
public:
  /// `perGroup`: elements of the result that four words make.
  Draw(Node &n, int64_t perGroup) : n(n), shape(n.in(0)) {
    if (!shape)
      return;
    Type i64 = n.b.getI64Type();
    auto number = [&](int64_t v) { return n.b.splat(n.loc, {}, i64, double(v)); };
    count = n.emit<ReduceProdOp>(n.b.cast(n.loc, shape, i64),
                                 {{"axes", n.b.getDenseI64ArrayAttr({0})}});
    Value groups = n.emit<FloorDivOp>(
        {n.emit<AddOp>({count, number(perGroup - 1)}), number(perGroup)});
    Place place = start(groups);
    Value numbers = n.emit<RangeOp>({number(0), groups, number(1)});
    if (!numbers || !place.counter || !place.key || !place.stream)
      return;
    Words w(n);
    numbers = n.b.cast(n.loc, numbers, w.type());
    Value counters = w.add(numbers, place.counter);
    // The 128 bits of counter and stream are one number.
    Value isPast = n.emit<LessOp>({counters, numbers});
    Value carry = isPast ? n.b.cast(n.loc, isPast, w.type()) : Value();
    words = philox(w, {place.key, counters, w.add(place.stream, carry)});
  }

  /// The parts, one element of each group after the other, in the shape asked for.
  Value arrange(ArrayRef<Value> parts) {
    Value all = n.b.reshape(n.loc, pack(n, Values(parts), 1), {-1});
    Value zero = n.b.integers(n.loc, {0});
    Value some = all ? slice(n, all, zero, n.b.expandDims(n.loc, count, {0})) : Value();
    return n.emit<ReshapeOp>({some, shape});
  }

  std::array<Value, 4> words = {}; ///< each [groups], ui64 below 2^32

private:
  Place start(Value groups);
  Value advance(Value groups);

  Node &n;
  Value shape, count;
};
} // namespace

/// The generator's counter, which moves on by the groups that are drawn.
Value Draw::advance(Value groups) {
  StateVariable counter{n.importer.generator(n), RankedTensorType::get({}, n.b.getI64Type())};
  Value now = readVariable(n, counter);
  (void)assignVariable(n, counter, n.emit<AddOp>({now, groups}));
  return now;
}

/// TensorFlow's scrambling of the seed of stateless ops, a vector of two integers.
static Place scrambled(Node &n, Value seed) {
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
static bool hasKey(const Node &n) { return StringRef(n.def.op()).ends_with("V2"); }

/// The number of the first input behind where the draw starts.
static size_t firstOperand(const Node &n) { return !isStateless(n) ? 1 : hasKey(n) ? 4 : 2; }

/// ThreeFry (2), which TensorFlow's CPU refuses too, is none of Philox (1) and auto (3).
static LogicalResult checkAlgorithm(Node &n, Value algorithm) {
  auto known = algorithm ? n.b.shapes.constantContents(algorithm) : std::nullopt;
  if (known && known->size() == 1 && (known->front() == 1 || known->front() == 3))
    return success();
  return n.fail("needs the Philox algorithm (ThreeFry is not supported)");
}

Place Draw::start(Value groups) {
  Words w(n);
  if (!isStateless(n)) {
    Value counter = advance(groups);
    return {w.word(uint64_t(n.attrs.getInt("seed", 0))),
            counter ? n.b.cast(n.loc, counter, w.type()) : Value(),
            w.word(uint64_t(n.attrs.getInt("seed2", 0)))};
  }
  if (!hasKey(n))
    return scrambled(n, n.in(1));
  Value key = n.in(1), counter = n.in(2);
  if (!key || !counter || failed(checkAlgorithm(n, n.in(3))))
    return {};
  if (n.rank(key) != 1 || n.rank(counter) != 1 || !n.b.shapes.dims(key)[0].is(1) ||
      !n.b.shapes.dims(counter)[0].is(2)) {
    (void)n.fail("the key must have one element and the counter two");
    return {};
  }
  return {w.at(key, 0), w.at(counter, 0), w.at(counter, 1)};
}

//===--- Distributions ----------------------------------------------------===//

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

/// Uniform numbers of the floating-point type: four of a group, or two of f64.
static Values fractions(Node &n, Draw &draw, Type type) {
  const auto &w = draw.words;
  if (type.isF64())
    return {wideFraction(n, w[0], w[1]), wideFraction(n, w[2], w[3])};
  unsigned bits = cast<FloatType>(type).getFPMantissaWidth() - 1;
  Values parts;
  for (Value word : w)
    parts.push_back(fraction(n, word, type, bits));
  return parts;
}

static FailureOr<Type> floatType(Node &n) {
  Type type = n.type("dtype", DataType::Float32);
  if (!isa_and_nonnull<FloatType>(type))
    return n.fail("draws numbers of a type that cannot be compiled");
  return type;
}

static int64_t perGroup(Type type) { return type.isF64() ? 2 : 4; }

static LogicalResult buildUniform(Node &n) {
  auto type = floatType(n);
  if (failed(type))
    return failure();
  Draw draw(n, perGroup(*type));
  return n.out(draw.arrange(fractions(n, draw, *type)));
}

/// RandomUniformInt: in [low, high), by the remainder.
static LogicalResult buildUniformInt(Node &n) {
  size_t first = firstOperand(n);
  Value low = n.in(first), high = n.in(first + 1);
  if (!low || !high)
    return failure();
  Type type = n.element(low), u64 = n.b.getIntegerType(64, false);
  if (failed(n.require(n.emit<LessOp>({low, high}), "minval must be less than maxval")))
    return failure();
  bool isWide = type.isInteger(64);
  Draw draw(n, isWide ? 2 : 4);
  Value range = n.b.cast(n.loc, n.emit<SubOp>({high, low}), u64);
  if (!isWide && range) // a difference of 32 bits may look negative
    range = n.emit<AndOp>({range, n.b.splat(n.loc, {}, u64, double(0xffffffffu))});
  Values parts;
  for (int i = 0; i < 4 && draw.words[i]; i += isWide ? 2 : 1) {
    Value word = draw.words[i];
    if (isWide)
      word = Words(n).join(word, draw.words[i + 1]);
    Value offset = n.b.cast(n.loc, n.emit<FloorModOp>({word, range}), type);
    parts.push_back(n.emit<AddOp>({offset, low}));
  }
  return parts.empty() ? failure() : n.out(draw.arrange(parts));
}

/// Two normal numbers of two uniform ones. Source: Box and Muller 1958.
static std::pair<Value, Value> boxMuller(Node &n, Value u, Value v) {
  Formula f{n};
  Value radius = n.emit<SqrtOp>(
      f.mul(n.emit<LogOp>(n.emit<MaximumOp>({u, f.scalar(u, 1e-7)})), -2));
  Value angle = f.mul(v, 2 * std::numbers::pi);
  return {f.mul(n.emit<SinOp>(angle), radius), f.mul(n.emit<CosOp>(angle), radius)};
}

static LogicalResult buildNormal(Node &n) {
  auto type = floatType(n);
  if (failed(type))
    return failure();
  Draw draw(n, perGroup(*type));
  Type wide = type->isF64() ? *type : Type(n.b.getF32Type());
  Values u = fractions(n, draw, wide), parts;
  for (size_t i = 0; i + 1 < u.size(); i += 2) {
    auto [a, b] = boxMuller(n, u[i], u[i + 1]);
    for (Value part : {a, b})
      parts.push_back(part ? n.b.cast(n.loc, part, *type) : Value());
  }
  return n.out(draw.arrange(parts));
}

/// Normal within two deviations, by the inverse of the distribution; TensorFlow
/// draws until one is.
static LogicalResult buildTruncatedNormal(Node &n) {
  auto type = floatType(n);
  if (failed(type))
    return failure();
  Draw draw(n, perGroup(*type));
  Type wide = type->isF64() ? *type : Type(n.b.getF32Type());
  constexpr double tail = 0.022750131948179195; // of the distribution beyond -2
  Formula f{n};
  Values parts;
  for (Value u : fractions(n, draw, wide)) {
    Value x = n.emit<NdtriOp>(f.add(f.mul(u, 1 - 2 * tail), tail));
    parts.push_back(x ? n.b.cast(n.loc, x, *type) : Value());
  }
  return n.out(draw.arrange(parts));
}

/// StatelessRandomUniformFullInt: all values of the type.
static LogicalResult buildFullInt(Node &n) {
  Type type = n.type("dtype", DataType::UInt64);
  if (!type || !type.isIntOrIndex())
    return n.fail("draws numbers of a type that cannot be compiled");
  bool isWide = type.getIntOrFloatBitWidth() == 64;
  Draw draw(n, isWide ? 2 : 4);
  Values parts;
  for (int i = 0; i < 4 && draw.words[i]; i += isWide ? 2 : 1) {
    Value word = isWide ? Words(n).join(draw.words[i], draw.words[i + 1]) : draw.words[i];
    parts.push_back(word ? n.b.cast(n.loc, word, type) : Value());
  }
  return parts.empty() ? failure() : n.out(draw.arrange(parts));
}

//===--- Keys and counters ------------------------------------------------===//

/// StatelessRandomGetKeyCounter and ..Alg: key [1], counter [2], algorithm.
template <bool hasAlgorithm> static LogicalResult buildKeyCounter(Node &n) {
  Place place = scrambled(n, n.in(0));
  if (!place.key || !place.stream)
    return failure();
  Value zero = n.b.expandDims(n.loc, place.counter, {0});
  Value counter = n.b.concat(n.loc, {zero, n.b.expandDims(n.loc, place.stream, {0})});
  Values results = {n.b.expandDims(n.loc, place.key, {0}), counter};
  if (hasAlgorithm)
    results.push_back(n.b.splat(n.loc, {}, n.b.getI32Type(), 1));
  return n.out(results);
}

static LogicalResult buildAlgorithm(Node &n) {
  return n.out(n.b.splat(n.loc, {}, n.b.getI32Type(), 1));
}

void tensorflow::addRandomRows(RowTable &t) {
  StringRef note = "after the first call other numbers than TensorFlow's";
  auto add = [&](StringRef op, Build build) { t[op] = {build, "random", note}; };
  add("RandomUniform", buildUniform);
  add("RandomUniformInt", buildUniformInt);
  add("RandomStandardNormal", buildNormal);
  t["TruncatedNormal"] = {buildTruncatedNormal, "random", "other numbers than TensorFlow's"};
  for (StringRef version : {"", "V2"}) {
    auto addStateless = [&](StringRef op, Build build) {
      t[("Stateless" + op + version).str()] = {build, "random", ""};
    };
    addStateless("RandomUniform", buildUniform);
    addStateless("RandomUniformInt", buildUniformInt);
    addStateless("RandomUniformFullInt", buildFullInt);
    addStateless("RandomNormal", buildNormal);
  }
  static constexpr llvm::StringLiteral ports[] = {"key", "counter", "alg"};
  t["StatelessRandomGetKeyCounter"] = {buildKeyCounter<false>, "random", "", ports};
  t["StatelessRandomGetKeyCounterAlg"] = {buildKeyCounter<true>, "random", "", ports};
  t["StatelessRandomGetAlg"] = {buildAlgorithm, "random", ""};
}
