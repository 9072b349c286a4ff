#include "passes/tile/Windows.h"

using namespace mlir;
using namespace ingot;

namespace {

/// out[n, oh, ow, oc] = epilogue(sum over kh, kw, ic of
///   x[n, oh * s + kh * d - p, ow * s + kw * d - p, ic] * w[oc / panel, (kh, kw, ic), oc % panel])
///
/// A convolution is the sum over its taps of small matrix products; a tile of
/// pixels times one panel of channels stays in registers across all of them.
class ConvKernel {
public:
  explicit ConvKernel(Emitter &e) : e(e), walk(e) {
    auto x = cast<MemRefType>(e.op.getX().getType());
    channels = e.op->getAttrOfType<DenseI64ArrayAttr>("window").asArrayRef()[2];
    // Columns and channels together: the taps of a row are one run of memory.
    SmallVector<ReassociationIndices> groups = {{0}, {1}, {2, 3}};
    input = memref::CollapseShapeOp::create(e.b, e.loc, e.op.getX(), groups);
    (void)x;
  }

  void emit() {
    bool splitsPanels = e.splitsPanels(walk.rowCount());
    walk.isParallel = !splitsPanels;
    e.panels(e.tile, splitsPanels, [&](const Emitter::Panel &panel) {
      int64_t height = panel.vectors == e.tile.vectors
                           ? e.tile.rows
                           : std::min<int64_t>(14, e.tile.rows * e.tile.vectors / panel.vectors);
      walk.tiles(height, [&](const WindowWalk::Tile &tile) { emitTile(panel, tile); });
    });
  }

private:
  using Values = Emitter::Values;

  void emitTile(const Emitter::Panel &panel, const WindowWalk::Tile &tile) {
    Values sums(tile.pixels * panel.vectors, e.zeroVector());
    sums = e.loop(tile.tapFrom, tile.tapTo, 1, sums, [&](Value tap, ValueRange carried) {
      Value row = walk.inputRow(tile, tap);
      Value depth = e.mul(tap, walk.horizontal.taps * channels);
      if (!tile.start && walk.isDense())
        return taps(panel, tile, row, depth, 0, walk.horizontal.taps * channels, carried);
      Values next(carried);
      for (int64_t kw = 0; kw < walk.horizontal.taps; ++kw)
        next = taps(panel, tile, row, e.add(depth, kw * channels), kw, channels, next);
      return next;
    });
    SmallVector<Values> rows;
    for (int64_t p = 0; p < tile.pixels; ++p)
      rows.push_back(Values(ArrayRef(sums).slice(p * panel.vectors, panel.vectors)));
    e.store(rows, panel, [&](int64_t p) {
      return Values{tile.image, tile.row, e.add(tile.first, p), panel.column};
    });
  }

  /// Adds `count` steps of depth from horizontal tap `kw` on, for the pixels
  /// that it reaches.
  Values taps(const Emitter::Panel &panel, const WindowWalk::Tile &tile, Value row, Value depth,
              int64_t kw, int64_t count, ValueRange carried) {
    SmallVector<int64_t> pixels;
    for (int64_t p = 0; p < tile.pixels; ++p)
      if (walk.reaches(tile, p, kw))
        pixels.push_back(p);
    Values result(carried), active, columns;
    for (int64_t p : pixels) {
      columns.push_back(e.mul(walk.inputColumn(tile, p, kw), channels));
      for (int64_t v = 0; v < panel.vectors; ++v)
        active.push_back(carried[p * panel.vectors + v]);
    }
    if (pixels.empty())
      return result;
    active = e.loop(e.index(0), e.index(count), 1, active, [&](Value c, ValueRange sums) {
      Values w, next;
      for (int64_t v = 0; v < panel.vectors; ++v)
        w.push_back(vector::LoadOp::create(
            e.b, e.loc, e.vectorType(), e.op.getW(),
            ValueRange{panel.index, e.add(depth, c), e.index(v * e.tile.lanes)}));
      for (size_t i = 0; i < pixels.size(); ++i) {
        Value x = e.broadcast(memref::LoadOp::create(
            e.b, e.loc, input, ValueRange{tile.image, row, e.add(columns[i], c)}));
        for (int64_t v = 0; v < panel.vectors; ++v)
          next.push_back(e.fma(x, w[v], sums[i * panel.vectors + v]));
      }
      return next;
    });
    for (auto [i, p] : llvm::enumerate(pixels))
      for (int64_t v = 0; v < panel.vectors; ++v)
        result[p * panel.vectors + v] = active[i * panel.vectors + v];
    return result;
  }

  Emitter &e;
  WindowWalk walk;
  int64_t channels;
  Value input;
};

} // namespace

void ingot::emitConv(Emitter &e) { ConvKernel(e).emit(); }
