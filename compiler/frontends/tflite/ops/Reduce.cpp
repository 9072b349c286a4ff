#include "compiler/frontends/tflite/ops/Reduce.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

FailureOr<SmallVector<int64_t>> tflite::reducedAxes(Node &n, Value x) {
  auto given = n.constantInts(1, "the axes of a reduction");
  if (!x || failed(given))
    return failure();
  llvm::SmallSetVector<int64_t, 4> axes; // an axis may be there twice
  for (int64_t one : *given) {
    auto axis = n.axis(one, n.rank(x));
    if (failed(axis))
      return failure();
    axes.insert(*axis);
  }
  SmallVector<int64_t> sorted(axes.begin(), axes.end());
  llvm::sort(sorted);
  return sorted;
}

template <class OpT> static LogicalResult buildReduction(Node &n) {
  Value x = n.in(0);
  auto axes = reducedAxes(n, x);
  if (failed(axes))
    return failure();
  bool keepDims = n.options<schema::ReducerOptions>().keep_dims();
  return n.out(n.emit<OpT>(
      x, {{"axes", n.b.getDenseI64ArrayAttr(*axes)}, {"keep_dims", n.b.getBoolAttr(keepDims)}}));
}

/// ARG_MAX and ARG_MIN: input 1 is the axis.
template <class OpT, class Options> static LogicalResult buildArg(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  auto axis = n.constantAxis(n.in(1), n.rank(x));
  if (failed(axis))
    return failure();
  bool isNarrow = n.options<Options>().output_type() == schema::TensorType::INT32;
  auto to = TypeAttr::get(n.b.getIntegerType(isNarrow ? 32 : 64));
  return n.out(n.emit<OpT>(x, {{"axis", n.b.getI64IntegerAttr(*axis)}, {"to", to}}));
}

static LogicalResult buildSoftmax(Node &n) {
  Value x = n.in(0);
  float beta = n.options<schema::SoftmaxOptions>().beta();
  if (x && beta != 1)
    x = n.emit<MulOp>({x, n.scalar(x, beta)});
  return n.out(n.emit<SoftmaxOp>(x));
}

static LogicalResult buildLogSoftmax(Node &n) {
  return n.out(n.emit<SoftmaxOp>(n.in(0), {{"log", n.b.getBoolAttr(true)}}));
}

void tflite::addReduceRows(RowTable &t) {
  auto add = [&](Builtin op, Build build) { t[op] = {build, "reduce", ""}; };
  add(Builtin::SUM, buildReduction<ReduceSumOp>);
  add(Builtin::MEAN, buildReduction<ReduceMeanOp>);
  add(Builtin::REDUCE_PROD, buildReduction<ReduceProdOp>);
  add(Builtin::REDUCE_MAX, buildReduction<ReduceMaxOp>);
  add(Builtin::REDUCE_MIN, buildReduction<ReduceMinOp>);
  add(Builtin::REDUCE_ANY, buildReduction<ReduceAnyOp>);
  add(Builtin::REDUCE_ALL, buildReduction<ReduceAllOp>);
  add(Builtin::ARG_MAX, buildArg<ArgMaxOp, schema::ArgMaxOptions>);
  add(Builtin::ARG_MIN, buildArg<ArgMinOp, schema::ArgMinOptions>);
  add(Builtin::SOFTMAX, buildSoftmax);
  add(Builtin::LOG_SOFTMAX, buildLogSoftmax);
}
