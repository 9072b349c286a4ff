#include "compiler/frontends/tflite/integer/FixedCode.h"
#include "compiler/frontends/tflite/integer/FixedMath.h"
#include "compiler/frontends/tflite/integer/Interpolation.h"
#include "compiler/frontends/tflite/integer/Rows.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

//===--- Rows -------------------------------------------------------------------===//

/// A fold over the last dimension, which stays as one of 1.
template <class OpT> static Value overRow(Node &n, Value x) {
  if (!x)
    return {};
  return n.emit<OpT>(x, {{"axes", n.b.getDenseI64ArrayAttr({n.rank(x) - 1})},
                         {"keep_dims", n.b.getBoolAttr(true)}});
}

/// x - the row's largest number, in 32 bits.
static Value belowMaximum(Node &n, Value x) {
  auto wide = [&](Value v) { return n.b.cast(n.loc, v, n.b.getI32Type()); };
  return n.emit<SubOp>({wide(x), wide(overRow<ReduceMaxOp>(n, x))});
}

static LogicalResult checkRank(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  return n.rank(x) > 0 ? success() : n.fail("needs a tensor of rank 1 or more");
}

//===--- 8 bits -----------------------------------------------------------------===//

namespace {
/// The differences d from the row's maximum, from 0 to 255: -d * scale with 5 integer
/// bits, and its exponential with 31 fractional ones.
struct Differences {
  SmallVector<int32_t> scaled, exps; ///< exps are 0 beyond the radius
  FixedPoint factor;
  int64_t radius = 0; ///< the largest d whose -d * scale has 5 integer bits
};
} // namespace

/// Source: SoftmaxPrepare in tensorflow/lite/kernels/activations.cc.
static FailureOr<Differences> differences(Node &n, double scale) {
  constexpr int kIntegerBits = 5, kFraction = 31 - kIntegerBits;
  double steps = std::min(scale * (1 << kFraction), 2147483647.0);
  auto factor = fixedPoint(n, steps);
  if (failed(factor) || steps <= 1)
    return n.fail("the input's scale is out of range for a softmax");
  double radius =
      double((1 << kIntegerBits) - 1) * (1 << kFraction) / double(int64_t(1) << factor->shift);
  Differences result;
  result.factor = *factor;
  result.radius = int64_t(std::floor(radius));
  for (int32_t d = 0; d <= 255; ++d) {
    int32_t value = mulHigh(int32_t(uint32_t(-d) << factor->shift), factor->multiplier);
    result.scaled.push_back(value);
    result.exps.push_back(d <= result.radius ? fixedExp(value) : 0);
  }
  return result;
}

static Value tableOf(Node &n, ArrayRef<int32_t> entries) {
  auto type = RankedTensorType::get({int64_t(entries.size())}, n.b.getI32Type());
  return n.b.constant(n.loc, DenseIntElementsAttr::get(type, entries));
}

/// The kernels know only one scale of the output, by its type.
static LogicalResult buildSoftmax8(Node &n, const Tensor &x, const Tensor &output) {
  if (!is8Bit(&x) || isPerChannel(x) || !isQuantized(output) ||
      !(isOf(&output, {Storage::INT16}) || x.type == output.type))
    return n.refuseTypes();
  double beta = n.options<schema::SoftmaxOptions>().beta();
  auto d = differences(n, beta * double(scaleOf(x)));
  if (failed(d))
    return failure();
  Type to = tflite::elementType(n.b.getContext(), output.type);
  return n.out(n.emit<FixedSoftmaxOp>({n.in(0), tableOf(n, d->exps)}, {{"to", TypeAttr::get(to)}}));
}

//===--- 16 bits ----------------------------------------------------------------===//

/// The exponentials of x below the row's maximum, with 15 fractional bits: x from -10 to
/// 0 fills the table's range.
static Value exponentials16(Node &n, float scale) {
  constexpr int kRange = UINT16_MAX;
  double beta = n.options<schema::SoftmaxOptions>().beta();
  float rescale = scale * float(beta);
  auto factor = fixedPoint(n, double(rescale) / (10.0 / 65535.0));
  if (failed(factor))
    return {};
  Requantization how{{*factor}};
  how.zeroPoint = INT16_MAX;
  how.to = Storage::INT16;
  how.range = boundsOf(Storage::INT16);
  auto table = interpolationTable<double>(10.0 / kRange, INT16_MAX, 2.0 / kRange, 0,
                                          [](double v) { return std::exp(v); });
  Value x = requantize(n, belowMaximum(n, n.in(0)), how);
  return n.emit<LookupOp>({x, shortTable(n, table)});
}

/// 1 / sum with 15 fractional bits, of the sum's 16 highest bits behind the first.
static Value reciprocal16(Node &n, Value sum, Value zeros) {
  constexpr int kRange = UINT16_MAX;
  auto table = interpolationTable<double>(1.0 / kRange, INT16_MIN, 2.0 / kRange, 0,
                                          [](double v) { return 1.0 / (1.0 + v); });
  FixedCode c(n);
  Value shifted = c.shiftLeft(sum, c.sub(zeros, 1));
  shifted = c.shiftRight(c.add(shifted, 1 << 13), 14);
  Value index = c.clamp(c.sub(shifted, (1 << 15) + (1 << 16)), INT16_MIN, INT16_MAX);
  return n.emit<LookupOp>({n.b.cast(n.loc, index, n.b.getI16Type()), shortTable(n, table)});
}

