#include "compiler/frontends/tflite/integer/FixedMath.h"
#include "compiler/frontends/tflite/integer/Interpolation.h"
#include "compiler/frontends/tflite/integer/Rows.h"

#include <cmath>
#include <functional>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

//===--- Tables of real functions ---------------------------------------------===//

using Function = std::function<float(float)>;

namespace {
/// The scales of an operator's input and output.
struct Scaling {
  Scaling(const Tensor &input, const Tensor &output)
      : scale(scaleOf(input)), outputScale(scaleOf(output)), zero(zeroPointOf(input)),
        outputZero(zeroPointOf(output)) {}
  float scale, outputScale;
  int32_t zero, outputZero;
};
} // namespace

/// A whole number as the closest one of `type`; that of NaN is the least.
static int64_t saturated(float value, Storage type) {
  Bounds range = boundsOf(type);
  if (!(value > float(range.low)))
    return range.low;
  return value < float(range.high) ? int64_t(value) : range.high;
}

/// All 256 values, in single precision.
/// Source: LUTPopulateInt8 in tensorflow/lite/kernels/internal/common.h.
static Value tableOf8Bits(Node &n, const Tensor &x, const Tensor &output, const Function &f) {
  Scaling s(x, output);
  float inverse = 1 / s.outputScale;
  return lookup(n, n.in(0), x.type, output.type, [&](int64_t q) {
    float rounded = std::round(f(s.scale * float(int32_t(q) - s.zero)) * inverse);
    return saturated(rounded + float(s.outputZero), output.type);
  });
}

static Value tableOf16Bits(Node &n, const Tensor &x, const Tensor &output, const Function &f) {
  Scaling s(x, output);
  auto entries = interpolationTable<float>(s.scale, s.zero, s.outputScale, s.outputZero, f);
  return n.emit<LookupOp>({n.in(0), shortTable(n, entries)});
}

static Value table(Node &n, const Tensor &output, const Function &f) {
  const Tensor &x = *n.given(0);
  return x.type == Storage::INT16 ? tableOf16Bits(n, x, output, f) : tableOf8Bits(n, x, output, f);
}

template <float (*f)(float)> static LogicalResult buildFunction(Node &n) {
  auto output = output8Bit(n, 1);
  return failed(output) ? failure() : n.out(table(n, **output, f));
}

static float logistic(float x) { return 1.0f / (1.0f + std::exp(-x)); }
static float tanhOf(float x) { return std::tanh(x); }
static float elu(float x) { return x < 0.0f ? std::expm1(x) : x; }

/// By the complement of erf, which keeps the digits of very negative x.
static float gelu(float x) { return 0.5f * x * std::erfc(x * -float(M_SQRT1_2)); }
static float approximateGelu(float x) {
  constexpr float kFactor = float(M_2_SQRTPI * M_SQRT1_2);
  return 0.5f * x * (1.0f + std::tanh(kFactor * (x + 0.044715f * x * x * x)));
}

static LogicalResult buildGelu(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::UINT8, Storage::INT16});
  bool isApproximate = n.options<schema::GeluOptions>().approximate();
  return failed(output) ? failure()
                        : n.out(table(n, **output, isApproximate ? approximateGelu : gelu));
}

static LogicalResult buildTanh(Node &n) {
  return isOf(n.given(0), {Storage::INT16}) ? buildTanh16(n) : buildFunction<tanhOf>(n);
}

/// The kernels refuse any other scale of the output.
static LogicalResult buildLogistic(Node &n) {
  if (isOf(n.given(0), {Storage::INT16}))
    return buildLogistic16(n);
  auto output = output8Bit(n, 1);
  if (failed(output))
    return failure();
  if (scaleOf(**output) != 1.0f / 256)
    return n.fail("the output's scale must be 1/256");
  return buildFunction<logistic>(n);
}

static LogicalResult buildExp(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::INT16});
  return failed(output) ? failure()
                        : n.out(table(n, **output, [](float x) { return std::exp(x); }));
}

/// The least number of the output where there is no logarithm.
static LogicalResult buildLog(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::INT16});
  if (failed(output))
    return failure();
  float least = float(boundsOf((*output)->type).low - zeroPointOf(**output)) * scaleOf(**output);
  return n.out(table(n, **output, [&](float x) { return x <= 0.0f ? least : std::log(x); }));
}

//===--- Inverse square roots -------------------------------------------------===//

/// The kernels refuse what stands for a negative number when they run.
static LogicalResult checkNotNegative(Node &n, Value x, int64_t zero) {
  if (!x)
    return failure();
  Value isFine = n.emit<GreaterEqualOp>({x, integer(n, n.element(x), zero)});
  SmallVector<int64_t> axes;
  for (int64_t d = 0; d < n.rank(x); ++d)
    axes.push_back(d);
  Value all = n.emit<ReduceAllOp>(isFine, {{"axes", n.b.getDenseI64ArrayAttr(axes)}});
  if (!all)
    return failure();
  AssertOp::create(n.b, n.loc, all, "the square root of a negative number");
  return success();
}

