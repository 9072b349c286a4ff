#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_EXPANDRESHAPES
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// True if a dimension is split into several whose extents only run time tells.
static bool hasOpenGroup(memref::ExpandShapeOp op) {
  return llvm::any_of(op.getReassociationIndices(), [&](const ReassociationIndices &group) {
    return llvm::count_if(group, [&](int64_t d) { return op.getResultType().isDynamicDim(d); }) > 1;
  });
}

/// Strides of the parts of a dimension: each steps over all that is behind it.
static void splitStride(OpBuilder &b, Location loc, Value stride, ArrayRef<int64_t> group,
                        ArrayRef<OpFoldResult> sizes, ArrayRef<int64_t> known,
                        MutableArrayRef<OpFoldResult> strides) {
  for (int64_t d : llvm::reverse(group)) {
    strides[d] = ShapedType::isDynamic(known[d]) ? OpFoldResult(stride)
                                                 : OpFoldResult(b.getIndexAttr(known[d]));
    Value size = getValueOrCreateConstantIndexOp(b, loc, sizes[d]);
    stride = arith::MulIOp::create(b, loc, stride, size);
  }
}

static void expand(memref::ExpandShapeOp op) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  MemRefType type = op.getResultType();
  auto [known, knownOffset] = type.getStridesAndOffset();
  auto source = memref::ExtractStridedMetadataOp::create(b, loc, op.getSrc());
  SmallVector<OpFoldResult> sizes =
      getMixedValues(op.getStaticOutputShape(), op.getOutputShape(), b);
  SmallVector<OpFoldResult> strides(type.getRank());
  for (auto [group, stride] : llvm::zip(op.getReassociationIndices(), source.getStrides()))
    splitStride(b, loc, stride, group, sizes, known, strides);
  OpFoldResult offset = ShapedType::isDynamic(knownOffset)
                            ? OpFoldResult(source.getOffset())
                            : OpFoldResult(b.getIndexAttr(knownOffset));
  Value view = memref::ReinterpretCastOp::create(b, loc, type, source.getBaseBuffer(), offset,
                                                 sizes, strides);
  op.replaceAllUsesWith(view);
  op.erase();
}

namespace {
struct ExpandReshapes : ingot::impl::ExpandReshapesBase<ExpandReshapes> {
  void runOnOperation() override {
    getOperation()->walk([](memref::ExpandShapeOp op) {
      if (hasOpenGroup(op))
        expand(op);
    });
  }
};
} // namespace
