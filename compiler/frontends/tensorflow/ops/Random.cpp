#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/Importer.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"
#include <numbers>

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// TensorFlow 1's random ops. Each node has a generator of its own, seeded by its
// attributes; its counter is a variable of the state block. Two seeds of 0 ask
// TensorFlow for other numbers in each process: here they are seeds like others.

namespace {
/// Philox4x32-10 over tensors of counters. Source: Salmon et al. 2011, "Parallel
/// random numbers: as easy as 1, 2, 3". Words are kept in 64 bits.
class Philox {
public:
  Philox(Node &n, uint64_t key, uint64_t stream) : n(n), key(key), stream(stream) {}

  /// For each counter its four words.
  std::array<Value, 4> words(Value counters) {
    Value mask = word(0xffffffff), half = word(32);
    std::array<Value, 4> c = {bitAnd(counters, mask), shift(counters, half),
                              word(stream & 0xffffffff), word(stream >> 32)};
    uint32_t k0 = uint32_t(key), k1 = uint32_t(key >> 32);
    for (int round = 0; round < 10; ++round, k0 += 0x9e3779b9, k1 += 0xbb67ae85) {
      Value p0 = mul(c[0], word(0xd2511f53)), p1 = mul(c[2], word(0xcd9e8d57));
      c = {bitXor(bitXor(shift(p1, half), c[1]), word(k0)), bitAnd(p1, mask),
           bitXor(bitXor(shift(p0, half), c[3]), word(k1)), bitAnd(p0, mask)};
    }
    return c;
  }

private:
  Value word(uint64_t value) {
    auto type = RankedTensorType::get({}, n.b.getIntegerType(64, /*isSigned=*/false));
    return n.b.constant(n.loc, DenseElementsAttr::get(type, APInt(64, value)));
  }
  Value mul(Value x, Value y) { return n.emit<MulOp>({x, y}); }
  Value bitAnd(Value x, Value y) { return n.emit<AndOp>({x, y}); }
  Value bitXor(Value x, Value y) { return n.emit<XorOp>({x, y}); }
  Value shift(Value x, Value y) { return n.emit<ShiftRightOp>({x, y}); }

  Node &n;
  uint64_t key, stream;
};

/// The words that a node draws, as many groups of four as its result needs.
class Draw {
public:
  /// `perGroup`: elements of the result that four words make.
  Draw(Node &n, Value shape, int64_t perGroup) : n(n), shape(shape) {
    if (!shape)
      return;
    Type i64 = n.b.getI64Type();
    count = n.emit<ReduceProdOp>(n.b.cast(n.loc, shape, i64),
                                 {{"axes", n.b.getDenseI64ArrayAttr({0})}});
    Value group = n.b.splat(n.loc, {}, i64, double(perGroup));
    Value groups = n.emit<FloorDivOp>(
        {n.emit<AddOp>({count, n.b.splat(n.loc, {}, i64, double(perGroup - 1))}), group});
    Value numbers = n.emit<RangeOp>({n.b.splat(n.loc, {}, i64, 0), groups,
                                     n.b.splat(n.loc, {}, i64, 1)});
    Value counters = n.emit<AddOp>({numbers, advance(groups)});
    Philox philox(n, uint64_t(n.attrs.getInt("seed", 0)), uint64_t(n.attrs.getInt("seed2", 0)));
    if (counters)
      words = philox.words(n.b.cast(n.loc, counters, n.b.getIntegerType(64, false)));
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
  /// The generator's counter, which moves on by the groups that are drawn.
  Value advance(Value groups) {
    auto type = RankedTensorType::get({}, n.b.getI64Type());
    FlatSymbolRefAttr symbol = n.importer.generator(n);
    std::pair<StringRef, Attribute> attrs[] = {{"variable", symbol}, {"type", TypeAttr::get(type)}};
    Value now = n.emit<ReadVariableOp>({}, attrs);
    Value next = n.emit<AddOp>({now, groups});
    if (next)
      n.b.emitOp(AssignVariableOp::getOperationName(), n.loc, next, attrs, 0);
    return now;
  }

  Node &n;
  Value shape, count;
};
} // namespace

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
  Type type = n.type("dtype");
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
  return n.out(draw.arrange(fractions(n, draw, *type)));
}

/// RandomUniformInt: in [low, high), by the remainder.
static LogicalResult buildUniformInt(Node &n) {
  Value low = n.in(1), high = n.in(2);
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
      word = n.emit<AddOp>({word, n.emit<ShiftLeftOp>({draw.words[i + 1],
                                                       n.b.splat(n.loc, {}, u64, 32)})});
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
  Draw draw(n, n.in(0), perGroup(*type));
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
  Draw draw(n, n.in(0), perGroup(*type));
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

void tensorflow::addRandomRows(RowTable &t) {
  StringRef note = "numbers of a generator in the state block, other than TensorFlow's";
  auto add = [&](StringRef op, Build build) { t[op] = {build, "random", note}; };
  add("RandomUniform", buildUniform);
  add("RandomUniformInt", buildUniformInt);
  add("RandomStandardNormal", buildNormal);
  add("TruncatedNormal", buildTruncatedNormal);
}
