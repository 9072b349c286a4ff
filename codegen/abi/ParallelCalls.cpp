#include "codegen/abi/EntryPoints.h"
#include "codegen/abi/FlushMode.h"
#include "dialects/rt/Parallel.h"

using namespace ingot;
using namespace llvm;

namespace {
/// Fills in the functions that run a kernel in parts. What the kernel takes lies in a
/// record on the caller's stack: {thunk, parameters...}. All kernels share one function
/// that hands the record to the context's threads, and one that they call with it.
class PartsBuilder {
public:
  explicit PartsBuilder(Module &module) : module(module), b(module.getContext()) {
    ptr = b.getPtrTy();
    i64 = b.getInt64Ty();
  }

  void fill(Function &parts, Function &kernel);

private:
  Function *make(StringRef name, ArrayRef<Type *> parameters) {
    auto *type = FunctionType::get(b.getVoidTy(), parameters, false);
    auto *f = Function::Create(type, GlobalValue::InternalLinkage, name, module);
    f->addFnAttr(Attribute::NoUnwind);
    b.SetInsertPoint(BasicBlock::Create(module.getContext(), "", f));
    return f;
  }
  Function *thunk(Function &kernel, StructType *record);
  Function *runPart();
  Function *runParts();
  Value *member(StructType *type, Value *base, unsigned i) {
    return b.CreateStructGEP(type, base, i);
  }

  Module &module;
  IRBuilder<> b;
  Type *ptr, *i64;
  Function *part = nullptr, *all = nullptr; ///< the shared ones
};
} // namespace

/// (record, begin, end): the kernel with the parameters of the record.
Function *PartsBuilder::thunk(Function &kernel, StructType *record) {
  IRBuilderBase::InsertPointGuard guard(b);
  Function *f = make((kernel.getName() + ".part").str(), {ptr, i64, i64});
  SmallVector<Value *> arguments;
  for (unsigned i = 1; i < record->getNumElements(); ++i)
    arguments.push_back(b.CreateLoad(record->getElementType(i), member(record, f->getArg(0), i)));
  arguments.append({f->getArg(1), f->getArg(2)});
  b.CreateCall(&kernel, arguments);
  b.CreateRetVoid();
  return f;
}

/// (record, begin, end), an ingot_range_fn: any thread comes in here.
Function *PartsBuilder::runPart() {
  IRBuilderBase::InsertPointGuard guard(b);
  Function *f = make("ingot.part", {ptr, i64, i64});
  Value *mode = enterFlushMode(b);
  Value *thunk = b.CreateLoad(ptr, f->getArg(0));
  auto *type = FunctionType::get(b.getVoidTy(), {ptr, i64, i64}, false);
  b.CreateCall(type, thunk, {f->getArg(0), f->getArg(1), f->getArg(2)});
  leaveFlushMode(b, mode);
  b.CreateRetVoid();
  return f;
}

/// (context, count, record): on the context's threads, else here.
Function *PartsBuilder::runParts() {
  IRBuilderBase::InsertPointGuard guard(b);
  part = runPart();
  Function *f = make("ingot.parts", {ptr, i64, ptr});
  f->addFnAttr(Attribute::NoInline);
  Type *size = module.getDataLayout().getIntPtrType(module.getContext());
  // struct ingot_context up to `parallel`, and struct ingot_parallel.
  auto *context = StructType::get(module.getContext(), {ptr, size, ptr, ptr});
  Value *parallel = b.CreateLoad(ptr, member(context, f->getArg(0), 3));
  auto *here = BasicBlock::Create(module.getContext(), "here", f);
  auto *there = BasicBlock::Create(module.getContext(), "there", f);
  b.CreateCondBr(b.CreateIsNull(parallel), here, there);
  b.SetInsertPoint(here);
  b.CreateCall(part, {f->getArg(2), b.getInt64(0), f->getArg(1)});
  b.CreateRetVoid();
  b.SetInsertPoint(there);
  Value *parallelFor = b.CreateLoad(ptr, parallel);
  auto *type = FunctionType::get(b.getVoidTy(), {ptr, i64, ptr, ptr}, false);
  b.CreateCall(type, parallelFor, {parallel, f->getArg(1), part, f->getArg(2)});
  b.CreateRetVoid();
  return f;
}

/// (context, parameters..., count)
void PartsBuilder::fill(Function &parts, Function &kernel) {
  SmallVector<Type *> members = {ptr};
  unsigned count = parts.arg_size() - 1;
  for (unsigned i = 1; i < count; ++i)
    members.push_back(parts.getArg(i)->getType());
  auto *record = StructType::get(module.getContext(), members);
  if (!all)
    all = runParts();
  parts.setLinkage(GlobalValue::InternalLinkage);
  b.SetInsertPoint(BasicBlock::Create(module.getContext(), "", &parts));
  Value *slot = b.CreateAlloca(record);
  b.CreateStore(thunk(kernel, record), member(record, slot, 0));
  for (unsigned i = 1; i < count; ++i)
    b.CreateStore(parts.getArg(i), member(record, slot, i));
  b.CreateCall(all, {parts.getArg(0), parts.getArg(count), slot});
  b.CreateRetVoid();
}

void ingot::addParallelCalls(Module &module) {
  PartsBuilder builder(module);
  for (Function &f : make_early_inc_range(module)) {
    StringRef kernel = f.getFnAttribute(kInPartsAttr).getValueAsString();
    if (f.isDeclaration() && !kernel.empty())
      builder.fill(f, *module.getFunction(kernel));
  }
}
