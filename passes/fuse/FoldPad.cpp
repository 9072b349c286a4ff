#include "dialects/ingot/Ingot.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_FOLDPAD
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// True if the scalar is a constant of that value.
static bool isConstant(Value scalar, int64_t value) {
  DenseIntElementsAttr integers;
  if (!matchPattern(scalar, m_Constant(&integers)))
    return value == 0 && matchPattern(scalar, m_AnyZeroFloat());
  auto number = *integers.value_begin<APInt>();
  return (integers.getElementType().isUnsignedInteger() ? int64_t(number.getZExtValue())
                                                        : number.getSExtValue()) == value;
}

/// The constant paddings (low, high for each dimension) of a pad with `value`.
static std::optional<SmallVector<int64_t>> constantPaddings(PadOp pad, int64_t value) {
  DenseIntElementsAttr paddings;
  if (!pad || !matchPattern(pad.getPaddings(), m_Constant(&paddings)) ||
      !isConstant(pad.getValue(), value))
    return std::nullopt;
  return llvm::map_to_vector(paddings, [](const APInt &v) { return v.getSExtValue(); });
}

namespace {
template <class OpT> struct PadToWindow : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpT op, PatternRewriter &b) const override {
    auto pad = op.getX().template getDefiningOp<PadOp>();
    auto paddings = constantPaddings(pad, op.getPadValue().value_or(0));
    if (!paddings || op.getPadding().starts_with("same") || op->hasAttr("input_dilations"))
      return failure();
    ArrayRef<int64_t> all = *paddings, batch = all.take_front(2), channels = all.take_back(2);
    auto isNonZero = [](int64_t v) { return v != 0; };
    if (llvm::any_of(batch, isNonZero) || llvm::any_of(channels, isNonZero))
      return failure();
    SmallVector<int64_t> pads(all.drop_front(2).drop_back(2));
    if (op.getPadding() == "explicit")
      for (auto [sum, own] : llvm::zip_equal(pads, *op.getPads()))
        sum += own;
    if (llvm::any_of(pads, [](int64_t v) { return v > INT32_MAX; }))
      return failure();
    b.modifyOpInPlace(op, [&] {
      op.getXMutable().assign(pad.getX());
      op.setPadding("explicit");
      op.setPads(pads);
    });
    return success();
  }
};

struct FoldPad : ingot::impl::FoldPadBase<FoldPad> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<PadToWindow<ConvOp>, PadToWindow<DepthwiseConvOp>>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
