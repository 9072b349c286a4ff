#include "compiler/frontends/tflite/integer/Integer.h"
#include "compiler/frontends/tflite/integer/Rows.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

//===--- Sums ---------------------------------------------------------------===//

/// True for 16-bit sums that TensorFlow Lite computes by shifts alone: all scales are
/// powers of two, and the option says so.
static bool isByShifts(Node &n, bool potScale) {
  auto isPowerOfTwo = [](const Tensor &tensor) {
    float log = std::log(scaleOf(tensor)) * (1.0f / std::log(2.0f));
    return std::fabs(log - std::round(log)) < 1e-3f;
  };
  auto output = n.output(0);
  return potScale && n.given(0)->type == Storage::INT16 && isPowerOfTwo(*n.given(0)) &&
         isPowerOfTwo(*n.given(1)) && isPowerOfTwo(**output);
}

/// x in the scale twice the larger one of the operands', with `leftShift` more bits.
static Value rescaled(Node &n, size_t input, double scale, int64_t leftShift) {
  const Tensor &tensor = *n.given(input);
  auto factor = fixedPointBelowOne(n, double(scaleOf(tensor)) / scale);
  if (failed(factor))
    return {};
  Requantization how{{*factor}};
  how.inputZeroPoint = zeroPointOf(tensor);
  how.leftShift = leftShift;
  return requantize(n, n.in(input), how);
}

/// ADD and SUB: both operands in one scale with bits to spare, then that of the output.
/// Source: Prepare in tensorflow/lite/kernels/add.cc.
template <class OpT, class Options> static LogicalResult buildSum(Node &n) {
  const auto &options = n.options<Options>();
  auto output = outputOf(n, 2, {Storage::INT8, Storage::UINT8, Storage::INT16});
  if (failed(output))
    return failure();
  if (isByShifts(n, options.pot_scale_int16()))
    return n.fail("16-bit sums with scales that are powers of two cannot be compiled yet");
  int64_t leftShift = (*output)->type == Storage::INT16 ? 15 : 20;
  double scale = 2 * double(std::max(scaleOf(*n.given(0)), scaleOf(*n.given(1))));
  Value sum = n.emit<OpT>({rescaled(n, 0, scale, leftShift), rescaled(n, 1, scale, leftShift)});
  double back = scale / (double(1 << leftShift) * scaleOf(**output));
  auto factor = std::is_same_v<OpT, AddOp> ? fixedPointBelowOne(n, back) : fixedPoint(n, back);
  return n.out(toOutput(n, sum, factor, options.fused_activation_function()));
}

/// The difference with 7 more bits, squared.
/// Source: Prepare in tensorflow/lite/kernels/squared_difference.cc.
static LogicalResult buildSquaredDifference(Node &n) {
  auto output = outputOf(n, 2, {Storage::INT8});
  if (failed(output))
    return failure();
  constexpr int kLeftShift = 7;
  double scale = 2 * double(std::max(scaleOf(*n.given(0)), scaleOf(*n.given(1))));
  Value difference = n.emit<SquaredDifferenceOp>(
      {rescaled(n, 0, scale, kLeftShift), rescaled(n, 1, scale, kLeftShift)});
  double back = scale * scale / (double(1 << (2 * kLeftShift)) * scaleOf(**output));
  return n.out(toOutput(n, difference, fixedPoint(n, back), Activation::NONE));
}

//===--- Products -----------------------------------------------------------===//

/// The factor is computed in single precision, as in tensorflow/lite/kernels/mul.cc.
static LogicalResult buildMul(Node &n) {
  auto output = outputOf(n, 2, {Storage::INT8, Storage::UINT8, Storage::INT16});
  if (failed(output))
    return failure();
  const Tensor &x = *n.given(0), &y = *n.given(1);
  float scale = scaleOf(x) * scaleOf(y) / scaleOf(**output);
  Value product = n.emit<MulOp>({centered(n, n.in(0), x, 32), centered(n, n.in(1), y, 32)});
  return n.out(toOutput(n, product, fixedPoint(n, scale),
                        n.options<schema::MulOptions>().fused_activation_function()));
}

//===--- Activations --------------------------------------------------------===//

/// RELU and its kin: the output's scale, and its range for [low, high]. The factor is
/// computed in single precision, as in tensorflow/lite/kernels/activations.cc.
template <int low, int high> static LogicalResult buildRelu(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::UINT8, Storage::INT16});
  if (failed(output))
    return failure();
  float scale = scaleOf(*n.given(0)) / scaleOf(**output);
  auto factor = fixedPoint(n, scale);
  auto top = high > 0 ? std::optional<float>(high) : std::nullopt;
  auto range = boundsOf(n, **output, float(low), top);
  if (failed(factor) || failed(range))
    return failure();
  Requantization how{{*factor}};
  how.inputZeroPoint = zeroPointOf(*n.given(0));
  how.zeroPoint = zeroPointOf(**output);
  how.to = (*output)->type;
  how.range = *range;
  return n.out(requantize(n, n.in(0), how));
}

/// One factor for numbers of the sign that `x` shows, another for those below 0.
static LogicalResult bySign(Node &n, Value x, Value positive, Value negative) {
  if (!x || !positive || !negative)
    return failure();
  Value isPositive =
      n.emit<GreaterEqualOp>({x, integer(n, n.element(x), zeroPointOf(*n.given(0)))});
  return n.out(n.emit<SelectOp>({isPositive, positive, negative}));
}

