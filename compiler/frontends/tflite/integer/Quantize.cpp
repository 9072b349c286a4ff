#include "compiler/frontends/tflite/integer/Integer.h"
#include "compiler/frontends/tflite/integer/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

namespace {
/// What quantize and dequantize have as attributes.
struct Scales {
  Scales(Node &n, const Tensor &tensor) {
    const auto &q = *tensor.quantization;
    SmallVector<float> values(q.scale()->begin(), q.scale()->end());
    SmallVector<int64_t> zeros(q.zero_point()->begin(), q.zero_point()->end());
    attributes = {{"scales", n.b.getDenseF32ArrayAttr(values)},
                  {"zero_points", n.b.getDenseI64ArrayAttr(zeros)}};
    if (values.size() > 1)
      attributes.push_back({"axis", n.b.getI64IntegerAttr(q.quantized_dimension())});
  }
  SmallVector<std::pair<StringRef, Attribute>> attributes;
};
} // namespace

/// From one scale to another, of one type or two.
static LogicalResult buildRequantize(Node &n, const Tensor &input, const Tensor &output) {
  if (isPerChannel(input) || isPerChannel(output))
    return n.refuseTypes();
  auto factor = fixedPoint(n, double(scaleOf(input)) / double(scaleOf(output)));
  return n.out(toOutput(n, n.in(0), factor, Activation::NONE, zeroPointOf(input)));
}

static LogicalResult buildQuantize(Node &n) {
  auto output = n.output(0);
  const Tensor *input = n.given(0);
  if (failed(output) || !input)
    return failure();
  if (isOf(input, {Storage::INT8, Storage::UINT8, Storage::INT16, Storage::INT32}) &&
      isOf(*output, {Storage::INT8, Storage::UINT8, Storage::INT16, Storage::INT32}))
    return buildRequantize(n, *input, **output);
  if (input->type != Storage::FLOAT32 ||
      !isOf(*output, {Storage::INT8, Storage::UINT8, Storage::INT16}))
    return n.refuseTypes();
  Scales scales(n, **output);
  Type to = tflite::elementType(n.b.getContext(), (*output)->type);
  scales.attributes.push_back({"to", TypeAttr::get(to)});
  return n.out(n.emit<QuantizeOp>(n.in(0), scales.attributes));
}

static LogicalResult buildDequantize(Node &n) {
  auto output = n.output(0);
  const Tensor *input = n.given(0);
  if (failed(output) || !input)
    return failure();
  if ((*output)->type != Storage::FLOAT32 ||
      !isOf(input, {Storage::INT8, Storage::UINT8, Storage::INT16}))
    return n.refuseTypes();
  return n.out(n.emit<DequantizeOp>(n.in(0), Scales(n, *input).attributes));
}

void tflite::addIntegerQuantizeRows(RowTable &t) {
  t[Builtin::QUANTIZE] = {nullptr, "quantize", ""};
  t[Builtin::QUANTIZE].buildQuantized = buildQuantize;
  t[Builtin::DEQUANTIZE].buildQuantized = buildDequantize;
}
