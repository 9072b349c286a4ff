#include "passes/lower/Scalar.h"
#include "passes/lower/Window.h"

using namespace mlir;
using namespace ingot;

/// The least number of a type, for floats the finite one: what TensorFlow and
/// TensorFlow Lite start from.
static Value lowest(Lowering &l, Location loc, Type element) {
  Type type = storageType(element);
  if (auto f = dyn_cast<FloatType>(type)) {
    APFloat least = APFloat::getLargest(f.getFloatSemantics(), /*Negative=*/true);
    return arith::ConstantOp::create(l.b, loc, l.b.getFloatAttr(type, least));
  }
  unsigned width = type.getIntOrFloatBitWidth();
  bool isUnsigned = element.isUnsignedInteger();
  APInt least = isUnsigned ? APInt::getMinValue(width) : APInt::getSignedMinValue(width);
  return arith::ConstantOp::create(l.b, loc, l.b.getIntegerAttr(type, least));
}

/// Whether x is larger than the largest element so far; NaN never is.
static Value isLarger(OpBuilder &b, Location loc, Value x, Value largest, Type element) {
  if (isa<FloatType>(element))
    return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, x, largest);
  auto predicate =
      element.isUnsignedInteger() ? arith::CmpIPredicate::ugt : arith::CmpIPredicate::sgt;
  return arith::CmpIOp::create(b, loc, predicate, x, largest);
}

static Value larger(OpBuilder &b, Location loc, Value x, Value largest, Type element) {
  return arith::SelectOp::create(b, loc, isLarger(b, loc, x, largest, element), x, largest);
}

/// x unless the largest element so far is larger: what is not ordered gives x.
static Value largerOrNew(OpBuilder &b, Location loc, Value x, Value largest, Type element) {
  return arith::SelectOp::create(b, loc, isLarger(b, loc, largest, x, element), largest, x);
}

template <class OpT> static SmallVector<WindowSteps, 3> stepsOf(OpT op) {
  return llvm::map_to_vector<3>(op.getStrides(), [](int64_t s) { return WindowSteps{s, 1, 1}; });
}

/// Maps of x and of windowShape(). Loops: n, o1..ok, c, f1..fk.
static SmallVector<AffineMap> poolMaps(Lowering &l, ArrayRef<WindowSteps> steps) {
  unsigned spatial = steps.size(), parallel = spatial + 2, loops = parallel + spatial;
  SmallVector<AffineExpr> xs = {l.b.getAffineDimExpr(0)};
  llvm::append_range(xs, windowExprs(l, 1, parallel, steps));
  xs.push_back(l.b.getAffineDimExpr(1 + spatial));
  MLIRContext *context = l.b.getContext();
  return {AffineMap::get(loops, 0, xs, context),
          AffineMap::get(loops, 0, loopExprs(l, parallel, spatial), context)};
}

/// An operand of which only the shape counts: the extent of the inner loops.
static Value windowShape(Lowering &l, Location loc, ArrayRef<int64_t> window) {
  return tensor::EmptyOp::create(l.b, loc, window, l.b.getI8Type());
}

/// Folds each window of x into an element of `init`. Loops: n, o1..ok, c, f1..fk.
static Value poolWindows(Lowering &l, Location loc, Value x, ArrayRef<int64_t> window,
                         ArrayRef<WindowSteps> steps, Value init, Lowering::Body body) {
  SmallVector<AffineMap> maps = poolMaps(l, steps);
  unsigned parallel = steps.size() + 2, loops = maps[0].getNumDims();
  return l.reduce(
      loc, init, l.identity(loops).getMajorSubMap(parallel),
      {{x, maps[0]}, {windowShape(l, loc, window), maps[1]}},
      [&](OpBuilder &b, Location loc, ValueRange v) { return body(b, loc, {v[0], v[2]}); });
}

static LogicalResult lowerMaxPool(MaxPoolOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  Value least = lowest(l, loc, result.element);
  SmallVector<WindowSteps, 3> steps = stepsOf(op);
  auto x = padded(l, op, op.getX(), windowDims(l.shapes, op), steps, least);
  if (failed(x))
    return failure();
  Value init = l.filled(loc, result.dims, result.element, least);
  return l.replace(op, poolWindows(l, loc, *x, op.getWindow(), steps, init,
                                   [&](OpBuilder &b, Location loc, ValueRange v) {
                                     auto *fold = op.getRestartAtNan() ? largerOrNew : larger;
                                     return fold(b, loc, v[0], v[1], result.element);
                                   }));
}

