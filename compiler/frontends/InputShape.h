#ifndef INGOT_FRONTENDS_INPUTSHAPE_H
#define INGOT_FRONTENDS_INPUTSHAPE_H

#include "compiler/Options.h"
#include "mlir/IR/Location.h"
#include "mlir/Support/LLVM.h"

namespace ingot {

/// Dimensions of input `name`: the model's (-1: open), those that
/// --input-shape fixes, ShapedType::kDynamic for the others. An error at `loc` if
/// the two do not fit, even the rank is open, or the tensor is too large.
mlir::FailureOr<llvm::SmallVector<int64_t>> inputShape(mlir::Location loc, const Options &options,
                                                       llvm::StringRef name, mlir::Type element,
                                                       llvm::ArrayRef<int64_t> dims, bool isRanked);

} // namespace ingot

#endif
