#include "passes/Passes.h"

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

/// Index of a member of struct ingot_context (runtime/include/ingot/ingot.h).
enum ContextMember { kErrorNode = 5, kErrorMessage = 6 };

static LLVM::LLVMStructType contextType(MLIRContext *context) {
  Type ptr = LLVM::LLVMPointerType::get(context), size = IntegerType::get(context, 64);
  return LLVM::LLVMStructType::getLiteral(context, {ptr, size, ptr, ptr, ptr, ptr, ptr, size});
}

namespace {
struct LowerChecks : ingot::impl::LowerChecksBase<LowerChecks> {
  void runOnOperation() override {
    SmallVector<rt::CheckOp> checks;
    getOperation().walk([&](rt::CheckOp op) { checks.push_back(op); });
    for (rt::CheckOp op : checks)
      lower(op);
  }

  void lower(rt::CheckOp op) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    auto function = op->getParentOfType<func::FuncOp>();
    Block *block = op->getBlock();
    Block *rest = block->splitBlock(op);
    Block *fail = b.createBlock(&function.getBody(), function.getBody().end());
    b.setInsertionPointToEnd(block);
    cf::CondBranchOp::create(b, loc, op.getCondition(), rest, fail);

    b.setInsertionPointToStart(fail);
    leave(b, loc, function.getArgument(0), kErrorNode, nodeName(loc));
    leave(b, loc, function.getArgument(0), kErrorMessage, op.getMessage());
    SmallVector<Value> results;
    results.push_back(arith::ConstantOp::create(b, loc, op.getStatusAttr()));
    // The caller reads no other result after a failure.
    for (Type type : function.getResultTypes().drop_front())
      results.push_back(ub::PoisonOp::create(b, loc, type));
    func::ReturnOp::create(b, loc, results);
    op.erase();
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
    LLVM::GlobalOp::create(b, b.getUnknownLoc(), type, /*isConstant=*/true,
                           LLVM::Linkage::Private, it->second, b.getStringAttr(bytes));
    return it->second;
  }

  llvm::StringMap<std::string> strings;
};
} // namespace
