#ifndef INGOT_PASSES_TILE_TILES_H
#define INGOT_PASSES_TILE_TILES_H

#include "mlir/IR/BuiltinOps.h"

namespace ingot {

/// What the schedules need to know of the machine; an attribute of the module
/// that the compiler sets once (`ingot.target`).
struct TargetFacts {
  int64_t vectorBytes = 16; ///< of one register
  int64_t registers = 16;   ///< number of vector registers
  bool masks = false;       ///< masked loads and stores cost what plain ones do
  bool rounds = false;      ///< there are instructions for floor, ceil and round to even
  bool convertsF16 = false; ///< there are instructions from f16 to f32 and back
  /// What adds products of bytes to 32-bit sums: "vpdpbusd", "pmaddwd", "sdot", or nothing.
  llvm::StringRef dot = "";

  /// AVX-512 multiplies with 2^n, rounding once, in one instruction (scalef).
  bool hasLdexp() const { return vectorBytes == 64; }

  /// Reads the attribute; the defaults above without one.
  static TargetFacts of(mlir::Operation *op);
  mlir::DictionaryAttr attribute(mlir::MLIRContext *context) const;
  static constexpr llvm::StringLiteral kAttribute = "ingot.target";
};

/// Register tile of a contraction: `rows` accumulators high, `vectors` wide.
struct RegisterTile {
  int64_t lanes;   ///< elements of a vector
  int64_t vectors; ///< vectors of a panel
  int64_t rows;

  int64_t panel() const { return lanes * vectors; }
};

/// The tile for `columns` (dynamic: ShapedType::kDynamic) of elements of
/// `elementBytes`. 16 to 24 accumulators of 32 registers, 8 to 12 of 16: more
/// spills, fewer leave the multiply-adds waiting for each other. `depth` is how many
/// rows packed weights have; 0 for weights that are not packed.
RegisterTile chooseTile(const TargetFacts &facts, int64_t elementBytes, int64_t columns,
                        int64_t depth);

/// The tile for weights in panels of `panel` columns.
RegisterTile tileOfPanel(const TargetFacts &facts, int64_t elementBytes, int64_t panel);

} // namespace ingot

#endif
