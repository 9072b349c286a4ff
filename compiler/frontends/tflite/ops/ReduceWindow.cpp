#include "compiler/frontends/tflite/Importer.h"
#include "compiler/frontends/tflite/ops/Padding.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

// Reductions whose function is a subgraph of one operator: REDUCE_WINDOW,
// STABLEHLO_REDUCE_WINDOW and STABLEHLO_REDUCE.

namespace {
/// How two elements become one: as an op of two tensors, and over axes of one.
struct Reducer {
  Value (*combine)(Node &n, Value a, Value b) = nullptr;
  Value (*reduce)(Node &n, Value x, ArrayRef<int64_t> axes) = nullptr;
};

/// One entry for each dimension; windows lie over x padded (see padded()).
struct Windows {
  SmallVector<int64_t, 6> sizes, strides, dilations;
  EdgePadding edges;
};
} // namespace

template <class BinaryT, class ReduceT> static constexpr Reducer reducer() {
  return {[](Node &n, Value a, Value b) { return n.emit<BinaryT>({a, b}); },
          [](Node &n, Value x, ArrayRef<int64_t> axes) {
            return n.emit<ReduceT>(x, {{"axes", n.b.getDenseI64ArrayAttr(axes)},
                                       {"keep_dims", n.b.getBoolAttr(true)}});
          }};
}

static Reducer reducerOf(schema::ReduceWindowFunction function) {
  using F = schema::ReduceWindowFunction;
  switch (function) {
  case F::ADD:
    return reducer<AddOp, ReduceSumOp>();
  case F::MUL:
    return reducer<MulOp, ReduceProdOp>();
  case F::MINIMUM:
    return reducer<MinimumOp, ReduceMinOp>();
  case F::MAXIMUM:
    return reducer<MaximumOp, ReduceMaxOp>();
  case F::ALL:
    return reducer<AndOp, ReduceAllOp>();
  case F::ANY:
    return reducer<OrOp, ReduceAnyOp>();
  case F::UNSUPPORTED:
    break;
  }
  return {};
}

static schema::ReduceWindowFunction functionOf(Builtin op) {
  using F = schema::ReduceWindowFunction;
  switch (op) {
  case Builtin::ADD:
  case Builtin::STABLEHLO_ADD:
    return F::ADD;
  case Builtin::MUL:
  case Builtin::STABLEHLO_MULTIPLY:
    return F::MUL;
  case Builtin::MINIMUM:
  case Builtin::STABLEHLO_MINIMUM:
    return F::MINIMUM;
  case Builtin::MAXIMUM:
  case Builtin::STABLEHLO_MAXIMUM:
    return F::MAXIMUM;
  case Builtin::LOGICAL_AND:
  case Builtin::STABLEHLO_AND:
    return F::ALL;
  case Builtin::LOGICAL_OR:
  case Builtin::STABLEHLO_OR:
    return F::ANY;
  default:
    return F::UNSUPPORTED;
  }
}

/// The only operator of the subgraph that the node names; `combine` is null after an error.
static Reducer reducerOfSubgraph(Node &n) {
  auto callees = calledSubgraphs(n.op);
  const Subgraph &body = n.importer.model.subgraphs()[callees.front()];
  Reducer found;
  if (body.operators.size() == 1)
    found = reducerOf(functionOf(body.operators.front().op));
  if (!found.combine)
    (void)n.fail("reduces with something else than one ADD, MUL, MINIMUM, MAXIMUM, AND or OR");
  return found;
}

/// Elements k * dilation, and from there on each stride-th as far as windows reach.
static Value windowElements(Node &n, Value x, int64_t axis, const Windows &w, int64_t k) {
  int64_t rank = n.rank(x);
  SmallVector<int64_t> begins(rank, 0), ends(rank, 0), strides(rank, 1);
  SliceMasks masks;
  masks.end = (int64_t(1) << rank) - 1;
  begins[axis] = k * w.dilations[axis];
  ends[axis] = -(w.sizes[axis] - 1 - k) * w.dilations[axis];
  strides[axis] = w.strides[axis];
  if (ends[axis] != 0)
    masks.end &= ~(int64_t(1) << axis);
  return stridedSlice(n, x, n.b.integers(n.loc, begins), n.b.integers(n.loc, ends),
                      n.b.integers(n.loc, strides), masks);
}

/// Windows along one axis, which may be all of it.
static Value reduceAlong(Node &n, Value x, int64_t axis, const Windows &w, const Reducer &r) {
  if (!x)
    return {};
  bool isWhole =
      w.sizes[axis] > 1 && w.dilations[axis] == 1 && n.b.shapes.dims(x)[axis].is(w.sizes[axis]);
  if (isWhole)
    return r.reduce(n, x, {axis});
  if (w.sizes[axis] == 1 && w.strides[axis] == 1)
    return x;
  Value sum;
  for (int64_t k = 0; k < w.sizes[axis]; ++k) {
    Value part = windowElements(n, x, axis, w, k);
    sum = sum ? r.combine(n, sum, part) : part;
    if (!sum)
      return {};
  }
  return sum;
}

