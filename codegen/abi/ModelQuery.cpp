#include "codegen/abi/EntryPoints.h"
#include "llvm/IR/IRBuilder.h"

using namespace ingot;
using namespace llvm;

namespace {
/// Builds the constants of runtime/include/ingot/abi.h: the structs there and
/// the types here change together.
class QueryBuilder {
public:
  explicit QueryBuilder(Module &module) : module(module), b(module.getContext()) {
    ptr = b.getPtrTy();
    size = cast<IntegerType>(module.getDataLayout().getIntPtrType(module.getContext()));
  }

  Constant *text(StringRef s) { return b.CreateGlobalString(s, "", 0, &module); }
  Constant *i32(int64_t v) { return b.getInt32(v); }
  Constant *bytes(uint64_t v) { return ConstantInt::get(size, v); }
  Constant *null() { return ConstantPointerNull::get(cast<PointerType>(ptr)); }

  /// A private constant; its address.
  Constant *global(Constant *value) {
    return new GlobalVariable(module, value->getType(), true, GlobalValue::PrivateLinkage, value);
  }
  Constant *array(ArrayRef<Constant *> elements) {
    if (elements.empty())
      return null();
    auto *type = ArrayType::get(elements[0]->getType(), elements.size());
    return global(ConstantArray::get(type, elements));
  }
  Constant *structure(ArrayRef<Constant *> members) {
    return ConstantStruct::getAnon(module.getContext(), members);
  }

  Constant *tensors(const std::vector<InterfaceTensor> &list) {
    SmallVector<Constant *> all;
    for (const InterfaceTensor &t : list) {
      SmallVector<Constant *> dims;
      for (int64_t d : t.dims)
        dims.push_back(b.getInt64(d));
      all.push_back(
          structure({text(t.name), text(t.member), i32(t.dtype), i32(t.sizing), i32(t.dims.size()),
                     array(dims), bytes(t.offset), bytes(t.dimsOffset), b.getInt64(t.indexBound)}));
    }
    return array(all);
  }

  Constant *function(const Twine &name) {
    auto *any = FunctionType::get(b.getVoidTy(), false);
    return cast<Constant>(module.getOrInsertFunction(name.str(), any).getCallee());
  }

  Constant *signature(const InterfaceSignature &s) {
    return structure({text(s.name), text(s.symbol), i32(s.inputs.size()), i32(s.outputs.size()),
                      tensors(s.inputs), tensors(s.outputs), bytes(s.inputsBytes),
                      bytes(s.outputsBytes), function(s.symbol),
                      function(s.symbol + "_arena_bytes"), function(s.symbol + "_shapes")});
  }

  /// An exported function that returns the address.
  void getter(StringRef name, Constant *address) {
    auto *type = FunctionType::get(ptr, false);
    auto *function = Function::Create(type, GlobalValue::ExternalLinkage, name, module);
    b.SetInsertPoint(BasicBlock::Create(module.getContext(), "", function));
    b.CreateRet(address);
  }

  Module &module;
  IRBuilder<> b;
  Type *ptr;
  IntegerType *size;
};
} // namespace

void ingot::addModelQuery(Module &module, const Interface &interface, StringRef target,
                          const ModelSizes &sizes) {
  QueryBuilder q(module);
  SmallVector<Constant *> signatures;
  for (const InterfaceSignature &s : interface.signatures)
    signatures.push_back(q.signature(s));
  Constant *model = q.global(
      q.structure({q.i32(INGOT_ABI), q.i32(signatures.size()), q.text(interface.modelName),
                   q.text(target), q.array(signatures), q.bytes(interface.stateBytes),
                   interface.stateBytes ? q.function(interface.prefix + "_init_state") : q.null(),
                   q.bytes(sizes.code), q.bytes(sizes.weights)}));
  q.getter("ingot_model_query", model);
}

void ingot::addModelReport(Module &module, StringRef text) {
  QueryBuilder q(module);
  q.getter("ingot_model_report", q.text(text));
}