/// In fixed point with 20 more bits; 0 gives the largest number.
/// Source: RsqrtEvalQuantizedInt8 in tensorflow/lite/kernels/elementwise.cc.
static FailureOr<Value> rsqrtOf8Bits(Node &n, const Tensor &x, const Tensor &output) {
  constexpr int kBits = 20;
  Scaling s(x, output);
  float root = std::sqrt(s.scale) * s.outputScale;
  auto factor = fixedPoint(n, 1.0 / root);
  if (failed(factor))
    return failure();
  Bounds range = boundsOf(output.type);
  return lookup(n, n.in(0), x.type, output.type, [&](int64_t q) {
    int32_t value = int32_t(q) - s.zero;
    if (value <= 0)
      return range.high;
    FixedPoint inverse = inverseSqrt(value);
    int32_t data = scaled(1, {inverse.multiplier, inverse.shift + kBits});
    int64_t result = scaled(data, {factor->multiplier, factor->shift - kBits});
    return std::clamp(result + s.outputZero, range.low, range.high);
  });
}

static LogicalResult buildRsqrt(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::INT16});
  if (failed(output))
    return failure();
  const Tensor &x = *n.given(0);
  if (failed(checkNotNegative(n, n.in(0), zeroPointOf(x))))
    return failure();
  if (x.type == Storage::INT16) {
    float most = float(INT16_MAX) * scaleOf(**output);
    return n.out(
        table(n, **output, [&](float v) { return v <= 0.0f ? most : 1.0f / std::sqrt(v); }));
  }
  auto result = rsqrtOf8Bits(n, x, **output);
  return failed(result) ? failure() : n.out(*result);
}

//===--- Hard swish -------------------------------------------------------------===//

namespace {
/// A factor in 16 bits, as hard swish has it.
struct ShortFactor {
  explicit ShortFactor(FixedPoint factor)
      : multiplier(factor.multiplier >= INT32_MAX - (1 << 15)
                       ? INT16_MAX
                       : (factor.multiplier + (1 << 15)) >> 16),
        shift(factor.shift) {}
  int32_t multiplier, shift;
};
} // namespace

static int32_t saturated(int32_t x) { return std::clamp<int32_t>(x, INT16_MIN, INT16_MAX); }
/// round(x * y / 2^15), halves up.
static int32_t shortMulHigh(int32_t x, int32_t y) { return saturated((x * y + (1 << 14)) >> 15); }

/// x + 3 limited to [0, 6] and divided by 6, with 15 fractional bits.
static int32_t gate(int32_t x, ShortFactor factor) {
  if (factor.shift > 0)
    x = saturated(saturatingShiftLeft(x, std::min(factor.shift - 1, 16)));
  x = shortMulHigh(x, factor.multiplier);
  if (factor.shift > 0)
    x = saturated(x * 2);
  if (factor.shift < 0)
    x = roundedShift(x, std::min(-factor.shift, 31));
  return (x + (1 << 15)) >> 1;
}

/// Of all 8-bit numbers, in 16-bit fixed point.
/// Source: HardSwish in tensorflow/lite/kernels/internal/reference/hard_swish.h and
/// HardSwishPrepare in tensorflow/lite/kernels/activations.cc.
static LogicalResult buildHardSwish(Node &n) {
  auto output = output8Bit(n, 1);
  if (failed(output))
    return failure();
  const Tensor &x = *n.given(0);
  Scaling s(x, **output);
  float fine = (1.0f / 128.0f) * s.scale;
  float scale = fine / s.outputScale, gateScale = fine / (3.0f / 32768.0f);
  auto outputFixed = fixedPoint(n, scale), gateFixed = fixedPoint(n, gateScale);
  if (failed(outputFixed) || failed(gateFixed))
    return failure();
  if (outputFixed->shift > 0)
    return n.fail("the output's scale is too small for hard swish");
  ShortFactor outputFactor(*outputFixed), gateFactor(*gateFixed);
  Bounds range = boundsOf((*output)->type);
  return n.out(lookup(n, n.in(0), x.type, (*output)->type, [&](int64_t q) {
    int32_t value = (int32_t(q) - s.zero) * 128;
    int32_t product = gate(value, gateFactor) * shortMulHigh(value, outputFactor.multiplier);
    int32_t result = roundedShift(product / (1 << 15), std::min(-outputFactor.shift, 31));
    return std::clamp<int64_t>(result + s.outputZero, range.low, range.high);
  }));
}

void tflite::addIntegerFunctionRows(RowTable &t) {
  auto add = [&](Builtin op, Build build) { t[op].buildQuantized = build; };
  add(Builtin::LOGISTIC, buildLogistic);
  add(Builtin::TANH, buildTanh);
  add(Builtin::ELU, buildFunction<elu>);
  add(Builtin::GELU, buildGelu);
  add(Builtin::EXP, buildExp);
  add(Builtin::LOG, buildLog);
  add(Builtin::RSQRT, buildRsqrt);
  add(Builtin::HARD_SWISH, buildHardSwish);
}
