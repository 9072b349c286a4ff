#ifndef INGOT_COMPILER_EVALUATE_H
#define INGOT_COMPILER_EVALUATE_H

#include "mlir/IR/BuiltinOps.h"

namespace ingot {

/// Compiles the one signature of a module for the machine that this runs on, by
/// the reference pipeline, and calls it: constants are folded by the code that
/// would compute them. Inputs and outputs have static shapes. See Evaluator.
mlir::LogicalResult evaluate(mlir::ModuleOp module, llvm::ArrayRef<llvm::ArrayRef<char>> inputs,
                             llvm::ArrayRef<llvm::MutableArrayRef<char>> outputs);

} // namespace ingot

#endif
