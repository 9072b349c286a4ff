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

Value ingot::padded(Lowering &l, Location loc, Value x, ArrayRef<WindowDims> windows,
                    ArrayRef<WindowSteps> steps, Value fill) {
  ShapeInfo info = l.shapes.info(x);
  SmallVector<OpFoldResult> ones(info.dims.size(), l.b.getIndexAttr(1)), strides(ones);
  SmallVector<OpFoldResult> skips(info.dims.size(), l.b.getIndexAttr(0)), positions(skips);
  SmallVector<Dim, 4> kept(info.dims), extents(info.dims);
  bool isWhole = true;
  for (auto [i, w] : llvm::enumerate(windows)) {
    Placement p = place(l.shapes.table, info.dims[i + 1], w, steps[i].inputDilation);
    isWhole &= p.extent == info.dims[i + 1] && p.position.is(0);
    kept[i + 1] = p.count;
    extents[i + 1] = p.extent;
    skips[i + 1] = l.shapes.materializeFolded(l.b, loc, p.skip);
    positions[i + 1] = l.shapes.materializeFolded(l.b, loc, p.position);
    strides[i + 1] = l.b.getIndexAttr(steps[i].inputDilation);
  }
  if (isWhole)
    return x;
  Value result = l.filled(loc, extents, info.element, fill);
  if (!l.shapes.table.product(kept).is(0)) {
    SmallVector<OpFoldResult> sizes = l.shapes.materializeFolded(l.b, loc, kept);
    if (kept != info.dims)
      x = tensor::ExtractSliceOp::create(l.b, loc, x, skips, sizes, ones);
    result = tensor::InsertSliceOp::create(l.b, loc, x, result, positions, sizes, strides);
  }
  l.shapes.set(result, {info.element, extents, std::nullopt});
  return result;
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
