// Named byte buffers that a compile makes. They reach the disk here only.
#ifndef INGOT_COMPILER_ARTIFACTS_H
#define INGOT_COMPILER_ARTIFACTS_H

#include "compiler/Report.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace ingot {

struct Artifact {
  /// "" for the main file. Otherwise an extension (".h") that replaces the
  /// one of the main file's path.
  std::string suffix;
  llvm::SmallVector<char, 0> bytes;
  bool executable = false;
};

struct Artifacts {
  std::vector<Artifact> files;
  Report report;

  /// Writes all files, the main one at `path` ("-": to stdout, the main file
  /// alone). Each is written under a temporary name before the
  /// first is renamed; at an error nothing new is left behind.
  llvm::Error write(llvm::StringRef path) const;
};

/// Path of an artifact beside the main file: stem of `path` + `suffix`.
std::string artifactPath(llvm::StringRef path, llvm::StringRef suffix);

} // namespace ingot

#endif // INGOT_COMPILER_ARTIFACTS_H
