#include "compiler/frontends/tensorflow/ops/Formula.h"
#include "compiler/frontends/tensorflow/ops/List.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

/// Ops that map to one op of the dialect with the same operands.
template <class OpT> static LogicalResult buildSame(Node &n) {
  return n.out(n.emit<OpT>(n.tensors()));
}

/// BiasAdd: the bias lies along the channels.
static LogicalResult buildBiasAdd(Node &n) {
  Value x = n.in(0), bias = n.in(1);
  if (!x || !bias)
    return failure();
  bool channelsFirst = n.attrs.getString("data_format", "NHWC").starts_with("NC");
  if (n.rank(x) < 2 || n.rank(bias) != 1)
    return n.fail("needs a tensor of rank 2 or more and a vector");
  if (failed(n.requireSame(bias, 0, x, channelsFirst ? 1 : n.rank(x) - 1,
                           "the bias does not have the size of the channels")))
    return failure();
  if (channelsFirst && n.rank(x) > 2) {
    SmallVector<int64_t> axes;
    for (int64_t d = 1; d < n.rank(x) - 1; ++d)
      axes.push_back(d);
    bias = n.b.expandDims(n.loc, bias, axes);
  }
  return n.out(n.emit<AddOp>({x, bias}));
}

static LogicalResult buildCast(Node &n) {
  Type to = n.type("DstT");
  Value x = n.in(0);
  if (!x || n.b.shapes.elementType(x) == to)
    return n.out(x);
  // Parts of complex numbers are rounded all the same.
  bool truncates = n.attrs.getBool("Truncate", false) && !isa<ComplexType>(n.element(x));
  return n.out(
      n.emit<CastOp>(x, {{"to", TypeAttr::get(to)}, {"truncate", n.b.getBoolAttr(truncates)}}));
}

static LogicalResult buildLeakyRelu(Node &n) {
  double alpha = n.attrs.getFloat("alpha", 0.2f);
  return n.out(n.emit<LeakyReluOp>(n.in(0), {{"alpha", n.b.getF64FloatAttr(alpha)}}));
}

/// Sum of any number of tensors.
static LogicalResult buildAddN(Node &n) {
  if (n.size() > 0 && n.inputs[0].list)
    return outSum(n);
  Value sum = n.in(0);
  for (size_t i = 1; i < n.size(); ++i) {
    if (failed(n.requireSameShape(sum, n.in(i))))
      return failure();
    sum = n.emit<AddOp>({sum, n.in(i)});
  }
  return n.out(sum);
}

static LogicalResult buildClip(Node &n) {
  for (size_t i : {1, 2})
    if (!n.in(i) || (n.rank(n.in(i)) > 0 && failed(n.requireSameShape(n.in(0), n.in(i)))))
      return failure();
  auto clip = [&](Value x, Value low, Value high) {
    return n.emit<MaximumOp>({n.emit<MinimumOp>({x, high}), low});
  };
  Value x = n.in(0), low = n.in(1), high = n.in(2);
  if (!isa<ComplexType>(n.element(x)))
    return n.out(clip(x, low, high));
  // Complex numbers: each part by itself.
  auto part = [&]<class OpT>() {
    return clip(n.emit<OpT>(x), n.emit<OpT>(low), n.emit<OpT>(high));
  };
  Value re = part.operator()<RealOp>(), im = part.operator()<ImagOp>();
  return n.out(n.emit<ComplexOp>({re, im}));
}

/// True if two dimensions that meet are known, differ, and neither is 1.
static bool cannotBroadcast(Node &n, Value x, Value y) {
  ArrayRef<Dim> a = n.b.shapes.dims(x), c = n.b.shapes.dims(y);
  for (size_t i = 1; i <= std::min(a.size(), c.size()); ++i) {
    auto left = a[a.size() - i].constant(), right = c[c.size() - i].constant();
    if (left && right && *left != *right && *left != 1 && *right != 1)
      return true;
  }
  return false;
}

/// Equal and NotEqual: tensors that cannot be broadcast may count as different.
template <class OpT, bool isEqual> static LogicalResult buildEqual(Node &n) {
  Value x = n.in(0), y = n.in(1);
  if (!x || !y)
    return failure();
  if (!n.attrs.getBool("incompatible_shape_error", true) && cannotBroadcast(n, x, y))
    return n.out(n.b.splat(n.loc, {}, n.b.getI1Type(), !isEqual));
  return n.out(n.emit<OpT>({x, y}));
}

