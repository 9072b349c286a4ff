#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Numbers rounded to those that a quantised type has, in floating point.

//===--- FakeQuant --------------------------------------------------------===//

namespace {
/// The numbers that are left, low to high in equal steps, 0 among them.
struct Steps {
  Value low, high, scale;
  Value isNothing; ///< both ends of the range are 0
};
} // namespace

/// TensorFlow moves the ends of the range so that 0 is one of the numbers.
static FailureOr<Steps> nudged(Node &n, Value low, Value high) {
  Formula f{n};
  int64_t bits = n.attrs.getInt("num_bits", 8);
  if (bits < 2 || bits > 16)
    return n.fail("needs 2 to 16 bits");
  if (!low || !high)
    return failure();
  double first = n.attrs.getBool("narrow_range", false) ? 1 : 0, last = double((1 << bits) - 1);
  Value scale = n.emit<DivOp>({f.sub(high, low), f.scalar(low, last - first)});
  Value from = f.sub(f.scalar(low, first), n.emit<DivOp>({low, scale}));
  Value zero = n.emit<FloorOp>(f.add(from, 0.5));
  zero =
      n.emit<MinimumOp>({n.emit<MaximumOp>({zero, f.scalar(zero, first)}), f.scalar(zero, last)});
  auto number = [&](double step) { return f.mul(f.sub(f.scalar(zero, step), zero), scale); };
  Value none = f.scalar(low, 0);
  Value isNothing = n.emit<AndOp>({n.emit<EqualOp>({low, none}), n.emit<EqualOp>({high, none})});
  return Steps{number(first), number(last), scale, isNothing};
}

/// The range: attributes, or operands from `first` on.
static FailureOr<Steps> rangeOf(Node &n, Value x, size_t first) {
  if (!x)
    return failure();
  StringRef op = n.def.op();
  if (op.contains("Args")) {
    double low = n.attrs.getFloat("min", -6.0f), high = n.attrs.getFloat("max", 6.0f);
    if (!(low < high))
      return n.fail("needs min < max");
    return nudged(n, n.scalar(x, low), n.scalar(x, high));
  }
  Value low = n.in(first), high = n.in(first + 1);
  if (!low || !high)
    return failure();
  bool isByChannel = op.contains("PerChannel");
  for (Value end : {low, high}) {
    if (n.rank(end) != isByChannel || (isByChannel && n.rank(x) == 0))
      return n.fail("the range does not fit the input");
    if (isByChannel &&
        failed(n.requireSame(end, 0, x, n.rank(x) - 1, "needs a range for each channel")))
      return failure();
  }
  return nudged(n, low, high);
}

static LogicalResult buildFakeQuant(Node &n) {
  Value x = n.in(0);
  auto steps = rangeOf(n, x, 1);
  if (failed(steps))
    return failure();
  Formula f{n};
  Value clamped = n.emit<MaximumOp>({n.emit<MinimumOp>({x, steps->high}), steps->low});
  Value count = n.emit<DivOp>({f.sub(clamped, steps->low), steps->scale});
  Value y = f.add(f.mul(n.emit<FloorOp>(f.add(count, 0.5)), steps->scale), steps->low);
  return n.out(n.emit<SelectOp>({steps->isNothing, f.scalar(x, 0), y}));
}

