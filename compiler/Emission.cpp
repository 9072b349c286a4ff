#include "compiler/Compilation.h"

#include "codegen/abi/EntryPoints.h"
#include "codegen/abi/Header.h"
#include "codegen/llvm/Emit.h"
#include "codegen/llvm/Link.h"
#include "codegen/llvm/Stack.h"
#include "compiler/frontends/File.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Support/FormatVariadic.h"

using namespace ingot;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

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

static StringRef modeName(Quantize mode) {
  switch (mode) {
  case Quantize::None:
    return "";
  case Quantize::Int8:
    return "int8";
  case Quantize::Dynamic:
    return "dynamic";
  case Quantize::F16:
    return "f16";
  case Quantize::BF16:
    return "bf16";
  }
  llvm_unreachable("all modes are listed");
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
  report.quantization = modeName(options.quantize);
  report.products = products.all;
  report.integerProducts = products.integer;
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
  addParallelCalls(*code);
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
