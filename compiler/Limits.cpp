#include "compiler/Limits.h"
#include "dialects/ingot/DimWeight.h"
#include "dialects/ingot/Ingot.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/MathExtras.h"

using namespace ingot;
using namespace mlir;

/// What computing the dynamic dimensions of an op's results takes.
static uint64_t sizeArithmetic(Operation *op, ShapeAnalysis &shapes) {
  uint64_t weight = 0;
  for (Value result : op->getResults())
    if (isa<RankedTensorType>(result.getType()))
      for (Dim dim : shapes.dims(result))
        weight += dim.constant() ? 0 : weightOf(shapes.table, dim);
  return weight;
}

static LogicalResult checkSignature(func::FuncOp function) {
  return checkTensorCount(function.getLoc(), function.getName(), function.getNumArguments(),
                          function.getNumResults());
}

static LogicalResult checkSizeArithmetic(ModuleOp module) {
  uint64_t spent = 0;
  for (auto function : module.getOps<func::FuncOp>()) {
    ShapeAnalysis shapes(module.getContext());
    if (failed(shapes.visitBody(function.getBody())))
      return failure();
    WalkResult result = function.walk([&](Operation *op) -> WalkResult {
      spent += sizeArithmetic(op, shapes);
      if (spent <= kMaxSizeArithmetic)
        return WalkResult::advance();
      return op->emitError() << "the model's dynamic dimensions take too much arithmetic "
                                "(--input-shape can fix them)";
    });
    if (result.wasInterrupted())
      return failure();
  }
  return success();
}

static uint64_t repeatedBytes(ConstantOp constant) {
  ElementsAttr value = constant.getValue();
  if (!value.isSplat() || !value.getElementType().isIntOrFloat())
    return 0;
  return llvm::SaturatingMultiply<uint64_t>(
      value.getNumElements(), llvm::divideCeil(value.getElementType().getIntOrFloatBitWidth(), 8));
}

static LogicalResult checkRepeatedValues(ModuleOp module) {
  uint64_t bytes = 0;
  WalkResult result = module.walk([&](ConstantOp constant) -> WalkResult {
    bytes = llvm::SaturatingAdd(bytes, repeatedBytes(constant));
    if (bytes <= kMaxRepeatedBytes)
      return WalkResult::advance();
    return constant.emitError() << "the model's constants of one repeated value take more than "
                                << (kMaxRepeatedBytes >> 20) << " MiB when written out";
  });
  return failure(result.wasInterrupted());
}

LogicalResult ingot::checkLimits(ModuleOp module) {
  if (failed(checkRepeatedValues(module)))
    return failure();
  for (auto function : module.getOps<func::FuncOp>())
    if (failed(checkSignature(function)))
      return failure();
  return checkSizeArithmetic(module);
}
