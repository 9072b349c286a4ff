#include "compiler/frontends/tflite/integer/FixedCode.h"
#include "compiler/frontends/tflite/integer/Rows.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

// LOGISTIC and TANH of 16-bit numbers, by one table of the logistic function.
// Source: Logistic and Tanh in tensorflow/lite/kernels/internal/reference/integer_ops/.

/// The logistic function at i / 24 with 16 fractional bits, moved by half the error that
/// straight lines between the entries would have half-way. The last one is the limit.
static Value sigmoidTable(Node &n) {
  auto f = [](double i) { return 65536.0 / (1.0 + std::exp(-i / 24.0)); };
  SmallVector<int32_t> table;
  for (int i = 0; i < 255; ++i) {
    double error = f(i + 0.5) - (f(i) + f(i + 1)) / 2;
    table.push_back(int32_t(std::round(f(i) + error / 2)));
  }
  table.push_back(UINT16_MAX);
  auto type = RankedTensorType::get({256}, n.b.getI32Type());
  return n.b.constant(n.loc, DenseIntElementsAttr::get(type, ArrayRef<int32_t>(table)));
}

namespace {
/// x * multiplier / 2^shift, rounded with halves up, is in steps of 1 / (3 * 4096).
struct InputFactor {
  int64_t multiplier, shift;
};
} // namespace

/// Scales that are powers of two, up to `largestShift` above 2^-12, become factors of 3.
/// Source: TanhPrepare and SigmoidPrepare in tensorflow/lite/kernels/activations.cc.
static FailureOr<InputFactor> inputFactor(Node &n, float scale, int64_t largestShift) {
  float log = std::log(scale) * (1.0f / std::log(2.0f)), rounded = std::round(log);
  double above = 12 + double(rounded);
  if (std::fabs(log - rounded) < 1e-3f && above >= 0 && above <= double(largestShift))
    return InputFactor{int64_t(3) << int64_t(above), 0};
  double multiplier = double(scale) * 4096.0 * 3.0;
  int64_t shift = 0;
  for (; multiplier <= 32767.0 / 2.0 && shift <= 30; multiplier *= 2)
    ++shift;
  if (multiplier >= 65535.0 || shift > 30)
    return n.fail("the input's scale is out of range");
  return InputFactor{int64_t(multiplier), shift};
}

namespace {
/// x in the table's steps, and the straight line between the two entries around |x|.
struct Interpolation {
  Value x, value; ///< value has 16 + `bits` fractional bits
  Value isBeyond; ///< |x| is not in the table
};
} // namespace

/// Of |x| the lowest `bits` are between the entries.
static Interpolation interpolated(Node &n, InputFactor factor, int64_t bits) {
  FixedCode c(n);
  int64_t half = factor.shift > 0 ? int64_t(1) << (factor.shift - 1) : 0;
  Value x = c.shiftRight(c.add(c.mul(c.wide(n.in(0)), factor.multiplier), half), factor.shift);
  Value magnitude = c.magnitude(x), table = sigmoidTable(n);
  Value index = c.shiftRight(magnitude, bits);
  auto entry = [&](Value at) {
    Value byte =
        n.b.cast(n.loc, c.minimum(at, c.number(255)), n.b.getIntegerType(8, /*isSigned=*/false));
    return c.wide(n.emit<LookupOp>({byte, table}));
  };
  Value below = entry(index), above = entry(c.add(index, 1));
  Value rest = n.emit<AndOp>({magnitude, c.number((int64_t(1) << bits) - 1)});
  Value line = c.add(c.mul(below, int64_t(1) << bits), c.mul(rest, c.sub(above, below)));
  return {x, line, n.emit<GreaterEqualOp>({index, c.number(255)})};
}

/// The output must have 15 fractional bits; the input no zero point.
static LogicalResult checkOutput(Node &n, const Tensor &output) {
  if (zeroPointOf(*n.given(0)) != 0 || zeroPointOf(output) != 0)
    return n.fail("16-bit numbers have a zero point other than 0");
  return scaleOf(output) == 1.0f / 32768 ? success() : n.fail("the output's scale must be 1/32768");
}

static FailureOr<InputFactor> checkedFactor(Node &n, int64_t largestShift) {
  auto output = outputOf(n, 1, {Storage::INT16});
  if (failed(output) || failed(checkOutput(n, **output)))
    return failure();
  return inputFactor(n, scaleOf(*n.given(0)), largestShift);
}

LogicalResult tflite::buildLogistic16(Node &n) {
  constexpr int kBits = 9;
  auto factor = checkedFactor(n, 0);
  if (failed(factor))
    return failure();
  FixedCode c(n);
  auto [x, value, isBeyond] = interpolated(n, *factor, kBits);
  value = c.select(isBeyond, c.number(0x7FFF << 10), value);
  Value mirrored = c.sub(c.number((1 << (16 + kBits)) + (1 << 9) - 1), value);
  Value result = c.select(c.isNegative(x), mirrored, c.add(value, 1 << 9));
  return n.out(n.b.cast(n.loc, c.shiftRight(result, 10), n.b.getI16Type()));
}

/// tanh(x) = 2 * logistic(2 x) - 1
LogicalResult tflite::buildTanh16(Node &n) {
  constexpr int kBits = 8;
  constexpr int64_t kOne = 1 << 23;
  auto factor = checkedFactor(n, 1);
  if (failed(factor))
    return failure();
  FixedCode c(n);
  auto [x, value, isBeyond] = interpolated(n, *factor, kBits);
  value = c.select(isBeyond, c.number(0xFFFF << 8), value);
  Value mirrored = c.sub(c.number(kOne + (1 << 7) - 1), value);
  Value result = c.select(c.isNegative(x), mirrored, c.sub(value, kOne - (1 << 7)));
  return n.out(n.b.cast(n.loc, c.shiftRight(result, 8), n.b.getI16Type()));
}
