#ifndef INGOT_OPS_POOL
#define INGOT_OPS_POOL

include "dialects/ingot/ops/Base.td"

class Ingot_PoolOp<string mnemonic> : Ingot_PureOp<mnemonic> {
  let description = [{
    x: [N, S1..Sk, C]. `window` and `strides` have one entry for each spatial
    dimension; padding as for convolutions, but padded elements do not count.
  }];
  let arguments = (ins AnyTensor:$x, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides,
                       DefaultValuedAttr<StrAttr, "\"valid\"">:$padding,
                       OptionalAttr<DenseI64ArrayAttr>:$pads);
  let results = (outs AnyTensor:$result);
}

def MaxPoolOp : Ingot_PoolOp<"max_pool"> { let summary = "largest element of each window"; }
def AvgPoolOp : Ingot_PoolOp<"avg_pool"> { let summary = "mean of each window"; }

#endif
