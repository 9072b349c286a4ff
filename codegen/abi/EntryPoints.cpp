#include "codegen/abi/EntryPoints.h"
#include "codegen/abi/FlushMode.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/MDBuilder.h"

using namespace ingot;
using namespace llvm;

/// Bytes of arena that a part of the batch should take, so that it stays in the caches: as much
/// as the second level of server CPUs has.
static constexpr uint64_t kPartBytes = 2 << 20;

namespace {

/// Indices of the members of struct ingot_context.
enum ContextMember : unsigned { kArena = 0, kArenaBytes = 1, kState = 2, kArenaNeeded = 7 };

/// Builds one C function of a signature.
class EntryBuilder {
public:
  EntryBuilder(Module &module, const Interface &interface, const InterfaceSignature &signature)
      : module(module), interface(interface), signature(signature), b(module.getContext()) {
    ptr = b.getPtrTy();
    size = module.getDataLayout().getIntPtrType(module.getContext());
    i64 = b.getInt64Ty();
    context = StructType::get(module.getContext(), {ptr, size, ptr, ptr, ptr, ptr, ptr, size, ptr});
  }

  void addCall();
  void addArenaBytes();
  void addShapes();

private:
  Function *begin(Twine name, Type *result, ArrayRef<Type *> arguments);
  /// Goes on where the condition holds; elsewhere the function returns `status`.
  void require(Value *condition, int status);
  Value *load(Value *base, uint64_t offset, Type *type) {
    return b.CreateAlignedLoad(type, address(base, offset), Align(8));
  }
  void store(Value *value, Value *base, uint64_t offset) {
    b.CreateAlignedStore(value, address(base, offset), Align(8));
  }
  Value *address(Value *base, uint64_t offset) {
    return b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), base, offset);
  }
  SmallVector<Value *> dynamicDims(Value *inputs);
  /// Calls SIGNATURE__shapes and stores its results in the outputs' struct.
  SmallVector<Value *> storeShapes(Value *inputs, Value *outputs);
  Value *arenaBytes(ArrayRef<Value *> inputDims);
  /// Where the batch may be split, how a call does it.
  struct Parts {
    Value *isSplit = nullptr;    ///< all inputs agree on the number of samples
    Value *samples = nullptr;    ///< of the whole
    Value *most = nullptr;       ///< samples of a part
    SmallVector<unsigned> batch; ///< the dynamic dimensions of the inputs that are the batch
  };
  Parts parts(ArrayRef<Value *> inputDims);
  SmallVector<Value *> withSamples(const Parts &parts, ArrayRef<Value *> inputDims, Value *samples);
  /// The arena of a call, split or not.
  Value *arenaOfParts(const Parts &parts, ArrayRef<Value *> inputDims);
  Value *callPart(Value *ctx, Value *in, Value *out, Value *given, ArrayRef<Value *> inputDims,
                  ArrayRef<Value *> outputDims, Value *begin);
  void callParts(const Parts &parts, Value *ctx, Value *in, Value *out, Value *given,
                 ArrayRef<Value *> inputDims, ArrayRef<Value *> outputDims);
  void appendBuffer(SmallVectorImpl<Value *> &arguments, Value *pointer, ArrayRef<Value *> dims);
  SmallVector<Value *> fullDims(const InterfaceTensor &tensor, ArrayRef<Value *> &dynamic);
  Value *count(ArrayRef<Value *> dims);
  /// `begin`: the first sample, for those of the tensors that have the batch; or null.
  SmallVector<Value *> buffers(const std::vector<InterfaceTensor> &tensors, Value *base,
                               ArrayRef<Value *> dynamic, ArrayRef<bool> batch, Value *begin);
  /// Descriptors of the variables in the state block.
  void appendVariables(SmallVectorImpl<Value *> &arguments, Value *state);
  /// How far an address is behind a multiple of the alignment.
  Value *offBoundary(Value *address) {
    return b.CreateAnd(b.CreatePtrToInt(address, i64), INGOT_ALIGNMENT - 1);
  }
  void storeDataOutputs(Value *result, Value *outputs);

  Module &module;
  const Interface &interface;
  const InterfaceSignature &signature;
  IRBuilder<> b;
  Type *ptr, *size, *i64;
  StructType *context;
};

} // namespace

