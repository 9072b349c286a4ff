#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

//===--- Axes -------------------------------------------------------------===//

/// The axes of input 1: normalised, ascending, an error if one is there twice.
static FailureOr<SmallVector<int64_t>> reductionAxes(Node &n) {
  Value x = n.in(0);
  auto given = n.constantInts(1, "the axes of a reduction");
  if (!x || failed(given))
    return failure();
  SmallVector<int64_t> axes;
  for (int64_t axis : *given) {
    auto normalised = n.axis(axis, n.rank(x));
    if (failed(normalised))
      return failure();
    axes.push_back(*normalised);
  }
  llvm::sort(axes);
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end())
    return n.fail("an axis of the reduction is given twice");
  return axes;
}

/// keep_dims, under the name that TensorFlow 1 had for it too.
static bool keepsDims(Node &n) {
  return n.attrs.getBool("keep_dims", n.attrs.getBool("keepdims", false));
}

template <class OpT>
static Value emitReduction(Node &n, Value x, ArrayRef<int64_t> axes, bool keepDims) {
  return n.emit<OpT>(
      x, {{"axes", n.b.getDenseI64ArrayAttr(axes)}, {"keep_dims", n.b.getBoolAttr(keepDims)}});
}

/// The axes of input 1 as a set, bit by bit, for a tensor of that rank; a status
/// where one is out of range or there twice.
static Value axisSet(Node &n, int64_t rank) {
  auto all = n.b.getDenseI64ArrayAttr({0});
  Value axes = n.b.reshape(n.loc, n.b.cast(n.loc, n.in(1), n.b.getI64Type()), {-1});
  Value zero = n.scalar(axes, 0), end = n.scalar(axes, rank), one = n.scalar(axes, 1);
  Value isNegative = n.emit<LessOp>({axes, zero});
  axes = n.emit<SelectOp>({isNegative, n.emit<AddOp>({axes, end}), axes});
  Value inRange =
      n.emit<AndOp>({n.emit<GreaterEqualOp>({axes, zero}), n.emit<LessOp>({axes, end})});
  if (failed(n.require(n.emit<ReduceAllOp>(inRange, {{"axes", all}}), "an axis is out of range")))
    return {};
  Value set = n.emit<ReduceSumOp>(n.emit<ShiftLeftOp>({one, axes}), {{"axes", all}});
  // Sums of powers of two that are not all different have fewer bits.
  Value bits = n.b.cast(n.loc, n.emit<PopulationCountOp>(set), n.b.getI64Type());
  Value count = n.b.squeeze(n.loc, extent(n, axes, 0), 0);
  if (failed(n.require(n.emit<EqualOp>({bits, count}), "an axis of the reduction is given twice")))
    return {};
  return set;
}

/// The sets that the axes may be: all of as many as are given.
static SmallVector<int64_t> possibleSets(int64_t rank, std::optional<int64_t> count) {
  SmallVector<int64_t> sets;
  for (int64_t set = 0; set < int64_t(1) << rank; ++set)
    if (!count || llvm::popcount(uint64_t(set)) == *count)
      sets.push_back(set);
  return sets;
}

/// The reduction over the set that run time tells, one of `sets`.
template <class OpT>
static FailureOr<Values> reduceOver(Node &n, Value set, ArrayRef<int64_t> sets, bool keepDims) {
  auto first = [&]() -> FailureOr<Values> {
    SmallVector<int64_t> axes;
    for (int64_t d = 0; d < n.rank(n.in(0)); ++d)
      if (sets[0] >> d & 1)
        axes.push_back(d);
    return Values{emitReduction<OpT>(n, n.in(0), axes, keepDims)};
  };
  if (sets.size() == 1)
    return first();
  return choose(n, n.emit<EqualOp>({set, n.scalar(set, sets[0])}), first,
                [&] { return reduceOver<OpT>(n, set, sets.drop_front(), keepDims); });
}

/// True if the node's only users are Reshape nodes: so it is in gradients of operands
/// that were broadcast.
static bool isOnlyReshaped(const Node &n) {
  for (uint32_t user = 0; user < n.body->size(); ++user)
    for (const Source &source : n.body->dataInputs(user))
      if (source.kind == Source::Output && source.node == n.index &&
          n.body->node(user).op() != "Reshape")
        return false;
  return llvm::none_of(n.body->results(), [&](const Source &source) {
    return source.kind == Source::Output && source.node == n.index;
  });
}

