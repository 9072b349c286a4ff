#include "dialects/ingot/Ingot.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_FOLDTRANSPOSE
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// Transposes move towards the results, until they meet their inverse.
using Permutation = ArrayRef<int64_t>;

/// The type whose transpose has `type`.
static RankedTensorType sourceType(RankedTensorType type, Permutation permutation) {
  SmallVector<int64_t> shape(type.getRank());
  for (auto [i, from] : llvm::enumerate(permutation))
    shape[from] = type.getDimSize(i);
  return type.clone(shape);
}

static RankedTensorType sourceType(Value result, Permutation permutation) {
  return sourceType(cast<RankedTensorType>(result.getType()), permutation);
}

/// The permutation of the first operand that is transposed to `rank` dimensions.
static std::optional<SmallVector<int64_t>> transposedOperand(Operation *op, int64_t rank) {
  for (Value operand : op->getOperands())
    if (auto transpose = operand.getDefiningOp<TransposeOp>())
      if (int64_t(transpose.getPermutation().size()) == rank)
        return SmallVector<int64_t>(transpose.getPermutation());
  return std::nullopt;
}

/// A tensor with one dimension that is not 1, or none, as it broadcasts before
/// the transpose.
static Value movedVector(PatternRewriter &b, Value vector, Permutation permutation) {
  auto type = cast<RankedTensorType>(vector.getType());
  int64_t rank = permutation.size(), lead = rank - type.getRank();
  SmallVector<int64_t> shape(rank, 1);
  for (int64_t d = 0; d < type.getRank(); ++d)
    shape[permutation[lead + d]] = type.getDimSize(d);
  auto extents = RankedTensorType::get({rank}, b.getI64Type());
  Value target =
      ConstantOp::create(b, vector.getLoc(), DenseIntElementsAttr::get(extents, ArrayRef(shape)));
  return ReshapeOp::create(b, vector.getLoc(), type.clone(shape), vector, target);
}

static bool isVector(Value value, int64_t rank) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() && type.getRank() <= rank &&
         llvm::count_if(type.getShape(), [](int64_t d) { return d != 1; }) <= 1;
}

/// What `value` is before the transpose; null if that would take another one.
static Value beforeTranspose(PatternRewriter &b, Value value, Permutation permutation) {
  auto transpose = value.getDefiningOp<TransposeOp>();
  if (transpose && transpose.getPermutation() == permutation)
    return transpose.getX();
  if (cast<RankedTensorType>(value.getType()).getRank() == 0)
    return value;
  return isVector(value, permutation.size()) ? movedVector(b, value, permutation) : Value();
}

static bool canMoveBefore(Value value, Permutation permutation) {
  auto transpose = value.getDefiningOp<TransposeOp>();
  return (transpose && transpose.getPermutation() == permutation) ||
         isVector(value, permutation.size());
}

namespace {
struct ComposeTransposes : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &b) const override {
    Permutation outer = op.getPermutation();
    if (isIdentityPermutation(outer) && op.getX().getType() == op.getType()) {
      b.replaceOp(op, op.getX());
      return success();
    }
    auto source = op.getX().getDefiningOp<TransposeOp>();
    if (!source)
      return failure();
    SmallVector<int64_t> both = applyPermutation(source.getPermutation(), outer);
    b.replaceOpWithNewOp<TransposeOp>(op, op.getType(), source.getX(), both);
    return success();
  }
};

/// Elementwise ops whose operands are transposed alike, or vectors.
struct SinkThroughElementwise : OpTraitRewritePattern<ElementwiseTrait> {
  using OpTraitRewritePattern::OpTraitRewritePattern;
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &b) const override {
    Value result = op->getResult(0);
    int64_t rank = cast<RankedTensorType>(result.getType()).getRank();
    auto permutation = transposedOperand(op, rank);
    if (!permutation ||
        !llvm::all_of(op->getOperands(), [&](Value v) { return canMoveBefore(v, *permutation); }))
      return failure();
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(beforeTranspose(b, operand, *permutation));
    Operation *moved = b.clone(*op);
    moved->setOperands(operands);
    moved->getResult(0).setType(sourceType(result, *permutation));
    b.replaceOpWithNewOp<TransposeOp>(op, result.getType(), moved->getResult(0), *permutation);
    return success();
  }
};