Function *EntryBuilder::begin(Twine name, Type *result, ArrayRef<Type *> arguments) {
  auto *type = FunctionType::get(result, arguments, false);
  auto *function = Function::Create(type, GlobalValue::ExternalLinkage, name, module);
  function->addFnAttr(Attribute::NoUnwind);
  b.SetInsertPoint(BasicBlock::Create(module.getContext(), "", function));
  return function;
}

void EntryBuilder::require(Value *condition, int status) {
  Function *function = b.GetInsertBlock()->getParent();
  auto *fail = BasicBlock::Create(module.getContext(), "fail", function);
  auto *next = BasicBlock::Create(module.getContext(), "", function);
  b.CreateCondBr(condition, next, fail, MDBuilder(module.getContext()).createLikelyBranchWeights());
  b.SetInsertPoint(fail);
  b.CreateRet(b.getInt32(status));
  b.SetInsertPoint(next);
}

SmallVector<Value *> EntryBuilder::dynamicDims(Value *inputs) {
  SmallVector<Value *> dims;
  for (const InterfaceTensor &t : signature.inputs)
    for (unsigned i = 0; i < t.dynamicDims(); ++i)
      dims.push_back(load(inputs, t.dimsOffset + 8 * i, i64));
  return dims;
}

SmallVector<Value *> EntryBuilder::storeShapes(Value *inputs, Value *outputs) {
  Function *shapes = module.getFunction(signature.entry + "__shapes");
  unsigned results = 0;
  for (const InterfaceTensor &t : signature.outputs)
    results += t.sizing == INGOT_FROM_INPUTS ? t.dynamicDims() : 0;
  if (!shapes || results == 0)
    return {};
  Value *all = b.CreateCall(shapes, dynamicDims(inputs));
  SmallVector<Value *> dims;
  for (unsigned i = 0; i < results; ++i)
    dims.push_back(results == 1 ? all : b.CreateExtractValue(all, i));
  unsigned next = 0;
  for (const InterfaceTensor &t : signature.outputs)
    if (t.sizing == INGOT_FROM_INPUTS)
      for (unsigned i = 0; i < t.dynamicDims(); ++i)
        store(dims[next++], outputs, t.dimsOffset + 8 * i);
  return dims;
}

Value *EntryBuilder::arenaBytes(ArrayRef<Value *> inputDims) {
  return b.CreateCall(module.getFunction(signature.entry + "__arena_bytes"), inputDims);
}

EntryBuilder::Parts EntryBuilder::parts(ArrayRef<Value *> inputDims) {
  Parts result;
  if (!signature.leastSamples)
    return result;
  unsigned next = 0;
  for (auto [tensor, isBatch] : zip(signature.inputs, signature.batchInputs)) {
    if (isBatch)
      result.batch.push_back(next);
    next += tensor.dynamicDims();
  }
  result.samples = inputDims[result.batch.front()];
  result.isSplit = b.getTrue();
  for (unsigned i : ArrayRef(result.batch).drop_front())
    result.isSplit = b.CreateAnd(result.isSplit, b.CreateICmpEQ(inputDims[i], result.samples));
  Value *ofOne = arenaBytes(withSamples(result, inputDims, b.getInt64(1)));
  Value *fitting = b.CreateUDiv(b.getInt64(kPartBytes),
                                b.CreateBinaryIntrinsic(Intrinsic::umax, ofOne, b.getInt64(1)));
  result.most =
      b.CreateBinaryIntrinsic(Intrinsic::umax, fitting, b.getInt64(signature.leastSamples));
  return result;
}

SmallVector<Value *> EntryBuilder::withSamples(const Parts &parts, ArrayRef<Value *> inputDims,
                                               Value *samples) {
  SmallVector<Value *> dims(inputDims);
  for (unsigned i : parts.batch)
    dims[i] = b.CreateSelect(parts.isSplit, samples, dims[i]);
  return dims;
}

Value *EntryBuilder::arenaOfParts(const Parts &parts, ArrayRef<Value *> inputDims) {
  if (!parts.isSplit)
    return arenaBytes(inputDims);
  Value *most = b.CreateBinaryIntrinsic(Intrinsic::umin, parts.most, parts.samples);
  return arenaBytes(withSamples(parts, inputDims, most));
}

void EntryBuilder::addArenaBytes() {
  Function *f = begin(signature.symbol + "_arena_bytes", size, {ptr});
  SmallVector<Value *> dims = dynamicDims(f->getArg(0));
  b.CreateRet(b.CreateZExtOrTrunc(arenaOfParts(parts(dims), dims), size));
}

