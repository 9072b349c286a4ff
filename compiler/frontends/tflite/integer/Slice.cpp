#include "compiler/frontends/tflite/integer/Integer.h"
#include "compiler/frontends/tflite/integer/Rows.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// PAD and PADV2: with the number that stands for 0 unless another is given.
static LogicalResult buildPad(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::UINT8, Storage::INT16});
  Value x = n.in(0);
  if (failed(output) || !x)
    return failure();
  Value value = n.has(2) ? n.in(2) : integer(n, n.element(x), zeroPointOf(**output));
  return n.out(n.emit<PadOp>({x, n.in(1), value}));
}

/// Part i in the scale of the output, in single precision.
/// Source: ConcatenationWithScaling in tensorflow/lite/kernels/internal/reference/concatenation.h.
static Value rescaledPart(Node &n, size_t i, const Tensor &output) {
  const Tensor &x = *n.given(i);
  if (scaleOf(x) == scaleOf(output) && zeroPointOf(x) == zeroPointOf(output))
    return n.in(i);
  if (x.type != Storage::UINT8)
    return n.refuse("joins tensors of different scales");
  float scale = scaleOf(x) * (1.0f / scaleOf(output)), bias = -float(zeroPointOf(x)) * scale;
  return lookup(n, n.in(i), x.type, x.type, [&](int64_t q) {
    return clampedTo(std::round(float(q) * scale + bias) + float(zeroPointOf(output)), x.type);
  });
}

static LogicalResult buildConcatenation(Node &n) {
  const auto &options = n.options<schema::ConcatenationOptions>();
  auto output = outputOf(n, n.size(), {Storage::INT8, Storage::UINT8, Storage::INT16});
  if (failed(output))
    return failure();
  Values parts;
  for (size_t i = 0; i < n.size(); ++i)
    parts.push_back(rescaledPart(n, i, **output));
  if (parts.empty() || llvm::is_contained(parts, Value()))
    return parts.empty() ? n.fail("concatenates nothing") : failure();
  if (options.fused_activation_function() != Activation::NONE)
    return n.fail("a fused activation is not supported");
  auto axis = n.axis(options.axis(), n.rank(parts[0]));
  return failed(axis) ? failure() : n.out(n.b.concat(n.loc, parts, *axis));
}

void tflite::addIntegerSliceRows(RowTable &t) {
  t[Builtin::PAD].buildQuantized = buildPad;
  t[Builtin::PADV2].buildQuantized = buildPad;
  t[Builtin::CONCATENATION].buildQuantized = buildConcatenation;
}
