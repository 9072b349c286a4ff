#include "codegen/llvm/Target.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

using namespace ingot;
using namespace llvm;

ArrayRef<TargetFamily> ingot::targetFamilies() {
  static constexpr TargetFamily families[] = {
      {"x86-64", "64-bit x86: SSE2 baseline, x86-64-v3 (AVX2, FMA), x86-64-v4 (AVX-512)",
       "x86_64-unknown-linux-gnu", "x86-64", "+64bit,+sse2,-soft-float"},
      {"aarch64", "64-bit ARM with NEON", "aarch64-unknown-linux-gnu", "generic", "+neon"},
  };
  return families;
}

static void initializeTargets() {
  static bool once = [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
    return true;
  }();
  (void)once;
}

/// Whether code for the triple can run on the CPU: x86 has CPUs of 32 bits only.
static bool suits(const Target &target, const Triple &triple, StringRef cpu) {
  std::unique_ptr<MCSubtargetInfo> info(target.createMCSubtargetInfo(triple, cpu, ""));
  return !triple.isX86() || info->checkFeatures("+64bit");
}

std::vector<std::string> ingot::targetCpus(const TargetFamily &family) {
  initializeTargets();
  std::string error;
  Triple triple(family.triple);
  const Target *target = TargetRegistry::lookupTarget(triple, error);
  std::unique_ptr<MCSubtargetInfo> info(target->createMCSubtargetInfo(triple, "", ""));
  std::vector<std::string> names = {family.baselineCpu.str()};
  for (const SubtargetSubTypeKV &cpu : info->getAllProcessorDescriptions())
    if (family.baselineCpu != cpu.Key && suits(*target, triple, cpu.Key))
      names.push_back(cpu.Key);
  return names;
}

static std::string nativeFeatures() {
  SubtargetFeatures features;
  for (const auto &[name, enabled] : sys::getHostCPUFeatures())
    features.AddFeature(name, enabled);
  return features.getString();
}

static Error checkCpu(const Target &target, const MCSubtargetInfo &info, StringRef cpu) {
  if (!info.isCPUStringValid(cpu) || !suits(target, info.getTargetTriple(), cpu))
    return createStringError("--mcpu: unknown CPU '" + cpu + "' for " +
                             info.getTargetTriple().str() + " (ingot targets lists the CPUs)");
  return Error::success();
}

/// Adds "+x,-y" to the features. LLVM itself only warns of names it does not know.
static Error addAttributes(const MCSubtargetInfo &info, StringRef attributes,
                           std::string &features) {
  for (StringRef attribute : split(attributes, ',')) {
    if (attribute.empty())
      continue;
    if (attribute[0] != '+' && attribute[0] != '-')
      return createStringError("--mattr: '" + attribute + "' must begin with + or -");
    auto isNamed = [&](const SubtargetFeatureKV &f) { return attribute.drop_front() == f.Key; };
    if (none_of(info.getAllProcessorFeatures(), isNamed))
      return createStringError("--mattr: unknown feature '" + attribute + "' for " +
                               info.getTargetTriple().str());
    features += (features.empty() ? "" : ",") + attribute.str();
  }
  return Error::success();
}

/// Objects are ELF, and addresses have 64 bits.
static bool isKnown(const Triple &triple) {
  return triple.isOSBinFormatELF() && !triple.isX32() &&
         triple.getEnvironment() != Triple::GNUILP32;
}

/// Floats are passed and computed in vector registers.
static Error checkRequired(const Target &target, const Triple &triple, const TargetFamily &family,
                           StringRef cpu, StringRef features) {
  std::unique_ptr<MCSubtargetInfo> info(target.createMCSubtargetInfo(triple, cpu, features));
  if (info->checkFeatures(family.requiredFeatures))
    return Error::success();
  return createStringError("--mattr: code for " + triple.str() + " needs the features " +
                           family.requiredFeatures);
}

Expected<std::unique_ptr<TargetMachine>> ingot::createTarget(const TargetRequest &request) {
  initializeTargets();
  Triple triple(
      Triple::normalize(request.triple.empty() ? sys::getDefaultTargetTriple() : request.triple));
  std::string error;
  const Target *target = TargetRegistry::lookupTarget(triple, error);
  auto family = find_if(targetFamilies(), [&](const TargetFamily &f) {
    return Triple(f.triple).getArch() == triple.getArch();
  });
  if (!target || family == targetFamilies().end() || !isKnown(triple))
    return createStringError("--target: no code can be made for '" + triple.str() +
                             "' (ingot targets lists the targets)");
  std::unique_ptr<MCSubtargetInfo> info(target->createMCSubtargetInfo(triple, "", ""));
  std::string cpu = request.cpu, features;
  if (cpu == "native") {
    if (triple.getArch() != Triple(sys::getProcessTriple()).getArch())
      return createStringError("--mcpu=native needs the host's own target");
    cpu = sys::getHostCPUName();
    features = nativeFeatures();
  } else if (cpu.empty()) {
    cpu = family->baselineCpu;
  } else if (Error e = checkCpu(*target, *info, cpu)) {
    return e;
  }
  if (Error e = addAttributes(*info, request.attributes, features))
    return e;
  if (Error e = checkRequired(*target, triple, *family, cpu, features))
    return e;
  TargetOptions options;
  options.FunctionSections = true;
  options.DataSections = true;
  auto level = request.optLevel == 0   ? CodeGenOptLevel::None
               : request.optLevel == 1 ? CodeGenOptLevel::Less
               : request.optLevel == 2 ? CodeGenOptLevel::Default
                                       : CodeGenOptLevel::Aggressive;
  return std::unique_ptr<TargetMachine>(target->createTargetMachine(
      triple, cpu, features, options, Reloc::PIC_, std::nullopt, level));
}

/// AVX-VNNI has vectors of 32 bytes only. Without it, pairs: sums of two products of bytes
/// do not overflow, sums of four with saturation to 16 bits do.
static StringRef dotInstruction(const MCSubtargetInfo &info, int64_t vectorBytes) {
  if (info.checkFeatures("+avx512vnni,+avx512vl") ||
      (vectorBytes == 32 && info.checkFeatures("+avxvnni")))
    return "vpdpbusd";
  return vectorBytes < 64 || info.checkFeatures("+avx512bw") ? "pmaddwd" : "";
}

TargetFeatures ingot::targetFeatures(const TargetMachine &machine) {
  const MCSubtargetInfo &info = *machine.getMCSubtargetInfo();
  if (machine.getTargetTriple().isAArch64())
    return {16, 32, false, true, true, info.checkFeatures("+dotprod") ? "sdot" : ""};
  bool rounds = info.checkFeatures("+sse4.1"), convertsF16 = info.checkFeatures("+f16c");
  int64_t bytes = info.checkFeatures("+avx512f,+avx512vl") ? 64
                  : info.checkFeatures("+avx2")            ? 32
                                                           : 16;
  return {bytes,  bytes == 64 ? 32 : 16, bytes == 64,
          rounds, convertsF16,           dotInstruction(info, bytes)};
}