void EntryBuilder::addShapes() {
  Function *f = begin(signature.symbol + "_shapes", b.getInt32Ty(), {ptr, ptr});
  Value *null = ConstantPointerNull::get(b.getPtrTy());
  require(b.CreateAnd(b.CreateICmpNE(f->getArg(0), null), b.CreateICmpNE(f->getArg(1), null)),
          INGOT_NULL_POINTER);
  storeShapes(f->getArg(0), f->getArg(1));
  b.CreateRet(b.getInt32(INGOT_OK));
}

/// The parts of a memref descriptor: both pointers, offset, sizes, strides.
void EntryBuilder::appendBuffer(SmallVectorImpl<Value *> &arguments, Value *pointer,
                                ArrayRef<Value *> dims) {
  arguments.append({pointer, pointer, b.getInt64(0)});
  arguments.append(dims.begin(), dims.end());
  SmallVector<Value *> strides(dims.size());
  Value *stride = b.getInt64(1);
  for (size_t d = dims.size(); d-- > 0;) {
    strides[d] = stride;
    stride = b.CreateMul(stride, dims[d]);
  }
  arguments.append(strides);
}

SmallVector<Value *> EntryBuilder::fullDims(const InterfaceTensor &tensor,
                                            ArrayRef<Value *> &dynamic) {
  SmallVector<Value *> dims;
  for (auto [d, extent] : llvm::enumerate(tensor.dims)) {
    dims.push_back(tensor.isDynamic(d) ? dynamic.front() : b.getInt64(extent));
    if (tensor.isDynamic(d))
      dynamic = dynamic.drop_front();
  }
  return dims;
}

Value *EntryBuilder::count(ArrayRef<Value *> dims) {
  Value *product = b.getInt64(1);
  for (Value *d : dims)
    product = b.CreateMul(product, d);
  return product;
}

/// Descriptors of the tensors that the caller has; a pointer may be NULL only
/// where there are no elements.
SmallVector<Value *> EntryBuilder::buffers(const std::vector<InterfaceTensor> &tensors, Value *base,
                                           ArrayRef<Value *> dynamic, ArrayRef<bool> batch,
                                           Value *begin) {
  SmallVector<Value *> arguments;
  Value *allThere = b.getTrue(); // one branch for all: there may be thousands
  for (auto [i, t] : enumerate(tensors)) {
    if (t.sizing == INGOT_FROM_DATA)
      continue;
    SmallVector<Value *> dims = fullDims(t, dynamic);
    Value *pointer = load(base, t.offset, ptr);
    Value *isThere = b.CreateICmpNE(pointer, ConstantPointerNull::get(b.getPtrTy()));
    Value *isEmpty = b.CreateICmpEQ(count(dims), b.getInt64(0));
    allThere = b.CreateAnd(allThere, b.CreateOr(isThere, isEmpty));
    if (begin && batch[i]) {
      Value *bytes =
          b.CreateMul(count(ArrayRef(dims).drop_front()), b.getInt64(dtypeBytes(t.dtype)));
      pointer = b.CreateGEP(b.getInt8Ty(), pointer, b.CreateMul(begin, bytes));
    }
    appendBuffer(arguments, pointer, dims);
  }
  require(allThere, INGOT_NULL_POINTER);
  return arguments;
}

void EntryBuilder::appendVariables(SmallVectorImpl<Value *> &arguments, Value *state) {
  require(b.CreateIsNotNull(state), INGOT_NULL_POINTER);
  require(b.CreateICmpEQ(offBoundary(state), b.getInt64(0)), INGOT_ARENA_MISALIGNED);
  for (unsigned index : signature.variables) {
    const InterfaceVariable &variable = interface.variables[index];
    SmallVector<Value *> dims;
    for (int64_t extent : variable.dims)
      dims.push_back(b.getInt64(extent));
    appendBuffer(arguments, address(state, variable.offset), dims);
  }
}

