#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/lower/Lower.h"
#include "passes/lower/Scalar.h"

using namespace mlir;
using namespace ingot;

namespace {
/// One axis of a resize within the body of a generic.
struct Axis {
  ResizeOp op;
  OpBuilder &b;
  Location loc;
  Value last;  ///< index of the last pixel of x
  Value scale; ///< f32: pixels of x for one of the result

  Value number(float v) { return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(v)); }
  Value multiply(Value x, Value y) { return arith::MulFOp::create(b, loc, x, y); }
  Value add(Value x, float y) { return arith::AddFOp::create(b, loc, x, number(y)); }

  Value toFloat(Value index) {
    Value integer = arith::IndexCastOp::create(b, loc, b.getI64Type(), index);
    return arith::SIToFPOp::create(b, loc, b.getF32Type(), integer);
  }
  /// A pixel of x near the position: rounding may lead past either end.
  Value pixel(Value position) {
    Value integer = arith::FPToSIOp::create(b, loc, b.getI64Type(), position);
    Value index = arith::IndexCastOp::create(b, loc, b.getIndexType(), integer);
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    return arith::MaxSIOp::create(b, loc, arith::MinSIOp::create(b, loc, index, last), zero);
  }
  /// Where pixel `i` of the result lies in x.
  Value position(Value i, bool isNearest) {
    Value at = toFloat(i);
    if (!op.getHalfPixelCenters())
      return multiply(at, scale);
    Value scaled = multiply(add(at, 0.5f), scale);
    return isNearest ? scaled : add(scaled, -0.5f);
  }
  Value nearest(Value i) {
    Value at = position(i, true);
    return pixel(op.getAlignCorners() ? math::RoundOp::create(b, loc, at).getResult()
                                      : math::FloorOp::create(b, loc, at).getResult());
  }
};

/// Both pixels around a position, and the weight of the second.
struct Neighbours {
  Value low, high, weight;

  Neighbours(Axis axis, Value i) {
    Value at = axis.position(i, false);
    Value floor = math::FloorOp::create(axis.b, axis.loc, at);
    low = axis.pixel(floor);
    high = axis.pixel(math::CeilOp::create(axis.b, axis.loc, at));
    weight = arith::SubFOp::create(axis.b, axis.loc, at, floor);
  }
};
} // namespace

/// Pixels of x for one of the result, in f32 as TensorFlow computes it.
static Value scaleOf(ResizeOp op, Lowering &l, Dim from, Dim to) {
  Location loc = op.getLoc();
  auto toFloat = [&](Value v) -> Value {
    Value integer = arith::IndexCastOp::create(l.b, loc, l.b.getI64Type(), v);
    return arith::SIToFPOp::create(l.b, loc, l.b.getF32Type(), integer);
  };
  Value in = l.index(loc, from), out = l.index(loc, to), one = l.index(loc, 1);
  Value edges = arith::DivFOp::create(l.b, loc, toFloat(in), toFloat(out));
  if (!op.getAlignCorners())
    return edges;
  Value several = arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::sgt, out, one);
  Value gaps =
      arith::SelectOp::create(l.b, loc, several, arith::SubIOp::create(l.b, loc, out, one), one);
  Value corners = arith::DivFOp::create(l.b, loc, toFloat(arith::SubIOp::create(l.b, loc, in, one)),
                                        toFloat(gaps));
  return arith::SelectOp::create(l.b, loc, several, corners, edges);
}

static Value interpolate(OpBuilder &b, Location loc, Value low, Value high, Value weight) {
  Value step = arith::MulFOp::create(b, loc, arith::SubFOp::create(b, loc, high, low), weight);
  return arith::AddFOp::create(b, loc, low, step);
}

static Value bilinear(ResizeOp op, Axis rows, Axis columns, Type element, ValueRange at) {
  OpBuilder &b = rows.b;
  Location loc = rows.loc;
  Neighbours y(rows, at[1]), x(columns, at[2]);
  auto pixelAt = [&](Value row, Value column) {
    Value stored =
        tensor::ExtractOp::create(b, loc, op.getX(), ValueRange{at[0], row, column, at[3]});
    return emitCast(b, loc, Lowering::load(b, loc, stored, element), element, b.getF32Type());
  };
  Value top = interpolate(b, loc, pixelAt(y.low, x.low), pixelAt(y.low, x.high), x.weight);
  Value bottom = interpolate(b, loc, pixelAt(y.high, x.low), pixelAt(y.high, x.high), x.weight);
  return interpolate(b, loc, top, bottom, y.weight);
}

static void checkPositive(ResizeOp op, Lowering &l, Dim d) {
  Location loc = op.getLoc();
  if (!d.constant())
    l.check(loc,
            arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::sgt, l.index(loc, d),
                                  l.index(loc, 0)),
            INGOT_INVALID_ARGUMENT, "heights and widths must be positive");
}

static LogicalResult lowerResize(ResizeOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo x = l.shapes.info(op.getX()), result = l.shapes.info(op.getResult());
  Value last[2], scale[2];
  for (int d : {0, 1}) {
    checkPositive(op, l, x.dims[d + 1]);
    checkPositive(op, l, result.dims[d + 1]);
    last[d] = arith::SubIOp::create(l.b, loc, l.index(loc, x.dims[d + 1]), l.index(loc, 1));
    scale[d] = scaleOf(op, l, x.dims[d + 1], result.dims[d + 1]);
  }
  Value value =
      l.generic(loc, result.dims, result.element, {}, [&](OpBuilder &b, Location loc, ValueRange) {
        SmallVector<Value> at;
        for (int64_t d = 0; d < 4; ++d)
          at.push_back(linalg::IndexOp::create(b, loc, d));
        Axis rows{op, b, loc, last[0], scale[0]}, columns{op, b, loc, last[1], scale[1]};
        if (op.getMode() == "bilinear")
          return bilinear(op, rows, columns, x.element, at);
        SmallVector<Value> from = {at[0], rows.nearest(at[1]), columns.nearest(at[2]), at[3]};
        return l.load(b, loc, tensor::ExtractOp::create(b, loc, op.getX(), from), x.element);
      });
  return l.replace(op, value);
}

void ingot::addImageLowerings(LowerTable &table) { addLowering<ResizeOp, lowerResize>(table); }
