// Greedy choice of boxes, for the non-maximum suppressions of all formats.
#ifndef INGOT_FRONTENDS_COMPOSITIONS_SUPPRESSION_H
#define INGOT_FRONTENDS_COMPOSITIONS_SUPPRESSION_H

#include "compiler/frontends/compositions/Compositions.h"

namespace ingot {

/// The sides of boxes [boxes, 4] = y1, x1, y2, x2, whose corners may be in any
/// order: each [boxes].
struct BoxSides {
  mlir::Value low[2], high[2], area;
  BoxSides(NodeBuilder &n, mlir::Value boxes);
};

/// Intersection over union of all boxes with one (`chosen`, a vector of its number);
/// 0 where one is empty.
mlir::Value overlapWith(NodeBuilder &n, mlir::Value boxes, const BoxSides &all, mlir::Value chosen);

/// Greedy choice of the best boxes; with each one, those that overlap it too much
/// go, or their scores fall (Bodla et al., "Soft-NMS", 2017). Scalars, the
/// thresholds of the scores' type.
struct Suppression {
  NodeBuilder &n;
  mlir::Value limit;     ///< of boxes to choose, i32
  mlir::Value overlap;   ///< above which a box goes, unless scores fall
  mlir::Value threshold; ///< scores that are not above it do not count
  mlir::Value sigma;     ///< null: scores stay as they are
  /// Boxes above the overlap go even where scores fall.
  bool dropsAlways = false;

  struct Chosen {
    mlir::Value indices, scores; ///< [room], zeros behind the chosen ones
    mlir::Value count;           ///< i32
  };
  /// `similarity`: from a box's number, as a vector of one, to [boxes], how much
  /// the others overlap it. `room`: length of the lists, [1].
  mlir::FailureOr<Chosen> choose(mlir::Value scores, mlir::Value room,
                                 llvm::function_ref<mlir::Value(mlir::Value)> similarity);

private:
  mlir::Value remaining(mlir::Value scores, mlir::Value similarity);
  mlir::Value dead(mlir::Value like);
};

} // namespace ingot

#endif
