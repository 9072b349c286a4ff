#include "passes/lower/Window.h"

using namespace mlir;
using namespace ingot;

/// The least value of a type: minus infinity for floats.
static Value lowest(Lowering &l, Location loc, Type element) {
  Type type = storageType(element);
  if (auto f = dyn_cast<FloatType>(type)) {
    APFloat infinity = APFloat::getInf(f.getFloatSemantics(), /*Negative=*/true);
    return arith::ConstantOp::create(l.b, loc, l.b.getFloatAttr(type, infinity));
  }
  unsigned width = type.getIntOrFloatBitWidth();
  bool isUnsigned = element.isUnsignedInteger();
  APInt least = isUnsigned ? APInt::getMinValue(width) : APInt::getSignedMinValue(width);
  return arith::ConstantOp::create(l.b, loc, l.b.getIntegerAttr(type, least));
}

static Value larger(OpBuilder &b, Location loc, Value x, Value y, Type element) {
  if (isa<FloatType>(element))
    return arith::MaximumFOp::create(b, loc, x, y);
  if (element.isUnsignedInteger())
    return arith::MaxUIOp::create(b, loc, x, y);
  return arith::MaxSIOp::create(b, loc, x, y);
}

template <class OpT> static SmallVector<WindowSteps, 3> stepsOf(OpT op) {
  return llvm::map_to_vector<3>(op.getStrides(), [](int64_t s) { return WindowSteps{s, 1, 1}; });
}

/// Folds each window of x into an element of `init`. Loops: n, o1..ok, c, f1..fk.
static Value poolWindows(Lowering &l, Location loc, Value x, ArrayRef<int64_t> window,
                         ArrayRef<WindowSteps> steps, Value init, Lowering::Body body) {
  unsigned spatial = window.size(), parallel = spatial + 2, loops = parallel + spatial;
  SmallVector<AffineExpr> xs = {l.b.getAffineDimExpr(0)};
  llvm::append_range(xs, windowExprs(l, 1, parallel, steps));
  xs.push_back(l.b.getAffineDimExpr(1 + spatial));
  MLIRContext *context = l.b.getContext();
  // Only its shape counts: it tells the extent of the inner loops.
  Value shape = tensor::EmptyOp::create(l.b, loc, window, l.b.getI8Type());
  return l.reduce(loc, init, l.identity(loops).getMajorSubMap(parallel),
                  {{x, AffineMap::get(loops, 0, xs, context)},
                   {shape, AffineMap::get(loops, 0, loopExprs(l, parallel, spatial), context)}},
                  [&](OpBuilder &b, Location loc, ValueRange v) {
                    return body(b, loc, {v[0], v[2]});
                  });
}

static LogicalResult lowerMaxPool(MaxPoolOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  Value least = lowest(l, loc, result.element);
  SmallVector<WindowSteps, 3> steps = stepsOf(op);
  Value x = padded(l, loc, op.getX(), windowDims(l.shapes, op), steps, least);
  Value init = l.filled(loc, result.dims, result.element, least);
  return l.replace(op, poolWindows(l, loc, x, op.getWindow(), steps, init,
                                   [&](OpBuilder &b, Location loc, ValueRange v) {
                                     return larger(b, loc, v[0], v[1], result.element);
                                   }));
}

/// For each window over one dimension: how many of its elements are not padding,
/// as a vector of `element`.
static Value countElements(Lowering &l, Location loc, Dim input, const WindowDims &w, int64_t size,
                           int64_t stride, Type element) {
  Value low = l.index(loc, w.low), extent = l.index(loc, input);
  return l.generic(loc, {w.output}, element, {}, [&](OpBuilder &b, Location loc, ValueRange) {
    auto constant = [&](int64_t v) { return arith::ConstantIndexOp::create(b, loc, v); };
    Value output = linalg::IndexOp::create(b, loc, 0);
    Value begin = arith::SubIOp::create(
        b, loc, arith::MulIOp::create(b, loc, output, constant(stride)), low);
    Value end = arith::AddIOp::create(b, loc, begin, constant(size));
    begin = arith::MaxSIOp::create(b, loc, begin, constant(0));
    end = arith::MinSIOp::create(b, loc, end, extent);
    Value count = arith::MaxSIOp::create(b, loc, arith::SubIOp::create(b, loc, end, begin),
                                         constant(0));
    Value integer = arith::IndexCastOp::create(b, loc, b.getI64Type(), count);
    return arith::SIToFPOp::create(b, loc, element, integer);
  });
}

/// Number of elements that count in each window: one operand for each padded
/// dimension, whose product with `factor` it is.
static SmallVector<Lowering::Operand> windowCounts(Lowering &l, Location loc, AvgPoolOp op,
                                                   ArrayRef<WindowDims> windows, Type element,
                                                   int64_t &factor) {
  SmallVector<Lowering::Operand> counts;
  SmallVector<Dim, 4> input(l.shapes.dims(op.getX()));
  factor = 1;
  for (auto [i, w] : llvm::enumerate(windows)) {
    int64_t size = op.getWindow()[i];
    if (w.low.is(0) && w.high.is(0)) {
      factor *= size;
      continue;
    }
    Value count = countElements(l, loc, input[i + 1], w, size, op.getStrides()[i], element);
    counts.push_back({count, AffineMap::get(input.size(), 0, l.b.getAffineDimExpr(i + 1))});
  }
  return counts;
}

/// Sums, in f32 for 16-bit floats, then the division by what counts.
static LogicalResult lowerAvgPool(AvgPoolOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  auto element = dyn_cast<FloatType>(result.element);
  if (!element)
    return op.emitError() << "is not defined for " << result.element;
  Type wide = element.getWidth() < 32 ? l.b.getF32Type() : Type(element);
  SmallVector<WindowSteps, 3> steps = stepsOf(op);
  SmallVector<WindowDims, 3> windows = windowDims(l.shapes, op);
  Value x = padded(l, loc, op.getX(), windows, steps, l.zero(loc, element));
  auto widen = [&](OpBuilder &b, Location loc, Value v) -> Value {
    return v.getType() == wide ? v : arith::ExtFOp::create(b, loc, wide, v);
  };
  Value zeros = l.filled(loc, result.dims, wide, l.zero(loc, wide));
  Value sums = poolWindows(l, loc, x, op.getWindow(), steps, zeros,
                           [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
                             return arith::AddFOp::create(b, loc, v[1], widen(b, loc, v[0]));
                           });
  l.shapes.set(sums, {wide, result.dims, std::nullopt});
  int64_t factor;
  SmallVector<Lowering::Operand> operands = {{sums, l.identity(result.dims.size())}};
  llvm::append_range(operands, windowCounts(l, loc, op, windows, wide, factor));
  auto divide = [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
    Value count = arith::ConstantOp::create(b, loc, b.getFloatAttr(wide, double(factor)));
    for (Value more : v.drop_front())
      count = arith::MulFOp::create(b, loc, count, more);
    Value mean = arith::DivFOp::create(b, loc, v[0], count);
    return wide == element ? mean : arith::TruncFOp::create(b, loc, element, mean);
  };
  return l.replace(op, l.generic(loc, result.dims, element, operands, divide));
}

void ingot::addPoolLowerings(LowerTable &table) {
  addLowering<MaxPoolOp, lowerMaxPool>(table);
  addLowering<AvgPoolOp, lowerAvgPool>(table);
}
