#ifndef INGOT_PASSES_TILE_ROWS_H
#define INGOT_PASSES_TILE_ROWS_H

#include "passes/tile/Emitter.h"

namespace ingot {

/// The walk over the panels of a matrix product and, in each, over the rows: tiles of full
/// height, then one tile of exactly the rows that are left: for a few rows that is twice as
/// fast as tiles of one.
class RowWalk {
public:
  explicit RowWalk(Emitter &e) : e(e) {}

  using Body = llvm::function_ref<void(const Emitter::Panel &, mlir::Value row, int64_t count)>;
  /// isSplit: threads share the panels, or the rows.
  void tiles(mlir::Value rows, bool isSplit, Body body);

private:
  using Tile = llvm::function_ref<void(mlir::Value row, int64_t count)>;
  void rowTiles(mlir::Value rows, Tile body);
  void fullTiles(mlir::Value end, int64_t height, Tile body);
  void rest(mlir::Value from, mlir::Value count, int64_t height, Tile body);
  int64_t weightBytes() const;

  Emitter &e;
  bool splitsRows = false;
  int64_t dynamicHeight = 0; ///< where only run time tells how many rows there are
  mlir::Value dynamicFull;   ///< rows of the tiles of that height
};

} // namespace ingot

#endif