/// Select of TensorFlow 1: a vector as condition selects rows.
static LogicalResult buildSelect(Node &n) {
  Value condition = n.in(0), x = n.in(1), y = n.in(2);
  if (!condition || !x || !y)
    return failure();
  int64_t rank = n.rank(x);
  if (failed(n.requireSameShape(x, y)))
    return failure();
  if (n.rank(condition) == 1 && rank > 1) {
    if (failed(n.requireSame(condition, 0, x, 0, "there must be a condition for each row")))
      return failure();
    auto axes = llvm::to_vector(llvm::seq<int64_t>(1, rank));
    condition = n.b.expandDims(n.loc, condition, axes);
  } else if (n.rank(condition) > 0 && failed(n.requireSameShape(condition, x))) {
    return failure();
  }
  return n.out(n.emit<SelectOp>({condition, x, y}));
}

/// Number of boundaries that are not above x, for each x; all of them for NaN.
static LogicalResult buildBucketize(Node &n) {
  std::vector<float> boundaries = n.attrs.getFloats("boundaries");
  Value x = n.in(0);
  if (!x)
    return failure();
  Type i32 = n.b.getI32Type(), element = n.b.shapes.elementType(x);
  if (!std::is_sorted(boundaries.begin(), boundaries.end()))
    return n.fail("boundaries must be sorted");
  if (isa<IntegerType>(element))
    element = n.b.getF32Type();
  int64_t count = boundaries.size(), rank = n.rank(x);
  auto type = RankedTensorType::get({count}, n.b.getF32Type());
  Value bounds = n.b.constant(n.loc, DenseElementsAttr::get(type, ArrayRef<float>(boundaries)));
  Value column = n.b.expandDims(n.loc, n.b.cast(n.loc, x, element), {rank});
  Value below = n.emit<LessOp>({column, n.b.cast(n.loc, bounds, element)});
  Value notBelow = n.b.cast(n.loc, n.emit<NotOp>(below), i32);
  return n.out(n.emit<ReduceSumOp>(notBelow, {{"axes", n.b.getDenseI64ArrayAttr({rank})}}));
}

/// Integers divide towards zero; the quotient of floats is cut.
static LogicalResult buildTruncateDiv(Node &n) {
  Value quotient = n.emit<DivOp>(n.tensors());
  if (!quotient || !isa<FloatType>(n.b.shapes.elementType(quotient)))
    return n.out(quotient);
  Value zero = n.b.splat(n.loc, {}, n.b.shapes.elementType(quotient), 0);
  Value isBelow = n.emit<LessOp>({quotient, zero});
  return n.out(n.emit<SelectOp>({isBelow, n.emit<CeilOp>(quotient), n.emit<FloorOp>(quotient)}));
}

/// Round, Rint. TensorFlow 2.21's kernel gives 0 for integers; tf.round makes no
/// such node.
static LogicalResult buildRound(Node &n) {
  Value x = n.in(0);
  if (x && isa<IntegerType>(n.b.shapes.elementType(x)))
    return n.out(n.emit<SubOp>({x, x}));
  return n.out(n.emit<RoundOp>(x));
}

/// |x - y| < tolerance.
static LogicalResult buildApproximateEqual(Node &n) {
  if (failed(n.requireSameShape(n.in(0), n.in(1))))
    return failure();
  Value distance = n.emit<AbsOp>(n.emit<SubOp>(n.tensors()));
  Formula f{n};
  return n.out(
      n.emit<LessOp>({distance, f.scalar(distance, n.attrs.getFloat("tolerance", 1e-5f))}));
}

/// Derivative `order` of digamma: (-1)^(order + 1) order! zeta(order + 1, x); NaN where
/// the order is no natural number.
static LogicalResult buildPolygamma(Node &n) {
  Value order = n.in(0), x = n.in(1);
  if (!order || !x)
    return failure();
  Formula f{n};
  Value next = f.add(order, 1), two = f.scalar(x, 2), zero = f.scalar(x, 0);
  Value sum = f.mul(n.emit<ExpOp>(n.emit<LgammaOp>(next)), n.emit<ZetaOp>({next, x}));
  Value isEven = n.emit<EqualOp>({n.emit<FloorModOp>({order, two}), zero});
  Value value = n.emit<SelectOp>({isEven, n.emit<NegOp>(sum), sum});
  Value isNatural = n.emit<AndOp>(
      {n.emit<EqualOp>({order, n.emit<FloorOp>(order)}), n.emit<GreaterOp>({order, zero})});
  value = n.emit<SelectOp>({isNatural, value, f.scalar(x, NAN)});
  return n.out(n.emit<SelectOp>({n.emit<EqualOp>({order, zero}), n.emit<DigammaOp>(x), value}));
}