/// Outputs whose size only the data tells: copied to the caller's memory, or
/// left in the arena if the caller gave none.
void EntryBuilder::storeDataOutputs(Value *result, Value *outputs) {
  unsigned next = 1;
  for (const InterfaceTensor &t : signature.outputs) {
    if (t.sizing != INGOT_FROM_DATA)
      continue;
    Value *descriptor = b.CreateExtractValue(result, next++);
    Value *source = b.CreateExtractValue(descriptor, 1);
    Value *elements = b.getInt64(1);
    for (size_t d = 0; d < t.dims.size(); ++d) {
      Value *extent = b.CreateExtractValue(descriptor, {3u, unsigned(d)});
      store(extent, outputs, t.dimsOffset + 8 * d);
      elements = b.CreateMul(elements, extent);
    }
    Value *target = load(outputs, t.offset, ptr);
    Function *f = b.GetInsertBlock()->getParent();
    auto *leave = BasicBlock::Create(module.getContext(), "", f);
    auto *copy = BasicBlock::Create(module.getContext(), "", f);
    auto *next = BasicBlock::Create(module.getContext(), "", f);
    b.CreateCondBr(b.CreateIsNull(target), leave, copy);
    b.SetInsertPoint(leave);
    store(source, outputs, t.offset);
    b.CreateBr(next);
    b.SetInsertPoint(copy);
    Value *capacity = load(outputs, t.offset + module.getDataLayout().getPointerSize(), size);
    require(b.CreateICmpUGE(b.CreateZExt(capacity, i64), elements), INGOT_CAPACITY);
    Value *bytes = b.CreateMul(elements, b.getInt64(dtypeBytes(t.dtype)));
    b.CreateMemCpy(target, Align(1), source, Align(1), bytes);
    b.CreateBr(next);
    b.SetInsertPoint(next);
  }
}

/// One call of the function that does the work; its result.
Value *EntryBuilder::callPart(Value *ctx, Value *in, Value *out, Value *given,
                              ArrayRef<Value *> inputDims, ArrayRef<Value *> outputDims,
                              Value *begin) {
  auto member = [&](ContextMember m) { return b.CreateStructGEP(context, ctx, m); };
  SmallVector<Value *> arguments = {ctx};
  appendBuffer(arguments, b.CreateLoad(ptr, member(kArena)), {given});
  arguments.append(buffers(signature.inputs, in, inputDims, signature.batchInputs, begin));
  if (!signature.variables.empty())
    appendVariables(arguments, b.CreateLoad(ptr, member(kState)));
  arguments.append(buffers(signature.outputs, out, outputDims, signature.batchOutputs, begin));
  Value *mode = enterFlushMode(b);
  Value *result = b.CreateCall(module.getFunction(signature.entry), arguments);
  leaveFlushMode(b, mode);
  return result;
}

/// Calls for the parts of the batch, one after the other, until one fails.
void EntryBuilder::callParts(const Parts &parts, Value *ctx, Value *in, Value *out, Value *given,
                             ArrayRef<Value *> inputDims, ArrayRef<Value *> outputDims) {
  Function *f = b.GetInsertBlock()->getParent();
  BasicBlock *before = b.GetInsertBlock();
  auto *loop = BasicBlock::Create(module.getContext(), "part", f);
  b.CreateBr(loop);
  b.SetInsertPoint(loop);
  PHINode *begin = b.CreatePHI(i64, 2);
  begin->addIncoming(b.getInt64(0), before);
  Value *samples =
      b.CreateBinaryIntrinsic(Intrinsic::umin, parts.most, b.CreateSub(parts.samples, begin));
  SmallVector<Value *> partOutputs(outputDims);
  unsigned next = 0;
  for (auto [tensor, isBatch] : zip(signature.outputs, signature.batchOutputs)) {
    if (isBatch)
      partOutputs[next] = b.CreateSelect(parts.isSplit, samples, partOutputs[next]);
    next += tensor.dynamicDims();
  }
  Value *status =
      callPart(ctx, in, out, given, withSamples(parts, inputDims, samples), partOutputs, begin);
  Value *end = b.CreateAdd(begin, samples);
  Value *isMore = b.CreateAnd(parts.isSplit, b.CreateICmpULT(end, parts.samples));
  isMore = b.CreateAnd(isMore, b.CreateICmpEQ(status, b.getInt32(INGOT_OK)));
  begin->addIncoming(end, b.GetInsertBlock());
  auto *done = BasicBlock::Create(module.getContext(), "", f);
  b.CreateCondBr(isMore, loop, done);
  b.SetInsertPoint(done);
  b.CreateRet(status);
}

