#ifndef INGOT_OPS_LIST
#define INGOT_OPS_LIST

include "dialects/ingot/ops/Base.td"

// A list of N tensors of one shape is a tensor [N, shape...].

def ListGetOp : Ingot_PureOp<"list_get"> {
  let summary = "element `index` (an integer scalar) of a list: [N, E..] to [E..]";
  let description = [{
    An index outside [0, N) ends the call.
  }];
  let arguments = (ins AnyTensor:$list, AnyTensor:$index);
  let results = (outs AnyTensor:$result);
}

def ListSetOp : Ingot_PureOp<"list_set"> {
  let summary = "a list with element `index` replaced";
  let description = [{
    An index outside [0, N), or an element of another shape than the others',
    ends the call.
  }];
  let arguments = (ins AnyTensor:$list, AnyTensor:$index, AnyTensor:$element);
  let results = (outs AnyTensor:$result);
}

#endif
