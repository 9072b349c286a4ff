#include "compiler/Compiler.h"

#include "llvm/TargetParser/Host.h"

using namespace ingot;

static llvm::Error notBuilt(const Options &options) {
  return llvm::createStringError(options.model +
                                 ": the compiler is not built yet (run takes compiled libraries)");
}

llvm::Expected<Artifacts> ingot::compile(const Options &options) { return notBuilt(options); }

llvm::Expected<std::vector<Finding>> ingot::check(const Options &options) {
  return notBuilt(options);
}

llvm::Expected<ModelInfo> ingot::describe(const Options &options) { return notBuilt(options); }

std::vector<TargetInfo> ingot::targets() { return {}; }

std::string ingot::defaultTarget() { return llvm::sys::getDefaultTargetTriple(); }
