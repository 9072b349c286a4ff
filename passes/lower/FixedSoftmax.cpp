#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/lower/FixedPoint.h"
#include "passes/lower/Quantize.h"
#include "passes/lower/Reduce.h"
#include "passes/lower/Scalar.h"

using namespace mlir;
using namespace ingot;

namespace {
/// The steps of one softmax; `rows` are all dimensions but the last.
class FixedSoftmax {
public:
  FixedSoftmax(FixedSoftmaxOp op, Lowering &l)
      : op(op), l(l), loc(op.getLoc()), dims(l.shapes.dims(op.getX())), rowDims(dims) {
    rowDims.pop_back();
    elements = l.identity(dims.size());
    rows = AffineMap::get(dims.size(), 0, elements.getResults().drop_back(), l.b.getContext());
  }

  Value run() {
    Value e = exponentials();
    Value sum = sumOf(e), factor = reciprocal(sum), shift = shiftOf(sum);
    return products(e, factor, shift);
  }

private:
  Type i32() { return l.b.getI32Type(); }
  Value onRows(Value sum, Lowering::Body body) {
    return l.generic(loc, rowDims, i32(), {{sum, l.identity(rowDims.size())}}, body);
  }

  Value exponentials() {
    Type element = l.shapes.elementType(op.getX());
    Value max = emitReduction(l, loc, op.getX(), {int64_t(dims.size()) - 1}, Fold::Max, element);
    auto body = [&](OpBuilder &b, Location loc, ValueRange v) {
      return emitLookup(b, loc, op.getExps(), arith::SubIOp::create(b, loc, v[1], v[0]));
    };
    return l.generic(loc, dims, i32(), {{op.getX(), elements}, {max, rows}}, body);
  }

  Value sumOf(Value e) {
    Value zeros = l.filled(loc, rowDims, i32(), l.zero(loc, i32()));
    auto body = [](OpBuilder &b, Location loc, ValueRange v) -> Value {
      FixedPointCode c{b, loc};
      return c.add(v[1], c.divideByPowerOfTwo(v[0], c.constant(kIntegerBits)));
    };
    Value sum = l.reduce(loc, zeros, rows, {{e, elements}}, body);
    l.shapes.set(sum, {i32(), rowDims, std::nullopt});
    return sum;
  }

  /// 1 / m where the sum is m * 2^n for m in [1, 2).
  Value reciprocal(Value sum) {
    return onRows(sum, [](OpBuilder &b, Location loc, ValueRange v) {
      FixedPointCode c{b, loc};
      Value zeros = math::CountLeadingZerosOp::create(b, loc, v[0]);
      Value mantissa = c.shiftLeft(v[0], zeros); // the leading bit is that of the sign
      return c.reciprocalOfOnePlus(c.sub(mantissa, c.constant(INT32_MIN)));
    });
  }

  /// What a product is shifted by to be in steps of the result.
  Value shiftOf(Value sum) {
    int64_t bits = op.getTo().getIntOrFloatBitWidth();
    return onRows(sum, [&](OpBuilder &b, Location loc, ValueRange v) {
      FixedPointCode c{b, loc};
      Value zeros = math::CountLeadingZerosOp::create(b, loc, v[0]);
      return c.clamp(c.sub(c.constant(kIntegerBits + 31 - bits), zeros), 0, 31);
    });
  }

  Value products(Value e, Value factor, Value shift) {
    unsigned bits = op.getTo().getIntOrFloatBitWidth();
    bool isUnsigned = op.getTo().isUnsignedInteger();
    int64_t low = isUnsigned ? 0 : llvm::minIntN(bits);
    int64_t high = isUnsigned ? llvm::maxUIntN(bits) : llvm::maxIntN(bits);
    auto body = [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
      FixedPointCode c{b, loc};
      Value steps = c.divideByPowerOfTwo(c.mulHighUnsaturated(v[1], v[0]), v[2]);
      Value q = c.clamp(c.add(steps, c.constant(low)), low, high);
      return emitCast(b, loc, q, b.getI32Type(), storageType(op.getTo()));
    };
    return l.generic(loc, dims, op.getTo(), {{e, elements}, {factor, rows}, {shift, rows}}, body);
  }

  static constexpr int64_t kIntegerBits = 12; ///< of a sum of exponentials

  FixedSoftmaxOp op;
  Lowering &l;
  Location loc;
  SmallVector<Dim, 4> dims, rowDims;
  AffineMap elements, rows;
};
} // namespace

static LogicalResult lowerFixedSoftmax(FixedSoftmaxOp op, Lowering &l) {
  return l.replace(op, FixedSoftmax(op, l).run());
}

void ingot::addFixedSoftmaxLowerings(LowerTable &table) {
  addLowering<FixedSoftmaxOp, lowerFixedSoftmax>(table);
}