/// Gradients of x, and of the ends of the range where they are operands: they get those
/// of the elements beyond them.
static LogicalResult buildFakeQuantGradient(Node &n) {
  Value gradient = n.in(0), x = n.in(1);
  auto steps = rangeOf(n, x, 2);
  if (failed(steps) || !gradient || failed(n.requireSameShape(gradient, x)))
    return failure();
  Formula f{n};
  Value zero = f.scalar(gradient, 0);
  Value isBelow = n.emit<LessOp>({x, steps->low}), isAbove = n.emit<GreaterOp>({x, steps->high});
  Value isInside = n.emit<AndOp>(
      {n.emit<GreaterEqualOp>({x, steps->low}), n.emit<LessEqualOp>({x, steps->high})});
  isInside = n.emit<OrOp>({isInside, steps->isNothing});
  if (!isInside)
    return failure();
  Value inner = f.mul(gradient, n.b.cast(n.loc, isInside, n.element(x)));
  if (StringRef(n.def.op()).contains("Args"))
    return n.out(inner);
  bool isByChannel = n.rank(steps->low) == 1;
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq(n.rank(x) - isByChannel));
  auto sum = [&](Value isBeyond) {
    Value is = n.emit<AndOp>({isBeyond, n.emit<NotOp>(steps->isNothing)});
    return n.emit<ReduceSumOp>(n.emit<SelectOp>({is, gradient, zero}),
                               {{"axes", n.b.getDenseI64ArrayAttr(axes)}});
  };
  return n.out({inner, sum(isBelow), sum(isAbove)});
}

//===--- QuantizeAndDequantize --------------------------------------------===//

namespace {
struct Scaling {
  Value low, high, scale, inverse;
};
} // namespace

/// The largest scale that takes the range into the integers of `bits` (a scalar), 0 to 0.
static Scaling scaling(Node &n, Value low, Value high, Value bits) {
  Formula f{n};
  if (!low || !high || !bits)
    return {};
  bool isSigned = n.attrs.getBool("signed_input", true);
  bool isNarrow = n.attrs.getBool("narrow_range", false);
  Value power = n.emit<PowOp>({f.scalar(low, 2), n.b.cast(n.loc, bits, n.element(low))});
  if (isSigned)
    power = f.mul(power, 0.5);
  Value last = f.add(power, -1);
  Value first = isSigned ? n.emit<NegOp>(isNarrow ? last : power) : f.scalar(low, 0);
  double most = llvm::APFloat::getLargest(cast<FloatType>(n.element(low)).getFloatSemantics())
                    .convertToDouble();
  auto side = [&](Value step, Value end) {
    Value isThere = n.emit<GreaterOp>({f.mul(step, end), f.scalar(end, 0)});
    return n.emit<SelectOp>({isThere, n.emit<DivOp>({step, end}), f.scalar(end, most)});
  };
  Value fromLow = side(first, low), fromHigh = side(last, high);
  Value isLow = n.emit<LessOp>({fromLow, fromHigh});
  auto choose = [&](Value a, Value b) { return n.emit<SelectOp>({isLow, a, b}); };
  Value inverse = choose(n.emit<DivOp>({low, first}), n.emit<DivOp>({high, last}));
  return {choose(low, f.mul(first, inverse)), choose(f.mul(last, inverse), high),
          choose(fromLow, fromHigh), inverse};
}

/// One end of the range: a scalar, or one for each index along `axis`, in a shape that
/// broadcasts with x.
static Value rangeEnd(Node &n, size_t i, Value x, int64_t axis) {
  Value end = n.in(i);
  if (!end)
    return {};
  if (n.rank(end) != (axis >= 0))
    return n.refuse("the range does not fit the input");
  if (axis < 0)
    return end;
  if (failed(n.requireSame(end, 0, x, axis, "needs a range for each channel")))
    return {};
  SmallVector<int64_t> shape(n.rank(x), 1);
  shape[axis] = -1;
  return n.b.reshape(n.loc, end, shape);
}

static FailureOr<int64_t> quantizedAxis(Node &n, Value x) {
  int64_t axis = n.attrs.getInt("axis", -1);
  if (!x || axis < -1 || axis >= n.rank(x))
    return x ? n.fail("there is no axis " + Twine(axis)) : failure();
  return axis;
}

