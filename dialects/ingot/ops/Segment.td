#ifndef INGOT_OPS_SEGMENT
#define INGOT_OPS_SEGMENT

include "dialects/ingot/ops/Base.td"

def SegmentReduceOp : Ingot_PureOp<"segment_reduce"> {
  let summary = "rows of x folded by the segment that `ids` tells for each";
  let description = [{
    `fold` is sum, mean, prod, max or min. The first dimensions of x are those of
    ids; they give way to one for the segments, `count` of them (a scalar). Rows
    with a negative id are left out. A segment without rows gets 0 (prod: 1; max:
    the lowest, min: the largest finite number).

    Without a count ids is a vector that does not descend and has no negative
    element; there are as many segments as its last element tells, and those
    without rows get 0 (prod: 1).

    Ids that are out of range or out of order end the call with a status.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$ids, Optional<AnyTensor>:$count, StrAttr:$fold);
  let results = (outs AnyTensor:$result);
}

#endif
