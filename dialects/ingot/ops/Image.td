#ifndef INGOT_OPS_IMAGE
#define INGOT_OPS_IMAGE

include "dialects/ingot/ops/Base.td"

def ResizeOp : Ingot_PureOp<"resize"> {
  let summary = "images [N, H, W, C] scaled to `size`, which is [height, width]";
  let description = [{
    `mode` is "nearest" or "bilinear", whose result is f32. With `align_corners`
    the centres of the corner pixels stay where they are, else the edges do;
    `half_pixel_centers` says that pixel i has its centre at i + 0.5, not at i.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$size, StrAttr:$mode, BoolAttr:$align_corners,
                       BoolAttr:$half_pixel_centers);
  let results = (outs AnyTensor:$result);
}

#endif
