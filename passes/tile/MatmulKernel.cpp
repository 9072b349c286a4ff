#include "passes/tile/Rows.h"

using namespace mlir;
using namespace ingot;

namespace {

/// out[m, n] = epilogue(sum over k of x[m, k] * w[k, n]), with an optional
/// leading batch dimension in x and out, and in w if it is not packed.
class MatmulKernel {
public:
  explicit MatmulKernel(Emitter &e) : e(e) {
    auto x = cast<MemRefType>(e.op.getX().getType());
    isBatched = x.getRank() == 3;
    depth = e.extent(e.op.getX(), x.getRank() - 1);
    rows = e.extent(e.op.getX(), x.getRank() - 2);
  }

  void emit() {
    if (!isBatched)
      return emitPanels({}, /*isSplit=*/true);
    auto count = e.constant(e.extent(e.op.getX(), 0));
    bool hasMany = !count || *count >= e.kManyParts;
    auto matrix = [&](Value n) { emitPanels(n, !hasMany); };
    e.loop(e.index(0), e.extent(e.op.getX(), 0), 1, matrix, hasMany);
  }

private:
  /// isSplit: threads share the panels, or the rows.
  void emitPanels(Value batch, bool isSplit) {
    RowWalk(e).tiles(rows, isSplit, [&](const Emitter::Panel &panel, Value row, int64_t count) {
      emitTile(batch, row, count, panel);
    });
  }

  Emitter::Values at(Value batch, Value row, Value column) {
    return isBatched ? Emitter::Values{batch, row, column} : Emitter::Values{row, column};
  }

  Value loadWeights(Value batch, Value k, const Emitter::Panel &panel, int64_t v) {
    Value w = e.op.getW();
    if (e.op.getPanel())
      return vector::LoadOp::create(e.b, e.loc, e.vectorType(), w,
                                    ValueRange{panel.index, k, e.index(v * e.tile.lanes)});
    bool hasBatch = cast<MemRefType>(w.getType()).getRank() == 3;
    Emitter::Values position = {k, panel.column};
    if (hasBatch)
      position.insert(position.begin(), batch);
    return e.loadVector(w, position, panel, v);
  }

  void emitTile(Value batch, Value row, int64_t height, const Emitter::Panel &panel) {
    Emitter::Values sums(height * panel.vectors, e.zeroVector());
    sums = e.loop(e.index(0), depth, 1, sums, [&](Value k, ValueRange carried) {
      Emitter::Values w, next;
      for (int64_t v = 0; v < panel.vectors; ++v)
        w.push_back(loadWeights(batch, k, panel, v));
      for (int64_t r = 0; r < height; ++r) {
        Value x = e.broadcast(
            memref::LoadOp::create(e.b, e.loc, e.op.getX(), at(batch, e.add(row, r), k)));
        for (int64_t v = 0; v < panel.vectors; ++v)
          next.push_back(e.fma(x, w[v], carried[r * panel.vectors + v]));
      }
      return next;
    });
    SmallVector<Emitter::Values> tile;
    for (int64_t r = 0; r < height; ++r)
      tile.push_back(Emitter::Values(ArrayRef(sums).slice(r * panel.vectors, panel.vectors)));
    e.store(tile, panel, [&](int64_t r) { return at(batch, e.add(row, r), panel.column); });
  }

  Emitter &e;
  bool isBatched;
  Value depth, rows;
};

} // namespace

void ingot::emitMatmul(Emitter &e) { MatmulKernel(e).emit(); }
