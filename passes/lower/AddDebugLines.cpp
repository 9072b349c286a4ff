#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "passes/Passes.h"
#include "llvm/BinaryFormat/Dwarf.h"

namespace ingot {
#define GEN_PASS_DEF_ADDDEBUGLINES
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {
struct AddDebugLines : ingot::impl::AddDebugLinesBase<AddDebugLines> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    unit = LLVM::DICompileUnitAttr::get(
        DistinctAttr::create(UnitAttr::get(context)), llvm::dwarf::DW_LANG_C, fileOf("model"),
        StringAttr::get(context, "ingot"), /*isOptimized=*/true,
        LLVM::DIEmissionKind::LineTablesOnly, LLVM::DINameTableKind::None);
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>())
      if (!function.isExternal())
        describe(function);
  }

private:
  LLVM::DIFileAttr fileOf(StringRef node) { return LLVM::DIFileAttr::get(&getContext(), node, ""); }

  /// The source node of a location; `otherwise` where it has none.
  static StringRef nodeOf(Location loc, StringRef otherwise) {
    auto node = loc->findInstanceOf<NameLoc>();
    return node ? node.getName().getValue() : otherwise;
  }

  void describe(LLVM::LLVMFuncOp function) {
    MLIRContext *context = &getContext();
    StringRef node = nodeOf(function.getLoc(), function.getName());
    auto type = LLVM::DISubroutineTypeAttr::get(context, {});
    auto flags = LLVM::DISubprogramFlags::Definition | LLVM::DISubprogramFlags::Optimized;
    auto scope = LLVM::DISubprogramAttr::get(context, DistinctAttr::create(UnitAttr::get(context)),
                                             unit, fileOf(node), StringAttr::get(context, node),
                                             function.getNameAttr(), fileOf(node), /*line=*/1,
                                             /*scopeLine=*/1, flags, type, {}, {});
    function->setLoc(FusedLoc::get(context, {lineOf(node)}, scope));
    function.walk([&](Operation *op) {
      if (op != function)
        op->setLoc(locate(nodeOf(op->getLoc(), node), scope));
    });
  }

  FileLineColLoc lineOf(StringRef node) { return FileLineColLoc::get(&getContext(), node, 1, 1); }

  Location locate(StringRef node, LLVM::DISubprogramAttr scope) {
    auto block = LLVM::DILexicalBlockFileAttr::get(&getContext(), scope, fileOf(node), 0);
    return FusedLoc::get(&getContext(), {lineOf(node)}, block);
  }

  LLVM::DICompileUnitAttr unit;
};
} // namespace
