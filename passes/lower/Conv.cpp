#include "passes/lower/Contract.h"
#include "passes/lower/Window.h"

using namespace mlir;
using namespace ingot;

template <class OpT> static SmallVector<WindowSteps, 3> stepsOf(OpT op) {
  SmallVector<WindowSteps, 3> steps;
  for (auto [stride, dilation] : llvm::zip_equal(op.getStrides(), op.getDilations()))
    steps.push_back({stride, dilation, 1});
  return steps;
}

/// The last dimension `d` of a tensor split into [parts, rest].
static Value splitDim(Lowering &l, Location loc, Value x, Dim parts, Dim rest) {
  ShapeInfo info = l.shapes.info(x);
  SmallVector<ReassociationIndices> groups;
  for (int64_t d = 0, rank = info.dims.size(); d < rank; ++d)
    groups.push_back({d});
  groups.back().push_back(info.dims.size());
  if (!parts.constant() || !rest.constant()) {
    SmallVector<int64_t> open(cast<RankedTensorType>(x.getType()).getShape());
    open.back() = ShapedType::kDynamic;
    auto type = RankedTensorType::get(open, storageType(info.element));
    x = l.b.createOrFold<tensor::CastOp>(loc, type, x);
  }
  info.dims.back() = parts;
  info.dims.push_back(rest);
  ShapeInfo stored{storageType(info.element), info.dims, std::nullopt};
  Value result = tensor::ExpandShapeOp::create(l.b, loc, l.shapes.typeOf(stored), x, groups,
                                               l.shapes.materializeFolded(l.b, loc, info.dims));
  info.contents.reset();
  l.shapes.set(result, info);
  return result;
}

/// The last two dimensions made one.
static Value joinDims(Lowering &l, Location loc, Value x, int64_t rank) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t d = 0; d < rank; ++d)
    groups.push_back({d});
  groups.back().push_back(rank);
  return tensor::CollapseShapeOp::create(l.b, loc, x, groups);
}

/// Loops: n, o1..ok, oc, f1..fk, ic; with groups one more before oc.
static Value convolve(Lowering &l, Location loc, const ShapeInfo &result, Value x, Value filter,
                      ArrayRef<WindowSteps> steps, bool isGrouped) {
  unsigned spatial = steps.size(), parallel = result.dims.size(), loops = parallel + spatial + 1;
  auto windows = windowExprs(l, 1, parallel, steps);
  AffineExpr outer = l.b.getAffineDimExpr(0), group = l.b.getAffineDimExpr(1 + spatial);
  AffineExpr out = l.b.getAffineDimExpr(parallel - 1), in = l.b.getAffineDimExpr(loops - 1);
  SmallVector<AffineExpr> xs = {outer}, weights(loopExprs(l, parallel, spatial));
  xs.append(windows.begin(), windows.end());
  weights.push_back(in);
  if (isGrouped) {
    xs.push_back(group);
    weights.push_back(group);
  }
  xs.push_back(in);
  weights.push_back(out);
  MLIRContext *context = l.b.getContext();
  return contract(l, loc, result, l.identity(loops).getMajorSubMap(parallel),
                  {{x, AffineMap::get(loops, 0, xs, context)}},
                  {{filter, AffineMap::get(loops, 0, weights, context)}});
}

/// What stands where the input has no element.
template <class OpT> static Value fillOf(OpT op, Lowering &l) {
  Type type = storageType(l.shapes.elementType(op.getX()));
  int64_t value = op.getPadValue().value_or(0);
  if (value == 0)
    return l.zero(op.getLoc(), type);
  APInt stored(type.getIntOrFloatBitWidth(), value, /*isSigned=*/true, /*implicitTrunc=*/true);
  return arith::ConstantOp::create(l.b, op.getLoc(), l.b.getIntegerAttr(type, stored));
}

/// Channels that only run time tells must be those of the filter.
static void checkChannels(Lowering &l, Location loc, Value x, Dim expected) {
  Dim channels = l.shapes.dims(x).back();
  if (channels.constant())
    return;
  Value same = arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::eq, l.index(loc, channels),
                                     l.index(loc, expected));
  l.check(loc, same, INGOT_BAD_SHAPE, "the input's channels are not those of the filter");
}

