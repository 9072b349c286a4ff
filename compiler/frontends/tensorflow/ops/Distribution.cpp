#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/tensorflow/ops/Draw.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Random choices, and the states of generators.

static Value sizes(Node &n, ArrayRef<Dim> dims) { return dimVector(n.b, n.loc, dims); }

//===--- Choices ----------------------------------------------------------===//

/// RandomShuffle: rows in the order of random numbers.
static LogicalResult buildShuffle(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  if (n.rank(x) == 0)
    return n.out(x);
  Dim count = n.b.shapes.dims(x)[0];
  Value shape = sizes(n, count);
  Draw draw(n, shape, 2);
  Value keys = draw.arrange(fractions(n, draw.words, n.b.getF64Type()));
  if (!keys)
    return failure();
  Operation *order =
      n.b.emitOp(TopKOp::getOperationName(), n.loc, {keys, n.b.reshape(n.loc, shape, {})},
                 {{"to", TypeAttr::get(n.b.getI64Type())}}, 2);
  return order ? n.out(n.emit<GatherOp>({x, order->getResult(1)},
                                        {{"axis", n.b.getI64IntegerAttr(0)}}))
               : failure();
}

/// Multinomial: for each row of logits, classes by the inverse of the distribution.
static LogicalResult buildMultinomial(Node &n) {
  Value logits = n.in(0), given = n.in(1);
  if (!logits || !given)
    return failure();
  auto samples = n.b.shapes.contents(given);
  if (n.rank(logits) != 2 || n.rank(given) != 0 || !samples || !isa<FloatType>(n.element(logits)))
    return n.fail("needs a matrix of logits and a number of samples");
  if (failed(n.requireNatural(samples->front(), "a negative number of samples")))
    return failure();
  Type f64 = n.b.getF64Type(), type = n.type("output_dtype", DataType::Int64);
  Formula f{n};
  Dim rows = n.b.shapes.dims(logits)[0];
  Value x = n.b.cast(n.loc, logits, f64), isFinite = n.emit<IsFiniteOp>(x);
  Value open = n.emit<SelectOp>({isFinite, x, f.scalar(x, -1e300)});
  Value largest = n.emit<ReduceMaxOp>(
      open, {{"axes", n.b.getDenseI64ArrayAttr(1)}, {"keep_dims", n.b.getBoolAttr(true)}});
  Value weights = n.emit<ExpOp>(f.sub(x, largest));
  weights = n.emit<SelectOp>({isFinite, weights, f.scalar(x, 0)});
  Value sums = n.emit<CumsumOp>(weights, {{"axis", n.b.getI64IntegerAttr(1)}});
  Value total = n.emit<ReduceSumOp>(
      weights, {{"axes", n.b.getDenseI64ArrayAttr(1)}, {"keep_dims", n.b.getBoolAttr(true)}});
  Draw draw(n, sizes(n, {rows, samples->front()}), 2, 1, 2);
  Value sought = f.mul(draw.arrange(fractions(n, draw.words, f64)), total);
  if (!sought || !sums)
    return failure();
  sought = n.b.expandDims(n.loc, sought, {2});
  Value isBelow = n.emit<LessEqualOp>({n.b.expandDims(n.loc, sums, {1}), sought});
  Value count = isBelow ? n.b.cast(n.loc, isBelow, type) : Value();
  return n.out(n.emit<ReduceSumOp>(count, {{"axes", n.b.getDenseI64ArrayAttr(2)}}));
}

//===--- Generators -------------------------------------------------------===//

/// RngReadAndSkip: the state of a generator (counter of 128 bits, key) before the counter
/// moves on by 256 for each number that is asked for.
static LogicalResult buildReadAndSkip(Node &n, size_t deltaInput) {
  const Variable *variable = variableOf(n);
  Value delta = n.in(deltaInput), algorithm = n.in(1);
  if (!variable || !delta || !algorithm)
    return failure();
  auto known = n.b.shapes.constantContents(algorithm);
  if (!known || known->size() != 1 || (known->front() != 1 && known->front() != 3))
    return n.fail("needs the Philox algorithm (ThreeFry is not supported)");
  Value state = readVariable(n, *variable);
  if (!state)
    return failure();
  if (n.rank(state) != 1 || !n.b.shapes.dims(state)[0].is(3) || !n.element(state).isInteger(64))
    return n.fail("the state of the generator is no vector of three int64");
  Words w(n);
  Value words = n.b.cast(n.loc, state, w.type());
  Value by = w.mul(n.b.cast(n.loc, delta, w.type()), w.word(256));
  Value low = w.add(w.at(words, 0), by);
  Value isPast = n.emit<LessOp>({low, by});
  Value high = isPast ? w.add(w.at(words, 1), n.b.cast(n.loc, isPast, w.type())) : Value();
  Value next = high ? pack(n, {low, high, w.at(words, 2)}, 0) : Value();
  if (!next || failed(assignVariable(n, *variable, n.b.cast(n.loc, next, n.element(state)))))
    return failure();
  return n.def.op() == "RngReadAndSkip" ? n.out(state) : success();
}

void tensorflow::addDistributionRows(RowTable &t) {
  StringRef note = "other numbers than TensorFlow's";
  t["RandomShuffle"] = {buildShuffle, "random", note};
  t["Multinomial"] = {buildMultinomial, "random",
                      "after the first call other numbers than TensorFlow's"};
  t["StatelessMultinomial"] = {buildMultinomial, "random", ""};
  t["RngReadAndSkip"] = {[](Node &n) { return buildReadAndSkip(n, 2); }, "random", ""};
  t["RngSkip"] = {[](Node &n) { return buildReadAndSkip(n, 2); }, "random", ""};
}
