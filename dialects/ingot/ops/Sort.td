#ifndef INGOT_OPS_SORT
#define INGOT_OPS_SORT

include "dialects/ingot/ops/Base.td"

def TopKOp : Ingot_PureOp<"top_k"> {
  let summary = "the k largest elements of each row in descending order, and where they are";
  let description = [{
    Over the last dimension; k is a scalar. Of equal elements the first comes
    first. The indices are of type `to`. More than there are end the call with a
    status.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$k, TypeAttr:$to);
  let results = (outs AnyTensor:$values, AnyTensor:$indices);
}

#endif