/// The input's channels by those of the filter. What only run time tells is checked:
/// both kinds of channels must be split evenly.
static Dim groupsOf(ConvOp op, Lowering &l) {
  Location loc = op.getLoc();
  DimTable &t = l.shapes.table;
  ShapeInfo x = l.shapes.info(op.getX()), filter = l.shapes.info(op.getFilter());
  Dim channels = x.dims.back(), perGroup = filter.dims.end()[-2], outputs = filter.dims.back();
  if (perGroup.is(0)) {
    checkChannels(l, loc, op.getX(), perGroup);
    return t.constant(1);
  }
  Dim groups = t.floorDiv(channels, perGroup);
  if (groups.constant())
    return groups.is(0) ? t.constant(1) : groups;
  auto isNone = [&](Dim d) -> Value {
    return arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::eq, l.index(loc, d),
                                 l.index(loc, 0));
  };
  StringRef message = "the input's channels are not those of the filter";
  l.checkEqual(loc, channels, t.mul(groups, perGroup), message);
  l.check(loc, isNone(t.floorMod(outputs, groups)), INGOT_BAD_SHAPE, message);
  Value some = arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::sgt, l.index(loc, groups),
                                     l.index(loc, 0));
  l.check(loc, some, INGOT_BAD_SHAPE, message);
  return groups;
}

/// x and the filter with a dimension for the groups of channels.
static LogicalResult lowerGrouped(ConvOp op, Lowering &l, Value x, Dim groups,
                                  ArrayRef<WindowSteps> steps) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  int64_t rank = result.dims.size();
  Dim perGroup = l.shapes.dims(op.getFilter())[rank - 2];
  Dim outputs = l.shapes.table.floorDiv(result.dims.back(), groups);
  result.dims.back() = groups;
  result.dims.push_back(outputs);
  Value sums = convolve(l, loc, result, splitDim(l, loc, x, groups, perGroup),
                        splitDim(l, loc, op.getFilter(), groups, outputs), steps, true);
  Value joined = joinDims(l, loc, sums, rank);
  RankedTensorType type = l.shapes.typeOf(
      {storageType(result.element), SmallVector<Dim, 4>(l.shapes.dims(op.getResult())), {}});
  return l.replace(op, l.b.createOrFold<tensor::CastOp>(loc, type, joined));
}

static LogicalResult lowerConv(ConvOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  SmallVector<WindowSteps, 3> steps = stepsOf(op);
  if (auto gaps = op.getInputDilations())
    for (auto [step, gap] : llvm::zip_equal(steps, *gaps))
      step.inputDilation = gap;
  Dim groups = groupsOf(op, l);
  auto padding = padded(l, op, op.getX(), windowDims(l.shapes, op), steps, fillOf(op, l));
  if (failed(padding))
    return failure();
  Value x = *padding;
  if (!groups.is(1))
    return lowerGrouped(op, l, x, groups, steps);
  return l.replace(op, convolve(l, loc, result, x, op.getFilter(), steps, false));
}

/// Loops: n, o1..ok, c, m, f1..fk, where output channel c * M + m is channel c
/// filtered by weights [.., c, m]; without m if M is 1.
static LogicalResult lowerDepthwiseConv(DepthwiseConvOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  SmallVector<WindowSteps, 3> steps = stepsOf(op);
  ShapeInfo filter = l.shapes.info(op.getFilter());
  unsigned spatial = steps.size();
  Dim channels = filter.dims[spatial];
  checkChannels(l, loc, op.getX(), channels);
  auto padding = padded(l, op, op.getX(), windowDims(l.shapes, op), steps, fillOf(op, l));
  if (failed(padding))
    return failure();
  Value x = *padding;
  bool isSingle = filter.dims.back().is(1);
  Value weights = op.getFilter();
  if (isSingle) {
    weights = joinDims(l, loc, weights, spatial + 1);
    filter.dims.pop_back();
    l.shapes.set(weights, filter);
  } else {
    result.dims.back() = channels;
    result.dims.push_back(filter.dims.back());
  }
  unsigned parallel = result.dims.size(), loops = parallel + spatial;
  SmallVector<AffineExpr> xs = {l.b.getAffineDimExpr(0)}, ws(loopExprs(l, parallel, spatial));
  llvm::append_range(xs, windowExprs(l, 1, parallel, steps));
  xs.push_back(l.b.getAffineDimExpr(1 + spatial));
  llvm::append_range(ws, loopExprs(l, 1 + spatial, parallel - 1 - spatial));
  MLIRContext *context = l.b.getContext();
  Value sums = contract(l, loc, result, l.identity(loops).getMajorSubMap(parallel),
                        {{x, AffineMap::get(loops, 0, xs, context)}},
                        {{weights, AffineMap::get(loops, 0, ws, context)}});
  return l.replace(op, isSingle ? sums : joinDims(l, loc, sums, parallel - 1));
}