static LogicalResult buildLeakyRelu(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::UINT8, Storage::INT16});
  if (failed(output))
    return failure();
  const Tensor &x = *n.given(0);
  float alpha = n.options<schema::LeakyReluOptions>().alpha();
  float identity = scaleOf(x) / scaleOf(**output), slope = scaleOf(x) * alpha / scaleOf(**output);
  auto scaled = [&](float factor) {
    return toOutput(n, n.in(0), fixedPoint(n, factor), Activation::NONE, zeroPointOf(x));
  };
  return bySign(n, n.in(0), scaled(identity), scaled(slope));
}

static LogicalResult buildPrelu(Node &n) {
  auto output = outputOf(n, 2, {Storage::INT8, Storage::UINT8});
  if (failed(output))
    return failure();
  const Tensor &x = *n.given(0), &alpha = *n.given(1);
  float identity = scaleOf(x) / scaleOf(**output);
  float slope = scaleOf(x) * scaleOf(alpha) / scaleOf(**output);
  Value product = n.emit<MulOp>({centered(n, n.in(0), x, 32), centered(n, n.in(1), alpha, 32)});
  return bySign(n, n.in(0),
                toOutput(n, n.in(0), fixedPoint(n, identity), Activation::NONE, zeroPointOf(x)),
                toOutput(n, product, fixedPoint(n, slope), Activation::NONE));
}

//===--- Comparisons --------------------------------------------------------===//

/// Both operands with 8 more bits, each by its scale; equal where these are equal. Numbers of
/// 16 bits are compared as they are.
/// Source: ComparisonQuantized in tensorflow/lite/kernels/comparisons.cc.
template <class OpT> static LogicalResult buildComparison(Node &n) {
  const Tensor *x = n.given(0), *y = n.given(1);
  if (isOf(x, {Storage::INT16}) && isOf(y, {Storage::INT16}))
    return n.out(n.emit<OpT>(n.tensors()));
  if (!is8Bit(x) || !is8Bit(y) || x->type != y->type || isPerChannel(*x) || isPerChannel(*y))
    return n.refuseTypes();
  Values operands;
  for (size_t i : {0, 1}) {
    auto factor = fixedPointBelowOne(n, scaleOf(*n.given(i)));
    if (failed(factor))
      return failure();
    Requantization how{{*factor}};
    how.inputZeroPoint = zeroPointOf(*n.given(i));
    how.leftShift = 8;
    operands.push_back(requantize(n, n.in(i), how));
  }
  return n.out(n.emit<OpT>(operands));
}

/// The larger or smaller number, whatever it stands for.
template <class OpT> static LogicalResult buildExtreme(Node &n) {
  auto output = outputOf(n, 2, {Storage::INT8, Storage::UINT8, Storage::INT16});
  return failed(output) ? failure() : n.out(n.emit<OpT>(n.tensors()));
}

/// |x|, without a multiplication where the scale stays.
static LogicalResult buildAbs(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::INT16});
  if (failed(output))
    return failure();
  const Tensor &x = *n.given(0);
  Value magnitude = n.emit<AbsOp>(centered(n, n.in(0), x, 32));
  if (!magnitude || scaleOf(x) != scaleOf(**output)) {
    float scale = scaleOf(x) / scaleOf(**output);
    return n.out(toOutput(n, magnitude, fixedPoint(n, scale), Activation::NONE));
  }
  Value moved = n.emit<AddOp>({magnitude, integer(n, n.element(magnitude), zeroPointOf(**output))});
  return n.out(n.b.cast(n.loc, clamped(n, moved, boundsOf((*output)->type)),
                        tflite::elementType(n.b.getContext(), (*output)->type)));
}

/// The kernel (tensorflow/lite/kernels/neg.cc) knows no scales or zero points: the least
/// number stays, as in two's complement.
static LogicalResult buildNeg(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::INT16});
  return failed(output) ? failure() : n.out(n.emit<NegOp>(n.in(0)));
}

void tflite::addIntegerElementwiseRows(RowTable &t) {
  auto add = [&](Builtin op, Build build) { t[op].buildQuantized = build; };
  add(Builtin::ADD, buildSum<AddOp, schema::AddOptions>);
  add(Builtin::SUB, buildSum<SubOp, schema::SubOptions>);
  add(Builtin::SQUARED_DIFFERENCE, buildSquaredDifference);
  add(Builtin::MUL, buildMul);
  add(Builtin::RELU, buildRelu<0, 0>);
  add(Builtin::RELU6, buildRelu<0, 6>);
  add(Builtin::RELU_N1_TO_1, buildRelu<-1, 1>);
  add(Builtin::RELU_0_TO_1, buildRelu<0, 1>);
  add(Builtin::LEAKY_RELU, buildLeakyRelu);
  add(Builtin::PRELU, buildPrelu);
  add(Builtin::ABS, buildAbs);
  add(Builtin::NEG, buildNeg);
  add(Builtin::EQUAL, buildComparison<EqualOp>);
  add(Builtin::NOT_EQUAL, buildComparison<NotEqualOp>);
  add(Builtin::LESS, buildComparison<LessOp>);
  add(Builtin::LESS_EQUAL, buildComparison<LessEqualOp>);
  add(Builtin::GREATER, buildComparison<GreaterOp>);
  add(Builtin::GREATER_EQUAL, buildComparison<GreaterEqualOp>);
  add(Builtin::MAXIMUM, buildExtreme<MaximumOp>);
  add(Builtin::MINIMUM, buildExtreme<MinimumOp>);
}
