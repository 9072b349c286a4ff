#include "compiler/Evaluate.h"

#include "codegen/abi/EntryPoints.h"
#include "codegen/llvm/Emit.h"
#include "codegen/llvm/Target.h"
#include "ingot/ingot.h"
#include "passes/Pipeline.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"

using namespace ingot;
using namespace mlir;
using llvm::Error;
using llvm::Expected;

namespace {
/// A compiled signature in memory.
struct Program {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  InterfaceSignature signature;

  Error call(ArrayRef<ArrayRef<char>> inputs, ArrayRef<MutableArrayRef<char>> outputs);
};
} // namespace

static LogicalResult runStage(ModuleOp module, const Stage &stage) {
  PassManager passes(module.getContext());
  PipelineOptions options;
  options.optimize = false;
  stage.addPasses(passes, options);
  return passes.run(module);
}

/// The module in LLVM IR, with its C functions.
static Expected<llvm::orc::ThreadSafeModule> translate(ModuleOp module, InterfaceSignature &result,
                                                       llvm::TargetMachine &machine) {
  auto failedTo = [](const char *what) { return llvm::createStringError(what); };
  for (const Stage &stage : stages().drop_back())
    if (failed(runStage(module, stage)))
      return failedTo("stage failed");
  Interface interface = readInterface(module, "constants", machine.getPointerSize(0));
  if (failed(runStage(module, stages().back())))
    return failedTo("stage failed");
  auto context = std::make_unique<llvm::LLVMContext>();
  auto code = translateModuleToLLVMIR(module, *context, "constants");
  if (!code || interface.signatures.size() != 1)
    return failedTo("translation failed");
  code->setDataLayout(machine.createDataLayout());
  code->setTargetTriple(machine.getTargetTriple());
  addEntryPoints(*code, interface);
  optimize(*code, machine, /*level=*/1, /*forSize=*/false);
  result = interface.signatures.front();
  return llvm::orc::ThreadSafeModule(std::move(code), std::move(context));
}

static Expected<Program> compile(ModuleOp module) {
  auto machine = createTarget({});
  if (!machine)
    return machine.takeError();
  Program program;
  auto code = translate(module, program.signature, **machine);
  if (!code)
    return code.takeError();
  auto jit = llvm::orc::LLJITBuilder().create();
  if (!jit)
    return jit.takeError();
  if (Error error = (*jit)->addIRModule(std::move(*code)))
    return std::move(error);
  program.jit = std::move(*jit);
  return std::move(program);
}

/// A struct of pointers at the offsets that the interface tells.
template <class Buffer>
static std::vector<char> argument(ArrayRef<InterfaceTensor> tensors, uint64_t bytes,
                                  ArrayRef<Buffer> buffers) {
  std::vector<char> result(bytes + sizeof(void *));
  for (auto [tensor, buffer] : llvm::zip(tensors, buffers)) {
    const char *data = buffer.data();
    memcpy(result.data() + tensor.offset, &data, sizeof(data));
  }
  return result;
}

Error Program::call(ArrayRef<ArrayRef<char>> inputs, ArrayRef<MutableArrayRef<char>> outputs) {
  if (!signature.arenaGrowing.empty() || signature.inputs.size() != inputs.size() ||
      signature.outputs.size() != outputs.size())
    return llvm::createStringError("the constants have no known size");
  auto function = jit->lookup(signature.symbol);
  if (!function)
    return function.takeError();
  auto in = argument<ArrayRef<char>>(signature.inputs, signature.inputsBytes, inputs);
  auto out = argument<MutableArrayRef<char>>(signature.outputs, signature.outputsBytes, outputs);
  std::vector<char> arena(signature.arenaBytes + INGOT_ALIGNMENT);
  ingot_context context = {};
  context.arena =
      reinterpret_cast<void *>(llvm::alignAddr(arena.data(), llvm::Align(INGOT_ALIGNMENT)));
  context.arena_bytes = signature.arenaBytes;
  auto *run = function->toPtr<int (*)(ingot_context *, const void *, void *)>();
  if (int status = run(&context, in.data(), out.data()))
    return llvm::createStringError("status " + std::to_string(status));
  return Error::success();
}

LogicalResult ingot::evaluate(ModuleOp module, ArrayRef<ArrayRef<char>> inputs,
                              ArrayRef<MutableArrayRef<char>> outputs) {
  // What cannot be folded is computed at run time; that is no error.
  ScopedDiagnosticHandler quiet(module.getContext(), [](Diagnostic &) { return success(); });
  auto program = ::compile(module);
  Error error = program ? program->call(inputs, outputs) : program.takeError();
  LogicalResult result = success(!error);
  consumeError(std::move(error));
  return result;
}