static LogicalResult buildQuantizeAndDequantize(Node &n) {
  Value x = n.in(0);
  auto axis = quantizedAxis(n, x);
  if (failed(axis) || !isa<FloatType>(n.element(x)))
    return failed(axis) ? failure() : n.fail("needs floating-point numbers");
  Value low, high;
  bool isGiven = n.attrs.getBool("range_given", n.def.op() == "QuantizeAndDequantizeV3");
  if (isGiven) {
    if (*axis >= 0 && n.def.op() != "QuantizeAndDequantizeV3")
      return n.fail("a range for each channel, which TensorFlow's kernel refuses too");
    low = rangeEnd(n, 1, x, *axis);
    high = rangeEnd(n, 2, x, *axis);
  } else {
    SmallVector<int64_t> axes;
    for (int64_t d = 0; d < n.rank(x); ++d)
      if (d != *axis)
        axes.push_back(d);
    auto named = {std::pair<StringRef, Attribute>("axes", n.b.getDenseI64ArrayAttr(axes)),
                  std::pair<StringRef, Attribute>("keep_dims", n.b.getBoolAttr(true))};
    low = n.emit<ReduceMinOp>(x, named);
    high = n.emit<ReduceMaxOp>(x, named);
  }
  bool hasBits = n.def.op() == "QuantizeAndDequantizeV3";
  int64_t given = hasBits ? 0 : n.attrs.getInt("num_bits", 8);
  if (!hasBits && (given < 1 || given > 62))
    return n.fail("needs 1 to 62 bits");
  Value bits = hasBits ? n.in(3) : n.b.splat(n.loc, {}, n.b.getI32Type(), double(given));
  Scaling s = scaling(n, low, high, bits);
  Formula f{n};
  Value scaled = isGiven ? n.emit<MaximumOp>({n.emit<MinimumOp>({x, s.high}), s.low}) : x;
  scaled = f.mul(scaled, s.scale);
  bool isHalfUp = n.attrs.getString("round_mode", "HALF_TO_EVEN") == "HALF_UP";
  Value rounded = isHalfUp ? n.emit<FloorOp>(f.add(scaled, 0.5)) : n.emit<RoundOp>(scaled);
  return n.out(f.mul(rounded, s.inverse));
}

/// The gradient passes where x is in the range; the range gets none.
static LogicalResult buildQuantizeAndDequantizeGradient(Node &n) {
  Value gradient = n.in(0), x = n.in(1);
  auto axis = quantizedAxis(n, x);
  if (failed(axis) || !gradient || failed(n.requireSameShape(gradient, x)))
    return failure();
  Value low = rangeEnd(n, 2, x, *axis), high = rangeEnd(n, 3, x, *axis);
  Value isInside =
      n.emit<AndOp>({n.emit<GreaterEqualOp>({x, low}), n.emit<LessEqualOp>({x, high})});
  if (!isInside)
    return failure();
  Value inner = n.emit<MulOp>({gradient, n.b.cast(n.loc, isInside, n.element(x))});
  return n.out({inner, filledLike(n, n.in(2), 0), filledLike(n, n.in(3), 0)});
}

void tensorflow::addQuantizeRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "quantize", ""}; };
  for (StringRef range : {"Args", "Vars", "VarsPerChannel"})
    add(("FakeQuantWithMinMax" + range).str(), buildFakeQuant);
  add("FakeQuantWithMinMaxArgsGradient", buildFakeQuantGradient);
  static constexpr StringLiteral fakePorts[] = {"backprops_wrt_input", "backprop_wrt_min",
                                                "backprop_wrt_max"};
  for (StringRef range : {"Vars", "VarsPerChannel"})
    t[("FakeQuantWithMinMax" + range + "Gradient").str()] = {buildFakeQuantGradient, "quantize", "",
                                                             fakePorts};
  for (StringRef version : {"V2", "V3", "V4"})
    add(("QuantizeAndDequantize" + version).str(), buildQuantizeAndDequantize);
  static constexpr StringLiteral ports[] = {"input_backprop", "input_min_backprop",
                                            "input_max_backprop"};
  t["QuantizeAndDequantizeV4Grad"] = {buildQuantizeAndDequantizeGradient, "quantize", "", ports};
}
