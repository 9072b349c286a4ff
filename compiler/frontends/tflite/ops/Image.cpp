#include "compiler/frontends/tflite/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

template <class Options> static LogicalResult buildResize(Node &n, StringRef mode) {
  const auto &options = n.options<Options>();
  return n.out(n.emit<ResizeOp>(
      {n.in(0), n.in(1)}, {{"mode", n.b.getStringAttr(mode)},
                           {"align_corners", n.b.getBoolAttr(options.align_corners())},
                           {"half_pixel_centers", n.b.getBoolAttr(options.half_pixel_centers())}}));
}

static LogicalResult buildBilinear(Node &n) {
  return buildResize<schema::ResizeBilinearOptions>(n, "bilinear");
}
static LogicalResult buildNearest(Node &n) {
  return buildResize<schema::ResizeNearestNeighborOptions>(n, "nearest");
}

void tflite::addImageRows(RowTable &t) {
  t[Builtin::RESIZE_BILINEAR] = {buildBilinear, "image", ""};
  t[Builtin::RESIZE_NEAREST_NEIGHBOR] = {buildNearest, "image", ""};
}
