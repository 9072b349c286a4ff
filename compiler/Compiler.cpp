#include "compiler/Compiler.h"

#include "codegen/abi/EntryPoints.h"
#include "codegen/abi/Header.h"
#include "codegen/llvm/Emit.h"
#include "codegen/llvm/Link.h"
#include "codegen/llvm/Sections.h"
#include "codegen/llvm/Stack.h"
#include "codegen/llvm/Target.h"
#include "codegen/llvm/Weights.h"
#include "compiler/Costs.h"
#include "compiler/Diagnostics.h"
#include "compiler/Evaluate.h"
#include "compiler/Tensors.h"
#include "compiler/frontends/File.h"
#include "compiler/frontends/Frontend.h"
#include "dialects/ingot/Ingot.h"
#include "passes/Pipeline.h"
#include "passes/tile/Tiles.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Support/FormatVariadic.h"
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
  Expected<ModelInfo> describe();

private:
  static mlir::DialectRegistry makeRegistry() {
    mlir::DialectRegistry registry;
    registerDialects(registry);
    return registry;
  }

  Error setTarget();
  Error checkKind();
  Error import();
  Error checkInputShapes();
  Error runStages();
  Error runStage(const Stage &stage);
  Expected<Artifacts> emit();
  Expected<Artifacts> emitObjects(llvm::Module &code, const Interface &interface,
                                  uint64_t weightBytes);
  Report report(const Interface &interface, const ObjectSections &sizes, uint64_t weights);
  Error checkLimits(const Report &report);
  Expected<Artifacts> printModule();
  std::string prefix() const;
  bool isStop(StringRef stage) const { return options.stopAfter == stage; }
  void announce(StringRef stage);

  const Options &options;
  mlir::MLIRContext context;
  Diagnostics diagnostics;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<LoadedModel> model;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Weights weights; ///< of a module that becomes an object
  std::vector<Report::OpCost> costs;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
};

} // namespace

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
  return {features.vectorBytes, features.registers, features.masks, features.rounds,
          features.convertsF16};
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

Error Compilation::runStage(const Stage &stage) {
  announce(stage.name);
  mlir::PassManager passes(&context);
  PipelineOptions pipeline;
  pipeline.optimize = options.level != OptLevel::O0;
  pipeline.instrument = options.instrument;
  pipeline.evaluate = evaluate;
  stage.addPasses(passes, pipeline);
  if (!options.reproducer.empty())
    passes.enableCrashReproducerGeneration(options.reproducer);
  if (mlir::failed(passes.run(*module)) || mlir::failed(verifyRemaining(*module, stage)))
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

static llvm::SmallVector<char, 0> toBytes(llvm::function_ref<void(llvm::raw_ostream &)> write) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  write(stream);
  return bytes;
}

static llvm::SmallVector<char, 0> headerText(const Interface &interface) {
  return toBytes([&](auto &os) { writeHeader(os, interface); });
}

/// Bytes of constant data.
static uint64_t constantBytes(const llvm::Module &module) {
  uint64_t bytes = 0;
  for (const llvm::GlobalVariable &global : module.globals())
    if (global.isConstant())
      bytes += module.getDataLayout().getTypeAllocSize(global.getValueType());
  return bytes;
}

using PeakBuffers = std::vector<InterfaceSignature::PeakBuffer>;

static uint64_t sumOfBytes(const PeakBuffers &buffers) {
  uint64_t sum = 0;
  for (const auto &buffer : buffers)
    sum += buffer.bytes;
  return sum;
}

static std::vector<Report::ArenaTensor> arenaTensors(const PeakBuffers &buffers) {
  std::vector<Report::ArenaTensor> tensors;
  for (const auto &buffer : buffers)
    tensors.push_back({buffer.node, buffer.offset, buffer.bytes});
  return tensors;
}

/// Sections, arena and symbols, as far as the artifact has them.
Report Compilation::report(const Interface &interface, const ObjectSections &sizes,
                           uint64_t weights) {
  Report report;
  report.name = interface.prefix;
  report.target = machine->getTargetTriple().str() + " " + machine->getTargetCPU().str();
  report.flash = {{"code", sizes.code},
                  {"weights", weights},
                  {"constants", sizes.constants > weights ? sizes.constants - weights : 0},
                  {"data", sizes.data}};
  report.symbols = sizes.undefined;
  report.ops = costs;
  report.stateBytes = interface.stateBytes;
  // The arena serves one call at a time: the signature that takes most counts.
  uint64_t mostGrowing = 0;
  for (const InterfaceSignature &signature : interface.signatures) {
    uint64_t growing = sumOfBytes(signature.arenaGrowing);
    if (growing >= mostGrowing)
      report.arenaGrowing = arenaTensors(signature.arenaGrowing);
    mostGrowing = std::max(mostGrowing, growing);
    if (uint64_t(signature.arenaBytes) < report.arenaBytes)
      continue;
    report.arenaBytes = signature.arenaBytes;
    report.arenaPeak = arenaTensors(signature.arenaPeak);
  }
  return report;
}

