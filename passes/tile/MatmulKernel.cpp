#include "passes/tile/Emitter.h"

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
    if (hasMany)
      e.parallelLoop(e.index(0), e.extent(e.op.getX(), 0), 1, matrix);
    else
      e.loop(e.index(0), e.extent(e.op.getX(), 0), 1, matrix);
  }

private:
  /// isSplit: threads share the panels, or the rows.
  void emitPanels(Value batch, bool isSplit) {
    auto count = e.constant(rows);
    int64_t tiles = count ? *count / e.tile.rows : ShapedType::kDynamic;
    bool splitsPanels = isSplit && e.splitsPanels(tiles);
    splitsRows = isSplit && !splitsPanels;
    if (!count) { // one value for all panels: they are split together
      dynamicHeight = isSmall() ? std::min<int64_t>(e.tile.rows, 6) : e.tile.rows;
      dynamicFull = e.mul(e.divide(rows, dynamicHeight), dynamicHeight);
    }
    e.panels(e.tile, splitsPanels, [&](const Emitter::Panel &panel) { emitRows(batch, panel); });
  }

  void fullTiles(Value end, int64_t height, function_ref<void(Value)> body) {
    if (splitsRows)
      e.parallelLoop(e.index(0), end, height, body);
    else
      e.loop(e.index(0), end, height, body);
  }

  /// Tiles of full height, then one tile of exactly the rows that are left:
  /// for a few rows that is twice as fast as tiles of one.
  void emitRows(Value batch, const Emitter::Panel &panel) {
    int64_t height = e.tile.rows;
    if (auto count = e.constant(rows)) {
      // As even as possible: the last tile should not be a low one.
      int64_t tiles = std::max<int64_t>(1, llvm::divideCeil(*count, height));
      height = std::max<int64_t>(1, llvm::divideCeil(*count, tiles));
      int64_t full = *count / height * height;
      fullTiles(e.index(full), height, [&](Value m) { emitTile(batch, m, height, panel); });
      if (*count > full)
        emitTile(batch, e.index(full), *count - full, panel);
      return;
    }
    fullTiles(dynamicFull, dynamicHeight,
              [&](Value m) { emitTile(batch, m, dynamicHeight, panel); });
    if (isSmall())
      e.loop(dynamicFull, rows, 1, [&](Value m) { emitTile(batch, m, 1, panel); });
    else
      emitRest(batch, dynamicFull, dynamicHeight, panel);
  }

  /// Weights up to this size stay in L1, and reading them again for every row
  /// that is left costs less than the code of a tile for each count of rows.
  static constexpr int64_t kSmallWeights = 16 << 10;

  bool isSmall() { return weightBytes() <= kSmallWeights; }

  int64_t weightBytes() {
    auto w = cast<MemRefType>(e.op.getW().getType());
    return w.hasStaticShape() ? w.getNumElements() * w.getElementTypeBitWidth() / 8 : INT64_MAX;
  }

  void emitRest(Value batch, Value from, int64_t height, const Emitter::Panel &panel) {
    SmallVector<int64_t> cases;
    for (int64_t n = 1; n < height; ++n)
      cases.push_back(n);
    auto choice =
        scf::IndexSwitchOp::create(e.b, e.loc, TypeRange(), e.sub(rows, from), cases, cases.size());
    OpBuilder::InsertionGuard guard(e.b);
    for (auto [n, region] : llvm::zip(cases, choice.getCaseRegions())) {
      e.b.setInsertionPointToStart(&region.emplaceBlock());
      emitTile(batch, from, n, panel);
      scf::YieldOp::create(e.b, e.loc);
    }
    e.b.setInsertionPointToStart(&choice.getDefaultRegion().emplaceBlock());
    scf::YieldOp::create(e.b, e.loc);
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
  bool isBatched, splitsRows = false;
  Value depth, rows;
  int64_t dynamicHeight = 0; ///< where only run time tells how many rows there are
  Value dynamicFull;         ///< rows of the tiles of that height
};

} // namespace

void ingot::emitMatmul(Emitter &e) { MatmulKernel(e).emit(); }
