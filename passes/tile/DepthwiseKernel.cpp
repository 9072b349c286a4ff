#include "passes/tile/Windows.h"

using namespace mlir;
using namespace ingot;

namespace {

/// out[n, oh, ow, c] = epilogue(sum over kh, kw of
///   x[n, oh * s + kh * d - p, ow * s + kw * d - p, c] * w[kh, kw, c])
///
/// A tile is a run of pixels times one vector of channels; channels go fastest,
/// so that input and output are read and written in order.
class DepthwiseKernel {
public:
  explicit DepthwiseKernel(Emitter &e) : e(e), walk(e) {}

  void emit() {
    walk.channelTiles(
        [&](const Emitter::Panel &panel, const WindowWalk::Tile &tile) { emitTile(panel, tile); });
  }

private:
  using Values = Emitter::Values;

  void emitTile(const Emitter::Panel &panel, const WindowWalk::Tile &tile) {
    Values sums(tile.pixels, e.zeroVector());
    sums = e.loop(tile.tapFrom, tile.tapTo, 1, sums, [&](Value tap, ValueRange carried) {
      Value row = walk.inputRow(tile, tap);
      Values next(carried);
      for (int64_t kw = 0; kw < walk.horizontal.taps; ++kw) {
        Value w = e.loadVector(e.op.getW(), {tap, e.index(kw), panel.column}, panel, 0);
        for (int64_t p = 0; p < tile.pixels; ++p)
          if (walk.reaches(tile, p, kw)) {
            Values at = {tile.image, row, walk.inputColumn(tile, p, kw), panel.column};
            next[p] = e.fma(e.loadVector(e.op.getX(), at, panel, 0), w, next[p]);
          }
      }
      return next;
    });
    SmallVector<Values> rows;
    for (Value sum : sums)
      rows.push_back({sum});
    e.store(rows, panel, [&](int64_t p) {
      return Values{tile.image, tile.row, e.add(tile.first, p), panel.column};
    });
  }

  Emitter &e;
  WindowWalk walk;
};

} // namespace

void ingot::emitDepthwise(Emitter &e) { DepthwiseKernel(e).emit(); }