/// 1 for each element of x and 0 for the padding around them.
static FailureOr<Value> paddingMask(DilationOp op, Lowering &l, ArrayRef<WindowDims> windows,
                                    ArrayRef<WindowSteps> steps) {
  Location loc = op.getLoc();
  Type i8 = l.b.getI8Type();
  Value one = arith::ConstantOp::create(l.b, loc, l.b.getI8IntegerAttr(1));
  SmallVector<Dim, 4> dims(l.shapes.dims(op.getX()));
  Value ones = l.filled(loc, dims, i8, one);
  l.shapes.set(ones, {i8, dims, std::nullopt});
  return padded(l, op, ones, windows, steps, l.zero(loc, i8));
}

/// Largest sum of an element and its weight. Loops: n, o1..ok, c, f1..fk. Sums of
/// integers wrap around: padding has none, where that of floats is the lowest number.
static LogicalResult lowerDilation(DilationOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  SmallVector<WindowSteps, 3> steps;
  for (auto [stride, dilation] : llvm::zip_equal(op.getStrides(), op.getDilations()))
    steps.push_back({stride, dilation, 1});
  auto windows = windowDims(l.shapes, op);
  Value least = lowest(l, loc, result.element);
  auto x = padded(l, op, op.getX(), windows, steps, least);
  bool isInteger = isa<IntegerType>(result.element);
  auto mask = isInteger ? paddingMask(op, l, windows, steps) : x;
  if (failed(x) || failed(mask))
    return failure();
  Value init = l.filled(loc, result.dims, result.element, least);
  unsigned spatial = steps.size(), parallel = spatial + 2, loops = parallel + spatial;
  AffineExpr channel = l.b.getAffineDimExpr(1 + spatial);
  SmallVector<AffineExpr> xs = {l.b.getAffineDimExpr(0)}, ws(loopExprs(l, parallel, spatial));
  llvm::append_range(xs, windowExprs(l, 1, parallel, steps));
  xs.push_back(channel);
  ws.push_back(channel);
  MLIRContext *context = l.b.getContext();
  AffineMap elements = AffineMap::get(loops, 0, xs, context);
  SmallVector<Lowering::Operand> operands = {
      {*x, elements}, {op.getFilter(), AffineMap::get(loops, 0, ws, context)}};
  if (isInteger)
    operands.push_back({*mask, elements});
  auto fold = [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
    Value largest = v.back();
    if (!isInteger)
      return larger(b, loc, arith::AddFOp::create(b, loc, v[0], v[1]), largest, result.element);
    Value sum = larger(b, loc, arith::AddIOp::create(b, loc, v[0], v[1]), largest, result.element);
    Value isThere = Lowering::load(b, loc, v[2], b.getI1Type());
    return arith::SelectOp::create(b, loc, isThere, sum, largest);
  };
  return l.replace(op,
                   l.reduce(loc, init, l.identity(loops).getMajorSubMap(parallel), operands, fold));
}

