#ifndef INGOT_DIALECTS_INGOT_INGOT_H
#define INGOT_DIALECTS_INGOT_INGOT_H

#include "dialects/ingot/ShapeAnalysis.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SmallBitVector.h"

namespace ingot {

/// See Ingot_ElementwiseTrait in ops/Base.td.
template <typename OpT>
class ElementwiseTrait : public mlir::OpTrait::TraitBase<OpT, ElementwiseTrait> {};

/// Element type of the result of an elementwise op, see ops/Elementwise.td.
enum class ResultElement { Same, Bool, Real };

/// Shape function of elementwise ops: all operands broadcast.
mlir::LogicalResult inferElementwise(ShapeAnalysis &shapes, mlir::Operation *op,
                                     ResultElement result);
/// Dims of the operands' broadcast; null dims where they conflict.
llvm::SmallVector<Dim, 4> broadcastDims(ShapeAnalysis &shapes, mlir::ValueRange operands);

/// Shape function of reductions. Axes are normalised: ascending, not negative.
mlir::LogicalResult inferReduction(ShapeAnalysis &shapes, mlir::Operation *op,
                                   llvm::ArrayRef<int64_t> axes, bool keepDims);

/// Shape function of running sums and their kin.
mlir::LogicalResult inferScan(ShapeAnalysis &shapes, mlir::Operation *op, int64_t axis);

/// One spatial dimension of a window op.
struct Window {
  int64_t size, stride = 1, dilation = 1, inputDilation = 1;
};
/// Padding before and after, and number of windows.
struct WindowDims {
  Dim low, high, output;
  /// The padded extent less the window's: negative where none fits. Null where the
  /// padding makes room.
  Dim room = {};
};
/// Padding and output extent for `input`; `pads` (low, high) for "explicit".
WindowDims windowDims(ShapeAnalysis &shapes, Dim input, const Window &window,
                      llvm::StringRef padding, int64_t low, int64_t high);
/// windowDims of each spatial dimension of a conv, depthwise_conv or pool op.
llvm::SmallVector<WindowDims, 3> windowDims(ShapeAnalysis &shapes, mlir::Operation *op);

/// Length of the longest of the diagonals `lower` to `upper` of a matrix.
Dim diagonalLength(DimTable &table, Dim rows, Dim columns, int64_t lower, int64_t upper);
/// Checks the attributes that window ops over `spatial` dimensions have; an
/// error at the op.
mlir::LogicalResult verifyWindow(ShapeAnalysis &shapes, mlir::Operation *op, int64_t spatial);

/// Loops within loops at most. A body may be visited once more for each loop
/// around it.
constexpr unsigned kMaxLoopDepth = 8;

/// Shape function of ingot.if and ingot.switch, after their branches were
/// visited: what holds for all branches holds for the results.
mlir::LogicalResult joinBranches(ShapeAnalysis &shapes, mlir::Operation *op);

/// One dimension of a strided slice: element i of the result is element
/// begin + i * stride of the operand; with `shrink` the dimension goes away.
struct SliceDim {
  Dim begin, count;
  int64_t stride;
  bool shrink;
};
/// Slice of a dimension; a null begin or end means the end of the tensor in the
/// direction of the stride.
SliceDim resolveSlice(DimTable &table, Dim extent, Dim begin, Dim end, int64_t stride);

} // namespace ingot

#include "dialects/ingot/IngotDialect.h.inc"
#define GET_OP_CLASSES
#include "dialects/ingot/IngotOps.h.inc"

#endif
