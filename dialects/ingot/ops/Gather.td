#ifndef INGOT_OPS_GATHER
#define INGOT_OPS_GATHER

include "dialects/ingot/ops/Base.td"

def GatherOp : Ingot_PureOp<"gather"> {
  let summary = "slices of x along `axis`, one for each index";
  let description = [{
    x: [B1..Bb, P.., N, S..] with N at `axis`; indices: [B1..Bb, I..], where b
    is `batch_dims`; result: [B1..Bb, P.., I.., S..]. An index outside [0, N)
    ends the call.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$indices, I64Attr:$axis,
                       DefaultValuedAttr<I64Attr, "0">:$batch_dims);
  let results = (outs AnyTensor:$result);
}

def GatherNdOp : Ingot_PureOp<"gather_nd"> {
  let summary = "slices of x, one for each vector of indices";
  let description = [{
    x: [B1..Bb, N1..Nk, S..]; indices: [B1..Bb, I.., k]; result:
    [B1..Bb, I.., S..]. An index outside its dimension ends the call.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$indices,
                       DefaultValuedAttr<I64Attr, "0">:$batch_dims);
  let results = (outs AnyTensor:$result);
}

def ScatterNdOp : Ingot_PureOp<"scatter_nd"> {
  let summary = "x with slices changed, one for each vector of indices";
  let description = [{
    x: [N1..Nk, S..]; indices: [I.., k]; updates: [I.., S..]. `mode` is
    "update", "add", "sub", "mul", "max" or "min"; where slices are named more
    than once the updates are applied in order. An index outside its dimension
    ends the call.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$indices, AnyTensor:$updates, StrAttr:$mode);
  let results = (outs AnyTensor:$result);
}

def WhereOp : Ingot_PureOp<"where"> {
  let summary = "coordinates of the elements that are not zero, [count, rank of x], as i64";
  let arguments = (ins AnyTensor:$x);
  let results = (outs AnyTensor:$result);
}

def UniqueOp : Ingot_PureOp<"unique"> {
  let summary = "different elements of a vector, in the order in which they come first";
  let description = [{
    `indices` tells for each element of x where in `values` it is, `counts` how
    often each value comes; both are of the integer type `index`.
  }];
  let arguments = (ins AnyTensor:$x, TypeAttr:$index);
  let results = (outs AnyTensor:$values, AnyTensor:$indices, AnyTensor:$counts);
}

#endif
