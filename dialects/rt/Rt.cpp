#include "dialects/rt/Rt.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include "dialects/rt/RtDialect.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/rt/RtOps.cpp.inc"

void ingot::rt::RtDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/rt/RtOps.cpp.inc"
      >();
}

using namespace mlir;
using namespace mlir::bufferization;
using namespace ingot::rt;

//===--- broadcast --------------------------------------------------------===//

static SmallVector<OpFoldResult> resultSizes(OpBuilder &b, BroadcastOp op) {
  auto type = cast<RankedTensorType>(op.getResult().getType());
  SmallVector<OpFoldResult> sizes;
  auto dynamic = op.getSizes().begin();
  for (int64_t extent : type.getShape())
    sizes.push_back(ShapedType::isDynamic(extent) ? getAsOpFoldResult(*dynamic++)
                                                  : OpFoldResult(b.getIndexAttr(extent)));
  return sizes;
}

LogicalResult BroadcastOp::reifyResultShapes(OpBuilder &b, ReifiedRankedShapedTypeDims &dims) {
  dims.push_back(resultSizes(b, *this));
  return success();
}

bool BroadcastOp::bufferizesToMemoryRead(OpOperand &, const AnalysisState &) { return false; }
bool BroadcastOp::bufferizesToMemoryWrite(OpOperand &, const AnalysisState &) { return false; }
bool BroadcastOp::isWritable(Value, const AnalysisState &) { return false; }

AliasingValueList BroadcastOp::getAliasingValues(OpOperand &operand, const AnalysisState &) {
  if (operand.getOperandNumber() != 0)
    return {};
  return {{getOperation()->getOpResult(0), BufferRelation::Unknown}};
}

FailureOr<BufferLikeType> BroadcastOp::getBufferType(Value, const BufferizationOptions &,
                                                     const BufferizationState &,
                                                     SmallVector<Value> &) {
  auto type = cast<RankedTensorType>(getResult().getType());
  SmallVector<int64_t> strides(type.getRank(), ShapedType::kDynamic);
  auto layout = StridedLayoutAttr::get(getContext(), ShapedType::kDynamic, strides);
  return cast<BufferLikeType>(MemRefType::get(type.getShape(), type.getElementType(), layout));
}

LogicalResult BroadcastOp::bufferize(RewriterBase &b, const BufferizationOptions &options,
                                     BufferizationState &state) {
  Location loc = getLoc();
  auto source = getBuffer(b, getX(), options, state);
  SmallVector<Value> stack;
  auto type = getBufferType(getResult(), options, state, stack);
  if (failed(source) || failed(type))
    return failure();
  auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, *source);
  SmallVector<OpFoldResult> sizes = resultSizes(b, *this), strides;
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  for (auto [size, stride] : llvm::zip(metadata.getSizes(), metadata.getStrides())) {
    Value repeats = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, size, one);
    strides.push_back(arith::SelectOp::create(b, loc, repeats, zero, stride).getResult());
  }
  Value view =
      memref::ReinterpretCastOp::create(b, loc, cast<MemRefType>(*type), metadata.getBaseBuffer(),
                                        OpFoldResult(metadata.getOffset()), sizes, strides);
  replaceOpWithBufferizedValues(b, getOperation(), view);
  return success();
}

//===--- contract ---------------------------------------------------------===//

void ContractOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  if (getResult())
    return; // on tensors it is a value like others
  for (OpOperand &operand : getOperation()->getOpOperands()) {
    bool isOut = operand.getOperandNumber() + 1 == getNumOperands();
    auto effect = isOut ? static_cast<MemoryEffects::Effect *>(MemoryEffects::Write::get())
                        : MemoryEffects::Read::get();
    effects.emplace_back(effect, &operand);
  }
}

bool ContractOp::bufferizesToMemoryRead(OpOperand &operand, const AnalysisState &) {
  return operand.get() != getOut() || operand.getOperandNumber() + 1 != getNumOperands();
}

bool ContractOp::bufferizesToMemoryWrite(OpOperand &operand, const AnalysisState &) {
  return operand.getOperandNumber() + 1 == getNumOperands();
}

AliasingValueList ContractOp::getAliasingValues(OpOperand &operand, const AnalysisState &) {
  if (operand.getOperandNumber() + 1 != getNumOperands() || !getResult())
    return {};
  return {{getOperation()->getOpResult(0), BufferRelation::Equivalent}};
}

/// Vectors run along the last dimension, so it must be contiguous; the input of
/// a convolution is read as rows, so its last two must be.
static bool isReadable(MemRefType type, bool asRows) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (type.getRank() == 0)
    return true;
  if (failed(type.getStridesAndOffset(strides, offset)) || strides.back() != 1)
    return false;
  return !asRows || (strides[strides.size() - 2] == type.getShape().back());
}

/// A contiguous copy.
static Value compacted(RewriterBase &b, Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<Value> sizes;
  for (auto [d, extent] : llvm::enumerate(type.getShape()))
    if (ShapedType::isDynamic(extent))
      sizes.push_back(memref::DimOp::create(b, loc, buffer, d));
  Value copy = memref::AllocOp::create(
      b, loc, MemRefType::get(type.getShape(), type.getElementType()), sizes);
  memref::CopyOp::create(b, loc, buffer, copy);
  return copy;
}

