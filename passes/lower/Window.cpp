#include "passes/lower/Window.h"

using namespace mlir;
using namespace ingot;

namespace {
/// Where the elements of one dimension go when it is padded.
struct Placement {
  Dim skip, count; ///< which elements are kept
  Dim position;    ///< of the first of them
  Dim extent;      ///< of the padded dimension
};
} // namespace

static Placement place(DimTable &t, Dim input, const WindowDims &w, int64_t spacing) {
  Dim zero = t.constant(0), one = t.constant(1), step = t.constant(spacing);
  // Extent with the gaps between elements, none before the first and after the last.
  Dim spread = spacing == 1 ? input : t.max(t.add(t.mul(t.sub(input, one), step), one), zero);
  Dim extent = t.max(t.add(t.add(w.low, spread), w.high), zero);
  if (t.isNonNegative(w.low) && t.isNonNegative(w.high))
    return {zero, input, w.low, extent};
  Dim skip = t.min(t.max(t.ceilDiv(t.sub(zero, w.low), step), zero), input);
  Dim end = t.min(t.max(t.ceilDiv(t.sub(extent, w.low), step), skip), input);
  Dim position = t.min(t.add(w.low, t.mul(skip, step)), extent);
  return {skip, t.sub(end, skip), position, extent};
}

/// True if a tensor of these dimensions may be made.
static bool isAllowed(DimTable &t, ArrayRef<Dim> dims, Type element) {
  Dim count = t.product(dims);
  auto known = count ? count.constant() : std::nullopt;
  return count && (!known || *known <= kMaxTensorBytes / elementBytes(element));
}

/// (room + stride) / stride, cut towards zero, must not be negative.
void ingot::checkRoom(Lowering &l, Location loc, ArrayRef<WindowDims> windows,
                      ArrayRef<WindowSteps> steps) {
  DimTable &t = l.shapes.table;
  for (auto [w, step] : llvm::zip(windows, steps)) {
    if (!w.room || w.room.constant())
      continue;
    Dim least = t.add(w.room, t.constant(2 * step.stride));
    l.check(loc,
            arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::sgt, l.index(loc, least),
                                  l.index(loc, 0)),
            INGOT_BAD_SHAPE, "a window is larger than its input");
  }
}

FailureOr<Value> ingot::padded(Lowering &l, Operation *op, Value x, ArrayRef<WindowDims> windows,
                               ArrayRef<WindowSteps> steps, Value fill) {
  Location loc = op->getLoc();
  DimTable &t = l.shapes.table;
  ShapeInfo info = l.shapes.info(x);
  checkRoom(l, loc, windows, steps);
  SmallVector<Dim, 4> kept(info.dims), extents(info.dims);
  SmallVector<Dim, 4> skips(info.dims.size(), t.constant(0)), positions(skips);
  SmallVector<OpFoldResult> ones(info.dims.size(), l.b.getIndexAttr(1)), strides(ones);
  for (auto [i, w] : llvm::enumerate(windows)) {
    Placement p = place(t, info.dims[i + 1], w, steps[i].inputDilation);
    std::tie(skips[i + 1], kept[i + 1]) = std::pair(p.skip, p.count);
    std::tie(positions[i + 1], extents[i + 1]) = std::pair(p.position, p.extent);
    strides[i + 1] = l.b.getIndexAttr(steps[i].inputDilation);
  }
  if (!isAllowed(t, extents, info.element))
    return op->emitError("the padded input needs more than 16 GiB");
  if (extents == info.dims && llvm::all_of(positions, [](Dim d) { return d.is(0); }))
    return x;
  auto indices = [&](ArrayRef<Dim> dims) { return l.shapes.materializeFolded(l.b, loc, dims); };
  bool isEmpty = t.product(kept).is(0);
  if (kept != info.dims && !isEmpty)
    x = tensor::ExtractSliceOp::create(l.b, loc, x, indices(skips), indices(kept), ones);
  if (kept != extents || isEmpty) {
    Value result = l.filled(loc, extents, info.element, fill);
    x = isEmpty ? result
                : tensor::InsertSliceOp::create(l.b, loc, x, result, indices(positions),
                                                indices(kept), strides);
  }
  l.shapes.set(x, {info.element, extents, std::nullopt});
  return x;
}

SmallVector<AffineExpr, 3> ingot::windowExprs(Lowering &l, unsigned output, unsigned inner,
                                              ArrayRef<WindowSteps> steps) {
  SmallVector<AffineExpr, 3> exprs;
  for (auto [i, step] : llvm::enumerate(steps))
    exprs.push_back(l.b.getAffineDimExpr(output + i) * step.stride +
                    l.b.getAffineDimExpr(inner + i) * step.dilation);
  return exprs;
}

SmallVector<AffineExpr, 6> ingot::loopExprs(Lowering &l, unsigned first, unsigned count) {
  SmallVector<AffineExpr, 6> exprs;
  for (unsigned i = 0; i < count; ++i)
    exprs.push_back(l.b.getAffineDimExpr(first + i));
  return exprs;
}