Error Compilation::checkLimits(const Report &report) {
  auto exceeded = [&](const char *what, uint64_t bytes, uint64_t limit) {
    return llvm::createStringError(options.model + ": needs " + std::to_string(bytes) +
                                   " bytes of " + what + ", more than the limit of " +
                                   std::to_string(limit) + " (--report shows what takes them)");
  };
  if (options.maxRam && !report.arenaGrowing.empty())
    return llvm::createStringError(options.model +
                                   ": the arena grows with dynamic dimensions, so "
                                   "that no limit of RAM holds (fix them with --input-shape)");
  if (options.maxRam && report.arenaBytes + report.stateBytes > *options.maxRam)
    return exceeded("RAM", report.arenaBytes + report.stateBytes, *options.maxRam);
  if (options.maxFlash && report.flashBytes() > *options.maxFlash)
    return exceeded("flash", report.flashBytes(), *options.maxFlash);
  return Error::success();
}

/// Objects, libraries and programs, from LLVM IR that is ready.
Expected<Artifacts> Compilation::emitObjects(llvm::Module &code, const Interface &interface,
                                             uint64_t weightBytes) {
  StackMeter stack(code);
  auto object = emitCode(code, *machine, /*assembly=*/false, weights.bytes());
  if (!object)
    return object.takeError();
  if (Error error = weights.writeTo(*object))
    return std::move(error);
  auto sizes = measureObject(*object);
  if (!sizes)
    return sizes.takeError();
  Artifacts artifacts;
  artifacts.report = report(interface, *sizes, weightBytes);
  artifacts.report.stackBytes = stack.deepest();
  if (Error error = checkLimits(artifacts.report))
    return std::move(error);
  if (options.emit == Emit::Object) {
    artifacts.files.push_back({"", std::move(*object)});
    artifacts.files.push_back({".h", headerText(interface)});
    return artifacts;
  }
  llvm::Module query("query", code.getContext());
  query.setDataLayout(code.getDataLayout());
  query.setTargetTriple(code.getTargetTriple());
  addModelQuery(query, interface, artifacts.report.target, {sizes->code, weightBytes});
  addModelReport(query, llvm::formatv("{0}", toJSON(artifacts.report)).str());
  auto description = emitCode(query, *machine, /*assembly=*/false);
  if (!description)
    return description.takeError();
  announce("link");
  ObjectBytes objects[] = {std::move(*object), std::move(*description)};
  bool isProgram = options.emit == Emit::Executable;
  auto linked = isProgram ? linkProgram(objects) : linkLibrary(objects);
  if (!linked)
    return inFile(options.model, linked.takeError());
  artifacts.files.push_back({"", std::move(*linked), isProgram});
  return artifacts;
}

Expected<Artifacts> Compilation::emit() {
  announce("codegen");
  Interface interface = readInterface(*module, prefix(), machine->getPointerSize(0));
  Artifacts artifacts;
  if (options.emit == Emit::Header) {
    artifacts.files.push_back({"", headerText(interface)});
    return artifacts;
  }
  if (Error error = runStage(stages().back()))
    return std::move(error);
  bool isText = options.emit == Emit::LLVM || options.emit == Emit::Assembly;
  if (!isText)
    weights.takeFrom(*module);
  llvm::LLVMContext llvmContext;
  auto code = mlir::translateModuleToLLVMIR(*module, llvmContext, prefix());
  if (!code)
    return diagnostics.takeError();
  code->setDataLayout(machine->createDataLayout());
  code->setTargetTriple(machine->getTargetTriple());
  uint64_t weightBytes = constantBytes(*code);
  addEntryPoints(*code, interface);
  announce("optimise");
  unsigned level = options.level == OptLevel::Os ? 2 : unsigned(options.level);
  optimize(*code, *machine, level, options.level == OptLevel::Os);
  if (options.emit == Emit::LLVM) {
    artifacts.files.push_back({"", toBytes([&](auto &os) { os << *code; })});
    return artifacts;
  }
  announce("emit");
  if (options.emit != Emit::Assembly)
    return emitObjects(*code, interface, weightBytes);
  auto text = emitCode(*code, *machine, /*assembly=*/true);
  if (!text)
    return text.takeError();
  artifacts.files.push_back({"", std::move(*text)});
  return artifacts;
}

