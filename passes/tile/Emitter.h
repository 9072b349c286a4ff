#ifndef INGOT_PASSES_TILE_EMITTER_H
#define INGOT_PASSES_TILE_EMITTER_H

#include "dialects/rt/Rt.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "passes/tile/Tiles.h"

namespace ingot {

/// What the emitters of all kinds of contractions share: index arithmetic,
/// loops, and the epilogue. Positions are index values; a tile's columns are
/// `vectors` vectors, the last one possibly cut off by a mask.
class Emitter {
public:
  Emitter(mlir::OpBuilder &b, rt::ContractOp op, const TargetFacts &facts);

  using Values = llvm::SmallVector<mlir::Value>;

  mlir::Value index(int64_t v);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value add(mlir::Value x, int64_t y) { return y ? add(x, index(y)) : x; }
  mlir::Value sub(mlir::Value x, mlir::Value y);
  mlir::Value mul(mlir::Value x, int64_t y);
  mlir::Value min(mlir::Value x, mlir::Value y);
  mlir::Value max(mlir::Value x, mlir::Value y);
  mlir::Value divide(mlir::Value x, int64_t y, bool up = false);
  /// Extent `d` of a buffer; a constant where it is static.
  mlir::Value extent(mlir::Value buffer, int64_t d);
  std::optional<int64_t> constant(mlir::Value v);

  /// for (i = from; i < to; i += step) body(i)
  /// isParallel: threads may share the iterations.
  void loop(mlir::Value from, mlir::Value to, int64_t step,
            llvm::function_ref<void(mlir::Value)> body, bool isParallel = false);
  /// The same with values that are carried along.
  Values loop(mlir::Value from, mlir::Value to, int64_t step, mlir::ValueRange carried,
              llvm::function_ref<Values(mlir::Value, mlir::ValueRange)> body,
              bool isParallel = false);

  /// The columns of a panel: where it starts and how many vectors it has.
  struct Panel {
    mlir::Value column; ///< of the result, first of the panel
    mlir::Value index;  ///< number of the panel
    int64_t vectors;
    mlir::Value lastCount; ///< lanes of the last vector; null: all
  };
  /// All panels in turn, full ones in a loop, perhaps a parallel one, then the rest.
  void panels(const RegisterTile &tile, bool isParallel,
              llvm::function_ref<void(const Panel &)> body);
  /// True if threads had better share the panels than the `others`, the iterations of
  /// another loop: weights are then read by one thread only.
  bool splitsPanels(int64_t others);
  static constexpr int64_t kManyParts = 8; ///< enough for threads to share evenly

  mlir::VectorType vectorType() const { return vector; } ///< of sums
  mlir::VectorType vectorType(mlir::Type element) const {
    return mlir::VectorType::get(vector.getShape(), element);
  }
  mlir::Value zeroVector();
  /// Vector v of the panel from `buffer` at `indices` (last: column of vector 0).
  mlir::Value loadVector(mlir::Value buffer, mlir::ValueRange indices, const Panel &panel,
                         int64_t v);
  mlir::Value broadcast(mlir::Value scalar);
  mlir::Value fma(mlir::Value x, mlir::Value y, mlir::Value sum);

  /// Applies the epilogue to accumulators [row][vector] and stores them;
  /// `position(row)` gives the indices of out, the last one the panel's column.
  void store(llvm::ArrayRef<Values> accumulators, const Panel &panel,
             llvm::function_ref<Values(int64_t row)> position);

  mlir::OpBuilder &b;
  rt::ContractOp op;
  mlir::Location loc;
  TargetFacts facts;
  RegisterTile tile;

private:
  mlir::Value mask(const Panel &panel, int64_t v);
  mlir::Value splat(mlir::Value scalar);
  mlir::Value epilogue(mlir::Value sum, const Values &position, const Panel &panel, int64_t v);
  mlir::Value extra(unsigned i, const Values &position, const Panel &panel, int64_t v);

  mlir::VectorType vector;
};

/// The kinds of contractions.
void emitMatmul(Emitter &e);
void emitConv(Emitter &e);
void emitDepthwise(Emitter &e);
/// Those of bytes with 32-bit sums.
void emitInteger(Emitter &e);

} // namespace ingot

#endif
