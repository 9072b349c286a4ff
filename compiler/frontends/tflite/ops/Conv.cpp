#include "compiler/frontends/tflite/ops/Window.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// The bias, if there is one, and the fused activation.
static LogicalResult finish(Node &n, Value y, size_t bias, Activation activation) {
  if (n.has(bias))
    y = n.emit<AddOp>({y, n.in(bias)});
  return n.out(y, activation);
}

static LogicalResult checkRanks(Node &n, Value x, Value filter, int64_t rank) {
  if (!x || !filter)
    return failure();
  if (n.rank(x) != rank || n.rank(filter) != rank)
    return n.fail("needs an input and a filter of rank " + Twine(rank) + ", not " +
                  Twine(n.rank(x)) + " and " + Twine(n.rank(filter)));
  return success();
}

/// Strides and dilations by height and width.
template <class Options> struct PlaneAttributes {
  PlaneAttributes(Node &n, const Options &o)
      : strides(n.b.getDenseI64ArrayAttr({o.stride_h(), o.stride_w()})),
        dilations(n.b.getDenseI64ArrayAttr({o.dilation_h_factor(), o.dilation_w_factor()})),
        padding(paddingAttr(n, o.padding())) {}
  DenseI64ArrayAttr strides, dilations;
  StringAttr padding;
};

/// CONV_2D: the filter is [outputs, height, width, inputs].
static LogicalResult buildConv2D(Node &n) {
  const auto &options = n.options<schema::Conv2DOptions>();
  Value x = n.in(0), filter = n.in(1);
  if (failed(checkRanks(n, x, filter, 4)))
    return failure();
  PlaneAttributes attrs(n, options);
  filter = n.b.transpose(n.loc, filter, {1, 2, 3, 0});
  Value y = n.emit<ConvOp>({x, filter}, {{"strides", attrs.strides},
                                         {"dilations", attrs.dilations},
                                         {"padding", attrs.padding}});
  return finish(n, y, 2, options.fused_activation_function());
}

/// DEPTHWISE_CONV_2D: the filter is [1, height, width, channels * multiplier].
static LogicalResult buildDepthwiseConv2D(Node &n) {
  const auto &options = n.options<schema::DepthwiseConv2DOptions>();
  Value x = n.in(0), filter = n.in(1);
  if (failed(checkRanks(n, x, filter, 4)))
    return failure();
  auto channels = n.b.shapes.dims(x)[3].constant(), outputs = n.b.shapes.dims(filter)[3].constant();
  auto height = n.b.shapes.dims(filter)[1].constant(), width = n.b.shapes.dims(filter)[2].constant();
  if (!channels || !outputs || !height || !width)
    return n.fail("the numbers of channels and the filter's size must be known");
  if (*channels == 0 || *outputs % *channels != 0 || !n.b.shapes.dims(filter)[0].is(1))
    return n.fail("a filter for " + Twine(*outputs) + " channels does not fit an input of " +
                  Twine(*channels));
  PlaneAttributes attrs(n, options);
  filter = n.b.reshape(n.loc, filter, {*height, *width, *channels, *outputs / *channels});
  Value y = n.emit<DepthwiseConvOp>({x, filter}, {{"strides", attrs.strides},
                                                  {"dilations", attrs.dilations},
                                                  {"padding", attrs.padding}});
  return finish(n, y, 2, options.fused_activation_function());
}

/// The entries of a transposed convolution's output shape that are spatial.
static Value spatialSizes(Node &n, Value shape, int64_t spatial) {
  if (!shape)
    return {};
  if (n.rank(shape) != 1 || !n.b.shapes.dims(shape)[0].is(spatial + 2))
    return n.refuse("the output shape needs " + Twine(spatial + 2) + " entries");
  return n.b.pick(n.loc, shape, llvm::to_vector(llvm::seq<int64_t>(1, spatial + 1)));
}

/// TRANSPOSE_CONV: (output shape, filter [outputs, height, width, inputs], x, bias).
static LogicalResult buildTransposeConv(Node &n) {
  const auto &options = n.options<schema::TransposeConvOptions>();
  Value filter = n.in(1), x = n.in(2), sizes = spatialSizes(n, n.in(0), 2);
  if (!sizes || failed(checkRanks(n, x, filter, 4)))
    return failure();
  filter = n.b.transpose(n.loc, filter, {1, 2, 0, 3});
  auto strides = n.b.getDenseI64ArrayAttr({options.stride_h(), options.stride_w()});
  Value y = n.emit<TransposedConvOp>({x, filter, sizes},
                                     {{"strides", strides},
                                      {"dilations", n.b.getDenseI64ArrayAttr({1, 1})},
                                      {"padding", paddingAttr(n, options.padding())}});
  return finish(n, y, 3, options.fused_activation_function());
}

/// CONV_3D and CONV_3D_TRANSPOSE: filters as the dialect has them.
template <bool isTransposed> static LogicalResult buildConv3D(Node &n) {
  const auto &o = n.options<schema::Conv3DOptions>();
  Value x = n.in(isTransposed ? 2 : 0), filter = n.in(1);
  if (failed(checkRanks(n, x, filter, 5)))
    return failure();
  auto strides = n.b.getDenseI64ArrayAttr({o.stride_d(), o.stride_h(), o.stride_w()});
  auto dilations = n.b.getDenseI64ArrayAttr(
      {o.dilation_d_factor(), o.dilation_h_factor(), o.dilation_w_factor()});
  std::pair<StringRef, Attribute> attrs[] = {{"strides", strides},
                                             {"dilations", dilations},
                                             {"padding", paddingAttr(n, o.padding())}};
  Value y = isTransposed
                ? n.emit<TransposedConvOp>({x, filter, spatialSizes(n, n.in(0), 3)}, attrs)
                : n.emit<ConvOp>({x, filter}, attrs);
  return finish(n, y, isTransposed ? 3 : 2, o.fused_activation_function());
}

void tflite::addConvRows(RowTable &t) {
  auto add = [&](Builtin op, Build build) { t[op] = {build, "conv", ""}; };
  add(Builtin::CONV_2D, buildConv2D);
  add(Builtin::DEPTHWISE_CONV_2D, buildDepthwiseConv2D);
  add(Builtin::TRANSPOSE_CONV, buildTransposeConv);
  add(Builtin::CONV_3D, buildConv3D<false>);
  add(Builtin::CONV_3D_TRANSPOSE, buildConv3D<true>);
}