LogicalResult ContractOp::bufferize(RewriterBase &b, const BufferizationOptions &options,
                                    BufferizationState &state) {
  SmallVector<Value> buffers;
  for (Value operand : getOperands()) {
    if (!isa<TensorType>(operand.getType())) {
      buffers.push_back(operand);
      continue;
    }
    auto buffer = getBuffer(b, operand, options, state);
    if (failed(buffer))
      return failure();
    buffers.push_back(*buffer);
  }
  Value out = buffers.back();
  for (auto [i, buffer] : llvm::enumerate(buffers))
    if (auto type = dyn_cast<MemRefType>(buffer.getType());
        type && !isReadable(type, i == 0 && getKind() == "conv"))
      buffer = compacted(b, getLoc(), buffer);
  OperationState copy(getLoc(), getOperationName());
  copy.addOperands(buffers);
  copy.addAttributes(getOperation()->getAttrs());
  copy.addAttributes(
      getOperation()->getPropertiesAsAttribute()
          ? cast<DictionaryAttr>(getOperation()->getPropertiesAsAttribute()).getValue()
          : ArrayRef<NamedAttribute>());
  Region *region = copy.addRegion();
  region->takeBody(getBody());
  b.create(copy);
  if (out != buffers.back())
    memref::CopyOp::create(b, getLoc(), buffers.back(), out);
  replaceOpWithBufferizedValues(b, getOperation(), out);
  return success();
}

//===--- host -------------------------------------------------------------===//

/// The same op on buffers.
template <class OpT>
static FailureOr<OpT> onBuffers(OpT op, RewriterBase &b, const BufferizationOptions &options,
                                BufferizationState &state) {
  SmallVector<Value> buffers;
  for (Value operand : op->getOperands()) {
    auto buffer = getBuffer(b, operand, options, state);
    if (failed(buffer))
      return failure();
    buffers.push_back(*buffer);
  }
  OperationState copy(op.getLoc(), OpT::getOperationName(), buffers, {}, op->getAttrs());
  for (Type type : op->getResultTypes())
    if (!isa<TensorType>(type))
      copy.addTypes(type);
  return cast<OpT>(b.create(copy));
}

bool FormatSizeOp::bufferizesToMemoryRead(OpOperand &, const AnalysisState &) { return true; }
bool FormatSizeOp::bufferizesToMemoryWrite(OpOperand &, const AnalysisState &) { return false; }
AliasingValueList FormatSizeOp::getAliasingValues(OpOperand &, const AnalysisState &) { return {}; }
LogicalResult FormatSizeOp::bufferize(RewriterBase &b, const BufferizationOptions &options,
                                      BufferizationState &state) {
  auto op = onBuffers(*this, b, options, state);
  if (succeeded(op))
    b.replaceOp(*this, *op);
  return op;
}

static bool isOut(OpOperand &operand) {
  return operand.getOperandNumber() + 1 == operand.getOwner()->getNumOperands();
}

bool FormatOp::bufferizesToMemoryRead(OpOperand &operand, const AnalysisState &) {
  return !isOut(operand);
}
bool FormatOp::bufferizesToMemoryWrite(OpOperand &operand, const AnalysisState &) {
  return isOut(operand);
}
AliasingValueList FormatOp::getAliasingValues(OpOperand &operand, const AnalysisState &) {
  if (!isOut(operand) || !getResult())
    return {};
  return {{getOperation()->getOpResult(0), BufferRelation::Equivalent}};
}
LogicalResult FormatOp::bufferize(RewriterBase &b, const BufferizationOptions &options,
                                  BufferizationState &state) {
  auto op = onBuffers(*this, b, options, state);
  if (succeeded(op))
    replaceOpWithBufferizedValues(b, getOperation(), op->getOut());
  return op;
}

bool PrintOp::bufferizesToMemoryRead(OpOperand &, const AnalysisState &) { return true; }
bool PrintOp::bufferizesToMemoryWrite(OpOperand &, const AnalysisState &) { return false; }
AliasingValueList PrintOp::getAliasingValues(OpOperand &, const AnalysisState &) { return {}; }
LogicalResult PrintOp::bufferize(RewriterBase &b, const BufferizationOptions &options,
                                 BufferizationState &state) {
  auto op = onBuffers(*this, b, options, state);
  if (succeeded(op))
    b.eraseOp(*this);
  return op;
}

bool FailOp::bufferizesToMemoryRead(OpOperand &, const AnalysisState &) { return true; }
bool FailOp::bufferizesToMemoryWrite(OpOperand &, const AnalysisState &) { return false; }
AliasingValueList FailOp::getAliasingValues(OpOperand &, const AnalysisState &) { return {}; }
LogicalResult FailOp::bufferize(RewriterBase &b, const BufferizationOptions &options,
                                BufferizationState &state) {
  auto op = onBuffers(*this, b, options, state);
  if (succeeded(op))
    b.eraseOp(*this);
  return op;
}

//===--- variable ---------------------------------------------------------===//

bool VariableOp::isInitiallyZero() {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(getInitial())) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    return blob && llvm::all_of(blob->getData(), [](char byte) { return byte == 0; });
  }
  auto dense = dyn_cast<DenseElementsAttr>(getInitial());
  return dense && llvm::all_of(dense.getRawData(), [](char byte) { return byte == 0; });
}
