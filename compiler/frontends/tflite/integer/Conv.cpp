#include "compiler/frontends/tflite/ops/Conv.h"
#include "compiler/frontends/tflite/integer/Contract.h"
#include "compiler/frontends/tflite/integer/Hybrid.h"
#include "compiler/frontends/tflite/integer/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// Floats and integer weights: each batch entry of x has its scale. The kernels take
/// asymmetric ranges for depthwise and grouped convolutions, and for weights by channel.
static LogicalResult buildHybrid(Node &n, Convolution &conv, int64_t channels) {
  auto hybrid = HybridContraction::read(n, 0, 1, conv.bias, channels);
  if (failed(hybrid))
    return failure();
  bool isPlain = conv.op == ConvOp::getOperationName() &&
                 n.b.shapes.dims(conv.operands[0])[3] == n.b.shapes.dims(conv.operands[1])[2];
  bool isAsymmetric = !isPlain || hybrid->hasChannelScales();
  conv.operands[0] = hybrid->quantized(conv.operands[0], {1, 2, 3}, isAsymmetric);
  conv.operands[1] = hybrid->weights(conv.operands[1]);
  conv.attributes.push_back({"to", TypeAttr::get(n.b.getI32Type())});
  return n.out(hybrid->finished(conv.emit(n), conv.activation));
}

/// The filter is input 1; its dimension `channels` has the output's channels.
template <FailureOr<Convolution> (*read)(Node &), int64_t channels>
static LogicalResult build(Node &n) {
  auto conv = read(n);
  if (failed(conv))
    return failure();
  bool isTransposed = conv->op == TransposedConvOp::getOperationName();
  if (!isTransposed && isHybrid(n, 0, 1))
    return buildHybrid(n, *conv, channels);
  auto sums =
      IntegerContraction::read(n, isTransposed ? 2 : 0, 1, conv->bias, channels, conv->activation);
  if (failed(sums))
    return failure();
  conv->operands[0] = sums->factor(conv->operands[0], /*isWeights=*/false);
  conv->operands[1] = sums->factor(conv->operands[1], /*isWeights=*/true);
  conv->attributes.push_back({"to", TypeAttr::get(sums->sumType())});
  if (int64_t value = sums->padValue())
    conv->attributes.push_back({"pad_value", n.b.getI64IntegerAttr(value)});
  return n.out(sums->finished(conv->emit(n)));
}

void tflite::addIntegerConvRows(RowTable &t) {
  t[Builtin::CONV_2D].buildQuantized = build<readConv2D, 0>;
  t[Builtin::DEPTHWISE_CONV_2D].buildQuantized = build<readDepthwiseConv2D, 3>;
  t[Builtin::TRANSPOSE_CONV].buildQuantized = build<readTransposeConv, 0>;
}
