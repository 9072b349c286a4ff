#include "dialects/ingot/Ingot.h"
#include "dialects/rt/Rt.h"
#include "passes/Passes.h"
#include "passes/tile/BatchFacts.h"

namespace ingot {
#define GEN_PASS_DEF_MARKBATCH
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// Products of a sample with fewer rows than this read their weights too often for it.
static constexpr int64_t kFewRows = 16;
/// Samples that such products take at least.
static constexpr int64_t kLeastSamples = 64;
/// What dimensions that only a call tells are taken for.
static constexpr int64_t kUnknownExtent = 64;

namespace {
/// Multiplications of a sample in products with weights.
struct Products {
  double all = 0, ofFewRows = 0;

  void add(linalg::LinalgOp op, const BatchFacts &facts) {
    std::optional<unsigned> batch = facts.batchLoop(op);
    OpOperand *weights = nullptr;
    for (OpOperand *input : op.getDpsInputOperands())
      if (facts.fact(input->get()).isSame() && isa<RankedTensorType>(input->get().getType()))
        weights = input;
    if (!batch || !weights || op.getNumReductionLoops() == 0)
      return;
    double products = 1, rows = 1;
    for (auto [loop, extent] : llvm::enumerate(op.getStaticLoopRanges())) {
      int64_t steps = ShapedType::isDynamic(extent) ? kUnknownExtent : extent;
      if (loop == *batch)
        steps = isWholeSample(op, *batch, facts) ? 1 : kUnknownExtent;
      products *= steps;
      if (!op.getMatchingIndexingMap(weights).isFunctionOfDim(loop))
        rows *= steps;
    }
    all += products;
    if (rows < kFewRows)
      ofFewRows += products;
  }

  /// Whether the loop over the samples' rows has one for each.
  static bool isWholeSample(linalg::LinalgOp op, unsigned loop, const BatchFacts &facts) {
    return llvm::any_of(op->getOperands(), [&](Value operand) {
      BatchFact fact = facts.fact(operand);
      return fact.kind == BatchFact::Rows && fact.one;
    });
  }
};

struct MarkBatch : ingot::impl::MarkBatchBase<MarkBatch> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(IngotDialect::kSignatureAttr) && !function.isExternal())
        mark(function);
  }

private:
  static void mark(func::FuncOp function) {
    BatchFacts facts(function);
    if (!facts.isSeparable())
      return;
    SmallVector<bool> inputs, outputs;
    for (BlockArgument argument : function.getArguments())
      if (!function.getArgAttr(argument.getArgNumber(), IngotDialect::kVariableAttr))
        inputs.push_back(facts.fact(argument).kind == BatchFact::Rows);
    for (auto [i, value] :
         llvm::enumerate(function.getBody().front().getTerminator()->getOperands())) {
      BatchFact fact = facts.fact(value);
      bool isRows = fact.kind == BatchFact::Rows && fact.one && fact.axis == 0;
      bool isOutput = !function.getResultAttr(i, IngotDialect::kVariableAttr) &&
                      !function.getResultAttr(i, "ingot.from_data");
      isOutput &= !isRows || cast<RankedTensorType>(value.getType()).isDynamicDim(0);
      if (!isOutput || (!isRows && !fact.isSame()))
        return;
      outputs.push_back(isRows);
    }
    if (!llvm::is_contained(outputs, true))
      return;
    Products products;
    function.walk([&](linalg::LinalgOp op) { products.add(op, facts); });
    int64_t least = products.ofFewRows * 10 > products.all ? kLeastSamples : 1;
    Builder b(function.getContext());
    function->setAttr("ingot.batch",
                      b.getDictionaryAttr({
                          b.getNamedAttr("inputs", b.getDenseBoolArrayAttr(inputs)),
                          b.getNamedAttr("outputs", b.getDenseBoolArrayAttr(outputs)),
                          b.getNamedAttr("least", b.getI64IntegerAttr(least)),
                      }));
  }
};
} // namespace
