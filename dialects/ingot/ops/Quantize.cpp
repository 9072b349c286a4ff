#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

static bool isQuantizedStorage(Type type) {
  return type.isInteger(8) || type.isInteger(16) || type.isInteger(32) || type.isInteger(64);
}

/// Parameters by channel: as many as dimension `axis` has entries, or one for all.
static LogicalResult verifyChannels(Operation *op, ArrayRef<Dim> dims, size_t count, int64_t axis) {
  if (count == 1)
    return success();
  if (axis < 0 || axis >= int64_t(dims.size()))
    return op->emitError() << "axis " << axis << " is out of range for rank " << dims.size();
  if (!dims[axis].is(count))
    return op->emitError() << count << " scales do not fit dimension " << axis;
  return success();
}

/// The range of a storage type; 64-bit numbers are not clamped beyond themselves.
static bool fitsStorage(Type type, int64_t value) {
  unsigned width = type.getIntOrFloatBitWidth();
  return width == 64 ||
         (type.isUnsignedInteger() ? llvm::isUIntN(width, value) : llvm::isIntN(width, value));
}

LogicalResult RequantizeOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  if (!isQuantizedStorage(x.element) || !isQuantizedStorage(getTo()) || getTo().isInteger(64))
    return emitError() << "cannot bring " << x.element << " to " << getTo();
  if (getMultipliers().empty() || getMultipliers().size() != getShifts().size())
    return emitError("needs a shift for each multiplier");
  if (failed(verifyChannels(*this, x.dims, getMultipliers().size(), getAxis())))
    return failure();
  int32_t largest = x.element.isInteger(64) ? 14 : 30;
  if (llvm::any_of(getShifts(), [&](int32_t s) { return s < -31 || s > largest; }))
    return emitError() << "shifts must lie in [-31, " << largest << "]";
  int64_t leftShift = getLeftShift(), inputZero = getInputZeroPoint();
  if (leftShift < 0 || leftShift > 30 || inputZero != int32_t(inputZero))
    return emitError("the left shift or the input's zero point is out of range");
  int64_t low = getLow(), high = getHigh(), zero = getZeroPoint();
  if (low > high || !fitsStorage(getTo(), low) || !fitsStorage(getTo(), high) ||
      zero != int32_t(zero))
    return emitError("the zero point, or the range, is out of range");
  if (!llvm::is_contained({"double", "single", "nearest"}, getRounding()))
    return emitError() << "unknown rounding \"" << getRounding() << '"';
  constexpr int64_t kLimit = 1 << 21;
  if (getRounding() == "nearest" && (low < -kLimit || high > kLimit))
    return emitError("rounding to nearest needs a smaller range");
  return shapes.setResult(*this, 0, getTo(), x.dims);
}

/// The parameters that quantize and dequantize have, of integers of type `storage`.
template <class OpT> static LogicalResult verifyScales(OpT op, ArrayRef<Dim> dims, Type storage) {
  if (op.getScales().empty() || op.getScales().size() != op.getZeroPoints().size())
    return op.emitError("needs a zero point for each scale");
  for (int64_t zero : op.getZeroPoints())
    if (!fitsStorage(storage, zero) || zero != int32_t(zero))
      return op.emitError() << "zero point " << zero << " is no " << storage;
  return verifyChannels(op, dims, op.getScales().size(), op.getAxis());
}

LogicalResult QuantizeOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  if (!x.element.isF32() || !isQuantizedStorage(getTo()) || getTo().getIntOrFloatBitWidth() > 16)
    return emitError() << "cannot quantize " << x.element << " to " << getTo();
  if (failed(verifyScales(*this, x.dims, getTo())))
    return failure();
  return shapes.setResult(*this, 0, getTo(), x.dims);
}

LogicalResult DequantizeOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  if (!isQuantizedStorage(x.element) || x.element.isInteger(64))
    return emitError() << "cannot dequantize " << x.element;
  if (failed(verifyScales(*this, x.dims, x.element)))
    return failure();
  return shapes.setResult(*this, 0, Float32Type::get(getContext()), x.dims);
}

LogicalResult LookupOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), table = shapes.info(getTable());
  bool isShort = x.element.isSignlessInteger(16);
  if (!x.element.isInteger(8) && !isShort)
    return emitError() << "an index cannot be " << x.element;
  int64_t entries = isShort ? 513 : 256;
  if (table.dims.size() != 1 || !table.dims[0].is(entries) ||
      (isShort && !table.element.isSignlessInteger(16)))
    return emitError() << "needs a table of " << entries << " elements";
  return shapes.setResult(*this, 0, table.element, x.dims);
}

LogicalResult FixedSoftmaxOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), exps = shapes.info(getExps());
  if (!x.element.isInteger(8) || x.dims.empty() || !(getTo().isInteger(8) || getTo().isInteger(16)))
    return emitError() << "needs 8-bit numbers of rank 1 or more, and gives 8 or 16 bits";
  if (!exps.element.isInteger(32) || exps.dims.size() != 1 || !exps.dims[0].is(256))
    return emitError("needs a table of 256 exponentials in 32 bits");
  return shapes.setResult(*this, 0, getTo(), x.dims);
}
