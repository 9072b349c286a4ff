#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_FUSEEPILOGUES
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// More arithmetic than this stays a loop of its own: its constants would take
/// the registers of the accumulators.
constexpr size_t kMaxEpilogueOps = 16;
/// Requantization takes more, all of it on the vectors that the sums are in.
constexpr size_t kMaxIntegerOps = 64;

static bool isCheap(Operation &op) {
  return isa<arith::ArithDialect>(op.getDialect()) || isa<math::AbsFOp, math::FmaOp>(op);
}

/// An operand that the epilogue can read: a matrix like the result, a vector
/// along its columns, or values that do not depend on the column.
static bool isReadable(AffineMap map) {
  if (!map.isProjectedPermutation(/*allowZeroInResults=*/true))
    return false;
  unsigned columns = map.getNumDims() - 1;
  for (auto [i, expr] : llvm::enumerate(map.getResults()))
    if (expr.isFunctionOfDim(columns) && i + 1 != map.getNumResults())
      return false;
  return true;
}

/// The elementwise generic that is the only user of the contraction, if all of
/// it can be done before the store.
static linalg::GenericOp epilogueOf(rt::ContractOp op) {
  if (!op.getResult() || !op.getResult().hasOneUse())
    return {};
  auto user = dyn_cast<linalg::GenericOp>(*op.getResult().user_begin());
  if (!user || user.getNumParallelLoops() != user.getNumLoops() || user.getNumDpsInits() != 1 ||
      user.getNumResults() != 1 || op->getBlock() != user->getBlock())
    return {};
  auto type = cast<RankedTensorType>(user.getResult(0).getType());
  bool isInteger = isa<IntegerType>(op.getBody().front().getArgument(0).getType());
  auto isOfWidth = [&](Type t) { // else its vectors are longer or shorter
    return isInteger || getElementTypeOrSelf(t) == getElementTypeOrSelf(op.getResult().getType());
  };
  if (!isOfWidth(type) || !user.getMatchingIndexingMap(user.getDpsInitOperand(0)).isIdentity() ||
      user.payloadUsesValueFromOperand(user.getDpsInitOperand(0)))
    return {};
  Block &body = *user.getBlock();
  if (body.getOperations().size() > (isInteger ? kMaxIntegerOps : kMaxEpilogueOps) + 1)
    return {};
  for (Operation &inner : body.without_terminator())
    if (!isCheap(inner))
      return {};
  for (OpOperand *operand : user.getDpsInputOperands()) {
    AffineMap map = user.getMatchingIndexingMap(operand);
    if (!isOfWidth(operand->get().getType()))
      return {};
    if (operand->get() == op.getResult() ? !map.isIdentity() : !isReadable(map))
      return {};
  }
  return user;
}

static rt::ContractOp fuse(rt::ContractOp op, linalg::GenericOp user) {
  OpBuilder b(user);
  SmallVector<Value> operands = {op.getX(), op.getW()};
  SmallVector<AffineMap> maps;
  for (auto [extra, map] : llvm::zip(op.getExtras(), op.getExtraMaps())) {
    operands.push_back(extra);
    maps.push_back(cast<AffineMapAttr>(map).getValue());
  }
  IRMapping map;
  auto *body = new Block;
  for (BlockArgument arg : op.getBody().front().getArguments())
    map.map(arg, body->addArgument(arg.getType(), arg.getLoc()));
  b.setInsertionPointToEnd(body);
  for (Operation &inner : op.getBody().front().without_terminator())
    b.clone(inner, map);
  Value sum = map.lookupOrDefault(op.getBody().front().getTerminator()->getOperand(0));
  for (auto [operand, arg] :
       llvm::zip(user.getDpsInputOperands(), user.getBlock()->getArguments())) {
    if (operand->get() == op.getResult()) {
      map.map(arg, sum);
      continue;
    }
    operands.push_back(operand->get());
    maps.push_back(user.getMatchingIndexingMap(operand));
    map.map(arg, body->addArgument(arg.getType(), arg.getLoc()));
  }
  for (Operation &inner : user.getBlock()->without_terminator())
    b.clone(inner, map);
  Value stored = map.lookupOrDefault(user.getBlock()->getTerminator()->getOperand(0));
  rt::YieldOp::create(b, user.getLoc(), stored);

  operands.push_back(user.getDpsInits()[0]);
  b.setInsertionPoint(user);
  OperationState state(b.getFusedLoc({op.getLoc(), user.getLoc()}),
                       rt::ContractOp::getOperationName());
  state.addOperands(operands);
  state.addAttributes(op->getAttrDictionary().getValue());
  state.attributes.set("extra_maps", b.getAffineMapArrayAttr(maps));
  state.addTypes(user.getResult(0).getType());
  state.addRegion()->push_back(body);
  return cast<rt::ContractOp>(b.create(state));
}

/// True if the only use of a contraction's result is to give it more dimensions.
static bool isExpanded(Value value) {
  auto expand = value.getDefiningOp<tensor::ExpandShapeOp>();
  return expand && expand->hasOneUse() && expand.getSrc().getDefiningOp<rt::ContractOp>();
}

namespace {
struct FuseEpilogues : ingot::impl::FuseEpiloguesBase<FuseEpilogues> {
  void runOnOperation() override {
    sinkReshapes();
    SmallVector<rt::ContractOp> contractions;
    getOperation().walk([&](rt::ContractOp op) { contractions.push_back(op); });
    for (rt::ContractOp op : contractions)
      while (linalg::GenericOp user = epilogueOf(op)) {
        rt::ContractOp fused = fuse(op, user);
        user.getResult(0).replaceAllUsesWith(fused.getResult());
        user.erase();
        op.erase();
        op = fused;
      }
  }

  /// Where the result of a contraction is given its batch dimensions back, the
  /// elementwise work behind goes over the collapsed dimensions instead.
  void sinkReshapes() {
    dropUnitDims();
    RewritePatternSet patterns(&getContext());
    linalg::populateFoldReshapeOpsByCollapsingPatterns(
        patterns, [](OpOperand *operand) { return isExpanded(operand->get()); });
    tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, &getContext());
    tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, &getContext());
    tensor::DimOp::getCanonicalizationPatterns(patterns, &getContext());
    memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
    (void)applyPatternsGreedily(getOperation(), std::move(patterns));
  }

  /// Operands that are broadcast along dimensions of size 1, as [1, 1, 1, C], lose
  /// these: dimensions can be collapsed only where each operand has all or none.
  void dropUnitDims() {
    linalg::ControlDropUnitDims control;
    control.rankReductionStrategy =
        linalg::ControlDropUnitDims::RankReductionStrategy::ReassociativeReshape;
    control.controlFn = [](Operation *op) { // a loop that stays: none is dropped
      return SmallVector<unsigned>{cast<linalg::GenericOp>(op).getNumLoops() - 1};
    };
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::GenericOp> users;
    getOperation().walk([&](linalg::GenericOp op) {
      if (op.hasPureTensorSemantics() && op.getNumLoops() && op.getStaticLoopRanges().back() != 1 &&
          llvm::any_of(op->getOperands(), isExpanded))
        users.push_back(op);
    });
    for (linalg::GenericOp op : users) {
      rewriter.setInsertionPoint(op);
      auto reduced = linalg::dropUnitDims(rewriter, op, control);
      if (succeeded(reduced))
        rewriter.replaceOp(op, reduced->replacements);
    }
  }
};
} // namespace
