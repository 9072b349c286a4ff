#include "passes/tile/Rows.h"

using namespace mlir;
using namespace ingot;

/// Weights up to this size stay in L1, and reading them again for every row that is left
/// costs less than the code of a tile for each count of rows.
static constexpr int64_t kSmallWeights = 16 << 10;

int64_t RowWalk::weightBytes() const {
  auto w = cast<MemRefType>(e.op.getW().getType());
  return w.hasStaticShape() ? w.getNumElements() * w.getElementTypeBitWidth() / 8 : INT64_MAX;
}

void RowWalk::tiles(Value rows, bool isSplit, Body body) {
  auto count = e.constant(rows);
  bool splitsPanels =
      isSplit && e.splitsPanels(count ? *count / e.tile.rows : ShapedType::kDynamic);
  splitsRows = isSplit && !splitsPanels;
  if (!count) { // one value for all panels: they are split together
    dynamicHeight =
        weightBytes() <= kSmallWeights ? std::min<int64_t>(e.tile.rows, 6) : e.tile.rows;
    dynamicFull = e.mul(e.divide(rows, dynamicHeight), dynamicHeight);
  }
  e.panels(e.tile, splitsPanels, [&](const Emitter::Panel &panel) {
    rowTiles(rows, [&](Value row, int64_t count) { body(panel, row, count); });
  });
}

void RowWalk::fullTiles(Value end, int64_t height, Tile body) {
  auto tile = [&](Value row) { body(row, height); };
  e.loop(e.index(0), end, height, tile, splitsRows);
}

void RowWalk::rowTiles(Value rows, Tile body) {
  int64_t height = e.tile.rows;
  if (auto count = e.constant(rows)) {
    // As even as possible: the last tile should not be a low one.
    int64_t tiles = std::max<int64_t>(1, llvm::divideCeil(*count, height));
    height = std::max<int64_t>(1, llvm::divideCeil(*count, tiles));
    int64_t full = *count / height * height;
    fullTiles(e.index(full), height, body);
    if (*count > full)
      body(e.index(full), *count - full);
    return;
  }
  fullTiles(dynamicFull, dynamicHeight, body);
  if (weightBytes() <= kSmallWeights)
    e.loop(dynamicFull, rows, 1, [&](Value row) { body(row, 1); });
  else
    rest(dynamicFull, e.sub(rows, dynamicFull), dynamicHeight, body);
}

void RowWalk::rest(Value from, Value count, int64_t height, Tile body) {
  SmallVector<int64_t> cases;
  for (int64_t n = 1; n < height; ++n)
    cases.push_back(n);
  auto choice = scf::IndexSwitchOp::create(e.b, e.loc, TypeRange(), count, cases, cases.size());
  OpBuilder::InsertionGuard guard(e.b);
  for (auto [n, region] : llvm::zip(cases, choice.getCaseRegions())) {
    e.b.setInsertionPointToStart(&region.emplaceBlock());
    body(from, n);
    scf::YieldOp::create(e.b, e.loc);
  }
  e.b.setInsertionPointToStart(&choice.getDefaultRegion().emplaceBlock());
  scf::YieldOp::create(e.b, e.loc);
}