struct SinkThroughConcat : OpRewritePattern<ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConcatOp op, PatternRewriter &b) const override {
    auto type = cast<RankedTensorType>(op.getType());
    auto permutation = transposedOperand(op, type.getRank());
    SmallVector<Value> sources;
    for (Value input : op.getInputs()) {
      auto transpose = input.getDefiningOp<TransposeOp>();
      if (!permutation || !transpose || transpose.getPermutation() != Permutation(*permutation))
        return failure();
      sources.push_back(transpose.getX());
    }
    Value joined = ConcatOp::create(b, op.getLoc(), sourceType(type, *permutation), sources,
                                    (*permutation)[op.getAxis()]);
    b.replaceOpWithNewOp<TransposeOp>(op, type, joined, *permutation);
    return success();
  }
};

struct SinkThroughPad : OpRewritePattern<PadOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PadOp op, PatternRewriter &b) const override {
    auto transpose = op.getX().getDefiningOp<TransposeOp>();
    DenseIntElementsAttr paddings;
    if (!transpose || !matchPattern(op.getPaddings(), m_Constant(&paddings)))
      return failure();
    Permutation permutation = transpose.getPermutation();
    SmallVector<APInt> given(paddings.getValues<APInt>()), moved(given);
    for (auto [i, from] : llvm::enumerate(permutation))
      std::copy_n(given.begin() + 2 * i, 2, moved.begin() + 2 * from);
    Value constant = ConstantOp::create(
        b, op.getLoc(), DenseIntElementsAttr::get(cast<ShapedType>(paddings.getType()), moved));
    Value padded = PadOp::create(b, op.getLoc(), sourceType(op.getResult(), permutation),
                                 transpose.getX(), constant, op.getValue());
    b.replaceOpWithNewOp<TransposeOp>(op, op.getType(), padded, SmallVector<int64_t>(permutation));
    return success();
  }
};

/// Reductions: of the axes that the transpose moved there.
template <class OpT> struct SinkThroughReduction : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpT op, PatternRewriter &b) const override {
    auto transpose = op.getX().template getDefiningOp<TransposeOp>();
    if (!transpose)
      return failure();
    Permutation permutation = transpose.getPermutation();
    SmallVector<int64_t> axes, kept;
    for (int64_t axis : op.getAxes())
      axes.push_back(permutation[axis]);
    llvm::sort(axes);
    // Where the dimensions that stay are before the transpose, in their order after it.
    for (auto [i, from] : llvm::enumerate(permutation))
      if (op.getKeepDims() || !llvm::is_contained(op.getAxes(), int64_t(i)))
        kept.push_back(op.getKeepDims() ? from : from - llvm::count_if(axes, [&](int64_t a) {
                                                   return a < from;
                                                 }));
    RankedTensorType type = sourceType(op.getResult(), kept);
    Value reduced = OpT::create(b, op.getLoc(), type, transpose.getX(), axes, op.getKeepDims());
    b.replaceOpWithNewOp<TransposeOp>(op, op.getType(), reduced, kept);
    return success();
  }
};

struct FoldTranspose : ingot::impl::FoldTransposeBase<FoldTranspose> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    patterns.add<ComposeTransposes, SinkThroughElementwise, SinkThroughConcat, SinkThroughPad>(
        context);
    patterns.add<SinkThroughReduction<ReduceMeanOp>, SinkThroughReduction<ReduceSumOp>,
                 SinkThroughReduction<ReduceMaxOp>, SinkThroughReduction<ReduceMinOp>,
                 SinkThroughReduction<ReduceProdOp>>(context);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
