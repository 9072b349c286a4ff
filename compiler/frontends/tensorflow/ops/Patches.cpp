#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Layout.h"
#include <limits>

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

//===--- Gradients of morphological dilation ------------------------------===//

namespace {
/// A Dilation2D, (x, filter, dy), and which element of its window each result is.
struct Dilation {
  Value x, filter, dy;
  WindowAxis rows, columns;
  Value winners; ///< [N, rows, columns, C] of i64: row of the window * its columns + column
};
} // namespace

static FailureOr<WindowAxis> dilationAxis(Node &n, Value x, Value filter, int64_t axis) {
  auto strides = n.attrs.getInts("strides"), rates = n.attrs.getInts("rates");
  auto size = n.b.shapes.dims(filter)[axis - 1].constant();
  if (strides.size() != 4 || rates.size() != 4 || !size || *size < 1 || strides[axis] < 1 ||
      rates[axis] < 1)
    return n.fail("needs a filter of known shape, and strides and rates of four dimensions");
  WindowAxis window{n.b.shapes.dims(x)[axis], *size, strides[axis], rates[axis]};
  window.place(n.b.shapes.table, n.attrs.getString("padding", "") == "SAME");
  return window;
}

/// The windows of x, [N, rows, columns, elements of a window, C], lowest where it ends.
static Value dilationWindows(Node &n, const Dilation &d) {
  DimTable &t = n.b.shapes.table;
  SmallVector<Dim> dims(n.b.shapes.dims(d.x));
  Dim none = t.constant(0);
  Value paddings = n.b.reshape(n.loc,
                               dimVector(n.b, n.loc,
                                         {none, none, d.rows.before, d.rows.after, d.columns.before,
                                          d.columns.after, none, none}),
                               {4, 2});
  Value lowest = n.scalar(d.x, -std::numeric_limits<double>::infinity());
  Value padded = n.emit<PadOp>({d.x, paddings, lowest});
  Value split = windows(n, windows(n, padded, 1, d.rows), 3, d.columns);
  Value grouped = split ? n.b.transpose(n.loc, split, {0, 1, 3, 2, 4, 5}) : split;
  Dim size = t.constant(d.rows.size * d.columns.size);
  return n.emit<ReshapeOp>(
      {grouped, dimVector(n.b, n.loc, {dims[0], d.rows.out, d.columns.out, size, dims[3]})});
}

static FailureOr<Dilation> readDilation(Node &n) {
  Value x = n.in(0), filter = n.in(1), dy = n.in(2);
  if (!x || !filter || !dy)
    return failure();
  if (n.rank(x) != 4 || n.rank(filter) != 3 || n.rank(dy) != 4 || !isa<FloatType>(n.element(x)))
    return n.fail("needs images and gradients of rank 4, and a filter of rank 3, of floats");
  auto rows = dilationAxis(n, x, filter, 1), columns = dilationAxis(n, x, filter, 2);
  if (failed(rows) || failed(columns) ||
      failed(n.requireSame(x, 3, filter, 2, "the filter has other channels than the images")))
    return failure();
  Dilation d{x, filter, dy, *rows, *columns, {}};
  Value weights = n.emit<ReshapeOp>(
      {filter,
       dimVector(n.b, n.loc,
                 {n.b.shapes.constant(rows->size * columns->size), n.b.shapes.dims(filter)[2]})});
  Value sums = n.emit<AddOp>({dilationWindows(n, d), weights});
  d.winners = n.emit<ArgMaxOp>(
      sums, {{"axis", n.b.getI64IntegerAttr(3)}, {"to", TypeAttr::get(n.b.getI64Type())}});
  if (failed(n.requireSameShape(d.winners, dy)))
    return failure();
  return d;
}

/// Each dy is added to the element of x that was taken.
static LogicalResult buildDilationInput(Node &n) {
  auto d = readDilation(n);
  if (failed(d))
    return failure();
  Type i64 = n.b.getI64Type();
  SmallVector<Dim> dims(n.b.shapes.dims(d->x)), out(n.b.shapes.dims(d->dy));
  auto scalar = [&](int64_t v) { return n.b.splat(n.loc, {}, i64, double(v)); };
  auto number = [&](Dim dim) { return n.b.reshape(n.loc, dimVector(n.b, n.loc, dim), {}); };
  auto add = [&](Value a, Value b) { return n.emit<AddOp>({a, b}); };
  auto mul = [&](Value a, Value b) { return n.emit<MulOp>({a, b}); };
  Value size = scalar(d->columns.size);
  auto place = [&](const WindowAxis &axis, Value within, ArrayRef<int64_t> axes) {
    Value starts = n.b.expandDims(n.loc, multiples(n, axis.out, axis.stride), axes);
    starts = n.emit<SubOp>({starts, number(axis.before)});
    return add(starts, mul(within, scalar(axis.rate)));
  };
  Value row = place(d->rows, n.emit<FloorDivOp>({d->winners, size}), {0, 2, 3});
  Value column = place(d->columns, n.emit<FloorModOp>({d->winners, size}), {0, 1, 3});
  Value image = n.b.expandDims(n.loc, multiples(n, out[0], 1), {1, 2, 3});
  Value at = add(mul(add(mul(image, number(dims[1])), row), number(dims[2])), column);
  at = add(mul(at, number(dims[3])), multiples(n, dims[3], 1));
  Value flat = n.b.reshape(n.loc, filledLike(n, d->x, 0), {-1});
  Value dx =
      n.emit<ScatterNdOp>({flat, n.b.reshape(n.loc, at, {-1, 1}), n.b.reshape(n.loc, d->dy, {-1})},
                          {{"mode", n.b.getStringAttr("add")}});
  return n.out(n.emit<ReshapeOp>({dx, n.b.shapeOf(n.loc, d->x)}));
}

/// Each weight gets the dy of the results that it was taken for.
static LogicalResult buildDilationFilter(Node &n) {
  auto d = readDilation(n);
  if (failed(d))
    return failure();
  Value numbers = multiples(n, n.b.shapes.constant(d->rows.size * d->columns.size), 1);
  Value isTaken = n.emit<EqualOp>(
      {n.b.expandDims(n.loc, d->winners, {3}), n.b.expandDims(n.loc, numbers, {1})});
  Value shares = n.emit<SelectOp>({isTaken, n.b.expandDims(n.loc, d->dy, {3}), n.scalar(d->dy, 0)});
  Value sums = n.emit<ReduceSumOp>(shares, {{"axes", n.b.getDenseI64ArrayAttr({0, 1, 2})}});
  return n.out(n.emit<ReshapeOp>({sums, n.b.shapeOf(n.loc, d->filter)}));
}

void tensorflow::addPatchRows(RowTable &t) {
  t["ExtractImagePatches"] = {buildPatches, "image", ""};
  t["Dilation2DBackpropInput"] = {buildDilationInput, "image", ""};
  t["Dilation2DBackpropFilter"] = {buildDilationFilter, "image", ""};
}