/// For each window over one dimension: how many of its elements are not padding,
/// as a vector of `element`.
static Value countElements(Lowering &l, Location loc, Dim input, const WindowDims &w, int64_t size,
                           int64_t stride, Type element) {
  Value low = l.index(loc, w.low), extent = l.index(loc, input);
  auto body = [&](OpBuilder &b, Location loc, ValueRange) -> Value {
    auto constant = [&](int64_t v) { return arith::ConstantIndexOp::create(b, loc, v); };
    Value output = linalg::IndexOp::create(b, loc, 0);
    Value begin =
        arith::SubIOp::create(b, loc, arith::MulIOp::create(b, loc, output, constant(stride)), low);
    Value end = arith::AddIOp::create(b, loc, begin, constant(size));
    begin = arith::MaxSIOp::create(b, loc, begin, constant(0));
    end = arith::MinSIOp::create(b, loc, end, extent);
    Value count =
        arith::MaxSIOp::create(b, loc, arith::SubIOp::create(b, loc, end, begin), constant(0));
    if (isa<IntegerType>(element))
      return arith::IndexCastOp::create(b, loc, element, count);
    Value integer = arith::IndexCastOp::create(b, loc, b.getI64Type(), count);
    return arith::SIToFPOp::create(b, loc, element, integer);
  };
  return l.generic(loc, {w.output}, element, {}, body);
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

/// The type in which windows are summed.
static Type windowSumType(Type element) {
  unsigned width = element.getIntOrFloatBitWidth();
  if (isa<FloatType>(element))
    return width < 32 ? Float32Type::get(element.getContext()) : element;
  return IntegerType::get(element.getContext(), width > 8 ? 64 : 32);
}

/// sum / count, rounded with halves away from zero. A window of padding alone has
/// neither elements nor a mean; it must only not trap.
static Value roundedMean(OpBuilder &b, Location loc, Value sum, Value count) {
  Type type = sum.getType();
  auto constant = [&](int64_t v) -> Value {
    return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, v));
  };
  count = arith::MaxSIOp::create(b, loc, count, constant(1));
  Value half = arith::ShRUIOp::create(b, loc, count, constant(1));
  Value above = arith::AddIOp::create(b, loc, sum, half);
  Value below = arith::SubIOp::create(b, loc, sum, half);
  Value positive = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, sum, constant(0));
  return arith::DivSIOp::create(b, loc, arith::SelectOp::create(b, loc, positive, above, below),
                                count);
}

/// Sums in a wider type, then the division by what counts.
static LogicalResult lowerAvgPool(AvgPoolOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  Type element = result.element;
  if (!element.isIntOrFloat() || element.isInteger(1) || element.isInteger(64))
    return op.emitError() << "is not defined for " << element;
  Type wide = windowSumType(element);
  bool isInteger = isa<IntegerType>(element);
  SmallVector<WindowSteps, 3> steps = stepsOf(op);
  SmallVector<WindowDims, 3> windows = windowDims(l.shapes, op);
  auto x = padded(l, op, op.getX(), windows, steps, l.zero(loc, storageType(element)));
  if (failed(x))
    return failure();
  Value zeros = l.filled(loc, result.dims, wide, l.zero(loc, wide));
  Value sums = poolWindows(l, loc, *x, op.getWindow(), steps, zeros,
                           [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
                             Value x = emitCast(b, loc, v[0], element, wide);
                             if (isInteger)
                               return arith::AddIOp::create(b, loc, v[1], x);
                             return arith::AddFOp::create(b, loc, v[1], x);
                           });
  l.shapes.set(sums, {wide, result.dims, std::nullopt});
  int64_t factor;
  SmallVector<Lowering::Operand> operands = {{sums, l.identity(result.dims.size())}};
  llvm::append_range(operands, windowCounts(l, loc, op, windows, wide, factor));
  auto divide = [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
    TypedAttr all = isInteger ? TypedAttr(b.getIntegerAttr(wide, factor))
                              : TypedAttr(b.getFloatAttr(wide, double(factor)));
    Value count = arith::ConstantOp::create(b, loc, all);
    for (Value more : v.drop_front())
      count = isInteger ? arith::MulIOp::create(b, loc, count, more).getResult()
                        : arith::MulFOp::create(b, loc, count, more).getResult();
    Value mean = isInteger ? roundedMean(b, loc, v[0], count)
                           : arith::DivFOp::create(b, loc, v[0], count).getResult();
    return emitCast(b, loc, mean, wide, element);
  };
  return l.replace(op, l.generic(loc, result.dims, element, operands, divide));
}

namespace {
/// The windows of max_pool_argmax. Loops: n, o1..ok, c, f1..fk.
struct ArgmaxWindows {
  SmallVector<WindowSteps, 3> steps;
  SmallVector<Value> lows, extents; ///< of the spatial dimensions
  Value channels;
  bool includeBatch;

