#include "compiler/frontends/tflite/ops/Rows.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// Arithmetic with a fused activation.
template <class OpT, class Options> static LogicalResult buildFused(Node &n) {
  Value result = n.emit<OpT>(n.tensors());
  return n.out(result, n.options<Options>().fused_activation_function());
}

static LogicalResult buildAddN(Node &n) {
  Value sum = n.in(0);
  for (size_t i = 1; i < n.size(); ++i)
    sum = n.emit<AddOp>({sum, n.in(i)});
  return n.out(sum);
}

//===--- Activations ------------------------------------------------------===//

static LogicalResult buildLeakyRelu(Node &n) {
  double alpha = n.options<schema::LeakyReluOptions>().alpha();
  return n.out(n.emit<LeakyReluOp>(n.in(0), {{"alpha", n.b.getF64FloatAttr(alpha)}}));
}

/// x where it is at least 0, else alpha * x; alpha is broadcast.
static LogicalResult buildPrelu(Node &n) {
  Value x = n.in(0), scaled = n.emit<MulOp>({x, n.in(1)});
  Value isPositive = n.emit<GreaterEqualOp>({x, n.scalar(x, 0)});
  return n.out(n.emit<SelectOp>({isPositive, x, scaled}));
}

static LogicalResult buildReluN1To1(Node &n) { return n.out(n.clamped(n.in(0), -1, 1)); }
static LogicalResult buildRelu0To1(Node &n) { return n.out(n.clamped(n.in(0), 0, 1)); }

/// x * relu6(x + 3) / 6.
static LogicalResult buildHardSwish(Node &n) {
  Value x = n.in(0);
  Value gate = n.emit<Relu6Op>(n.emit<AddOp>({x, n.scalar(x, 3)}));
  return n.out(n.emit<MulOp>({n.emit<MulOp>({x, gate}), n.scalar(x, 1.0 / 6)}));
}

/// x * P(N(0, 1) < x), exactly or by the tanh of Hendrycks and Gimpel 2016. The
/// complement of erf keeps the digits of very negative x.
static LogicalResult buildGelu(Node &n) {
  Value x = n.in(0), half = n.emit<MulOp>({x, n.scalar(x, 0.5)});
  if (!n.options<schema::GeluOptions>().approximate()) {
    Value scaled = n.emit<MulOp>({x, n.scalar(x, -0.70710678118654752)});
    return n.out(n.emit<MulOp>({half, n.emit<ErfcOp>(scaled)}));
  }
  Value cube = n.emit<MulOp>({n.emit<SquareOp>(x), x});
  Value inner = n.emit<AddOp>({x, n.emit<MulOp>({cube, n.scalar(x, 0.044715)})});
  Value tanh = n.emit<TanhOp>(n.emit<MulOp>({inner, n.scalar(x, 0.79788456080286536)}));
  return n.out(n.emit<MulOp>({half, n.emit<AddOp>({tanh, n.scalar(x, 1)})}));
}

//===--- Types and choice -------------------------------------------------===//

/// To the output's type.
static LogicalResult buildCast(Node &n) {
  auto output = n.output(0);
  Value x = n.in(0);
  if (failed(output) || !x)
    return failure();
  Type to = tflite::elementType(n.b.getContext(), (*output)->type);
  if (!to)
    return n.fail("casts to a type that cannot be compiled yet");
  return n.out(n.b.cast(n.loc, x, to));
}

/// SELECT: a vector as condition selects rows.
static LogicalResult buildSelect(Node &n) {
  Value condition = n.in(0), x = n.in(1), y = n.in(2);
  if (!condition || !x || !y)
    return failure();
  if (n.rank(condition) == 1 && n.rank(x) > 1)
    condition = n.b.expandDims(n.loc, condition, llvm::to_vector(llvm::seq<int64_t>(1, n.rank(x))));
  return n.out(n.emit<SelectOp>({condition, x, y}));
}

static LogicalResult buildBitcast(Node &n) {
  auto output = n.output(0);
  Value x = n.in(0);
  if (failed(output) || !x)
    return failure();
  Type to = tflite::elementType(n.b.getContext(), (*output)->type);
  if (!to)
    return n.fail("cannot be seen as that type");
  if (n.element(x) == to)
    return n.out(x);
  return n.out(n.emit<BitcastOp>(x, {{"to", TypeAttr::get(to)}}));
}

