#include "codegen/llvm/Emit.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/StandardInstrumentations.h"
#include "llvm/Transforms/IPO/MergeFunctions.h"

using namespace ingot;
using namespace llvm;

/// Passes that are quadratic in the length of a block see no function that is longer, in
/// instructions: what computes sizes, and entries that ingot-split-entries leaves whole.
static constexpr unsigned kMaxOptimized = 1 << 14;

static void passOverLong(Module &module) {
  for (Function &function : module)
    if (function.getInstructionCount() > kMaxOptimized) {
      function.addFnAttr(Attribute::NoInline); // asked for by the other
      function.addFnAttr(Attribute::OptimizeNone);
    }
}

void ingot::optimize(Module &module, TargetMachine &machine, unsigned level, bool forSize) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager graphs;
  ModuleAnalysisManager modules;
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.SLPVectorization = level >= 2;
  PassInstrumentationCallbacks callbacks;
  OptNoneInstrumentation optNone(/*DebugLogging=*/false);
  optNone.registerCallbacks(callbacks);
  PassBuilder builder(&machine, tuning, /*PGOOpt=*/std::nullopt, &callbacks);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  OptimizationLevel o = forSize      ? OptimizationLevel::Os
                        : level == 0 ? OptimizationLevel::O0
                        : level == 1 ? OptimizationLevel::O1
                        : level == 2 ? OptimizationLevel::O2
                                     : OptimizationLevel::O3;
  ModulePassManager passes =
      level == 0 ? builder.buildO0DefaultPipeline(o) : builder.buildPerModuleDefaultPipeline(o);
  // Tables of addresses are constants with relocations.
  for (Function &function : module)
    function.addFnAttr("no-jump-tables", "true");
  // Signatures that are one function share its code.
  if (level > 0) {
    ModulePassManager merge;
    merge.addPass(MergeFunctionsPass());
    merge.run(module, modules);
  }
  passOverLong(module);
  passes.run(module, modules);
  for (Function &function : module) // code is generated as for the others
    function.removeFnAttr(Attribute::OptimizeNone);
}

/// Programs that let branches and returns only go where they are meant to (Intel CET, Arm
/// BTI) lose that for all their code where one object does not say that it complies.
static void protectBranches(Module &module) {
  Triple triple(module.getTargetTriple());
  if (triple.isX86()) {
    module.setModuleFlag(Module::Min, "cf-protection-branch", 1);
    module.setModuleFlag(Module::Min, "cf-protection-return", 1);
  }
  if (!triple.isAArch64())
    return;
  module.setModuleFlag(Module::Min, "branch-target-enforcement", 1);
  for (Function &function : module)
    function.addFnAttr("branch-target-enforcement");
}

Expected<SmallVector<char, 0>> ingot::emitCode(Module &module, TargetMachine &machine,
                                               bool assembly, uint64_t constants) {
  protectBranches(module);
  SmallVector<char, 0> bytes;
  bytes.reserve(constants + constants / 32 + (1 << 20)); // growing would hold two copies
  raw_svector_ostream stream(bytes);
  legacy::PassManager passes;
  auto kind = assembly ? CodeGenFileType::AssemblyFile : CodeGenFileType::ObjectFile;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, kind))
    return createStringError("the target cannot emit this kind of file");
  passes.run(module);
  return std::move(bytes);
}
