#include "passes/memory/BufferRegion.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

static constexpr int64_t kDynamic = ShapedType::kDynamic;

static bool endsBefore(std::pair<int64_t, int64_t> a, std::pair<int64_t, int64_t> b) {
  return a.first != kDynamic && a.second != kDynamic && b.first != kDynamic &&
         a.first + a.second <= b.first;
}

bool BufferRegion::isDisjoint(const BufferRegion &other) const {
  return llvm::any_of(llvm::zip(box, other.box), [](auto sides) {
    auto [a, b] = sides;
    return endsBefore(a, b) || endsBefore(b, a);
  });
}

/// The box that `view` shows of what `region` shows of the root.
static void narrow(BufferRegion &region, memref::SubViewOp view) {
  bool isBox = view.getSourceType().getRank() == view.getType().getRank() &&
               region.box.size() == size_t(view.getType().getRank()) &&
               llvm::all_of(view.getStaticStrides(), [](int64_t s) { return s == 1; });
  if (!isBox)
    return region.box.clear();
  for (auto [side, offset, size] :
       llvm::zip(region.box, view.getStaticOffsets(), view.getStaticSizes())) {
    bool isKnown = side.first != kDynamic && offset != kDynamic;
    side = {isKnown ? side.first + offset : kDynamic, size};
  }
}

BufferRegion ingot::regionOf(Value view) {
  SmallVector<memref::SubViewOp> path;
  bool isBox = true;
  while (Operation *op = view.getDefiningOp()) {
    if (!isView(op))
      break;
    auto subview = dyn_cast<memref::SubViewOp>(op);
    isBox &= bool(subview);
    path.push_back(subview);
    view = op->getOperand(0);
  }
  BufferRegion region{view, {}};
  if (!isBox)
    return region;
  for (int64_t extent : cast<MemRefType>(view.getType()).getShape())
    region.box.push_back({0, extent});
  for (memref::SubViewOp subview : llvm::reverse(path))
    narrow(region, subview);
  return region;
}

bool ingot::isView(Operation *op) {
  return isa<memref::SubViewOp, memref::ExpandShapeOp, memref::CollapseShapeOp, memref::CastOp,
             memref::ReinterpretCastOp>(op);
}

static Operation *cloneView(RewriterBase &b, memref::SubViewOp op, Value source) {
  auto type = memref::SubViewOp::inferRankReducedResultType(
      op.getType().getShape(), cast<MemRefType>(source.getType()), op.getMixedOffsets(),
      op.getMixedSizes(), op.getMixedStrides());
  return memref::SubViewOp::create(b, op.getLoc(), type, source, op.getMixedOffsets(),
                                   op.getMixedSizes(), op.getMixedStrides());
}

static Operation *cloneView(RewriterBase &b, memref::ExpandShapeOp op, Value source) {
  auto indices = op.getReassociationIndices();
  auto type = memref::ExpandShapeOp::computeExpandedType(cast<MemRefType>(source.getType()),
                                                         op.getResultType().getShape(), indices);
  if (failed(type))
    return nullptr;
  return memref::ExpandShapeOp::create(b, op.getLoc(), *type, source, indices,
                                       op.getMixedOutputShape());
}

static Operation *cloneView(RewriterBase &b, memref::CollapseShapeOp op, Value source) {
  auto indices = op.getReassociationIndices();
  auto type = cast<MemRefType>(source.getType());
  if (!memref::CollapseShapeOp::isGuaranteedCollapsible(type, indices))
    return nullptr;
  return memref::CollapseShapeOp::create(b, op.getLoc(), source, indices);
}

Operation *ingot::cloneView(RewriterBase &b, Operation *op, Value source) {
  b.setInsertionPoint(op);
  return llvm::TypeSwitch<Operation *, Operation *>(op)
      .Case<memref::SubViewOp, memref::ExpandShapeOp, memref::CollapseShapeOp>(
          [&](auto view) { return ::cloneView(b, view, source); })
      .Default(nullptr);
}
