#include "passes/Passes.h"
#include "passes/memory/EntryFunction.h"

namespace ingot {
#define GEN_PASS_DEF_LOWERCHECKS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// Name of the source node of a location; empty if there is none.
static StringRef nodeName(Location loc) {
  if (auto name = dyn_cast<NameLoc>(loc))
    return name.getName();
  if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location part : fused.getLocations())
      if (StringRef name = nodeName(part); !name.empty())
        return name;
  return "";
}

namespace {
struct LowerChecks : ingot::impl::LowerChecksBase<LowerChecks> {
  void runOnOperation() override {
    SmallVector<Operation *> checks;
    getOperation().walk([&](Operation *op) {
      if (isa<rt::CheckOp, rt::LeaveOp>(op))
        checks.push_back(op);
    });
    for (Operation *op : checks)
      if (auto check = dyn_cast<rt::CheckOp>(op))
        lower(check);
      else
        lower(cast<rt::LeaveOp>(op));
  }

  void lower(rt::CheckOp op) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    Value context = op->getParentOfType<func::FuncOp>().getArgument(0);
    splitBehind(b, op, op.getCondition());
    leave(b, loc, context, kErrorNode, nodeName(loc));
    leave(b, loc, context, kErrorMessage, op.getMessage());
    Value status = arith::ConstantOp::create(b, loc, op.getStatusAttr());
    returnStatus(b, op, status);
  }

  void lower(rt::LeaveOp op) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    Value ok = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
    Value goesOn = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, op.getStatus(), ok);
    splitBehind(b, op, goesOn);
    returnStatus(b, op, op.getStatus());
  }

  /// What comes behind `op` runs if the condition holds; else a block at the end
  /// of the function, where the builder stands then.
  static void splitBehind(OpBuilder &b, Operation *op, Value condition) {
    Block *block = op->getBlock();
    Region *function = block->getParent();
    Block *rest = block->splitBlock(op);
    Block *fail = b.createBlock(function, function->end());
    b.setInsertionPointToEnd(block);
    cf::CondBranchOp::create(b, op->getLoc(), condition, rest, fail);
    b.setInsertionPointToStart(fail);
  }

  static void returnStatus(OpBuilder &b, Operation *op, Value status) {
    SmallVector<Value> results = {status};
    // The caller reads no other result after a failure.
    for (Type type : op->getParentOfType<func::FuncOp>().getResultTypes().drop_front())
      results.push_back(ub::PoisonOp::create(b, op->getLoc(), type));
    func::ReturnOp::create(b, op->getLoc(), results);
    op->erase();
  }

  /// Stores the address of a string in a member of the context.
  void leave(OpBuilder &b, Location loc, Value context, ContextMember member, StringRef text) {
    if (text.empty())
      return;
    Type ptr = LLVM::LLVMPointerType::get(&getContext());
    Value address = LLVM::AddressOfOp::create(b, loc, ptr, string(text));
    Value slot = LLVM::GEPOp::create(b, loc, ptr, contextType(&getContext()), context,
                                     ArrayRef<LLVM::GEPArg>{0, int32_t(member)});
    LLVM::StoreOp::create(b, loc, address, slot);
  }

  /// Name of a global with this text, made once.
  StringRef string(StringRef text) {
    auto [it, isNew] = strings.try_emplace(text, "");
    if (!isNew)
      return it->second;
    it->second = "ingot_text_" + std::to_string(strings.size());
    auto b = OpBuilder::atBlockBegin(getOperation().getBody());
    std::string bytes = text.str() + '\0';
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), bytes.size());
    LLVM::GlobalOp::create(b, b.getUnknownLoc(), type, /*isConstant=*/true, LLVM::Linkage::Private,
                           it->second, b.getStringAttr(bytes));
    return it->second;
  }

  llvm::StringMap<std::string> strings;
};
} // namespace
