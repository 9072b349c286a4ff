#include "compiler/frontends/tflite/ops/Conv.h"
#include "compiler/frontends/tflite/ops/Window.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

Value Convolution::emit(Node &n) const {
  if (llvm::is_contained(operands, Value()))
    return {};
  Operation *built = n.b.emitOp(op, n.loc, operands, attributes, 1);
  return built ? built->getResult(0) : Value();
}

/// The float op, its bias and fused activation.
template <FailureOr<Convolution> (*read)(Node &)> static LogicalResult buildFloat(Node &n) {
  auto conv = read(n);
  if (failed(conv))
    return failure();
  Value y = conv->emit(n);
  if (n.has(conv->bias))
    y = n.emit<AddOp>({y, n.in(conv->bias)});
  return n.out(y, conv->activation);
}

static LogicalResult checkRanks(Node &n, Value x, Value filter, int64_t rank) {
  if (!x || !filter)
    return failure();
  if (n.rank(x) != rank || n.rank(filter) != rank)
    return n.fail("needs an input and a filter of rank " + Twine(rank) + ", not " +
                  Twine(n.rank(x)) + " and " + Twine(n.rank(filter)));
  return success();
}

/// Strides, dilations and padding by height and width.
template <class Options> static Convolution::Attributes planeAttributes(Node &n, const Options &o) {
  return {{"strides", n.b.getDenseI64ArrayAttr({o.stride_h(), o.stride_w()})},
          {"dilations", n.b.getDenseI64ArrayAttr({o.dilation_h_factor(), o.dilation_w_factor()})},
          {"padding", paddingAttr(n, o.padding())}};
}

/// The filter is [outputs, height, width, inputs].
FailureOr<Convolution> tflite::readConv2D(Node &n) {
  const auto &options = n.options<schema::Conv2DOptions>();
  Value x = n.in(0), filter = n.in(1);
  if (failed(checkRanks(n, x, filter, 4)))
    return failure();
  return Convolution{ConvOp::getOperationName(),
                     {x, n.b.transpose(n.loc, filter, {1, 2, 3, 0})},
                     planeAttributes(n, options),
                     2,
                     options.fused_activation_function()};
}

/// The filter is [1, height, width, channels * multiplier].
FailureOr<Convolution> tflite::readDepthwiseConv2D(Node &n) {
  const auto &options = n.options<schema::DepthwiseConv2DOptions>();
  Value x = n.in(0), filter = n.in(1);
  if (failed(checkRanks(n, x, filter, 4)))
    return failure();
  auto channels = n.b.shapes.dims(x)[3].constant(), outputs = n.b.shapes.dims(filter)[3].constant();
  auto height = n.b.shapes.dims(filter)[1].constant(),
       width = n.b.shapes.dims(filter)[2].constant();
  if (!channels || !outputs || !height || !width)
    return n.fail("the numbers of channels and the filter's size must be known");
  if (*channels == 0 || *outputs % *channels != 0 || !n.b.shapes.dims(filter)[0].is(1))
    return n.fail("a filter for " + Twine(*outputs) + " channels does not fit an input of " +
                  Twine(*channels));
  filter = n.b.reshape(n.loc, filter, {*height, *width, *channels, *outputs / *channels});
  return Convolution{DepthwiseConvOp::getOperationName(),
                     {x, filter},
                     planeAttributes(n, options),
                     2,
                     options.fused_activation_function()};
}

/// The entries of a transposed convolution's output shape that are spatial.
static Value spatialSizes(Node &n, Value shape, int64_t spatial) {
  if (!shape)
    return {};
  if (n.rank(shape) != 1 || !n.b.shapes.dims(shape)[0].is(spatial + 2))
    return n.refuse("the output shape needs " + Twine(spatial + 2) + " entries");
  return n.b.pick(n.loc, shape, llvm::to_vector(llvm::seq<int64_t>(1, spatial + 1)));
}

/// The operands are (output shape, filter [outputs, height, width, inputs], x, bias).
FailureOr<Convolution> tflite::readTransposeConv(Node &n) {
  const auto &options = n.options<schema::TransposeConvOptions>();
  Value filter = n.in(1), x = n.in(2), sizes = spatialSizes(n, n.in(0), 2);
  if (!sizes || failed(checkRanks(n, x, filter, 4)))
    return failure();
  return Convolution{
      TransposedConvOp::getOperationName(),
      {x, n.b.transpose(n.loc, filter, {1, 2, 0, 3}), sizes},
      {{"strides", n.b.getDenseI64ArrayAttr({options.stride_h(), options.stride_w()})},
       {"dilations", n.b.getDenseI64ArrayAttr({1, 1})},
       {"padding", paddingAttr(n, options.padding())}},
      3,
      options.fused_activation_function()};
}

/// CONV_3D and CONV_3D_TRANSPOSE: filters as the dialect has them.
template <bool isTransposed> static FailureOr<Convolution> readConv3D(Node &n) {
  const auto &o = n.options<schema::Conv3DOptions>();
  Value x = n.in(isTransposed ? 2 : 0), filter = n.in(1);
  if (failed(checkRanks(n, x, filter, 5)))
    return failure();
  auto dilations = n.b.getDenseI64ArrayAttr(
      {o.dilation_d_factor(), o.dilation_h_factor(), o.dilation_w_factor()});
  Convolution conv{
      ConvOp::getOperationName(),
      {x, filter},
      {{"strides", n.b.getDenseI64ArrayAttr({o.stride_d(), o.stride_h(), o.stride_w()})},
       {"dilations", dilations},
       {"padding", paddingAttr(n, o.padding())}},
      2,
      o.fused_activation_function()};
  if (isTransposed) {
    conv.op = TransposedConvOp::getOperationName();
    conv.operands.push_back(spatialSizes(n, n.in(0), 3));
    conv.bias = 3;
  }
  return conv;
}

void tflite::addConvRows(RowTable &t) {
  auto add = [&](Builtin op, Build build) { t[op] = {build, "conv", ""}; };
  add(Builtin::CONV_2D, buildFloat<readConv2D>);
  add(Builtin::DEPTHWISE_CONV_2D, buildFloat<readDepthwiseConv2D>);
  add(Builtin::TRANSPOSE_CONV, buildFloat<readTransposeConv>);
  add(Builtin::CONV_3D, buildFloat<readConv3D<false>>);
  add(Builtin::CONV_3D_TRANSPOSE, buildFloat<readConv3D<true>>);
}
