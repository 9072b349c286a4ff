#ifndef INGOT_PASSES_MEMORY_ENTRYFUNCTION_H
#define INGOT_PASSES_MEMORY_ENTRYFUNCTION_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace ingot {

/// The first arguments of entry functions, as BindInterface makes them; buffers
/// of the inputs, of variables and of the outputs follow.
constexpr unsigned kContextArgument = 0, kArenaArgument = 1;

/// Indices of the members of struct ingot_context (runtime/include/ingot/ingot.h)
/// that passes read or write, and the struct as LLVM sees it.
enum ContextMember : int32_t { kErrorNode = 5, kErrorMessage = 6, kHost = 8 };

inline mlir::LLVM::LLVMStructType contextType(mlir::MLIRContext *context) {
  mlir::Type ptr = mlir::LLVM::LLVMPointerType::get(context),
             size = mlir::IntegerType::get(context, 64);
  return mlir::LLVM::LLVMStructType::getLiteral(context,
                                                {ptr, size, ptr, ptr, ptr, ptr, ptr, size, ptr});
}

} // namespace ingot

#endif
