#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SubsetOpInterface.h"
#include "passes/Passes.h"
#include "llvm/ADT/EquivalenceClasses.h"

namespace ingot {
#define GEN_PASS_DEF_BUFFERIZE
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;
using namespace mlir::bufferization;

// Some seconds each.
static constexpr uint64_t kMaxComparisons = uint64_t(1) << 30;
static constexpr uint64_t kMaxCounted = uint64_t(1) << 27;

namespace {
/// What the analysis of a set of tensors that may share memory costs: for each use
/// that may be in place, all reads are compared with all writes, and tensors are
/// followed back to where they are made.
struct AliasCost {
  uint64_t uses = 0, reads = 0, writes = 0;

  uint64_t comparisons() const {
    uint64_t each = llvm::SaturatingMultiplyAdd(reads, writes, kVisit * uses);
    return llvm::SaturatingMultiply(uses, each);
  }

  static constexpr uint64_t kVisit = 16; ///< a tensor followed, in comparisons
};
} // namespace

static void join(llvm::EquivalenceClasses<Value> &sets, Value value, const AnalysisState &state) {
  if (!isa<TensorType>(value.getType()))
    return;
  for (AliasingOpOperand alias : state.getAliasingOpOperands(value))
    sets.unionSets(value, alias.opOperand->get());
}

/// Sets of tensors that would share memory if every use were in place.
static llvm::EquivalenceClasses<Value> aliasSets(func::FuncOp function,
                                                 const AnalysisState &state) {
  llvm::EquivalenceClasses<Value> sets;
  function.walk([&](Operation *op) {
    for (Value result : op->getResults())
      join(sets, result, state);
    for (Region &region : op->getRegions())
      for (BlockArgument argument : region.getArguments())
        join(sets, argument, state);
  });
  return sets;
}

/// Comparisons that the analysis of the function makes at most.
static uint64_t countComparisons(func::FuncOp function, const AnalysisState &state) {
  llvm::EquivalenceClasses<Value> sets = aliasSets(function, state);
  llvm::DenseMap<Value, AliasCost> costs;
  function.walk([&](Operation *op) {
    for (OpOperand &operand : op->getOpOperands()) {
      if (!isa<TensorType>(operand.get().getType()))
        continue;
      Value leader = sets.getOrInsertLeaderValue(operand.get());
      AliasCost &cost = costs[leader];
      bool isWrite = state.bufferizesToMemoryWrite(operand);
      cost.reads += state.bufferizesToMemoryRead(operand);
      cost.writes += isWrite;
      cost.uses += isWrite || state.bufferizesToAliasOnly(operand);
    }
  });
  uint64_t count = 0;
  for (const auto &[_, cost] : costs)
    count = llvm::SaturatingAdd(count, cost.comparisons());
  return count;
}

/// For each slice that is written into a tensor, what it is computed from may be
/// moved, and the ops of its block counted anew.
static bool isEliminationLong(func::FuncOp function) {
  uint64_t ops = 0, insertions = 0;
  function.walk([&](Operation *op) {
    ++ops;
    insertions += isa<SubsetInsertionOpInterface>(op);
  });
  return insertions * ops > kMaxCounted;
}

/// Upstream can copy before every write instead, but has no buffers then that a
/// loop hands from one iteration to the next.
static bool carriesTensors(func::FuncOp function) {
  auto result = function.walk([](LoopLikeOpInterface loop) {
    return llvm::any_of(loop->getResultTypes(), llvm::IsaPred<TensorType>) ? WalkResult::interrupt()
                                                                           : WalkResult::advance();
  });
  return result.wasInterrupted();
}

/// What is returned must lie without gaps. A view whose strides only run time tells is cast to
/// that, since upstream takes two unknown strides for equal ones: such views are copied.
static void copyReturnedViews(func::FuncOp function) {
  if (function.isExternal())
    return;
  for (OpOperand &operand : function.getBody().back().getTerminator()->getOpOperands()) {
    auto cast = operand.get().getDefiningOp<memref::CastOp>();
    auto from = cast ? dyn_cast<MemRefType>(cast.getSource().getType()) : MemRefType();
    if (!from || from.getLayout().isIdentity())
      continue;
    OpBuilder b(cast);
    Location loc = cast.getLoc();
    auto type = MemRefType::get(from.getShape(), from.getElementType());
    SmallVector<Value> sizes;
    for (int64_t d = 0; d < from.getRank(); ++d)
      if (from.isDynamicDim(d))
        sizes.push_back(memref::DimOp::create(b, loc, cast.getSource(), d));
    Value copy = memref::AllocOp::create(b, loc, type, sizes, b.getI64IntegerAttr(64));
    memref::CopyOp::create(b, loc, cast.getSource(), copy);
    if (type != cast.getType())
      copy = memref::CastOp::create(b, loc, cast.getType(), copy);
    operand.set(copy);
  }
}

namespace {
struct Bufferize : ingot::impl::BufferizeBase<Bufferize> {
  void runOnOperation() override {
    BufferizationState state;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (failed(bufferize(function, state)))
        return signalPassFailure();
  }

  LogicalResult bufferize(func::FuncOp function, BufferizationState &state) {
    OneShotBufferizationOptions options;
    options.allowReturnAllocsFromLoops = true; // variables whose shape changes, see PlanArena
    uint64_t count = countComparisons(function, AnalysisState(options));
    comparisons.updateMax(unsigned(std::min<uint64_t>(count, UINT32_MAX)));
    options.copyBeforeWrite = count > kMaxComparisons && !carriesTensors(function);
    IRRewriter rewriter(&getContext());
    if (!options.copyBeforeWrite && !isEliminationLong(function) &&
        failed(eliminateEmptyTensors(rewriter, function)))
      return failure();
    if (failed(runOneShotBufferize(function, options, state)))
      return failure();
    copyReturnedViews(function);
    return success();
  }
};
} // namespace
