// One compile, step by step: Compiler.cpp is the flow, Emission.cpp what comes out of
// it, Inspection.cpp what is told of a model without compiling it.
#ifndef INGOT_COMPILER_COMPILATION_H
#define INGOT_COMPILER_COMPILATION_H

#include "codegen/abi/Interface.h"
#include "codegen/llvm/Sections.h"
#include "codegen/llvm/Weights.h"
#include "compiler/Compiler.h"
#include "compiler/Costs.h"
#include "compiler/Diagnostics.h"
#include "compiler/frontends/Frontend.h"
#include "passes/Pipeline.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <chrono>

namespace ingot {

/// One compile: the steps share the context, the module and the clock.
class Compilation {
public:
  explicit Compilation(const Options &options)
      : options(options), context(makeRegistry(), mlir::MLIRContext::Threading::DISABLED),
        diagnostics(&context, options.model) {
    context.loadAllAvailableDialects();
  }

  llvm::Expected<Artifacts> run();
  llvm::Expected<std::vector<Finding>> check();
  llvm::Expected<ModelInfo> describe();

private:
  static mlir::DialectRegistry makeRegistry() {
    mlir::DialectRegistry registry;
    registerDialects(registry);
    return registry;
  }

  llvm::Error setTarget();
  llvm::Error checkKind();
  llvm::Error import();
  llvm::Error checkInputShapes();
  llvm::Error runStages();
  llvm::Error runStage(const Stage &stage);
  PipelineOptions pipelineOptions(const Stage &stage) const;
  llvm::Expected<Artifacts> emit();
  llvm::Expected<Artifacts> emitObjects(llvm::Module &code, const Interface &interface,
                                        uint64_t weightBytes);
  Report report(const Interface &interface, const ObjectSections &sizes, uint64_t weights);
  llvm::Error checkLimits(const Report &report);
  llvm::Expected<Artifacts> printModule();
  std::string prefix() const;
  bool isStop(llvm::StringRef stage) const { return options.stopAfter == stage; }
  void announce(llvm::StringRef stage);

  const Options &options;
  mlir::MLIRContext context;
  Diagnostics diagnostics;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<LoadedModel> model;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Weights weights; ///< of a module that becomes an object
  std::vector<Report::OpCost> costs;
  ProductCounts products;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
};

} // namespace ingot

#endif // INGOT_COMPILER_COMPILATION_H
