#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/tensorflow/ops/Layout.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

namespace {
/// Where the windows along one axis lie.
struct WindowAxis {
  Dim in;
  int64_t size, stride, rate;
  Dim out = {}, before = {}, after = {}; ///< number of windows; padding

  /// TensorFlow's number of windows, cut towards zero, must not be negative. Only
  /// without padding can it be.
  Dim room(DimTable &t) const { return t.add(t.sub(in, reach(t)), t.constant(2 * stride - 1)); }
  Dim reach(DimTable &t) const { return t.constant((size - 1) * rate + 1); }

  void place(DimTable &t, bool isSame) {
    Dim one = t.constant(1), zero = t.constant(0), step = t.constant(stride);
    before = after = zero;
    if (!isSame) {
      out = t.max(t.add(t.floorDiv(t.sub(in, reach(t)), step), one), zero);
      return;
    }
    out = t.ceilDiv(in, step);
    Dim covered = t.add(t.mul(t.sub(out, one), step), reach(t));
    Dim missing = t.max(t.sub(covered, in), zero);
    before = t.floorDiv(missing, t.constant(2));
    after = t.sub(missing, before);
  }
};
} // namespace

/// 0, step, 2 * step, ...: `count` integers.
static Value multiples(Node &n, Dim count, int64_t step) {
  Type i64 = n.b.getI64Type();
  Value zero = n.b.splat(n.loc, {}, i64, 0), one = n.b.splat(n.loc, {}, i64, 1);
  Value limit = n.b.reshape(n.loc, dimVector(n.b, n.loc, count), {});
  return n.emit<MulOp>({n.emit<RangeOp>({zero, limit, one}), n.b.splat(n.loc, {}, i64, step)});
}

/// Axis `d` of x as windows: [.., out, size, ..].
static Value windows(Node &n, Value x, int64_t d, const WindowAxis &axis) {
  Value starts = n.b.expandDims(n.loc, multiples(n, axis.out, axis.stride), {1});
  Value offsets = multiples(n, n.b.shapes.constant(axis.size), axis.rate);
  return n.emit<GatherOp>({x, n.emit<AddOp>({starts, offsets})},
                          {{"axis", n.b.getI64IntegerAttr(d)}});
}

static FailureOr<SmallVector<WindowAxis, 2>> readAxes(Node &n, Value x) {
  auto layout = Layout::of(n, x);
  if (failed(layout) || layout->rank != 4)
    return failure();
  auto sizes = layout->spatialEntries(n, n.attrs.getInts("ksizes"), "ksizes");
  auto strides = layout->spatialEntries(n, n.attrs.getInts("strides"), "strides");
  auto rates = layout->spatialEntries(n, n.attrs.getInts("rates"), "rates");
  if (failed(sizes) || failed(strides) || failed(rates))
    return failure();
  SmallVector<WindowAxis, 2> axes;
  constexpr int64_t limit = 1 << 20; // extents of windows stay far from overflow
  for (int64_t i : {0, 1}) {
    for (int64_t v : {(*sizes)[i], (*strides)[i], (*rates)[i]})
      if (v < 1 || v > limit)
        return n.fail("sizes, strides and rates must be positive and at most " + Twine(limit));
    axes.push_back({n.b.shapes.dims(x)[i + 1], (*sizes)[i], (*strides)[i], (*rates)[i]});
    bool isSame = n.attrs.getString("padding", "") == "SAME";
    DimTable &t = n.b.shapes.table;
    if (!isSame &&
        failed(n.requireNatural(axes.back().room(t), "a window is larger than its input")))
      return failure();
    axes.back().place(t, isSame);
  }
  return axes;
}

/// The elements of each window as channels.
static LogicalResult buildPatches(Node &n) {
  Value x = n.in(0);
  if (!x || n.rank(x) != 4)
    return n.fail("needs images of rank 4");
  auto axes = readAxes(n, x);
  if (failed(axes))
    return failure();
  const WindowAxis &rows = (*axes)[0], &columns = (*axes)[1];
  SmallVector<Dim> dims(n.b.shapes.dims(x));
  Dim none = n.b.shapes.constant(0);
  Value paddings = n.b.reshape(
      n.loc,
      dimVector(n.b, n.loc,
                {none, none, rows.before, rows.after, columns.before, columns.after, none, none}),
      {4, 2});
  Value padded = n.emit<PadOp>({x, paddings, n.scalar(x, 0)});
  Value split = windows(n, windows(n, padded, 1, rows), 3, columns);
  if (!split)
    return failure();
  Value grouped = n.b.transpose(n.loc, split, {0, 1, 3, 2, 4, 5});
  Dim elements = n.b.shapes.table.mul(n.b.shapes.constant(rows.size * columns.size), dims[3]);
  return n.out(n.emit<ReshapeOp>(
      {grouped, dimVector(n.b, n.loc, {dims[0], rows.out, columns.out, elements})}));
}

void tensorflow::addPatchRows(RowTable &t) {
  t["ExtractImagePatches"] = {buildPatches, "image", ""};
}
