#ifndef INGOT_PASSES_NORMALIZE_FOLDCONSTANTS_H
#define INGOT_PASSES_NORMALIZE_FOLDCONSTANTS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

#include <functional>

namespace ingot {

/// Runs the one function of a module of `ingot` ops, a signature from tensors of
/// static shape to such tensors, on the host. Elements are as in the C
/// interface. Fails, without a diagnostic, where the call gives no result.
using Evaluator = std::function<mlir::LogicalResult(
    mlir::ModuleOp module, llvm::ArrayRef<llvm::ArrayRef<char>> inputs,
    llvm::ArrayRef<llvm::MutableArrayRef<char>> outputs)>;

/// The pass; without an evaluator it does nothing.
std::unique_ptr<mlir::Pass> createFoldConstants(Evaluator evaluate);
std::unique_ptr<mlir::Pass> createFoldConstants();

} // namespace ingot

#endif
