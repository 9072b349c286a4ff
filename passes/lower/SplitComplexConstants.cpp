#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_SPLITCOMPLEXCONSTANTS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// The type of `pairs` in the LLVM dialect: arrays of arrays.
static Type arrayType(RankedTensorType pairs) {
  Type type = pairs.getElementType();
  for (int64_t extent : llvm::reverse(pairs.getShape()))
    type = LLVM::LLVMArrayType::get(type, extent);
  return type;
}

namespace {
struct SplitComplexConstants : ingot::impl::SplitComplexConstantsBase<SplitComplexConstants> {
  void runOnOperation() override {
    for (auto global : getOperation().getOps<LLVM::GlobalOp>()) {
      auto value = dyn_cast_or_null<DenseResourceElementsAttr>(global.getValueAttr());
      auto complex =
          value ? dyn_cast<ComplexType>(value.getType().getElementType()) : ComplexType();
      if (!complex)
        continue;
      SmallVector<int64_t> shape(value.getType().getShape());
      shape.push_back(2);
      auto pairs = RankedTensorType::get(shape, complex.getElementType());
      global.setValueAttr(DenseResourceElementsAttr::get(pairs, value.getRawHandle()));
      global.setGlobalType(arrayType(pairs));
    }
  }
};
} // namespace
