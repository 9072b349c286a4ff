#include "compiler/Compiler.h"

#include "codegen/abi/EntryPoints.h"
#include "codegen/abi/Header.h"
#include "codegen/llvm/Emit.h"
#include "codegen/llvm/Link.h"
#include "codegen/llvm/Target.h"
#include "compiler/Diagnostics.h"
#include "compiler/frontends/Frontend.h"
#include "passes/Pipeline.h"
#include "passes/tile/Tiles.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"

#include <chrono>

using namespace ingot;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace {

/// One compile: the steps share the context, the module and the clock.
class Compilation {
public:
  explicit Compilation(const Options &options)
      : options(options), context(makeRegistry(), mlir::MLIRContext::Threading::DISABLED),
        diagnostics(&context, options.model) {
    context.loadAllAvailableDialects();
  }

  Expected<Artifacts> run();
  Expected<std::vector<Finding>> check();

private:
  static mlir::DialectRegistry makeRegistry() {
    mlir::DialectRegistry registry;
    registerDialects(registry);
    return registry;
  }

  Error import();
  Error runStages();
  Error runStage(const Stage &stage);
  Expected<Artifacts> emit();
  Expected<Artifacts> printModule();
  std::string prefix() const;
  bool isStop(StringRef stage) const { return options.stopAfter == stage; }
  void report(StringRef stage);

  const Options &options;
  mlir::MLIRContext context;
  Diagnostics diagnostics;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<LoadedModel> model;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
};

} // namespace

void Compilation::report(StringRef stage) {
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (options.progress)
    options.progress(stage, seconds.count());
}

/// The C prefix: as named, or from the file's name.
std::string Compilation::prefix() const {
  if (!options.name.empty())
    return identifier(options.name);
  StringRef path = StringRef(options.model).rtrim('/');
  return identifier(llvm::sys::path::stem(path));
}

/// What the schedules know of the machine.
static TargetFacts targetFacts(const llvm::TargetMachine &machine) {
  TargetFeatures features = targetFeatures(machine);
  return {features.vectorBytes, features.registers, features.masks};
}

Error Compilation::import() {
  report("import");
  auto loaded = loadModel(options.model);
  if (!loaded)
    return loaded.takeError();
  model = std::move(*loaded);
  module = mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  (*module)->setAttr(TargetFacts::kAttribute, targetFacts(*machine).attribute(&context));
  if (mlir::failed(model->import(*module, options)))
    return diagnostics.takeError();
  return Error::success();
}

Error Compilation::runStage(const Stage &stage) {
  report(stage.name);
  mlir::PassManager passes(&context);
  PipelineOptions pipeline;
  pipeline.optimize = options.level != OptLevel::O0;
  stage.addPasses(passes, pipeline);
  if (mlir::failed(passes.run(*module)) || mlir::failed(verifyRemaining(*module, stage)))
    return diagnostics.takeError();
  if (llvm::is_contained(options.printAfter, stage.name)) {
    llvm::errs() << "// after stage " << stage.name << "\n";
    module->print(llvm::errs(), mlir::OpPrintingFlags().elideLargeElementsAttrs(16));
  }
  return Error::success();
}

Error Compilation::runStages() {
  if (!options.stopAfter.empty() && options.stopAfter != "import" && !findStage(options.stopAfter))
    return llvm::createStringError("--stop-after: there is no stage '" + options.stopAfter + "'");
  if (isStop("import"))
    return Error::success();
  for (const Stage &stage : stages()) {
    if (Error error = runStage(stage))
      return error;
    if (isStop(stage.name))
      break;
  }
  return Error::success();
}

Expected<Artifacts> Compilation::printModule() {
  Artifacts artifacts;
  Artifact main;
  llvm::raw_svector_ostream stream(main.bytes);
  module->print(stream);
  stream << "\n";
  artifacts.files.push_back(std::move(main));
  return artifacts;
}