/// Padding that makes the windows of stride 1 over the spread input those that
/// each element of the result was in; checks that the input has their number.
static SmallVector<WindowDims, 3> turnedWindows(TransposedConvOp op, Lowering &l) {
  DimTable &t = l.shapes.table;
  Location loc = op.getLoc();
  SmallVector<Dim, 4> x(l.shapes.dims(op.getX())), filter(l.shapes.dims(op.getFilter()));
  SmallVector<Dim, 4> sizes = *l.shapes.contents(op.getSizes());
  SmallVector<WindowDims, 3> result;
  for (auto [i, w] : llvm::enumerate(op.forwardWindows(l.shapes))) {
    if (w.output != x[i + 1]) {
      Value same = arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::eq, l.index(loc, w.output),
                                         l.index(loc, x[i + 1]));
      l.check(loc, same, INGOT_BAD_SHAPE, "the sizes do not fit the input of a convolution");
    }
    Dim one = t.constant(1), reach = t.mul(t.sub(filter[i], one), t.constant(op.getDilations()[i]));
    Dim spread = t.mul(t.sub(x[i + 1], one), t.constant(op.getStrides()[i]));
    spread = t.max(t.add(spread, one), t.constant(0));
    Dim low = t.sub(reach, w.low);
    Dim high = t.sub(t.add(sizes[i], reach), t.add(low, spread));
    result.push_back({low, high, sizes[i]});
  }
  return result;
}

/// The filter [F1..Fk, C, M] from its end, as that of a convolution: [F1..Fk, M, C].
static Value turnedFilter(Lowering &l, Location loc, Value filter) {
  ShapeInfo info = l.shapes.info(filter);
  unsigned spatial = info.dims.size() - 2;
  SmallVector<AffineExpr> from;
  for (unsigned i = 0; i < spatial; ++i)
    from.push_back(*info.dims[i].constant() - 1 - l.b.getAffineDimExpr(i));
  from.append({l.b.getAffineDimExpr(spatial + 1), l.b.getAffineDimExpr(spatial)});
  std::swap(info.dims[spatial], info.dims[spatial + 1]);
  AffineMap map = AffineMap::get(info.dims.size(), 0, from, l.b.getContext());
  return l.generic(loc, info.dims, info.element, {{filter, map}},
                   [](OpBuilder &, Location, ValueRange v) { return v[0]; });
}

/// A convolution of stride 1 over the input with zeros between its elements.
static LogicalResult lowerTransposedConv(TransposedConvOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  SmallVector<WindowSteps, 3> steps;
  for (auto [stride, dilation] : llvm::zip_equal(op.getStrides(), op.getDilations()))
    steps.push_back({1, dilation, stride});
  checkChannels(l, loc, op.getX(), l.shapes.dims(op.getFilter()).back());
  auto x = padded(l, op, op.getX(), turnedWindows(op, l), steps, fillOf(op, l));
  if (failed(x))
    return failure();
  Value filter = turnedFilter(l, loc, op.getFilter());
  return l.replace(op, convolve(l, loc, result, *x, filter, steps, false));
}

void ingot::addConvLowerings(LowerTable &table) {
  addLowering<ConvOp, lowerConv>(table);
  addLowering<DepthwiseConvOp, lowerDepthwiseConv>(table);
  addLowering<TransposedConvOp, lowerTransposedConv>(table);
}
