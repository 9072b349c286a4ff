#include "passes/tile/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace ingot;

std::optional<ConstantBytes> ingot::constantBytes(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::CastOp>(op))
      break;
    value = op->getOperand(0);
  }
  auto constant = value.getDefiningOp<arith::ConstantOp>();
  if (!constant)
    return std::nullopt;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(constant.getValue())) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    return blob ? std::optional(ConstantBytes{blob->getData(), false}) : std::nullopt;
  }
  if (auto dense = dyn_cast<DenseElementsAttr>(constant.getValue()))
    if (dense.getElementType().getIntOrFloatBitWidth() >= 8)
      return ConstantBytes{dense.getRawData(), dense.isSplat()};
  return std::nullopt;
}

Value ingot::createConstant(OpBuilder &b, Location loc, RankedTensorType type,
                            ArrayRef<char> bytes) {
  constexpr size_t inlineBytes = 4096;
  ElementsAttr value;
  if (bytes.size() <= inlineBytes)
    value = DenseElementsAttr::getFromRawBuffer(type, bytes);
  else
    value = DenseResourceElementsAttr::get(
        type, "packed", HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64));
  return arith::ConstantOp::create(b, loc, value);
}