  /// Index of the element in the tensor without padding, and whether it is in it.
  std::pair<Value, Value> element(OpBuilder &b, Location loc) const {
    auto loop = [&](unsigned i) { return linalg::IndexOp::create(b, loc, i); };
    auto constant = [&](int64_t v) { return arith::ConstantIndexOp::create(b, loc, v); };
    auto add = [&](Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); };
    auto mul = [&](Value x, Value y) { return arith::MulIOp::create(b, loc, x, y); };
    unsigned spatial = steps.size();
    Value flat = includeBatch ? Value(loop(0)) : Value(constant(0)), inside;
    for (unsigned i = 0; i < spatial; ++i) {
      Value at = add(mul(loop(1 + i), constant(steps[i].stride)), loop(spatial + 2 + i));
      at = arith::SubIOp::create(b, loc, at, lows[i]);
      // Negative positions are large ones without sign.
      Value here = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, at, extents[i]);
      inside = inside ? arith::AndIOp::create(b, loc, inside, here) : here;
      flat = add(mul(flat, extents[i]), at);
    }
    return {add(mul(flat, channels), loop(1 + spatial)), inside};
  }
};
} // namespace

static ArgmaxWindows argmaxWindows(MaxPoolArgmaxOp op, Lowering &l, ArrayRef<WindowDims> windows) {
  Location loc = op.getLoc();
  SmallVector<Dim, 4> input(l.shapes.dims(op.getX()));
  ArgmaxWindows result{stepsOf(op), {}, {}, l.index(loc, input.back()), op.getIncludeBatch()};
  for (auto [i, w] : llvm::enumerate(windows)) {
    result.lows.push_back(l.index(loc, w.low));
    result.extents.push_back(l.index(loc, input[i + 1]));
  }
  return result;
}

/// Folds (value, index) pairs; an index of -1 stands for nothing found yet, so
/// that NaN and the least value are found too.
static LogicalResult lowerMaxPoolArgmax(MaxPoolArgmaxOp op, Lowering &l) {
  Location loc = op.getLoc();
  Type element = l.shapes.elementType(op.getX()), to = op.getTo();
  SmallVector<Dim, 4> dims(l.shapes.dims(op.getResult()));
  SmallVector<WindowDims, 3> windows = windowDims(l.shapes, op);
  ArgmaxWindows code = argmaxWindows(op, l, windows);
  Value least = lowest(l, loc, element);
  auto x = padded(l, op, op.getX(), windows, code.steps, least);
  if (failed(x))
    return failure();
  Value none = arith::ConstantOp::create(l.b, loc, l.b.getIntegerAttr(to, -1));
  Value inits[] = {l.filled(loc, dims, element, least), l.filled(loc, dims, to, none)};
  auto body = [&](OpBuilder &b, Location loc, ValueRange v) {
    auto [index, inside] = code.element(b, loc);
    Value found = arith::IndexCastOp::create(b, loc, to, index);
    Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, v[3], none);
    Value better = arith::OrIOp::create(b, loc, isFirst, isLarger(b, loc, v[0], v[2], element));
    Value take = arith::AndIOp::create(b, loc, inside, better);
    Value value = arith::SelectOp::create(b, loc, take, v[0], v[2]);
    linalg::YieldOp::create(b, loc,
                            ValueRange{value, arith::SelectOp::create(b, loc, take, found, v[3])});
  };
  unsigned spatial = code.steps.size(), parallel = spatial + 2, loops = parallel + spatial;
  AffineMap out = l.identity(loops).getMajorSubMap(parallel);
  SmallVector<AffineMap> maps = poolMaps(l, code.steps);
  maps.append({out, out});
  SmallVector<utils::IteratorType> iterators(loops, utils::IteratorType::reduction);
  std::fill_n(iterators.begin(), parallel, utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      l.b, loc, TypeRange{inits[0].getType(), inits[1].getType()},
      ValueRange{*x, windowShape(l, loc, op.getWindow())}, inits, maps, iterators, body);
  return l.replace(op, generic.getResults());
}

void ingot::addPoolLowerings(LowerTable &table) {
  addLowering<MaxPoolOp, lowerMaxPool>(table);
  addLowering<AvgPoolOp, lowerAvgPool>(table);
  addLowering<MaxPoolArgmaxOp, lowerMaxPoolArgmax>(table);
  addLowering<DilationOp, lowerDilation>(table);
}