/// Refuses what this build emits for no target, or not for the target at hand.
Error Compilation::checkKind() {
  if (options.emit == Emit::PTX)
    return llvm::createStringError(options.model +
                                   ": this build cannot emit PTX yet (--emit=obj is for CPUs)");
  auto arch = machine->getTargetTriple().getArch();
  if (options.emit == Emit::Executable && arch != llvm::Triple(llvm::sys::getProcessTriple()).getArch())
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
    if (stage.name == "lower")
      costs = countCosts(*module);
    if (Error error = runStage(stage))
      return std::move(error);
  }
  return emit();
}

/// Ends what the import of a refused signature has left open: all values that
/// nothing uses are results, so that nothing of it is dead.
static void closeFunction(mlir::func::FuncOp function) {
  if (function.isDeclaration() || function.getBody().front().mightHaveTerminator())
    return;
  llvm::SmallVector<mlir::Value> results;
  for (mlir::Operation &op : function.getBody().front())
    for (mlir::Value result : op.getResults())
      if (result.use_empty() && mlir::isa<mlir::RankedTensorType>(result.getType()))
        results.push_back(result);
  auto b = mlir::OpBuilder::atBlockEnd(&function.getBody().front());
  mlir::func::ReturnOp::create(b, function.getLoc(), results);
  function.setType(b.getFunctionType(function.getArgumentTypes(),
                                     llvm::SmallVector<mlir::Type>(mlir::ValueRange(results).getTypes())));
}

/// The stages find more than the import: each stage tells all that it cannot do. What
/// is left of a model of which nodes were refused goes as far as the lowering.
Expected<std::vector<Finding>> Compilation::check() {
  if (Error error = setTarget())
    return std::move(error);
  bool isWhole = true;
  if (Error error = import()) {
    if (diagnostics.findings().empty())
      return std::move(error);
    consumeError(std::move(error));
    isWhole = false;
    for (auto function : module->getOps<mlir::func::FuncOp>())
      closeFunction(function);
  }
  for (const Stage &stage : stages()) {
    if (Error error = runStage(stage)) {
      if (diagnostics.findings().empty())
        return std::move(error);
      consumeError(std::move(error));
      break;
    }
    if (stage.name == "lower" && !isWhole)
      break;
  }
  return diagnostics.findings();
}

static TensorInfo tensorInfo(mlir::Type type, mlir::Attribute name) {
  TensorInfo info;
  if (auto text = mlir::dyn_cast_or_null<mlir::StringAttr>(name))
    info.name = text.str();
  auto ranked = mlir::dyn_cast<mlir::RankedTensorType>(type);
  info.unknownRank = !ranked;
  info.dtype = dtypeOf(mlir::getElementTypeOrSelf(type));
  for (int64_t extent : ranked ? ranked.getShape() : llvm::ArrayRef<int64_t>())
    info.shape.push_back(mlir::ShapedType::isDynamic(extent) ? -1 : extent);
  return info;
}

/// The signatures as the import makes them.
static std::vector<SignatureInfo> importedSignatures(mlir::ModuleOp module) {
  std::vector<SignatureInfo> signatures;
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    auto name = function->getAttrOfType<mlir::StringAttr>(IngotDialect::kSignatureAttr);
    if (!name)
      continue;
    SignatureInfo &info = signatures.emplace_back();
    info.name = name.str();
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
      info.inputs.push_back(tensorInfo(type, function.getArgAttr(i, IngotDialect::kNameAttr)));
    for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
      info.outputs.push_back(tensorInfo(type, function.getResultAttr(i, IngotDialect::kNameAttr)));
  }
  return signatures;
}

/// Sets what the file does not tell.
static void complete(std::vector<TensorInfo> &tensors, llvm::ArrayRef<TensorInfo> imported) {
  if (tensors.size() != imported.size())
    return;
  for (auto [tensor, known] : llvm::zip(tensors, imported))
    if (!tensor.dtype) {
      tensor.dtype = known.dtype;
      tensor.shape = known.shape;
      tensor.unknownRank = known.unknownRank;
    }
}

Expected<ModelInfo> Compilation::describe() {
  if (Error error = setTarget())
    return std::move(error);
  auto loaded = loadModel(options.model);
  if (!loaded)
    return loaded.takeError();
  ModelInfo info = (*loaded)->describe();
  auto isOpen = [](const SignatureInfo &s) {
    return llvm::any_of(s.outputs, [](const TensorInfo &t) { return !t.dtype; });
  };
  if (!info.signatures.empty() && llvm::none_of(info.signatures, isOpen))
    return info;
  Error error = import();
  if (info.signatures.empty()) {
    if (error)
      return std::move(error);
    info.signatures = importedSignatures(*module);
    return info;
  }
  bool isImported = !error;
  consumeError(std::move(error));
  if (isImported)
    for (auto [signature, known] : llvm::zip(info.signatures, importedSignatures(*module)))
      complete(signature.outputs, known.outputs);
  return info;
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