/// Axes that run time tells: one branch for each set that they may be.
template <class OpT> static LogicalResult buildOpenReduction(Node &n) {
  constexpr int64_t maxRank = 6;
  Value x = n.in(0), given = n.in(1);
  int64_t rank = n.rank(x);
  std::optional<int64_t> count = 1;
  if (n.rank(given) > 0)
    count = n.b.shapes.dims(given)[0].constant();
  // A result that is only reshaped may as well keep its dimensions.
  bool keepDims = keepsDims(n) || (!count && isOnlyReshaped(n));
  if (rank > maxRank || (!count && !keepDims) || count.value_or(0) > rank)
    return n.fail("the axes of a reduction (input 1) must be a constant");
  Value set = axisSet(n, rank);
  auto results = set ? reduceOver<OpT>(n, set, possibleSets(rank, count), keepDims)
                     : FailureOr<Values>(failure());
  return failed(results) ? failure() : n.out(*results);
}

template <class OpT> static LogicalResult buildReduction(Node &n) {
  if (n.in(0) && n.in(1) && !n.b.shapes.constantContents(n.in(1)))
    return buildOpenReduction<OpT>(n);
  auto axes = reductionAxes(n);
  if (failed(axes))
    return failure();
  return n.out(emitReduction<OpT>(n, n.in(0), *axes, keepsDims(n)));
}

/// sqrt(sum(x * conj(x))).
static LogicalResult buildEuclideanNorm(Node &n) {
  auto axes = reductionAxes(n);
  if (failed(axes))
    return failure();
  Value x = n.in(0);
  Type element = n.b.shapes.elementType(x);
  bool isComplex = isa<ComplexType>(element);
  Value squares = isComplex ? n.emit<MulOp>({x, n.emit<ConjOp>(x)}) : n.emit<SquareOp>(x);
  Value sum = emitReduction<ReduceSumOp>(n, squares, *axes, keepsDims(n));
  if (!isa<IntegerType>(element))
    return n.out(n.emit<SqrtOp>(sum));
  Value root = n.emit<SqrtOp>(n.b.cast(n.loc, sum, n.b.getF64Type()));
  return n.out(n.b.cast(n.loc, root, element));
}

/// sum(x * x) / 2.
static LogicalResult buildL2Loss(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  auto axes = llvm::to_vector(llvm::seq<int64_t>(0, n.rank(x)));
  Value sum = n.emit<ReduceSumOp>(n.emit<SquareOp>(x), {{"axes", n.b.getDenseI64ArrayAttr(axes)}});
  Value half = n.b.splat(n.loc, {}, n.b.shapes.elementType(x), 0.5);
  return n.out(n.emit<MulOp>({sum, half}));
}

/// BiasAddGrad: sums over all dimensions but the channels.
static LogicalResult buildBiasAddGrad(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  int64_t rank = n.rank(x);
  if (rank < 2)
    return n.fail("needs rank 2 or more");
  bool channelsFirst = n.attrs.getString("data_format", "NHWC").starts_with("NC");
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  axes.erase(channelsFirst ? axes.begin() + 1 : axes.end() - 1);
  return n.out(n.emit<ReduceSumOp>(x, {{"axes", n.b.getDenseI64ArrayAttr(axes)}}));
}

/// ArgMax and ArgMin: input 1 is the axis.
template <class OpT> static LogicalResult buildArg(Node &n) {
  Value x = n.in(0);
  auto given = n.constantInts(1, "the axis");
  if (!x || failed(given))
    return failure();
  if (given->size() != 1)
    return n.fail("the axis must be one number");
  auto axis = n.axis(given->front(), n.rank(x));
  Type to = n.type("output_type", DataType::Int64);
  if (failed(axis))
    return failure();
  return n.out(n.emit<OpT>(x, {{"axis", n.b.getI64IntegerAttr(*axis)}, {"to", TypeAttr::get(to)}}));
}

template <bool isLog> static LogicalResult buildSoftmax(Node &n) {
  return n.out(n.emit<SoftmaxOp>(n.in(0), {{"log", n.b.getBoolAttr(isLog)}}));
}

void tensorflow::addReduceRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "reduce", ""}; };
  add("Sum", buildReduction<ReduceSumOp>);
  add("Mean", buildReduction<ReduceMeanOp>);
  add("Prod", buildReduction<ReduceProdOp>);
  add("Max", buildReduction<ReduceMaxOp>);
  add("Min", buildReduction<ReduceMinOp>);
  add("All", buildReduction<ReduceAllOp>);
  add("Any", buildReduction<ReduceAnyOp>);
  add("EuclideanNorm", buildEuclideanNorm);
  add("L2Loss", buildL2Loss);
  add("BiasAddGrad", buildBiasAddGrad);
  add("ArgMax", buildArg<ArgMaxOp>);
  add("ArgMin", buildArg<ArgMinOp>);
  add("Softmax", buildSoftmax<false>);
  add("LogSoftmax", buildSoftmax<true>);
}
