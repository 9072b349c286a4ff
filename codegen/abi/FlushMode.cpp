#include "codegen/abi/FlushMode.h"
#include "llvm/IR/IntrinsicsAArch64.h"
#include "llvm/IR/IntrinsicsX86.h"
#include "llvm/IR/Module.h"

using namespace llvm;

static Triple target(IRBuilderBase &b) {
  return Triple(b.GetInsertBlock()->getModule()->getTargetTriple());
}

Value *ingot::enterFlushMode(IRBuilderBase &b) {
  Triple triple = target(b);
  if (triple.isX86()) {
    constexpr uint32_t flush = 0x8040; // FTZ | DAZ of MXCSR
    // Made once in the entry block: the mode may be entered in a loop.
    BasicBlock &entry = b.GetInsertBlock()->getParent()->getEntryBlock();
    IRBuilder<> atEntry(&entry, entry.begin());
    Value *slot = atEntry.CreateAlloca(b.getInt32Ty());
    Value *changed = atEntry.CreateAlloca(b.getInt32Ty());
    b.CreateIntrinsic(Intrinsic::x86_sse_stmxcsr, {slot});
    b.CreateStore(b.CreateOr(b.CreateLoad(b.getInt32Ty(), slot), flush), changed);
    b.CreateIntrinsic(Intrinsic::x86_sse_ldmxcsr, {changed});
    return slot;
  }
  if (triple.isAArch64()) {
    constexpr uint64_t flush = 1 << 24; // FZ of FPCR
    Value *mode = b.CreateIntrinsic(Intrinsic::aarch64_get_fpcr, {});
    b.CreateIntrinsic(Intrinsic::aarch64_set_fpcr, {b.CreateOr(mode, flush)});
    return mode;
  }
  return nullptr;
}

void ingot::leaveFlushMode(IRBuilderBase &b, Value *saved) {
  Triple triple = target(b);
  if (triple.isX86())
    b.CreateIntrinsic(Intrinsic::x86_sse_ldmxcsr, {saved});
  else if (saved)
    b.CreateIntrinsic(Intrinsic::aarch64_set_fpcr, {saved});
}
