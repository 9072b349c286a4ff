#ifndef INGOT_OPS_POOL
#define INGOT_OPS_POOL

include "dialects/ingot/ops/Base.td"

def AvgPoolOp : Ingot_PureOp<"avg_pool"> {
  let summary = "mean of each window";
  let description = [{
    x: [N, S1..Sk, C]. `window` and `strides` have one entry for each spatial
    dimension; padding as for convolutions, but padded elements do not count. Means of
    integers are rounded, halves away from zero.
  }];
  let arguments = (ins AnyTensor:$x, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides,
                       DefaultValuedAttr<StrAttr, "\"valid\"">:$padding,
                       OptionalAttr<DenseI64ArrayAttr>:$pads);
  let results = (outs AnyTensor:$result);
}

def MaxPoolOp : Ingot_PureOp<"max_pool"> {
  let summary = "largest element of each window";
  let description = [{
    As avg_pool. NaN is passed over; with `restart_at_nan` it takes the place of what
    came before it in the window, and what follows takes its place.
  }];
  let arguments = (ins AnyTensor:$x, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides,
                       DefaultValuedAttr<StrAttr, "\"valid\"">:$padding,
                       OptionalAttr<DenseI64ArrayAttr>:$pads,
                       DefaultValuedAttr<BoolAttr, "false">:$restart_at_nan);
  let results = (outs AnyTensor:$result);
}

def MaxPoolArgmaxOp : Ingot_PureOp<"max_pool_argmax"> {
  let summary = "largest element of each window and where it is";
  let description = [{
    As max_pool. The index, of type `to`, is ((n * S1 + s1) * .. + sk) * C + c,
    without n unless `include_batch`; of equal elements the first counts.
  }];
  let arguments = (ins AnyTensor:$x, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides,
                       DefaultValuedAttr<StrAttr, "\"valid\"">:$padding,
                       OptionalAttr<DenseI64ArrayAttr>:$pads, TypeAttr:$to,
                       DefaultValuedAttr<BoolAttr, "false">:$include_batch);
  let results = (outs AnyTensor:$result, AnyTensor:$index);
}

def DilationOp : Ingot_PureOp<"dilation"> {
  let summary = "morphological dilation: largest sum of an element of a window and its weight";
  let description = [{
    x: [N, S1..Sk, C] of floats; filter: [F1..Fk, C]; padded elements do not count.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$filter, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$dilations,
                       DefaultValuedAttr<StrAttr, "\"valid\"">:$padding,
                       OptionalAttr<DenseI64ArrayAttr>:$pads);
  let results = (outs AnyTensor:$result);
}

#endif