/// The number of boundaries that are not above x; all of them for NaN.
static LogicalResult buildBucketize(Node &n) {
  const auto *boundaries = n.options<schema::BucketizeOptions>().boundaries();
  Value x = n.in(0);
  if (!x)
    return failure();
  if (!boundaries || boundaries->size() == 0)
    return n.out(filledLike(n, n.b.cast(n.loc, x, n.b.getI32Type()), 0));
  if (!std::is_sorted(boundaries->begin(), boundaries->end()))
    return n.fail("the boundaries must ascend");
  int64_t rank = n.rank(x);
  auto type = RankedTensorType::get({int64_t(boundaries->size())}, n.b.getF32Type());
  Value limits = n.b.constant(
      n.loc, DenseElementsAttr::get(type, ArrayRef(boundaries->data(), boundaries->size())));
  Value column = n.b.expandDims(n.loc, n.b.cast(n.loc, x, n.b.getF32Type()), rank);
  Value isAbove = n.emit<NotOp>(n.emit<LessOp>({column, limits}));
  return n.out(n.emit<ReduceSumOp>(n.b.cast(n.loc, isAbove, n.b.getI32Type()),
                                   {{"axes", n.b.getDenseI64ArrayAttr({rank})}}));
}

using AddRow = llvm::function_ref<void(Builtin, Build)>;

static void addArithmeticRows(AddRow add) {
  add(Builtin::ADD, buildFused<AddOp, schema::AddOptions>);
  add(Builtin::SUB, buildFused<SubOp, schema::SubOptions>);
  add(Builtin::MUL, buildFused<MulOp, schema::MulOptions>);
  add(Builtin::DIV, buildFused<DivOp, schema::DivOptions>);
  add(Builtin::ADD_N, buildAddN);
  add(Builtin::MINIMUM, buildSame<MinimumOp>);
  add(Builtin::MAXIMUM, buildSame<MaximumOp>);
  add(Builtin::POW, buildSame<PowOp>);
  add(Builtin::SQUARED_DIFFERENCE, buildSame<SquaredDifferenceOp>);
  add(Builtin::FLOOR_DIV, buildSame<FloorDivOp>);
  add(Builtin::FLOOR_MOD, buildSame<FloorModOp>);
  add(Builtin::ATAN2, buildSame<Atan2Op>);
  add(Builtin::ABS, buildSame<AbsOp>);
  add(Builtin::COMPLEX_ABS, buildSame<AbsOp>);
  add(Builtin::NEG, buildSame<NegOp>);
  add(Builtin::SIGN, buildSame<SignOp>);
  add(Builtin::SQUARE, buildSame<SquareOp>);
  add(Builtin::FLOOR, buildSame<FloorOp>);
  add(Builtin::CEIL, buildSame<CeilOp>);
  add(Builtin::ROUND, buildSame<RoundOp>);
  add(Builtin::REAL, buildSame<RealOp>);
  add(Builtin::IMAG, buildSame<ImagOp>);
}

static void addFunctionRows(AddRow add) {
  add(Builtin::EXP, buildSame<ExpOp>);
  add(Builtin::LOG, buildSame<LogOp>);
  add(Builtin::SQRT, buildSame<SqrtOp>);
  add(Builtin::RSQRT, buildSame<RsqrtOp>);
  add(Builtin::SIN, buildSame<SinOp>);
  add(Builtin::COS, buildSame<CosOp>);
  add(Builtin::TANH, buildSame<TanhOp>);
  add(Builtin::LOGISTIC, buildSame<SigmoidOp>);
  add(Builtin::RELU, buildSame<ReluOp>);
  add(Builtin::RELU6, buildSame<Relu6Op>);
  add(Builtin::RELU_N1_TO_1, buildReluN1To1);
  add(Builtin::RELU_0_TO_1, buildRelu0To1);
  add(Builtin::ELU, buildSame<EluOp>);
  add(Builtin::LEAKY_RELU, buildLeakyRelu);
  add(Builtin::PRELU, buildPrelu);
  add(Builtin::HARD_SWISH, buildHardSwish);
  add(Builtin::GELU, buildGelu);
}

static void addLogicRows(AddRow add) {
  add(Builtin::EQUAL, buildSame<EqualOp>);
  add(Builtin::NOT_EQUAL, buildSame<NotEqualOp>);
  add(Builtin::LESS, buildSame<LessOp>);
  add(Builtin::LESS_EQUAL, buildSame<LessEqualOp>);
  add(Builtin::GREATER, buildSame<GreaterOp>);
  add(Builtin::GREATER_EQUAL, buildSame<GreaterEqualOp>);
  add(Builtin::LOGICAL_AND, buildSame<AndOp>);
  add(Builtin::LOGICAL_OR, buildSame<OrOp>);
  add(Builtin::LOGICAL_NOT, buildSame<NotOp>);
  add(Builtin::BITWISE_XOR, buildSame<XorOp>);
  add(Builtin::RIGHT_SHIFT, buildSame<ShiftRightOp>);
  add(Builtin::SELECT, buildSelect);
  add(Builtin::SELECT_V2, buildSame<SelectOp>);
  add(Builtin::CAST, buildCast);
  add(Builtin::BUCKETIZE, buildBucketize);
  add(Builtin::BITCAST, buildBitcast);
}

void tflite::addElementwiseRows(RowTable &t) {
  auto add = [&](Builtin op, Build build) { t[op] = {build, "elementwise", ""}; };
  addArithmeticRows(add);
  addFunctionRows(add);
  addLogicRows(add);
}
