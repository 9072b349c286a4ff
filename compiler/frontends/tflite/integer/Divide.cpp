#include "compiler/frontends/tflite/integer/FixedCode.h"
#include "compiler/frontends/tflite/integer/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// The kernels refuse to divide by what stands for 0 when they run.
static LogicalResult checkNotZero(Node &n, Value y) {
  if (!y)
    return failure();
  Value isFine = n.emit<NotEqualOp>({y, n.scalar(y, 0)});
  SmallVector<int64_t> axes;
  for (int64_t d = 0; d < n.rank(y); ++d)
    axes.push_back(d);
  Value all = n.emit<ReduceAllOp>(isFine, {{"axes", n.b.getDenseI64ArrayAttr(axes)}});
  if (!all)
    return failure();
  AssertOp::create(n.b, n.loc, all, "a division by zero");
  return success();
}

/// The kernel's rounded shift, by more than 31 bits too: it does not mean to, but as
/// compiled for x86-64 it shifts by the lowest five bits then, and has no half to compare
/// with but adds 1 to what is not negative.
static Value shifted(Node &n, Value x, Value bits) {
  FixedCode c(n);
  Value isFar = n.emit<GreaterOp>({bits, c.number(31)});
  Value low = n.emit<AndOp>({bits, c.number(31)});
  Value far = c.add(c.shiftRight(x, low), c.wide(n.emit<GreaterEqualOp>({x, c.number(0)})));
  return c.select(isFar, far, c.roundedShift(x, c.clamp(bits, 0, 31)));
}

/// x / y with as many bits as there are, times the ratio of scales.
/// Source: DivElementwise in tensorflow/lite/kernels/internal/reference/div.h.
static Value quotient(Node &n, Value x, Value y, FixedPoint ratio) {
  FixedCode c(n);
  Value isNegative = c.isNegative(y), minusX = c.sub(c.number(0), x);
  x = c.select(isNegative, minusX, x);
  FixedCode::Factor inverse = c.reciprocal(c.maximum(c.magnitude(y), c.number(1)));
  Value signless = c.select(c.isNegative(x), c.sub(c.number(-1), x), x);
  Value headroom = c.sub(c.leadingZeros(signless), 1);
  Value whole = c.mulHigh(c.shiftLeft(x, headroom), inverse.multiplier);
  Value bits = c.sub(c.add(inverse.shift, headroom), ratio.shift);
  return shifted(n, c.mulHigh(whole, ratio.multiplier), bits);
}

static LogicalResult buildDiv(Node &n) {
  auto output = outputOf(n, 2, {Storage::INT8, Storage::UINT8, Storage::INT16});
  Value x = n.in(0), y = n.in(1);
  if (failed(output) || !x || !y)
    return failure();
  auto activation = n.options<schema::DivOptions>().fused_activation_function();
  auto range = boundsOf(n, **output, activation);
  float scale = scaleOf(*n.given(0)) / (scaleOf(*n.given(1)) * scaleOf(**output));
  auto ratio = fixedPoint(n, scale);
  Value divisor = centered(n, y, *n.given(1), 32);
  if (failed(range) || failed(ratio) || failed(checkNotZero(n, divisor)))
    return failure();
  // Below this the kernel's shifts are in range; above, all quotients saturate.
  constexpr int kLargestShift = 15;
  if (ratio->shift > kLargestShift)
    return n.fail("a ratio of scales is out of range: " + std::to_string(scale));
  FixedCode c(n);
  Value dividend = c.wide(centered(n, x, *n.given(0), 32));
  Value result = c.add(quotient(n, dividend, c.wide(divisor), *ratio), zeroPointOf(**output));
  return n.out(n.b.cast(n.loc, c.clamp(result, range->low, range->high), n.element(x)));
}

void tflite::addIntegerDivideRows(RowTable &t) { t[Builtin::DIV].buildQuantized = buildDiv; }
