#ifndef INGOT_CODEGEN_LLVM_TARGET_H
#define INGOT_CODEGEN_LLVM_TARGET_H

#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>
#include <string>
#include <vector>

namespace ingot {

/// A target as the user names it; empty strings mean the defaults.
struct TargetRequest {
  std::string triple, cpu, attributes;
  unsigned optLevel = 3;
};

/// The machine that code is made for. "native" as CPU is this machine; without
/// a CPU it is a portable baseline. Errors for unknown triples, CPUs, features.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createTarget(const TargetRequest &request);

/// What schedules need to know of a machine.
struct TargetFeatures {
  int64_t vectorBytes = 16; ///< of one register
  int64_t registers = 16;   ///< number of vector registers
  bool masks = false;       ///< masked loads and stores cost what plain ones do
  bool rounds = false;      ///< there are instructions for floor, ceil and round to even
  bool convertsF16 = false; ///< there are instructions from f16 to f32 and back
  llvm::StringRef dot = ""; ///< what adds products of bytes to 32-bit sums, if anything
};
TargetFeatures targetFeatures(const llvm::TargetMachine &machine);

/// A family of targets that this build can emit code for.
struct TargetFamily {
  llvm::StringLiteral name, description, triple, baselineCpu;
  llvm::StringLiteral requiredFeatures; ///< "+x,-y": what no --mattr may change
};
llvm::ArrayRef<TargetFamily> targetFamilies();

/// Names of all CPUs of the family that code can be tuned for, the baseline first.
std::vector<std::string> targetCpus(const TargetFamily &family);

} // namespace ingot

#endif
