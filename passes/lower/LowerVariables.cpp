#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_LOWERVARIABLES
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {
struct LowerVariables : ingot::impl::LowerVariablesBase<LowerVariables> {
  void runOnOperation() override {
    unsigned number = 0;
    for (auto variable : llvm::make_early_inc_range(getOperation().getOps<rt::VariableOp>())) {
      if (!variable.isInitiallyZero())
        addGlobal(variable, "ingot_initial_" + std::to_string(number));
      ++number;
      variable.erase();
    }
  }

  static void addGlobal(rt::VariableOp variable, StringRef name) {
    OpBuilder b(variable);
    auto type = cast<RankedTensorType>(variable.getInitial().getType());
    memref::GlobalOp::create(b, variable.getLoc(), name, b.getStringAttr("private"),
                             MemRefType::get(type.getShape(), type.getElementType()),
                             variable.getInitial(), /*constant=*/true, IntegerAttr());
  }
};
} // namespace
