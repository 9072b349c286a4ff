#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Passes.h"
#include "llvm/ADT/DenseSet.h"

namespace ingot {
#define GEN_PASS_DEF_BOUNDINDICES
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {
struct BoundIndices : ingot::impl::BoundIndicesBase<BoundIndices> {
  void runOnOperation() override {
    getOperation()->walk([&](GatherOp op) {
      auto table = cast<RankedTensorType>(op.getX().getType());
      int64_t axis = op.getAxis();
      axis += axis < 0 ? table.getRank() : 0;
      bound(op.getIndices(), table.getDimSize(axis));
    });
    getOperation()->walk([&](GatherNdOp op) {
      auto table = cast<RankedTensorType>(op.getX().getType());
      auto indices = cast<RankedTensorType>(op.getIndices().getType());
      int64_t depth = indices.getDimSize(indices.getRank() - 1);
      if (depth == 1) // else each coordinate has a bound of its own
        bound(op.getIndices(), table.getDimSize(op.getBatchDims()));
    });
  }

  void bound(Value indices, int64_t size);
  void boundArgument(BlockArgument argument, int64_t size);
};
} // namespace

/// Operands whose elements may come to stand in the result as they are.
static ValueRange copied(Operation *op) {
  if (isa<CastOp, ReshapeOp, TransposeOp, BroadcastToOp, EnsureShapeOp, SliceOp, StridedSliceOp,
          PadOp>(op))
    return op->getOperands().take_front(1);
  if (isa<ConcatOp>(op))
    return op->getOperands();
  if (isa<SelectOp>(op))
    return op->getOperands().drop_front(1);
  return {};
}

void BoundIndices::bound(Value indices, int64_t size) {
  if (ShapedType::isDynamic(size) || size < 1)
    return;
  SmallVector<Value> left = {indices};
  llvm::DenseSet<Value> seen;
  while (!left.empty()) {
    Value value = left.pop_back_val();
    if (!getElementTypeOrSelf(value.getType()).isInteger() || !seen.insert(value).second)
      continue;
    if (auto argument = dyn_cast<BlockArgument>(value))
      boundArgument(argument, size);
    else
      llvm::append_range(left, copied(value.getDefiningOp()));
  }
}

void BoundIndices::boundArgument(BlockArgument argument, int64_t size) {
  auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
  if (!function || !function->hasAttr(IngotDialect::kSignatureAttr))
    return;
  unsigned i = argument.getArgNumber();
  if (auto old = function.getArgAttrOfType<IntegerAttr>(i, IngotDialect::kIndexBoundAttr))
    size = std::min(size, old.getInt());
  function.setArgAttr(i, IngotDialect::kIndexBoundAttr, Builder(function).getI64IntegerAttr(size));
}