/// CheckNumerics, V2: x if all of it is finite, else the call ends with a status.
static LogicalResult buildCheckNumerics(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, n.rank(x)));
  Value all =
      n.emit<ReduceAllOp>(n.emit<IsFiniteOp>(x), {{"axes", n.b.getDenseI64ArrayAttr(axes)}});
  if (!all)
    return failure();
  AssertOp::create(n.b, n.loc, all,
                   (n.attrs.getString("message") + " : not a number or infinite").str());
  return n.out(x);
}

/// Bessel functions from their scaled forms: without the factor exp(-|x|) of I0 and I1,
/// or exp(x) of K0 and K1.
template <class OpT, class Exponent> static LogicalResult buildUnscaled(Node &n) {
  Value x = n.in(0);
  return n.out(n.emit<MulOp>({n.emit<ExpOp>(n.emit<Exponent>(x)), n.emit<OpT>(x)}));
}

static void addArithmeticRows(llvm::function_ref<void(StringRef, Build)> add) {
  add("Abs", buildSame<AbsOp>);
  add("ComplexAbs", buildSame<AbsOp>);
  add("Neg", buildSame<NegOp>);
  add("Sign", buildSame<SignOp>);
  add("Square", buildSame<SquareOp>);
  add("Inv", buildSame<ReciprocalOp>);
  add("Reciprocal", buildSame<ReciprocalOp>);
  add("Add", buildSame<AddOp>);
  add("AddV2", buildSame<AddOp>);
  add("AddN", buildAddN);
  add("AccumulateNV2", buildAddN);
  add("Sub", buildSame<SubOp>);
  add("Mul", buildSame<MulOp>);
  add("Div", buildSame<DivOp>);
  add("RealDiv", buildSame<DivOp>);
  add("TruncateDiv", buildTruncateDiv);
  add("FloorDiv", buildSame<FloorDivOp>);
  add("FloorMod", buildSame<FloorModOp>);
  add("Mod", buildSame<TruncModOp>);
  add("TruncateMod", buildSame<TruncModOp>);
  add("DivNoNan", buildSame<DivNoNanOp>);
  add("MulNoNan", buildSame<MulNoNanOp>);
  add("SquaredDifference", buildSame<SquaredDifferenceOp>);
  add("Maximum", buildSame<MaximumOp>);
  add("Minimum", buildSame<MinimumOp>);
  add("ClipByValue", buildClip);
  add("Pow", buildSame<PowOp>);
  add("Xlogy", buildSame<XlogyOp>);
  add("Xlog1py", buildSame<Xlog1pyOp>);
  add("Xdivy", buildSame<XdivyOp>);
  add("NextAfter", buildSame<NextAfterOp>);
  add("Floor", buildSame<FloorOp>);
  add("Ceil", buildSame<CeilOp>);
  add("Round", buildRound);
  add("Rint", buildRound);
}

