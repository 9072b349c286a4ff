#include "compiler/frontends/tflite/ops/Recurrent.h"
#include "compiler/frontends/tflite/integer/Integer.h"
#include "compiler/frontends/tflite/integer/Lstm.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

static LogicalResult keepStates(Node &n, const Sequence &s, const Cell &cell,
                                ArrayRef<Value> states) {
  for (auto [input, state] : llvm::zip(cell.stateInputs, states))
    if (failed(s.keepState(n, input, state)))
      return failure();
  return success();
}

/// The cell's output after the only step, [batch, units]; null after an error.
static Value runStep(Node &n, const Sequence &s, Cell &cell) {
  if (!cell.projections || llvm::is_contained(cell.states, Value()))
    return {};
  Values states = cell.step(n.b.squeeze(n.loc, cell.projections, 0), cell.states);
  if (llvm::is_contained(states, Value()) || failed(keepStates(n, s, cell, states)))
    return {};
  return states[0];
}

/// The cell's outputs from the first to the last step, or backward, as a loop
/// over the list of projections; null after an error.
static Value run(Node &n, const Sequence &s, Cell &cell, bool isBackward = false) {
  if (!cell.projections || llvm::is_contained(cell.states, Value()))
    return {};
  Type i32 = n.b.getI32Type();
  auto number = [&](int64_t v) { return n.b.splat(n.loc, {}, i32, v); };
  Value count = n.b.cast(n.loc, n.b.squeeze(n.loc, extent(n, s.x, 0), 0), i32);
  Value last = n.emit<SubOp>({count, number(1)});
  Value shape = n.b.concat(n.loc, {n.b.extents(n.loc, s.x, 0, 2), extent(n, cell.states[0], 1)});
  Value list = n.emit<BroadcastToOp>({n.scalar(cell.states[0], 0), shape});
  Values inits = {number(0), list};
  inits.append(cell.states);
  auto condition = [&](const Values &values) { return n.emit<LessOp>({values[0], count}); };
  auto body = [&](const Values &values) -> FailureOr<Values> {
    Value at = isBackward ? n.emit<SubOp>({last, values[0]}) : values[0];
    Values states(ArrayRef(values).drop_front(2));
    states = cell.step(n.emit<ListGetOp>({cell.projections, at}), states);
    Values next = {n.emit<AddOp>({values[0], number(1)}),
                   n.emit<ListSetOp>({values[1], at, states[0]})};
    next.append(states);
    return next;
  };
  auto results = loop(n, inits, condition, body);
  if (failed(results))
    return {};
  if (failed(keepStates(n, s, cell, ArrayRef(*results).drop_front(2))))
    return {};
  return s.isTimeMajor ? (*results)[1] : n.b.transpose(n.loc, (*results)[1], {1, 0, 2});
}

/// The outputs of both directions, side by side or as two tensors.
static LogicalResult outBoth(Node &n, Value forward, Value backward, bool areMerged) {
  if (!areMerged)
    return n.out(Values{forward, backward});
  return n.out(n.b.concat(n.loc, {forward, backward}, 2));
}

/// Of floats, or of integers throughout.
static std::unique_ptr<Cell> lstmCell(Node &n, const Sequence &s, const LstmCell::Inputs &inputs,
                                      const LstmCell::Limits &limits) {
  if (isOf(n.given(0), {Storage::INT8}))
    return makeIntegerLstm(n, s, limits);
  return std::make_unique<LstmCell>(n, s, inputs, limits);
}

/// The numbers of the inputs of an operator with one direction.
static const LstmCell::Inputs kOneDirection = {1, 18, 19, 20};

static LogicalResult buildUnidirectionalLstm(Node &n) {
  const auto &o = n.options<schema::UnidirectionalSequenceLSTMOptions>();
  if (o.diagonal_recurrent_tensors())
    return n.fail("diagonal recurrent weights are not supported");
  Sequence s(n, o.time_major());
  auto cell = lstmCell(n, s, kOneDirection,
                       {o.fused_activation_function(), o.cell_clip(), o.proj_clip(),
                        o.asymmetric_quantize_inputs()});
  return cell ? n.out(run(n, s, *cell)) : failure();
}

/// An auxiliary input would feed both directions.
static LogicalResult checkNoAuxiliary(Node &n, size_t i) {
  return n.has(i) ? n.fail("an auxiliary input is not supported") : success();
}

