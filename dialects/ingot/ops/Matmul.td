#ifndef INGOT_OPS_MATMUL
#define INGOT_OPS_MATMUL

include "dialects/ingot/ops/Base.td"

def MatmulOp : Ingot_PureOp<"matmul"> {
  let summary = "matrix product over the last two dimensions, the others broadcast";
  let description = [{
    `transpose_x` and `transpose_y` swap the last two dimensions of an operand
    first; `conjugate_x` and `conjugate_y` take complex conjugates too. `to` is
    the element type of the result, and of the accumulator unless that is wider
    (16-bit floats accumulate in f32).
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$y,
                       DefaultValuedAttr<BoolAttr, "false">:$transpose_x,
                       DefaultValuedAttr<BoolAttr, "false">:$transpose_y,
                       DefaultValuedAttr<BoolAttr, "false">:$conjugate_x,
                       DefaultValuedAttr<BoolAttr, "false">:$conjugate_y,
                       OptionalAttr<TypeAttr>:$to);
  let results = (outs AnyTensor:$result);
}

#endif
