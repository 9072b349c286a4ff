#ifndef INGOT_COMPILER_TENSORS_H
#define INGOT_COMPILER_TENSORS_H

#include "compiler/Options.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace ingot {

/// Makes every tensor of the signatures' bodies an output, under the name of its
/// node with a number behind it ("dense/MatMul:0"), after the outputs that there
/// are. Tensors inside of loops and branches are not reached.
void exposeTensors(mlir::ModuleOp module);

/// The same of the tensors of floats, as observed: passes may drop them that leave them
/// out of the program.
void observeTensors(mlir::ModuleOp module);

/// Notes the ranges at the tensors of these names.
void setRanges(mlir::ModuleOp module, llvm::ArrayRef<TensorRange> ranges);

/// Adds 1 to what the node computes (booleans are inverted): for tests of what
/// must find it. An error if no node of that name computes a number.
llvm::Error plantError(mlir::ModuleOp module, llvm::StringRef node);

} // namespace ingot

#endif
