#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

static LogicalResult emitTopK(Node &n, Value x, Value k) {
  Type to = n.type("index_type", DataType::Int32);
  Operation *op =
      n.b.emitOp(TopKOp::getOperationName(), n.loc, {x, k}, {{"to", TypeAttr::get(to)}}, 2);
  if (!op)
    return failure();
  return n.out({op->getResult(0), op->getResult(1)});
}

/// Unsorted results may be in any order: they are sorted too.
static LogicalResult buildTopKV2(Node &n) {
  (void)n.attrs.getBool("sorted", true);
  return emitTopK(n, n.in(0), n.in(1));
}

static LogicalResult buildTopK(Node &n) {
  (void)n.attrs.getBool("sorted", true);
  return emitTopK(n, n.in(0), n.b.splat(n.loc, {}, n.b.getI32Type(), n.attrs.getInt("k")));
}

/// Element n of each row in ascending order, in descending order with `reverse`.
static LogicalResult buildNthElement(Node &n) {
  Value x = n.in(0), position = n.in(1);
  if (!x || !position)
    return failure();
  int64_t rank = n.rank(x);
  if (rank < 1)
    return n.fail("needs rank 1 or more");
  Value columns = n.b.squeeze(n.loc, n.b.extents(n.loc, x, rank - 1, rank), 0);
  position = n.b.cast(n.loc, position, n.b.getI64Type());
  if (!n.attrs.getBool("reverse", false)) {
    Value last = n.emit<SubOp>({columns, n.b.splat(n.loc, {}, n.b.getI64Type(), 1)});
    position = n.emit<SubOp>({last, position});
  }
  Operation *sorted = n.b.emitOp(TopKOp::getOperationName(), n.loc, {x, columns},
                                 {{"to", TypeAttr::get(n.b.getI32Type())}}, 2);
  if (!sorted)
    return failure();
  return n.out(n.emit<GatherOp>({sorted->getResult(0), position},
                                {{"axis", n.b.getI64IntegerAttr(rank - 1)}}));
}

/// LowerBound, UpperBound: how many elements of the sorted row come before each value.
template <class OpT> static LogicalResult buildBound(Node &n) {
  Value sorted = n.in(0), values = n.in(1);
  if (!sorted || !values)
    return failure();
  if (n.rank(sorted) != 2 || n.rank(values) != 2)
    return n.fail("needs two matrices");
  if (failed(n.requireSame(sorted, 0, values, 0, "the numbers of rows differ")))
    return failure();
  Value isBefore =
      n.emit<OpT>({n.b.expandDims(n.loc, sorted, {1}), n.b.expandDims(n.loc, values, {2})});
  Type to = n.type("out_type", DataType::Int32);
  return n.out(n.emit<ReduceSumOp>(n.b.cast(n.loc, isBefore, to),
                                   {{"axes", n.b.getDenseI64ArrayAttr({2})}}));
}

/// 0, 1, ... for the columns of x, of type `element`.
static Value columnNumbers(Node &n, Value x, Type element) {
  Type i64 = n.b.getI64Type();
  Value columns = n.b.squeeze(n.loc, n.b.extents(n.loc, x, 1, 2), 0);
  Value zero = n.b.splat(n.loc, {}, i64, 0), one = n.b.splat(n.loc, {}, i64, 1);
  return n.b.cast(n.loc, n.emit<RangeOp>({zero, columns, one}), element);
}

/// Reduction over the columns, which stay as one with `keep`.
template <class OpT> static Value overColumns(Node &n, Value x, bool keep = false) {
  return n.emit<OpT>(
      x, {{"axes", n.b.getDenseI64ArrayAttr({1})}, {"keep_dims", n.b.getBoolAttr(keep)}});
}

/// True where the column is the row's target.
static FailureOr<Value> targetMask(Node &n, Value predictions, Value targets) {
  if (!predictions || !targets || n.rank(predictions) != 2 || n.rank(targets) != 1)
    return n.fail("needs a matrix and a vector");
  if (failed(n.requireSame(targets, 0, predictions, 0, "there must be a target for each row")))
    return failure();
  Value numbers = columnNumbers(n, predictions, n.b.shapes.elementType(targets));
  return n.emit<EqualOp>({n.b.expandDims(n.loc, targets, {1}), numbers});
}