static llvm::SmallVector<char, 0> toBytes(llvm::function_ref<void(llvm::raw_ostream &)> write) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  write(stream);
  return bytes;
}

/// Bytes of constant data.
static uint64_t constantBytes(const llvm::Module &module) {
  uint64_t bytes = 0;
  for (const llvm::GlobalVariable &global : module.globals())
    if (global.isConstant())
      bytes += module.getDataLayout().getTypeAllocSize(global.getValueType());
  return bytes;
}

Expected<Artifacts> Compilation::emit() {
  report("codegen");
  Interface interface = readInterface(*module, prefix(), machine->getPointerSize(0));
  Artifact header{".h", toBytes([&](auto &os) { writeHeader(os, interface); })};
  Artifacts artifacts;
  if (options.emit == Emit::Header) {
    header.suffix = "";
    artifacts.files.push_back(std::move(header));
    return artifacts;
  }
  const Stage &last = stages().back();
  if (Error error = runStage(last))
    return std::move(error);
  llvm::LLVMContext llvmContext;
  auto code = mlir::translateModuleToLLVMIR(*module, llvmContext, prefix());
  if (!code)
    return diagnostics.takeError();
  code->setDataLayout(machine->createDataLayout());
  code->setTargetTriple(machine->getTargetTriple());
  uint64_t weights = constantBytes(*code);
  addEntryPoints(*code, interface);
  bool isLibrary = options.emit == Emit::Library;
  if (isLibrary)
    addModelQuery(*code, interface,
                  (machine->getTargetTriple().str() + " " + machine->getTargetCPU()).str(), weights);
  report("optimise");
  unsigned level = options.level == OptLevel::Os ? 2 : unsigned(options.level);
  optimize(*code, *machine, level, options.level == OptLevel::Os);
  if (options.emit == Emit::LLVM) {
    artifacts.files.push_back({"", toBytes([&](auto &os) { os << *code; })});
    return artifacts;
  }
  report("emit");
  auto bytes = emitCode(*code, *machine, options.emit == Emit::Assembly);
  if (bytes && isLibrary)
    bytes = linkLibrary(*bytes);
  if (!bytes)
    return bytes.takeError();
  artifacts.files.push_back({"", std::move(*bytes)});
  if (options.emit == Emit::Object)
    artifacts.files.push_back(std::move(header));
  return artifacts;
}

Expected<Artifacts> Compilation::run() {
  if (options.emit == Emit::Executable || options.emit == Emit::PTX)
    return llvm::createStringError("this build cannot emit that kind of file yet");
  TargetRequest request{options.target, options.cpu, options.attributes,
                        options.level == OptLevel::O0 ? 0u : 3u};
  auto target = createTarget(request);
  if (!target)
    return target.takeError();
  machine = std::move(*target);
  if (Error error = import())
    return std::move(error);
  if (options.emit == Emit::MLIR) {
    if (Error error = runStages())
      return std::move(error);
    return printModule();
  }
  for (const Stage &stage : stages().drop_back())
    if (Error error = runStage(stage))
      return std::move(error);
  return emit();
}

Expected<std::vector<Finding>> Compilation::check() {
  Error error = import();
  if (diagnostics.findings().empty() && error)
    return std::move(error);
  consumeError(std::move(error));
  return diagnostics.findings();
}

Expected<Artifacts> ingot::compile(const Options &options) { return Compilation(options).run(); }

Expected<std::vector<Finding>> ingot::check(const Options &options) {
  return Compilation(options).check();
}

Expected<ModelInfo> ingot::describe(const Options &options) {
  auto model = loadModel(options.model);
  if (!model)
    return model.takeError();
  return (*model)->describe();
}

std::vector<TargetInfo> ingot::targets() {
  std::vector<TargetInfo> result;
  for (const TargetFamily &family : targetFamilies())
    result.push_back({family.name.str(), family.description.str(), {family.baselineCpu.str()}});
  return result;
}

std::string ingot::defaultTarget() { return llvm::sys::getDefaultTargetTriple(); }
