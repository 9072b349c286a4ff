#include "passes/lower/Quantize.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/lower/FixedPoint.h"
#include "passes/lower/Scalar.h"
#include "passes/lower/ScalarCode.h"

using namespace mlir;
using namespace ingot;

//===--- Floats -------------------------------------------------------------===//

namespace {
/// Operands of quantize or dequantize: x, then its scales and zero points.
template <class OpT> class ScaledOperands : public ChannelOperands {
public:
  ScaledOperands(OpT op, Lowering &l)
      : ChannelOperands(l, op.getLoc(), l.shapes.rank(op.getX()), op.getAxis()) {
    add(op.getX());
    scale = add(op.getScales());
    auto zeros = llvm::map_to_vector(op.getZeroPoints(), [](int64_t z) { return int32_t(z); });
    zeroPoint = add(ArrayRef<int32_t>(zeros));
  }
  Value scaleAt(OpBuilder &b, Location loc, ValueRange v) { return at(b, loc, scale, v); }
  Value zeroPointAt(OpBuilder &b, Location loc, ValueRange v) { return at(b, loc, zeroPoint, v); }

private:
  Parameter<float> scale;
  Parameter<int32_t> zeroPoint;
};
} // namespace

/// The nearest integer, halves away from zero, of floats below 2^23; larger ones have
/// no fraction. Out of range as emitCast() has it.
static Value emitRounded(FloatCode &f, Value x) {
  Type i32 = f.b.getI32Type();
  Value whole = emitCast(f.b, f.loc, x, f.type, i32);
  Value rest = f.sub(x, arith::SIToFPOp::create(f.b, f.loc, f.type, whole));
  Value magnitude = f.math<math::AbsFOp>(x);
  Value isSmall = f.compare(FloatCode::P::OLT, magnitude, f.constant(8388608));
  auto step = [&](FloatCode::P p, double bound) -> Value {
    Value is = arith::AndIOp::create(f.b, f.loc, isSmall, f.compare(p, rest, f.constant(bound)));
    return arith::ExtUIOp::create(f.b, f.loc, i32, is);
  };
  Value up = arith::AddIOp::create(f.b, f.loc, whole, step(FloatCode::P::OGE, 0.5));
  return arith::SubIOp::create(f.b, f.loc, up, step(FloatCode::P::OLE, -0.5));
}

static LogicalResult lowerQuantize(QuantizeOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  unsigned width = op.getTo().getIntOrFloatBitWidth();
  bool isUnsigned = op.getTo().isUnsignedInteger();
  int64_t low = isUnsigned ? 0 : llvm::minIntN(width);
  int64_t high = isUnsigned ? llvm::maxUIntN(width) : llvm::maxIntN(width);
  ScaledOperands<QuantizeOp> scaled(op, l);
  auto body = [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
    FloatCode f{b, loc, b.getF32Type()};
    FixedPointCode c{b, loc};
    Value steps = emitRounded(f, f.div(v[0], scaled.scaleAt(b, loc, v)));
    Value q = c.clamp(c.add(steps, scaled.zeroPointAt(b, loc, v)), low, high);
    return emitCast(b, loc, q, b.getI32Type(), storageType(op.getTo()));
  };
  return l.replace(op, l.generic(loc, result.dims, result.element, scaled.operands, body));
}

static LogicalResult lowerDequantize(DequantizeOp op, Lowering &l) {
  Location loc = op.getLoc();
  Type element = l.shapes.elementType(op.getX());
  ShapeInfo result = l.shapes.info(op.getResult());
  ScaledOperands<DequantizeOp> scaled(op, l);
  auto body = [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
    Value x = emitCast(b, loc, v[0], element, b.getI32Type());
    x = arith::SubIOp::create(b, loc, x, scaled.zeroPointAt(b, loc, v));
    x = arith::SIToFPOp::create(b, loc, b.getF32Type(), x);
    return arith::MulFOp::create(b, loc, x, scaled.scaleAt(b, loc, v));
  };
  return l.replace(op, l.generic(loc, result.dims, result.element, scaled.operands, body));
}

//===--- Tables -------------------------------------------------------------===//

Value ingot::emitLookup(OpBuilder &b, Location loc, Value table, Value x) {
  Value index = arith::IndexCastUIOp::create(b, loc, b.getIndexType(), x);
  return tensor::ExtractOp::create(b, loc, table, index);
}

/// Between two entries of the table, for 16-bit x.
static Value emitInterpolation(OpBuilder &b, Location loc, Value table, Value x) {
  FixedPointCode c{b, loc};
  auto wide = [&](Value v) -> Value { return arith::ExtSIOp::create(b, loc, b.getI32Type(), v); };
  Value number = wide(x);
  Value index = c.add(c.shiftRight(number, c.constant(7)), c.constant(256));
  Value rest = arith::AndIOp::create(b, loc, number, c.constant(127));
  auto entry = [&](Value at) {
    Value i = arith::IndexCastUIOp::create(b, loc, b.getIndexType(), at);
    return wide(tensor::ExtractOp::create(b, loc, table, i));
  };
  Value base = entry(index);
  // The difference wraps: it has 16 bits as well.
  Value slope = wide(arith::TruncIOp::create(b, loc, b.getI16Type(),
                                             c.sub(entry(c.add(index, c.constant(1))), base)));
  Value step = c.shiftRight(c.add(c.mul(slope, rest), c.constant(64)), c.constant(7));
  return arith::TruncIOp::create(b, loc, b.getI16Type(), c.add(base, step));
}

static LogicalResult lowerLookup(LookupOp op, Lowering &l) {
  ShapeInfo result = l.shapes.info(op.getResult());
  bool isShort = l.shapes.elementType(op.getX()).isInteger(16);
  auto body = [&](OpBuilder &b, Location loc, ValueRange v) {
    return isShort ? emitInterpolation(b, loc, op.getTable(), v[0])
                   : emitLookup(b, loc, op.getTable(), v[0]);
  };
  return l.replace(op, l.generic(op.getLoc(), result.dims, result.element,
                                 {{op.getX(), l.identity(result.dims.size())}}, body));
}

void ingot::addQuantizeLowerings(LowerTable &table) {
  addLowering<QuantizeOp, lowerQuantize>(table);
  addLowering<DequantizeOp, lowerDequantize>(table);
  addLowering<LookupOp, lowerLookup>(table);
  addRequantizeLowerings(table);
  addFixedSoftmaxLowerings(table);
}