void EntryBuilder::addCall() {
  Function *f = begin(signature.symbol, b.getInt32Ty(), {ptr, ptr, ptr});
  Value *ctx = f->getArg(0), *in = f->getArg(1), *out = f->getArg(2);
  Value *null = ConstantPointerNull::get(b.getPtrTy());
  for (Value *argument : {ctx, in, out})
    require(b.CreateICmpNE(argument, null), INGOT_NULL_POINTER);
  SmallVector<Value *> inputDims = dynamicDims(in);
  Value *allFit = b.getTrue();
  for (Value *dim : inputDims)
    allFit = b.CreateAnd(allFit, b.CreateICmpULE(dim, b.getInt64(INT32_MAX)));
  require(allFit, INGOT_BAD_SHAPE);

  auto member = [&](ContextMember m) { return b.CreateStructGEP(context, ctx, m); };
  Value *arena = b.CreateLoad(ptr, member(kArena));
  Value *given = b.CreateZExt(b.CreateLoad(size, member(kArenaBytes)), i64);
  Parts split = parts(inputDims);
  Value *needed = arenaOfParts(split, inputDims);
  b.CreateStore(b.CreateZExtOrTrunc(needed, size), member(kArenaNeeded));
  require(b.CreateICmpUGE(given, needed), INGOT_ARENA_TOO_SMALL);
  Value *misaligned = offBoundary(arena);
  Value *unused = b.CreateICmpEQ(given, b.getInt64(0));
  require(b.CreateOr(unused, b.CreateICmpNE(arena, null)), INGOT_NULL_POINTER);
  require(b.CreateOr(unused, b.CreateICmpEQ(misaligned, b.getInt64(0))), INGOT_ARENA_MISALIGNED);

  SmallVector<Value *> outputDims = storeShapes(in, out);
  if (split.isSplit)
    return callParts(split, ctx, in, out, given, inputDims, outputDims);
  Value *result = callPart(ctx, in, out, given, inputDims, outputDims, nullptr);
  bool hasDataOutputs = result->getType()->isStructTy();
  Value *status = hasDataOutputs ? b.CreateExtractValue(result, 0) : result;
  if (hasDataOutputs) {
    auto *good = BasicBlock::Create(module.getContext(), "", f);
    auto *bad = BasicBlock::Create(module.getContext(), "", f);
    b.CreateCondBr(b.CreateICmpEQ(status, b.getInt32(0)), good, bad);
    b.SetInsertPoint(bad);
    b.CreateRet(status);
    b.SetInsertPoint(good);
    storeDataOutputs(result, out);
  }
  b.CreateRet(status);
}

/// NAME_init_state(): every variable gets its first value.
static void addInitState(Module &module, const Interface &interface) {
  IRBuilder<> b(module.getContext());
  auto *type = FunctionType::get(b.getInt32Ty(), {b.getPtrTy()}, false);
  auto *f = Function::Create(type, GlobalValue::ExternalLinkage, interface.prefix + "_init_state",
                             module);
  f->addFnAttr(Attribute::NoUnwind);
  auto *entry = BasicBlock::Create(module.getContext(), "", f);
  auto *fail = BasicBlock::Create(module.getContext(), "fail", f);
  auto *set = BasicBlock::Create(module.getContext(), "", f);
  b.SetInsertPoint(entry);
  b.CreateCondBr(b.CreateIsNull(f->getArg(0)), fail, set);
  b.SetInsertPoint(fail);
  b.CreateRet(b.getInt32(INGOT_NULL_POINTER));
  b.SetInsertPoint(set);
  for (auto [i, variable] : enumerate(interface.variables)) {
    Value *target = b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), f->getArg(0), variable.offset);
    Align align(1); // the caller's promise is tested when the state is used
    if (variable.isInitiallyZero)
      b.CreateMemSet(target, b.getInt8(0), variable.bytes, align);
    else
      b.CreateMemCpy(target, align, module.getNamedGlobal("ingot_initial_" + std::to_string(i)),
                     Align(1), variable.bytes);
  }
  b.CreateRet(b.getInt32(INGOT_OK));
}

void ingot::addEntryPoints(Module &module, const Interface &interface) {
  if (interface.stateBytes)
    addInitState(module, interface);
  for (const InterfaceSignature &signature : interface.signatures) {
    EntryBuilder builder(module, interface, signature);
    builder.addCall();
    builder.addArenaBytes();
    builder.addShapes();
    for (StringRef suffix : {"", "__shapes", "__arena_bytes"})
      if (Function *f = module.getFunction(signature.entry + suffix.str()))
        f->setLinkage(GlobalValue::InternalLinkage);
    // Kept whole, so that equal signatures can be merged.
    module.getFunction(signature.entry)->addFnAttr(Attribute::NoInline);
  }
}
