#include "passes/Passes.h"
#include "passes/quantize/Rewriter.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace ingot {
#define GEN_PASS_DEF_QUANTIZEINTEGERS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// The only op that reads a value, but for its shape; null if there are several.
static Operation *onlyReader(Value value) {
  Operation *found = nullptr;
  for (Operation *user : value.getUsers()) {
    if (isa<ShapeOp, func::ReturnOp>(user))
      continue;
    if (found && found != user)
      return nullptr;
    found = user;
  }
  return found;
}

/// What is joined is quantized in one scale from the start, where nothing else reads it.
static void joinRanges(Block &body) {
  for (Operation &op : llvm::reverse(body)) {
    auto concat = dyn_cast<ConcatOp>(op);
    auto range = concat ? rangeOf(concat.getResult()) : std::nullopt;
    if (!range)
      continue;
    for (Value input : concat.getInputs())
      if (rangeOf(input) && input.getDefiningOp() && onlyReader(input) == &op)
        setRange(input, *range);
  }
}

static void eraseDead(Block &body) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

static void forgetNotes(ModuleOp module) {
  for (StringRef note : {kRangeAttr, kMeansAttr}) {
    module.walk([&](Operation *op) { op->removeDiscardableAttr(note); });
    for (auto function : module.getOps<func::FuncOp>())
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        function.removeArgAttr(i, StringAttr::get(module.getContext(), note));
  }
}

namespace {
struct QuantizeIntegers : ingot::impl::QuantizeIntegersBase<QuantizeIntegers> {
  using QuantizeIntegersBase::QuantizeIntegersBase;

  void runOnOperation() override {
    KeptNodes kept(keepFloat);
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal() || !function.getBody().hasOneBlock())
        continue;
      joinRanges(function.getBody().front());
      Plan plan(function, kept);
      QuantizeRewriter(function, plan, rounding).run();
      eraseDead(function.getBody().front());
    }
    if (failed(kept.checkAllFound(getOperation())))
      return signalPassFailure();
    forgetNotes(getOperation());
  }
};
} // namespace
