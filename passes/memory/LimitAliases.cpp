#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "passes/Passes.h"
#include "passes/lower/Loop.h"

namespace ingot {
#define GEN_PASS_DEF_LIMITALIASES
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {
/// Counts the branches and loops that hand a tensor on, one after the other.
class Chains {
public:
  unsigned lengthOf(Value value) const { return lengths.lookup(value); }

  /// Of the results of `op`; those of the ops in front of it are known.
  void measure(Operation *op) {
    bool isLink = op->getNumRegions() && isa<scf::SCFDialect>(op->getDialect());
    for (OpResult result : op->getResults()) {
      SmallVector<Value> sources;
      if (isa<RankedTensorType>(result.getType()))
        addMemorySources(result, sources);
      unsigned &length = lengths[result];
      for (Value source : sources)
        length = std::max(length, lengthOf(source) + isLink);
    }
  }

private:
  llvm::DenseMap<Value, unsigned> lengths;
};
} // namespace

/// Operands through which `op`, one of scf, hands on tensors that it does not make.
static SmallVector<OpOperand *> handedOn(Operation *op) {
  SmallVector<OpOperand *> operands;
  if (auto loop = dyn_cast<LoopLikeOpInterface>(op))
    for (OpOperand &init : loop.getInitsMutable())
      operands.push_back(&init);
  else if (op->getNumResults() && isa<scf::IfOp, scf::IndexSwitchOp>(op))
    for (Region &region : op->getRegions())
      for (OpOperand &yielded : region.front().getTerminator()->getOpOperands())
        operands.push_back(&yielded);
  return operands;
}

static void copy(OpOperand &operand) {
  OpBuilder b(operand.getOwner());
  auto type = cast<RankedTensorType>(operand.get().getType());
  operand.set(bufferization::AllocTensorOp::create(b, operand.get().getLoc(), type, ValueRange(),
                                                   operand.get()));
}

/// The same tensor behind its definition, which others do not read.
static Value another(Value tensor) {
  OpBuilder b(tensor.getContext());
  b.setInsertionPointAfterValue(tensor);
  Operation *op = tensor.getDefiningOp();
  if (op && op->hasTrait<OpTrait::ConstantLike>())
    return b.clone(*op)->getResult(0);
  return bufferization::AllocTensorOp::create(
      b, tensor.getLoc(), cast<RankedTensorType>(tensor.getType()), ValueRange(), tensor);
}

namespace {
struct LimitAliases : ingot::impl::LimitAliasesBase<LimitAliases> {
  void runOnOperation() override {
    Chains chains;
    getOperation().walk([&](Operation *op) {
      if (op->getNumRegions())
        for (OpOperand *operand : handedOn(op))
          if (chains.lengthOf(operand->get()) >= kMaxLength)
            copy(*operand);
      chains.measure(op);
    });
    SmallVector<Value> crowded;
    auto note = [&](Value value) {
      if (isa<RankedTensorType>(value.getType()) && value.hasNUsesOrMore(kMaxReaders + 1))
        crowded.push_back(value);
    };
    getOperation().walk([&](Operation *op) {
      llvm::for_each(op->getResults(), note);
      for (Region &region : op->getRegions())
        for (Block &block : region)
          llvm::for_each(block.getArguments(), note);
    });
    llvm::for_each(crowded, share);
  }

  /// Hands all uses but kMaxReaders of them to copies, as many to each.
  static void share(Value tensor) {
    SmallVector<OpOperand *> uses;
    for (OpOperand &use : tensor.getUses())
      uses.push_back(&use);
    for (ArrayRef<OpOperand *> left = ArrayRef(uses).drop_front(kMaxReaders); !left.empty();
         left = left.drop_front(std::min<size_t>(kMaxReaders, left.size()))) {
      Value copy = another(tensor);
      for (OpOperand *use : left.take_front(kMaxReaders))
        use->set(copy);
    }
  }

  static constexpr unsigned kMaxLength = 32;
  static constexpr unsigned kMaxReaders = 512;
};
} // namespace
