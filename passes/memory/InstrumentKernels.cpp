#include "dialects/ingot/Ingot.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_INSTRUMENTKERNELS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// What a library for profiling exports; see tools/ingot/Profile.h.
static constexpr llvm::StringLiteral kHook = "ingot_profile_hook", kNodes = "ingot_profile_nodes";
/// Where the hook points at first.
static constexpr llvm::StringLiteral kNothing = "ingot.profile.nothing";

static LLVM::LLVMFunctionType hookType(MLIRContext *context) {
  Type i32 = IntegerType::get(context, 32);
  return LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), {i32, i32});
}

/// Node and op as the source calls them, each ended by a zero byte; the node is never
/// empty: that ends the list.
static void appendNames(Location loc, std::string &names) {
  auto node = loc->findInstanceOf<NameLoc>();
  auto op = node ? dyn_cast<NameLoc>(node.getChildLoc()) : NameLoc();
  auto append = [&](NameLoc part, StringRef otherwise) {
    StringRef text =
        part ? part.getName().getValue().take_until([](char c) { return c == 0; }) : "";
    names += text.empty() ? otherwise : text;
    names += '\0';
  };
  append(node, "kernel");
  append(op, "");
}

static void callHook(OpBuilder &b, Location loc, int32_t node, int32_t isEnd) {
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  Value address = LLVM::AddressOfOp::create(b, loc, pointer, kHook);
  Value hook = LLVM::LoadOp::create(b, loc, pointer, address);
  auto number = [&](int32_t v) -> Value {
    return LLVM::ConstantOp::create(b, loc, b.getI32Type(), b.getI32IntegerAttr(v));
  };
  LLVM::CallOp::create(b, loc, hookType(b.getContext()),
                       ValueRange{hook, number(node), number(isEnd)});
}

/// The variable that holds the hook, and the function that it holds at first.
static void addHook(ModuleOp module) {
  OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
  Location loc = module.getLoc();
  auto nothing =
      LLVM::LLVMFuncOp::create(b, loc, kNothing, hookType(b.getContext()), LLVM::Linkage::Internal);
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  auto hook = LLVM::GlobalOp::create(b, loc, pointer, /*isConstant=*/false, LLVM::Linkage::External,
                                     kHook, Attribute());
  b.setInsertionPointToStart(nothing.addEntryBlock(b));
  LLVM::ReturnOp::create(b, loc, ValueRange());
  b.createBlock(&hook.getInitializerRegion());
  LLVM::ReturnOp::create(b, loc, Value(LLVM::AddressOfOp::create(b, loc, pointer, kNothing)));
}

static void addNodes(ModuleOp module, StringRef names) {
  OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
  Type type = LLVM::LLVMArrayType::get(b.getI8Type(), names.size());
  LLVM::GlobalOp::create(b, module.getLoc(), type, /*isConstant=*/true, LLVM::Linkage::External,
                         kNodes, b.getStringAttr(names));
}

namespace {
struct InstrumentKernels : ingot::impl::InstrumentKernelsBase<InstrumentKernels> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    std::string names;
    int32_t count = 0;
    for (auto function : module.getOps<func::FuncOp>())
      if (function->hasAttr(IngotDialect::kSignatureAttr))
        function.walk([&](func::CallOp call) {
          if (!call.getCallee().starts_with("ingot.kernel."))
            return;
          OpBuilder b(call);
          callHook(b, call.getLoc(), count, 0);
          b.setInsertionPointAfter(call);
          callHook(b, call.getLoc(), count++, 1);
          appendNames(call.getLoc(), names);
        });
    names += '\0';
    addHook(module);
    addNodes(module, names);
  }
};
} // namespace
