#include "compiler/frontends/tensorflow/ops/Draw.h"
#include <numbers>

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

//===--- Distributions ----------------------------------------------------===//

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
  Draw draw(n, n.in(0), perGroup(*type));
  return n.out(draw.arrange(fractions(n, draw.words, *type)));
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
  Draw draw(n, n.in(0), isWide ? 2 : 4);
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
  Value radius =
      n.emit<SqrtOp>(f.mul(n.emit<LogOp>(n.emit<MaximumOp>({u, f.scalar(u, 1e-7)})), -2));
  Value angle = f.mul(v, 2 * std::numbers::pi);
  return {f.mul(n.emit<SinOp>(angle), radius), f.mul(n.emit<CosOp>(angle), radius)};
}

static LogicalResult buildNormal(Node &n) {
  auto type = floatType(n);
  if (failed(type))
    return failure();
  Draw draw(n, n.in(0), perGroup(*type));
  Type wide = type->isF64() ? *type : Type(n.b.getF32Type());
  Values u = fractions(n, draw.words, wide), parts;
  for (size_t i = 0; i + 1 < u.size(); i += 2) {
    auto [a, b] = boxMuller(n, u[i], u[i + 1]);
    for (Value part : {a, b})
      parts.push_back(part ? n.b.cast(n.loc, part, *type) : Value());
  }
  return n.out(draw.arrange(parts));
}

/// Normal within two deviations: each group takes from numbers of its own until it has
/// enough that are.
static LogicalResult buildTruncatedNormal(Node &n) {
  auto type = floatType(n);
  if (failed(type))
    return failure();
  constexpr int64_t kReserved = 64; // counters for each element, as in TensorFlow
  int64_t wanted = perGroup(*type);
  Draw draw(n, n.in(0), wanted, kReserved * wanted);
  Type wide = type->isF64() ? *type : Type(n.b.getF32Type());
  if (!draw.counters())
    return failure();
  Formula f{n};
  Type i64 = n.b.getI64Type();
  auto integer = [&](int64_t v) { return n.b.splat(n.loc, {}, i64, double(v)); };
  Value column = n.b.expandDims(n.loc, n.b.cast(n.loc, draw.counters(), i64), {1});
  Value taken = filledLike(n, column, 0), slots = n.b.integers(n.loc, {0, 1, 2, 3});
  slots = slice(n, slots, n.b.integers(n.loc, {0}), n.b.integers(n.loc, {wanted}));
  Value empty = n.b.cast(n.loc, f.mul(f.add(taken, slots), 0.0), wide);
  auto isOpen = [&](const Values &v) {
    Value open = n.emit<LessOp>({v[1], integer(wanted)});
    return n.emit<ReduceAnyOp>(open, {{"axes", n.b.getDenseI64ArrayAttr({0, 1})}});
  };
  auto fill = [&](const Values &v) -> FailureOr<Values> {
    Values u = fractions(n, draw.at(v[0]), wide);
    Value count = v[1], kept = v[2];
    for (size_t i = 0; i + 1 < u.size(); i += 2) {
      auto [a, b] = boxMuller(n, u[i], u[i + 1]);
      for (Value x : {a, b}) {
        if (!x)
          return failure();
        x = n.b.expandDims(n.loc, x, {1});
        Value fits = n.emit<AndOp>({n.emit<LessOp>({n.emit<AbsOp>(x), f.scalar(x, 2)}),
                                    n.emit<LessOp>({count, integer(wanted)})});
        Value isSlot = n.emit<AndOp>({fits, n.emit<EqualOp>({slots, count})});
        kept = n.emit<SelectOp>({isSlot, x, kept});
        count = fits ? f.add(count, n.b.cast(n.loc, fits, i64)) : Value();
      }
    }
    return Values{f.add(v[0], 1), count, kept};
  };
  auto result = loop(n, {integer(0), taken, empty}, isOpen, fill);
  if (failed(result))
    return failure();
  auto parts = unpack(n, n.b.cast(n.loc, result->back(), *type), 1, wanted);
  return failed(parts) ? failure() : n.out(draw.arrange(*parts));
}

/// StatelessRandomUniformFullInt: all values of the type.
static LogicalResult buildFullInt(Node &n) {
  Type type = n.type("dtype", DataType::UInt64);
  if (!type || !type.isIntOrIndex())
    return n.fail("draws numbers of a type that cannot be compiled");
  bool isWide = type.getIntOrFloatBitWidth() == 64;
  Draw draw(n, n.in(0), isWide ? 2 : 4);
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
  add("TruncatedNormal", buildTruncatedNormal);
  for (StringRef version : {"", "V2"}) {
    auto addStateless = [&](StringRef op, Build build) {
      t[("Stateless" + op + version).str()] = {build, "random", ""};
    };
    addStateless("RandomUniform", buildUniform);
    addStateless("RandomUniformInt", buildUniformInt);
    addStateless("RandomUniformFullInt", buildFullInt);
    addStateless("RandomNormal", buildNormal);
    addStateless("TruncatedNormal", buildTruncatedNormal);
  }
  static constexpr llvm::StringLiteral ports[] = {"key", "counter", "alg"};
  t["StatelessRandomGetKeyCounter"] = {buildKeyCounter<false>, "random", "", ports};
  t["StatelessRandomGetKeyCounterAlg"] = {buildKeyCounter<true>, "random", "", ports};
  t["StatelessRandomGetAlg"] = {buildAlgorithm, "random", ""};
}
