#ifndef INGOT_PASSES_TILE_WINDOWS_H
#define INGOT_PASSES_TILE_WINDOWS_H

#include "passes/tile/Emitter.h"

namespace ingot {

/// Tap k of output o reads input o * stride + k * dilation - pad.
struct WindowAxis {
  int64_t taps, stride, dilation, pad;

  int64_t input(int64_t output, int64_t tap) const {
    return output * stride + tap * dilation - pad;
  }
};

/// What convolutions and depthwise convolutions share: the walk over output
/// rows and over tiles of pixels within a row, and which taps reach the input.
///
/// Rows near the border run fewer taps. Tiles of pixels are of three sorts:
/// those in the inside, in one loop, whose taps all reach the input; and those
/// at either end, whose position is known, so that each tap's pixels are too.
class WindowWalk {
public:
  explicit WindowWalk(Emitter &e);

  /// A run of pixels of one output row.
  struct Tile {
    mlir::Value image, row;       ///< indices of out
    mlir::Value first;            ///< first pixel
    std::optional<int64_t> start; ///< the same where some taps miss the input
    int64_t pixels;
    mlir::Value tapFrom, tapTo; ///< vertical taps that reach the input
  };
  bool isParallel = false; ///< threads share the rows, or the images if there are few rows
  /// Of all images, as far as is known.
  int64_t rowCount() const;
  /// Calls `body` for every tile of at most `height` pixels.
  void tiles(int64_t height, llvm::function_ref<void(const Tile &)> body);
  /// The same for depthwise convolutions, with one vector of channels after the other
  /// for each tile.
  void channelTiles(llvm::function_ref<void(const Emitter::Panel &, const Tile &)> body);

  /// True if horizontal tap `tap` of pixel `p` of the tile reaches the input.
  bool reaches(const Tile &tile, int64_t p, int64_t tap) const;
  /// Input row of a vertical tap.
  mlir::Value inputRow(const Tile &tile, mlir::Value tap);
  /// Input column of horizontal tap `tap` of pixel `p`.
  mlir::Value inputColumn(const Tile &tile, int64_t p, int64_t tap);

  /// True if some vertical taps of some rows do not reach the input.
  bool hasVerticalBorder() const;

  WindowAxis vertical, horizontal;
  /// All horizontal taps of a tile in the inside lie side by side.
  bool isDense() const { return horizontal.dilation == 1; }

private:
  void rowTiles(mlir::Value image, mlir::Value row, mlir::Value tapFrom, mlir::Value tapTo,
                int64_t height, llvm::function_ref<void(const Tile &)> body);

  Emitter &e;
  mlir::Value inputHeight;
  int64_t inputWidth; ///< kDynamic where not known; then nothing is padded
  int64_t outputWidth;
};

} // namespace ingot

#endif