static void addFunctionRows(llvm::function_ref<void(StringRef, Build)> add) {
  add("Exp", buildSame<ExpOp>);
  add("Expm1", buildSame<Expm1Op>);
  add("Log", buildSame<LogOp>);
  add("Log1p", buildSame<Log1pOp>);
  add("Sqrt", buildSame<SqrtOp>);
  add("Rsqrt", buildSame<RsqrtOp>);
  add("Sin", buildSame<SinOp>);
  add("Cos", buildSame<CosOp>);
  add("Tan", buildSame<TanOp>);
  add("Asin", buildSame<AsinOp>);
  add("Acos", buildSame<AcosOp>);
  add("Atan", buildSame<AtanOp>);
  add("Atan2", buildSame<Atan2Op>);
  add("Sinh", buildSame<SinhOp>);
  add("Cosh", buildSame<CoshOp>);
  add("Tanh", buildSame<TanhOp>);
  add("Asinh", buildSame<AsinhOp>);
  add("Acosh", buildSame<AcoshOp>);
  add("Atanh", buildSame<AtanhOp>);
  add("Erf", buildSame<ErfOp>);
  add("Erfc", buildSame<ErfcOp>);
  add("Erfinv", buildSame<ErfinvOp>);
  add("Ndtri", buildSame<NdtriOp>);
  add("Lgamma", buildSame<LgammaOp>);
  add("Digamma", buildSame<DigammaOp>);
  add("Polygamma", buildPolygamma);
  add("BesselI0", buildUnscaled<BesselI0eOp, AbsOp>);
  add("BesselI1", buildUnscaled<BesselI1eOp, AbsOp>);
  add("BesselI0e", buildSame<BesselI0eOp>);
  add("BesselI1e", buildSame<BesselI1eOp>);
  add("BesselJ0", buildSame<BesselJ0Op>);
  add("BesselJ1", buildSame<BesselJ1Op>);
  add("BesselY0", buildSame<BesselY0Op>);
  add("BesselY1", buildSame<BesselY1Op>);
  add("BesselK0e", buildSame<BesselK0eOp>);
  add("BesselK1e", buildSame<BesselK1eOp>);
  add("Dawsn", buildSame<DawsnOp>);
  add("Expint", buildSame<ExpintOp>);
  add("FresnelCos", buildSame<FresnelCosOp>);
  add("FresnelSin", buildSame<FresnelSinOp>);
  add("Spence", buildSame<SpenceOp>);
  add("BesselK0", buildUnscaled<BesselK0eOp, NegOp>);
  add("BesselK1", buildUnscaled<BesselK1eOp, NegOp>);
  add("Igamma", buildSame<IgammaOp>);
  add("Igammac", buildSame<IgammacOp>);
  add("Zeta", buildSame<ZetaOp>);
  add("Relu", buildSame<ReluOp>);
  add("Relu6", buildSame<Relu6Op>);
  add("LeakyRelu", buildLeakyRelu);
  add("Sigmoid", buildSame<SigmoidOp>);
  add("Softplus", buildSame<SoftplusOp>);
  add("Softsign", buildSame<SoftsignOp>);
  add("Elu", buildSame<EluOp>);
  add("Selu", buildSame<SeluOp>);
}

static void addComparisonRows(llvm::function_ref<void(StringRef, Build)> add) {
  add("IsNan", buildSame<IsNanOp>);
  add("IsInf", buildSame<IsInfOp>);
  add("IsFinite", buildSame<IsFiniteOp>);
  add("Equal", buildEqual<EqualOp, true>);
  add("NotEqual", buildEqual<NotEqualOp, false>);
  add("Less", buildSame<LessOp>);
  add("LessEqual", buildSame<LessEqualOp>);
  add("Greater", buildSame<GreaterOp>);
  add("GreaterEqual", buildSame<GreaterEqualOp>);
  add("LogicalAnd", buildSame<AndOp>);
  add("LogicalOr", buildSame<OrOp>);
  add("LogicalNot", buildSame<NotOp>);
  add("BitwiseAnd", buildSame<AndOp>);
  add("BitwiseOr", buildSame<OrOp>);
  add("BitwiseXor", buildSame<XorOp>);
  add("Invert", buildSame<NotOp>);
  add("LeftShift", buildSame<ShiftLeftOp>);
  add("RightShift", buildSame<ShiftRightOp>);
  add("PopulationCount", buildSame<PopulationCountOp>);
  add("Select", buildSelect);
  add("SelectV2", buildSame<SelectOp>);
  add("Bucketize", buildBucketize);
  add("ApproximateEqual", buildApproximateEqual);
  add("CheckNumerics", buildCheckNumerics);
  add("CheckNumericsV2", buildCheckNumerics);
}

void tensorflow::addElementwiseRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "elementwise", ""}; };
  addArithmeticRows(add);
  addFunctionRows(add);
  addComparisonRows(add);
  add("BiasAdd", buildBiasAdd);
  add("BiasAddV1", buildBiasAdd);
  add("Cast", buildCast);
  add("Complex", buildSame<ComplexOp>);
  add("Real", buildSame<RealOp>);
  add("Imag", buildSame<ImagOp>);
  add("Angle", buildSame<AngleOp>);
  add("Conj", buildSame<ConjOp>);
}
