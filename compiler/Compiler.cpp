#include "compiler/Compilation.h"

#include "codegen/llvm/Target.h"
#include "compiler/Evaluate.h"
#include "compiler/Limits.h"
#include "compiler/Tensors.h"
#include "dialects/ingot/Ingot.h"
#include "passes/tile/Tiles.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"

using namespace ingot;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

void Compilation::announce(StringRef stage) {
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
  return {features.vectorBytes, features.registers,   features.masks,
          features.rounds,      features.convertsF16, features.dot};
}

static Expected<std::unique_ptr<llvm::TargetMachine>> makeTarget(const Options &options) {
  bool isReference = options.level == OptLevel::O0;
  return createTarget({options.target, options.cpu, options.attributes, isReference ? 0u : 3u});
}

Error Compilation::setTarget() {
  auto target = makeTarget(options);
  if (!target)
    return target.takeError();
  machine = std::move(*target);
  return Error::success();
}

Error Compilation::import() {
  announce("import");
  auto loaded = loadModel(options.model);
  if (!loaded)
    return loaded.takeError();
  model = std::move(*loaded);
  module = mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  (*module)->setAttr(TargetFacts::kAttribute, targetFacts(*machine).attribute(&context));
  if (mlir::failed(model->import(*module, options)))
    return diagnostics.takeError();
  if (mlir::failed(ingot::checkLimits(*module)))
    return diagnostics.takeError();
  if (options.exposeTensors)
    exposeTensors(*module);
  if (!options.plantError.empty())
    if (Error error = plantError(*module, options.plantError))
      return error;
  return checkInputShapes();
}

/// Whether a function has an input of that name and the dimensions given for it.
static bool hasInput(mlir::func::FuncOp function, const InputShape &given) {
  auto [name, dims] = given;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    auto argument = function.getArgAttrOfType<mlir::StringAttr>(i, IngotDialect::kNameAttr);
    auto type = mlir::dyn_cast<mlir::RankedTensorType>(function.getArgumentTypes()[i]);
    auto fits = [](auto pair) {
      return std::get<0>(pair) < 0 || std::get<0>(pair) == std::get<1>(pair);
    };
    if (type && argument && argument.getValue() == name && dims.size() == type.getShape().size() &&
        llvm::all_of(llvm::zip(dims, type.getShape()), fits))
      return true;
  }
  return false;
}

/// What the front end had no use for would pass unseen.
Error Compilation::checkInputShapes() {
  for (const InputShape &given : options.inputShapes)
    if (llvm::none_of(module->getOps<mlir::func::FuncOp>(),
                      [&](auto function) { return hasInput(function, given); }))
      return llvm::createStringError(options.model + ": no signature has an input '" + given.first +
                                     "' that --input-shape could fix");
  return Error::success();
}

static Quantization quantization(Quantize mode) {
  switch (mode) {
  case Quantize::None:
    return Quantization::None;
  case Quantize::Int8:
    return Quantization::Integers;
  case Quantize::Dynamic:
    return Quantization::Rows;
  case Quantize::F16:
    return Quantization::F16;
  case Quantize::BF16:
    return Quantization::BF16;
  }
  llvm_unreachable("all modes are listed");
}

/// What is quantized, and how, does not depend on the level of optimisation.
static bool isOptimized(const Options &options, const Stage &stage) {
  bool isBefore = stage.name == "normalize" || stage.name == "fuse" || stage.name == "quantize";
  return options.level != OptLevel::O0 ||
         (isBefore && (options.observe || options.quantize != Quantize::None));
}

PipelineOptions Compilation::pipelineOptions(const Stage &stage) const {
  PipelineOptions pipeline;
  pipeline.optimize = isOptimized(options, stage);
  pipeline.split = pipeline.optimize && options.level != OptLevel::Os; // code of its own for each
  pipeline.instrument = options.instrument;
  pipeline.quantization = quantization(options.quantize);
  pipeline.keepFloat = options.keepFloat;
  pipeline.fastRequant = options.fastRequant;
  pipeline.evaluate = evaluate;
  return pipeline;
}

Error Compilation::runStage(const Stage &stage) {
  announce(stage.name);
  if (stage.name == "quantize") {
    setRanges(*module, options.ranges);
    if (options.observe)
      observeTensors(*module);
  }
  mlir::PassManager passes(&context);
  passes.enableVerifier(false); // once a stage: after each pass it is a tenth of the time
  stage.addPasses(passes, pipelineOptions(stage));
  if (!options.reproducer.empty())
    passes.enableCrashReproducerGeneration(options.reproducer);
  // An error that a pass reports is one even if the pass went on.
  const size_t known = diagnostics.findings().size();
  if (mlir::failed(passes.run(*module)) || mlir::failed(mlir::verify(*module)) ||
      mlir::failed(verifyRemaining(*module, stage)) ||
      diagnostics.findings().size() > known)
    return diagnostics.takeError();
  if (llvm::is_contained(options.printAfter, stage.name)) {
    llvm::errs() << "// after stage " << stage.name << "\n";
    module->print(llvm::errs(), mlir::OpPrintingFlags().elideLargeElementsAttrs(16));
  }
  return Error::success();
}

Error Compilation::runStages() {
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

/// Refuses what this build emits for no target, or not for the target at hand.
Error Compilation::checkKind() {
  if (options.emit == Emit::PTX)
    return llvm::createStringError(options.model +
                                   ": this build cannot emit PTX yet (--emit=obj is for CPUs)");
  auto arch = machine->getTargetTriple().getArch();
  if (options.emit == Emit::Executable &&
      arch != llvm::Triple(llvm::sys::getProcessTriple()).getArch())
    return llvm::createStringError(
        options.model + ": programs are linked for this machine only (--emit=obj makes an object, "
                        "which the target's compiler can link)");
  return Error::success();
}

Expected<Artifacts> Compilation::run() {
  if (Error error = setTarget())
    return std::move(error);
  if (Error error = checkKind())
    return std::move(error);
  if (Error error = import())
    return std::move(error);
  if (options.emit == Emit::MLIR) {
    if (Error error = runStages())
      return std::move(error);
    return printModule();
  }
  for (const Stage &stage : stages().drop_back()) {
    if (stage.name == "lower") {
      costs = countCosts(*module);
      products = countProducts(*module);
    }
    if (Error error = runStage(stage))
      return std::move(error);
  }
  return emit();
}

Expected<Artifacts> ingot::compile(const Options &options) { return Compilation(options).run(); }

Expected<std::vector<Finding>> ingot::check(const Options &options) {
  return Compilation(options).check();
}

Expected<ModelInfo> ingot::describe(const Options &options) {
  return Compilation(options).describe();
}

std::vector<TargetInfo> ingot::targets() {
  std::vector<TargetInfo> result;
  for (const TargetFamily &family : targetFamilies())
    result.push_back({family.name.str(), family.description.str(), targetCpus(family)});
  return result;
}

Error ingot::checkTarget(const Options &options) { return makeTarget(options).takeError(); }

std::string ingot::defaultTarget() { return llvm::sys::getDefaultTargetTriple(); }