static LogicalResult buildBidirectionalLstm(Node &n) {
  const auto &o = n.options<schema::BidirectionalSequenceLSTMOptions>();
  if (failed(checkNoAuxiliary(n, 39)))
    return failure();
  Sequence s(n, o.time_major());
  LstmCell::Limits limits{o.fused_activation_function(), o.cell_clip(), o.proj_clip(),
                          o.asymmetric_quantize_inputs()};
  LstmCell forward(n, s, {1, 35, 36, std::nullopt}, limits);
  LstmCell backward(n, s, {18, 37, 38, std::nullopt}, limits);
  Value ahead = run(n, s, forward), back = run(n, s, backward, true);
  return outBoth(n, ahead, back, o.merge_outputs());
}

static LogicalResult buildUnidirectionalRnn(Node &n) {
  const auto &o = n.options<schema::SequenceRNNOptions>();
  Sequence s(n, o.time_major());
  BasicCell cell(n, s, 1, o.fused_activation_function(), o.asymmetric_quantize_inputs());
  return n.out(run(n, s, cell));
}

/// RNN: one step a call.
static LogicalResult buildRnn(Node &n) {
  const auto &o = n.options<schema::RNNOptions>();
  Sequence s = Sequence::ofStep(n);
  BasicCell cell(n, s, 1, o.fused_activation_function(), o.asymmetric_quantize_inputs());
  return n.out(runStep(n, s, cell));
}

static LogicalResult buildBidirectionalRnn(Node &n) {
  const auto &o = n.options<schema::BidirectionalSequenceRNNOptions>();
  if (failed(checkNoAuxiliary(n, 9)))
    return failure();
  Sequence s(n, o.time_major());
  BasicCell forward(n, s, 1, o.fused_activation_function(), o.asymmetric_quantize_inputs());
  BasicCell backward(n, s, 5, o.fused_activation_function(), o.asymmetric_quantize_inputs());
  Value ahead = run(n, s, forward), back = run(n, s, backward, true);
  return outBoth(n, ahead, back, o.merge_outputs());
}

/// LSTM of the basic kernel, a step whose states are ordinary tensors: inputs x,
/// h, weights, biases, c; outputs h, c, [x, h] and the gates' sums (input,
/// update, forget, output).
static LogicalResult buildBasicLstm(Node &n) {
  Value x = n.in(0), h = n.in(1), c = n.in(4), weights = n.in(2), biases = n.in(3);
  if (!x || !h || !c || !weights || !biases)
    return failure();
  if (n.rank(x) != 2 || n.rank(h) != 2 || n.rank(weights) != 2)
    return n.fail("needs matrices");
  Value joined = n.b.concat(n.loc, {x, h}, 1);
  Value sums = n.emit<MatmulOp>({joined, weights}, {{"transpose_y", n.b.getBoolAttr(true)}});
  sums = n.emit<AddOp>({sums, biases});
  auto gates = split(n, sums, 1, 4);
  if (failed(gates))
    return failure();
  auto sigmoid = [&](int i) { return n.emit<SigmoidOp>((*gates)[i]); };
  Value input = sigmoid(0), update = n.emit<TanhOp>((*gates)[1]);
  c = n.emit<AddOp>({n.emit<MulOp>({sigmoid(2), c}), n.emit<MulOp>({input, update})});
  h = n.emit<MulOp>({sigmoid(3), n.emit<TanhOp>(c)});
  return n.out(Values{h, c, joined, sums});
}

static LogicalResult buildLstm(Node &n) {
  const auto &o = n.options<schema::LSTMOptions>();
  if (o.kernel_type() == schema::LSTMKernelType::BASIC)
    return n.has(0) && isQuantized(*n.given(0)) ? n.refuseTypes() : buildBasicLstm(n);
  Sequence s = Sequence::ofStep(n);
  auto cell = lstmCell(n, s, kOneDirection,
                       {o.fused_activation_function(), o.cell_clip(), o.proj_clip(),
                        o.asymmetric_quantize_inputs()});
  return cell ? n.out(runStep(n, s, *cell)) : failure();
}

void tflite::addRecurrentRows(RowTable &t) {
  StringRef note = "variable states stay between calls if the batch is that of the file";
  auto add = [&](Builtin op, Build build) { t[op] = {build, "recurrent", note, build}; };
  add(Builtin::UNIDIRECTIONAL_SEQUENCE_LSTM, buildUnidirectionalLstm);
  add(Builtin::BIDIRECTIONAL_SEQUENCE_LSTM, buildBidirectionalLstm);
  add(Builtin::UNIDIRECTIONAL_SEQUENCE_RNN, buildUnidirectionalRnn);
  add(Builtin::BIDIRECTIONAL_SEQUENCE_RNN, buildBidirectionalRnn);
  add(Builtin::LSTM, buildLstm);
  add(Builtin::RNN, buildRnn);
  add(Builtin::SVDF, buildSvdf);
}
