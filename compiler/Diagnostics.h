#ifndef INGOT_COMPILER_DIAGNOSTICS_H
#define INGOT_COMPILER_DIAGNOSTICS_H

#include "compiler/Compiler.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringSet.h"

namespace ingot {

/// Name of the node that a location stands for; "line:column" for files, else "".
std::string nodeName(mlir::Location location);

/// Collects the errors of a compile: node, what is wrong, and as note what to
/// do. Warnings and remarks are not shown.
class Diagnostics {
public:
  Diagnostics(mlir::MLIRContext *context, llvm::StringRef file);

  llvm::ArrayRef<Finding> findings() const { return all; }
  /// The first error as one line "FILE: NODE: WHAT (HINT)".
  llvm::Error takeError();

private:
  mlir::LogicalResult handle(mlir::Diagnostic &diagnostic);

  std::string file;
  std::vector<Finding> all;
  llvm::StringSet<> known; ///< nodes and reasons: signatures share nodes
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace ingot

#endif
