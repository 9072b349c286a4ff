#include "dialects/ingot/Ingot.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/Passes.h"
#include "passes/fuse/Weights.h"

namespace ingot {
#define GEN_PASS_DEF_FOLDBATCHNORM
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {
/// A tensor and what is added to, or multiplied with, each of its channels.
struct ByChannel {
  Value x;
  SmallVector<double, 0> values;
};
} // namespace

/// True for a product with constant weights, and for one with a sum behind it: only
/// with these is anything folded.
static bool isProductOrSum(Value x) {
  auto add = x.getDefiningOp<AddOp>();
  return weightedOp(x) || (add && (weightedOp(add.getX()) || weightedOp(add.getY())));
}

/// `op` as an operation with a constant by channel; x is the operand that keeps
/// its shape. Only the second operand can be the constant of a difference.
static std::optional<ByChannel> byChannel(Operation *op) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (type.getRank() == 0 || ShapedType::isDynamic(type.getShape().back()))
    return std::nullopt;
  for (unsigned i : {1u, 0u}) {
    Value x = op->getOperand(1 - i);
    if (x.getType() != type || (i == 0 && isa<SubOp>(op)) || !isProductOrSum(x))
      continue;
    if (auto values = channelValues(op->getOperand(i), type.getShape().back()))
      return ByChannel{x, std::move(*values)};
  }
  return std::nullopt;
}

/// x as a sum with a bias by channel behind a product with constant weights.
static std::optional<ByChannel> biasedProduct(Value x) {
  auto add = x.getDefiningOp<AddOp>();
  if (!add || !x.hasOneUse())
    return std::nullopt;
  auto bias = byChannel(add);
  return bias && weightedOp(bias->x) ? bias : std::nullopt;
}

static Value constantLike(PatternRewriter &b, Location loc, Value x, ArrayRef<double> values) {
  return channelConstant(b, loc, getElementTypeOrSelf(x.getType()), values);
}

namespace {
/// product - c, product + b - c: a sum.
struct NegateSubtrahend : OpRewritePattern<SubOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SubOp op, PatternRewriter &b) const override {
    auto sub = byChannel(op);
    if (!sub || (!weightedOp(sub->x) && !biasedProduct(sub->x)))
      return failure();
    for (double &v : sub->values)
      v = -v;
    Value c = constantLike(b, op.getLoc(), sub->x, sub->values);
    b.replaceOpWithNewOp<AddOp>(op, op.getType(), sub->x, c);
    return success();
  }
};

/// (product + b) + c: one sum.
struct JoinBiases : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AddOp op, PatternRewriter &b) const override {
    auto outer = byChannel(op);
    auto inner = outer ? biasedProduct(outer->x) : std::nullopt;
    if (!inner)
      return failure();
    for (auto [sum, more] : llvm::zip_equal(inner->values, outer->values))
      sum += more;
    Value c = constantLike(b, op.getLoc(), inner->x, inner->values);
    b.replaceOpWithNewOp<AddOp>(op, op.getType(), inner->x, c);
    return success();
  }
};

/// (product + b) * c: product * c + b * c.
struct DistributeScale : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MulOp op, PatternRewriter &b) const override {
    auto scale = byChannel(op);
    auto biased = scale ? biasedProduct(scale->x) : std::nullopt;
    if (!biased)
      return failure();
    for (auto [bias, factor] : llvm::zip_equal(biased->values, scale->values))
      bias *= factor;
    Value factors = constantLike(b, op.getLoc(), biased->x, scale->values);
    Value product = MulOp::create(b, op.getLoc(), op.getType(), biased->x, factors);
    Value bias = constantLike(b, op.getLoc(), product, biased->values);
    b.replaceOpWithNewOp<AddOp>(op, op.getType(), product, bias);
    return success();
  }
};

/// product * c: other weights.
struct ScaleWeights : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MulOp op, PatternRewriter &b) const override {
    auto scale = byChannel(op);
    auto product = scale ? weightedOp(scale->x) : std::nullopt;
    if (!product)
      return failure();
    b.setInsertionPoint(product->op);
    Value weights = scaledWeights(b, *product, scale->values);
    b.modifyOpInPlace(product->op, [&] { product->op->setOperand(product->operand, weights); });
    b.replaceOp(op, scale->x);
    return success();
  }
};

struct FoldBatchNorm : ingot::impl::FoldBatchNormBase<FoldBatchNorm> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<NegateSubtrahend, JoinBiases, DistributeScale, ScaleWeights>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
