#include "compiler/frontends/tflite/ops/Rows.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// DEQUANTIZE of half-precision floats, which have no scale: a conversion.
static LogicalResult buildDequantize(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  if (!isa<FloatType>(n.element(x)))
    return n.fail("dequantizes integers without a scale");
  return n.out(n.b.cast(n.loc, x, n.b.getF32Type()));
}

namespace {
/// The range of a fake quantization, moved so that zero is one of its steps.
/// Source: Jacob et al. 2018, section 3; in single precision as the kernel does it.
struct FakeRange {
  float low, high, scale;
  FakeRange(float min, float max, float first, float last);
};
} // namespace

FakeRange::FakeRange(float min, float max, float first, float last) {
  scale = (max - min) / (last - first);
  float zero = first - min / scale;
  float nudged = zero < first ? first : zero > last ? last : std::round(zero);
  low = (first - nudged) * scale;
  high = (last - nudged) * scale;
}

/// floor(x + 1/2) without the rounding of the sum, for x that are not negative.
static Value roundedHalfUp(Node &n, Value x) {
  Value whole = n.emit<FloorOp>(x), rest = n.emit<SubOp>({x, whole});
  Value isUp = n.emit<GreaterEqualOp>({rest, n.scalar(x, 0.5)});
  return n.emit<SelectOp>({isUp, n.emit<AddOp>({whole, n.scalar(x, 1)}), whole});
}

static LogicalResult buildFakeQuant(Node &n) {
  const auto &o = n.options<schema::FakeQuantOptions>();
  Value x = n.in(0);
  if (!x)
    return failure();
  if (o.num_bits() < 2 || o.num_bits() > 16 || !(o.min() < o.max()))
    return n.fail("a fake quantization to " + Twine(o.num_bits()) +
                  " bits, or its range, is out of range");
  FakeRange range(o.min(), o.max(), o.narrow_range(), float((1 << o.num_bits()) - 1));
  if (!std::isfinite(range.low) || !std::isfinite(range.high) || range.scale == 0)
    return n.fail("the range of a fake quantization is out of range");
  Value offset = n.emit<SubOp>({n.clamped(x, range.low, range.high), n.scalar(x, range.low)});
  Value step = roundedHalfUp(n, n.emit<MulOp>({offset, n.scalar(x, 1.0f / range.scale)}));
  Value y = n.emit<MulOp>({step, n.scalar(x, range.scale)});
  return n.out(n.emit<AddOp>({y, n.scalar(x, range.low)}));
}

/// Sparse constants are dense already.
static LogicalResult buildDensify(Node &n) { return n.out(n.in(0)); }

void tflite::addQuantizeRows(RowTable &t) {
  t[Builtin::DENSIFY] = {buildDensify, "quantize", "", buildDensify};
  t[Builtin::DEQUANTIZE] = {buildDequantize, "quantize", "of half-precision floats"};
  t[Builtin::FAKE_QUANT] = {buildFakeQuant, "quantize", ""};
}
