#ifndef INGOT_PASSES_TILE_DOTLAYOUT_H
#define INGOT_PASSES_TILE_DOTLAYOUT_H

#include "passes/tile/Tiles.h"

namespace ingot {

/// How the weights of a contraction of bytes lie in memory, so that one instruction adds
/// `group` products to each 32-bit sum:
///
///     [columns / panel][rows][panel][group]
///
/// A row is one step along a run: bytes of the input that lie side by side. The last step
/// of a run ends where the run does; bytes that the step before has had are multiplied by
/// zeros. Columns behind the last one are zeros too.
struct DotLayout {
  int64_t group = 1;      ///< products of one instruction for each sum
  int64_t run = 0;        ///< bytes of the input in a run
  int64_t runs = 1;       ///< runs for each result
  bool flips = false;     ///< the top bits of the input's bytes are inverted
  bool joinsTaps = false; ///< a run is a row of taps, else one tap

  int64_t steps() const;
  /// Row 0 has what sums start from, which makes up for flipped bits.
  int64_t rows() const { return flips + runs * steps(); }
  /// Where a step begins in its run.
  int64_t offset(int64_t step) const;

  static DotLayout ofMatmul(const TargetFacts &facts, int64_t depth, bool isUnsigned);
  /// Of a window [height, width, channels].
  static DotLayout ofWindow(const TargetFacts &facts, llvm::ArrayRef<int64_t> window,
                            int64_t dilation, bool isUnsigned);
  /// Of a depthwise window [height, width]: `group` vertical taps make a step, those of a
  /// group of rows follow each other; panels are one vector wide.
  static DotLayout ofDepthwise(const TargetFacts &facts, llvm::ArrayRef<int64_t> window,
                               bool isUnsigned);
};

/// The tile of 32-bit sums for `columns` (dynamic: ShapedType::kDynamic). Wider than that of
/// floats: each vector of the input takes two instructions.
RegisterTile chooseDotTile(const TargetFacts &facts, int64_t columns);

} // namespace ingot

#endif
