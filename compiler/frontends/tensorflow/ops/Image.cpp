#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

static LogicalResult buildResize(Node &n, StringRef mode) {
  bool alignCorners = n.attrs.getBool("align_corners", false);
  bool halfPixels = n.attrs.getBool("half_pixel_centers", false);
  return n.out(n.emit<ResizeOp>({n.in(0), n.in(1)},
                                {{"mode", n.b.getStringAttr(mode)},
                                 {"align_corners", n.b.getBoolAttr(alignCorners)},
                                 {"half_pixel_centers", n.b.getBoolAttr(halfPixels)}}));
}

void tensorflow::addImageRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "image", ""}; };
  add("ResizeBilinear", [](Node &n) { return buildResize(n, "bilinear"); });
  add("ResizeNearestNeighbor", [](Node &n) { return buildResize(n, "nearest"); });
}