/// Source: SoftmaxInt16 in tensorflow/lite/kernels/internal/reference/softmax.h.
static LogicalResult buildSoftmax16(Node &n, const Tensor &x, const Tensor &output) {
  if (!isOf(&output, {Storage::INT16}) || isPerChannel(x) || isPerChannel(output))
    return n.refuseTypes();
  if (zeroPointOf(x) != 0 || zeroPointOf(output) != 0)
    return n.fail("16-bit numbers have a zero point other than 0");
  FixedCode c(n);
  Value exps = exponentials16(n, scaleOf(x));
  Value sum = c.wide(overRow<ReduceSumOp>(n, n.b.cast(n.loc, exps, n.b.getI32Type())));
  Value zeros = c.leadingZeros(sum), factor = c.wide(reciprocal16(n, sum, zeros));
  Value bits = c.sub(c.number(31), zeros);
  Value half = c.shiftLeft(c.number(1), c.sub(bits, 1));
  Value result = c.shiftRight(c.add(c.mul(c.wide(exps), factor), half), bits);
  return n.out(n.b.cast(n.loc, c.clamp(result, 0, INT16_MAX), n.b.getI16Type()));
}

static LogicalResult buildSoftmax(Node &n) {
  auto output = n.output(0);
  const Tensor *x = n.given(0);
  if (failed(output) || failed(checkRank(n)))
    return failure();
  return isOf(x, {Storage::INT16}) ? buildSoftmax16(n, *x, **output)
                                   : buildSoftmax8(n, *x, **output);
}

//===--- Logarithms -------------------------------------------------------------===//

/// The least difference that counts, as the kernels have it, for a row's logarithm.
static FailureOr<Value> leastDifference(Node &n, const Differences &d, Value log) {
  FixedCode c(n);
  double inverse = double(int64_t(1) << (31 - d.factor.shift)) / d.factor.multiplier;
  auto factor = fixedPointBelowOne(n, inverse);
  if (failed(factor))
    return failure();
  Value least =
      c.scaled(c.add(log, INT32_MIN), {c.number(factor->multiplier), c.number(factor->shift)});
  return c.maximum(c.number(-d.radius - 1), least);
}

/// Source: LogSoftmax in tensorflow/lite/kernels/internal/reference/integer_ops/log_softmax.h;
/// the kernel for unsigned numbers does the same.
static LogicalResult buildLogSoftmax(Node &n) {
  auto output = output8Bit(n, 1);
  if (failed(output) || failed(checkRank(n)))
    return failure();
  Bounds range = boundsOf((*output)->type);
  if (scaleOf(**output) != 1.0f / 16 || zeroPointOf(**output) != range.high)
    return n.fail("the output's scale must be 1/16, its zero point " + Twine(range.high));
  auto d = differences(n, double(scaleOf(*n.given(0))));
  if (failed(d))
    return failure();
  constexpr int kSumBits = 12, kOutputShift = 31 - 5 - 4;
  FixedCode c(n);
  Value x = n.in(0), below = belowMaximum(n, x);
  Value index = n.b.cast(n.loc, n.emit<NegOp>(below), n.b.getIntegerType(8, /*isSigned=*/false));
  auto entry = [&](ArrayRef<int32_t> table) {
    return c.wide(n.emit<LookupOp>({index, tableOf(n, table)}));
  };
  Value sum = overRow<ReduceSumOp>(n, c.roundedShift(entry(d->exps), kSumBits));
  Value log = c.log(sum);
  auto least = leastDifference(n, *d, log);
  if (failed(least))
    return failure();
  Value result = c.roundedShift(c.sub(entry(d->scaled), log), kOutputShift);
  result = c.clamp(c.add(result, zeroPointOf(**output)), range.low, range.high);
  Value counts = n.emit<GreaterOp>({c.wide(below), *least});
  return n.out(n.b.cast(n.loc, c.select(counts, result, c.number(range.low)), n.element(x)));
}

//===--- Norms ------------------------------------------------------------------===//

/// Source: L2Normalization in
/// tensorflow/lite/kernels/internal/reference/{integer_ops/,}l2normalization.h; that for
/// unsigned numbers takes the output's 7 bits before it multiplies.
static LogicalResult buildL2Normalization(Node &n) {
  constexpr int kBits = 7;
  auto output = output8Bit(n, 1);
  if (failed(output) || failed(checkRank(n)))
    return failure();
  bool isSigned = (*output)->type == Storage::INT8;
  if (scaleOf(**output) != 1.0f / 128 || zeroPointOf(**output) != (isSigned ? 0 : 128))
    return n.fail("the output's scale must be 1/128, its zero point the middle");
  if (n.options<schema::L2NormOptions>().fused_activation_function() != Activation::NONE)
    return n.fail("a fused activation is not supported");
  FixedCode c(n);
  Value x = centered(n, n.in(0), *n.given(0), 32);
  Value sum = overRow<ReduceSumOp>(n, n.emit<SquareOp>(x));
  FixedCode::Factor factor = c.inverseSqrt(c.wide(sum));
  if (isSigned)
    factor.shift = c.add(factor.shift, kBits);
  Value numbers = isSigned ? c.wide(x) : c.mul(c.wide(x), 1 << kBits);
  Bounds range = boundsOf((*output)->type);
  Value result = c.add(c.scaled(numbers, factor), zeroPointOf(**output));
  result = c.clamp(result, range.low, range.high);
  return n.out(n.b.cast(n.loc, result, n.element(n.in(0))));
}

void tflite::addIntegerSoftmaxRows(RowTable &t) {
  t[Builtin::SOFTMAX].buildQuantized = buildSoftmax;
  t[Builtin::LOG_SOFTMAX].buildQuantized = buildLogSoftmax;
  t[Builtin::L2_NORMALIZATION].buildQuantized = buildL2Normalization;
}
