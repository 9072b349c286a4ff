#include "passes/tile/DotLayout.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot;

int64_t DotLayout::steps() const { return llvm::divideCeil(run, group); }

int64_t DotLayout::offset(int64_t step) const {
  return std::max<int64_t>(0, std::min(step * group, run - group));
}

static DotLayout layoutOf(const TargetFacts &facts, bool isUnsigned) {
  DotLayout layout;
  if (facts.dot == "vpdpbusd" || facts.dot == "sdot")
    layout.group = 4;
  else if (facts.dot == "pmaddwd")
    layout.group = 2;
  // One factor of vpdpbusd is unsigned, none of sdot.
  layout.flips = facts.dot == "vpdpbusd" ? !isUnsigned : facts.dot == "sdot" && isUnsigned;
  return layout;
}

DotLayout DotLayout::ofMatmul(const TargetFacts &facts, int64_t depth, bool isUnsigned) {
  DotLayout layout = layoutOf(facts, isUnsigned);
  layout.run = depth;
  return layout;
}

DotLayout DotLayout::ofWindow(const TargetFacts &facts, ArrayRef<int64_t> window, int64_t dilation,
                              bool isUnsigned) {
  // Taps of a few channels, as those of an image, share a step.
  constexpr int64_t kMaxJoined = 32;
  DotLayout layout = layoutOf(facts, isUnsigned);
  int64_t height = window[0], width = window[1], channels = window[2];
  layout.joinsTaps =
      dilation == 1 && channels % layout.group != 0 && width * channels <= kMaxJoined;
  layout.run = layout.joinsTaps ? width * channels : channels;
  layout.runs = layout.joinsTaps ? height : height * width;
  return layout;
}

DotLayout DotLayout::ofDepthwise(const TargetFacts &facts, ArrayRef<int64_t> window,
                                 bool isUnsigned) {
  DotLayout layout = layoutOf(facts, isUnsigned);
  layout.run = layout.group;
  layout.runs = llvm::divideCeil(window[0], layout.group) * window[1];
  return layout;
}

RegisterTile ingot::chooseDotTile(const TargetFacts &facts, int64_t columns) {
  RegisterTile tile;
  tile.lanes = std::max<int64_t>(1, facts.vectorBytes / 4);
  const int64_t most = facts.registers >= 32 ? 4 : 2;
  int64_t needed = ShapedType::isDynamic(columns)
                       ? 1
                       : std::max<int64_t>(1, llvm::divideCeil(columns, tile.lanes));
  // As even as possible: the last panel should not be a narrow one.
  tile.vectors = llvm::divideCeil(needed, llvm::divideCeil(needed, most));
  int64_t accumulators = facts.registers >= 32 ? 24 : facts.vectorBytes > 16 ? 10 : 8;
  tile.rows = std::min<int64_t>(accumulators / tile.vectors, 12);
  return tile;
}