static LogicalResult buildWindows(Node &n, const Windows &w, const Reducer &r) {
  Value x = n.in(0), first = n.in(1);
  if (!x || !first || !r.combine)
    return failure();
  if (n.element(x) != n.element(first))
    return n.fail("the first value is not of the input's type");
  constexpr int64_t kMostElements = 4096, kMostStep = 1 << 30;
  int64_t elements = 0;
  for (auto [size, stride, dilation] : llvm::zip(w.sizes, w.strides, w.dilations)) {
    if (size < 1 || stride < 1 || dilation < 1 || stride > kMostStep || dilation > kMostStep)
      return n.fail("sizes, strides and dilations of windows must be positive");
    elements += std::min(size, kMostElements + 1);
  }
  if (elements > kMostElements)
    return n.fail("the window is too large");
  first = n.b.reshape(n.loc, first, {});
  x = padded(n, x, first, w.edges);
  for (int64_t axis = 0; axis < int64_t(w.sizes.size()); ++axis)
    x = reduceAlong(n, x, axis, w, r);
  return n.out(x ? r.combine(n, first, x) : Value());
}

/// (x, first value, sizes, strides, dilations)
static LogicalResult buildReduceWindow(Node &n) {
  auto sizes = n.constantInts(2, "the sizes of the window");
  auto strides = n.constantInts(3, "the strides"), dilations = n.constantInts(4, "the dilations");
  Value x = n.in(0);
  if (!x || failed(sizes) || failed(strides) || failed(dilations))
    return failure();
  size_t rank = n.rank(x);
  if (sizes->size() != rank || strides->size() != rank || dilations->size() != rank)
    return n.fail("needs a size, a stride and a dilation for each dimension");
  SmallVector<int64_t> none(rank, 0);
  Windows w{llvm::to_vector<6>(*sizes),
            llvm::to_vector<6>(*strides),
            llvm::to_vector<6>(*dilations),
            {none, none, none}};
  Reducer r = reducerOf(n.op.options2<schema::ReduceWindowOptions>().reduce_function());
  return r.combine ? buildWindows(n, w, r) : n.fail("reduces with no known function");
}

/// Options that are left out are 1, a padding 0.
template <typename Vector>
static FailureOr<SmallVector<int64_t>> numbersOrOnes(Node &n, const Vector *given, int64_t rank,
                                                     const Twine &what) {
  if (!given || given->size() == 0)
    return SmallVector<int64_t>(rank, 1);
  return numbersOf(n, given, rank, what);
}

/// (x, first value): the rest are options.
static LogicalResult buildStableHloReduceWindow(Node &n) {
  const auto &o = n.op.options2<schema::StablehloReduceWindowOptions>();
  Value x = n.in(0);
  if (!x)
    return failure();
  if (n.size() != 2)
    return n.fail("reduces several tensors at a time, which is not supported");
  int64_t rank = n.rank(x);
  auto sizes = numbersOf(n, o.window_dimensions(), rank, "sizes of the window");
  auto strides = numbersOrOnes(n, o.window_strides(), rank, "strides");
  auto spread = numbersOrOnes(n, o.base_dilations(), rank, "dilations");
  auto dilations = numbersOrOnes(n, o.window_dilations(), rank, "dilations");
  if (failed(sizes) || failed(strides) || failed(spread) || failed(dilations))
    return failure();
  SmallVector<int64_t> padding(2 * rank, 0);
  if (o.padding() && o.padding()->size() > 0) {
    auto given = numbersOf(n, o.padding(), 2 * rank, "paddings");
    if (failed(given))
      return failure();
    padding = *given;
  }
  Windows w{
      llvm::to_vector<6>(*sizes), llvm::to_vector<6>(*strides), llvm::to_vector<6>(*dilations), {}};
  for (int64_t d = 0; d < rank; ++d) {
    if ((*spread)[d] < 1)
      return n.fail("dilations must be positive");
    w.edges.low.push_back(padding[2 * d]);
    w.edges.high.push_back(padding[2 * d + 1]);
    w.edges.interior.push_back((*spread)[d] - 1);
  }
  return buildWindows(n, w, reducerOfSubgraph(n));
}

/// (x, first value): over the dimensions that the options name.
static LogicalResult buildStableHloReduce(Node &n) {
  const auto *given = n.op.options2<schema::StablehloReduceOptions>().dimensions();
  Value x = n.in(0), first = n.in(1);
  if (!x || !first)
    return failure();
  if (n.size() != 2)
    return n.fail("reduces several tensors at a time, which is not supported");
  SmallVector<int64_t> dimensions;
  if (given)
    dimensions.append(given->begin(), given->end());
  auto axes = n.axes(dimensions, n.rank(x));
  Reducer r = reducerOfSubgraph(n);
  if (failed(axes) || !r.combine)
    return failure();
  Value kept = axes->empty() ? x : r.reduce(n, x, *axes);
  Value sum = kept ? n.b.squeeze(n.loc, kept, *axes) : Value();
  return n.out(r.combine(n, n.b.reshape(n.loc, first, {}), sum));
}

void tflite::addReduceWindowRows(RowTable &t) {
  StringRef note = "one tensor, reduced with one operator";
  t[Builtin::REDUCE_WINDOW] = {buildReduceWindow, "reduce", ""};
  t[Builtin::STABLEHLO_REDUCE_WINDOW] = {buildStableHloReduceWindow, "reduce", note};
  t[Builtin::STABLEHLO_REDUCE] = {buildStableHloReduce, "reduce", note};
}
