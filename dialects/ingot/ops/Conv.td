#ifndef INGOT_OPS_CONV
#define INGOT_OPS_CONV

include "dialects/ingot/ops/Base.td"

// Padding of windows: "valid", "same" (TensorFlow's: as even as possible, the
// odd element at the end), "same_centered" (the same, but windows that leave
// elements out because the stride is larger than they are leave out as many
// before as after them) or "explicit" with pads = low and high for each spatial
// dimension. What stands there, and between the elements of a spread input, is
// `pad_value`, 0 if it is not given; `to` is the element type of sums and result
// (integers: by default that of the operands).

def ConvOp : Ingot_PureOp<"conv"> {
  let summary = "convolution over any number of spatial dimensions, channels last";
  let description = [{
    x: [N, S1..Sk, C]; filter: [F1..Fk, C / groups, M]; result: [N, O1..Ok, M].
    The number of groups is C divided by the filter's input channels.
    `input_dilations` puts zeros between the elements of x (transposed
    convolution).
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$filter,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                       DefaultValuedAttr<StrAttr, "\"valid\"">:$padding,
                       OptionalAttr<DenseI64ArrayAttr>:$pads,
                       OptionalAttr<DenseI64ArrayAttr>:$input_dilations,
                       OptionalAttr<I64Attr>:$pad_value, OptionalAttr<TypeAttr>:$to);
  let results = (outs AnyTensor:$result);
}

def DepthwiseConvOp : Ingot_PureOp<"depthwise_conv"> {
  let summary = "convolution of each channel by itself, channels last";
  let description = [{
    x: [N, S1..Sk, C]; filter: [F1..Fk, C, D]; result: [N, O1..Ok, C * D], where
    channel c * D + d is channel c of x with filter [.., c, d].
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$filter,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                       DefaultValuedAttr<StrAttr, "\"valid\"">:$padding,
                       OptionalAttr<DenseI64ArrayAttr>:$pads,
                       OptionalAttr<I64Attr>:$pad_value, OptionalAttr<TypeAttr>:$to);
  let results = (outs AnyTensor:$result);
}

def TransposedConvOp : Ingot_PureOp<"transposed_conv"> {
  let summary = "the gradient of a convolution with respect to its input";
  let description = [{
    The filter [F1..Fk, C, M], strides, dilations and padding are those of a
    convolution that makes x: [N, O1..Ok, M] from the result [N, S1..Sk, C].
    `sizes` is the vector S1..Sk: several sizes of the result can belong to one
    of x.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$filter, AnyTensor:$sizes,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                       DefaultValuedAttr<StrAttr, "\"valid\"">:$padding,
                       OptionalAttr<DenseI64ArrayAttr>:$pads,
                       OptionalAttr<I64Attr>:$pad_value, OptionalAttr<TypeAttr>:$to);
  let results = (outs AnyTensor:$result);
  let extraClassDeclaration = [{
    /// windowDims of the convolution that this one turns around.
    ::llvm::SmallVector<::ingot::WindowDims, 3> forwardWindows(::ingot::ShapeAnalysis &shapes);
  }];
}

#endif