/// Less than k columns beat the target; false where anything is not finite or the
/// target is no column.
static LogicalResult emitInTopK(Node &n, Value k) {
  Value x = n.in(0);
  auto mask = targetMask(n, x, n.in(1));
  if (failed(mask) || !k)
    return failure();
  Type i64 = n.b.getI64Type();
  Value zero = n.b.splat(n.loc, {}, n.b.shapes.elementType(x), 0);
  Value target = overColumns<ReduceSumOp>(n, n.emit<SelectOp>({*mask, x, zero}), true);
  Value beats = n.b.cast(n.loc, n.emit<GreaterOp>({x, target}), i64);
  Value isIn = n.emit<LessOp>({overColumns<ReduceSumOp>(n, beats), n.b.cast(n.loc, k, i64)});
  Value isKnown = overColumns<ReduceAnyOp>(n, *mask);
  Value isFinite = overColumns<ReduceAllOp>(n, n.emit<IsFiniteOp>(x));
  return n.out(n.emit<AndOp>({isIn, n.emit<AndOp>({isKnown, isFinite})}));
}

static LogicalResult buildInTopK(Node &n) {
  return emitInTopK(n, n.b.splat(n.loc, {}, n.b.getI64Type(), n.attrs.getInt("k")));
}

static LogicalResult buildInTopKV2(Node &n) { return emitInTopK(n, n.in(2)); }

/// Outputs of a cross entropy: a row's loss, and the gradient for the logits.
static LogicalResult outLoss(Node &n, Value losses, Value gradient) {
  return n.out({overColumns<ReduceSumOp>(n, losses), gradient});
}

static Value emitSoftmax(Node &n, Value x, bool isLog) {
  return n.emit<SoftmaxOp>(x, {{"log", n.b.getBoolAttr(isLog)}});
}

/// The logits as wide as what they and the labels broadcast to: their classes are counted so.
static Value withClassesOf(Node &n, Value x, Value labels) {
  SmallVector<Dim, 4> dims = broadcastDims(n.b.shapes, {x, labels});
  if (dims.size() != 2 || !llvm::all_of(dims, [](Dim d) { return bool(d); }))
    return n.refuse("logits and labels do not broadcast to a matrix");
  if (n.rank(x) == 2 && n.b.shapes.dims(x)[1] == dims[1])
    return x;
  return n.emit<BroadcastToOp>({x, dimVector(n.b, n.loc, dims)});
}

/// loss = -sum(labels * log_softmax); 0 where the label is.
static LogicalResult buildCrossEntropy(Node &n) {
  Value x = n.in(0), labels = n.in(1);
  if (!x || !labels || !(x = withClassesOf(n, x, labels)))
    return failure();
  Value losses = n.emit<MulNoNanOp>({n.emit<NegOp>(emitSoftmax(n, x, true)), labels});
  return outLoss(n, losses, n.emit<SubOp>({emitSoftmax(n, x, false), labels}));
}

/// loss = -log_softmax[label]. Labels must be classes.
static LogicalResult buildSparseCrossEntropy(Node &n) {
  Value x = n.in(0);
  auto mask = targetMask(n, x, n.in(1));
  if (failed(mask))
    return failure();
  Type element = n.b.shapes.elementType(x);
  Value zero = n.b.splat(n.loc, {}, element, 0);
  Value areKnown = n.emit<ReduceAllOp>(overColumns<ReduceAnyOp>(n, *mask),
                                       {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  if (!areKnown)
    return failure();
  AssertOp::create(n.b, n.loc, areKnown, "a label is no class");
  Value losses = n.emit<SelectOp>({*mask, n.emit<NegOp>(emitSoftmax(n, x, true)), zero});
  Value gradient = n.emit<SubOp>({emitSoftmax(n, x, false), n.b.cast(n.loc, *mask, element)});
  return outLoss(n, losses, gradient);
}

void tensorflow::addSortRows(RowTable &t) {
  static constexpr StringLiteral topK[] = {"values", "indices"}, loss[] = {"loss", "backprop"};
  t["TopK"] = {buildTopK, "sort", "", topK};
  t["TopKV2"] = {buildTopKV2, "sort", "", topK};
  t["NthElement"] = {buildNthElement, "sort", ""};
  t["LowerBound"] = {buildBound<LessOp>, "sort", ""};
  t["UpperBound"] = {buildBound<LessEqualOp>, "sort", ""};
  t["InTopK"] = {buildInTopK, "sort", ""};
  t["InTopKV2"] = {buildInTopKV2, "sort", ""};
  t["SoftmaxCrossEntropyWithLogits"] = {buildCrossEntropy, "reduce", "", loss};
  t["SparseSoftmaxCrossEntropyWithLogits"] = {buildSparseCrossEntropy, "reduce", "", loss};
}
