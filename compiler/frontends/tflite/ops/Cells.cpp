#include "compiler/frontends/tflite/Importer.h"
#include "compiler/frontends/tflite/ops/Recurrent.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

//===--- Sequences --------------------------------------------------------===//

Sequence::Sequence(Node &n, bool isTimeMajor) : x(n.in(0)), isTimeMajor(isTimeMajor) {
  if (x && n.rank(x) != 3)
    x = n.refuse("needs a sequence of rank 3, not " + Twine(n.rank(x)));
  if (x && !isTimeMajor)
    x = n.b.transpose(n.loc, x, {1, 0, 2});
}

Value Sequence::projected(Node &n, Value weights) const {
  if (!x || !weights)
    return {};
  Value columns = n.b.transpose(n.loc, weights, {1, 0}), minusOne = n.b.integers(n.loc, {-1});
  Value rows = n.emit<ReshapeOp>({x, n.b.concat(n.loc, {minusOne, extent(n, x, 2)})});
  Value shape = n.b.concat(n.loc, {n.b.extents(n.loc, x, 0, 2), extent(n, weights, 0)});
  return n.emit<ReshapeOp>({n.emit<MatmulOp>({rows, columns}), shape});
}

/// A state that is kept between calls.
static StateVariable stateVariable(Node &n, size_t input) {
  const tflite::Tensor &state = *n.given(input);
  auto type = RankedTensorType::get(state.shape, n.b.getF32Type());
  size_t subgraph = &n.graph - n.importer.model.subgraphs().data();
  std::string key = "tensor " + std::to_string(subgraph) + " " + std::to_string(n.op.inputs[input]);
  return {n.importer.variable(key, state.name, type), type};
}

bool Sequence::isKept(Node &n, size_t input) const {
  const tflite::Tensor *state = n.has(input) ? n.given(input) : nullptr;
  return state && state->variable && x && state->type == schema::TensorType::FLOAT32 &&
         state->shape.size() == 2 && state->shape[1] >= 0 &&
         n.b.shapes.dims(x)[1].constant() == state->shape[0];
}

Value Sequence::initialState(Node &n, size_t input, Value units) const {
  if (!n.has(input) || !n.given(input)->variable)
    return n.in(input);
  if (!x || !units)
    return {};
  if (isKept(n, input)) {
    StateVariable state = stateVariable(n, input);
    auto wanted = n.b.shapes.constantContents(units);
    if (!wanted || wanted->front() != state.type.getDimSize(1))
      return n.refuse("a state does not fit the number of units");
    return readVariable(n, state);
  }
  if (n.b.shapes.dims(x)[0].is(1))
    return n.refuse("takes one step at a time and keeps its state between calls, for another "
                    "batch than the file's",
                    "fix the batch when the model is converted");
  Value shape = n.b.concat(n.loc, {extent(n, x, 1), units});
  return n.emit<BroadcastToOp>({n.scalar(x, 0), shape});
}

LogicalResult Sequence::keepState(Node &n, size_t input, Value state) const {
  return isKept(n, input) ? assignVariable(n, stateVariable(n, input), state) : success();
}

/// Input i, a tensor of that rank with `units` as first dimension.
static Value weightsAt(Node &n, size_t i, int64_t rank, Value units) {
  Value weights = n.in(i);
  if (!weights || !units)
    return {};
  if (n.rank(weights) != rank)
    return n.refuse("weights (input " + Twine(i) + ") must be of rank " + Twine(rank));
  auto wanted = n.b.shapes.contents(units);
  if (!wanted || n.b.shapes.dims(weights)[0] != wanted->front())
    return n.refuse("weights (input " + Twine(i) + ") do not fit the number of units");
  return weights;
}

/// The first dimension of a matrix of weights.
static Value unitsOf(Node &n, size_t i) {
  Value weights = n.in(i);
  if (weights && n.rank(weights) != 2)
    return n.refuse("weights (input " + Twine(i) + ") must be a matrix");
  return weights ? extent(n, weights, 0) : Value();
}

/// h * recurrent + what the input gave.
static Value stepSum(Node &n, Value projection, Value h, Value recurrent) {
  return n.emit<AddOp>({projection, n.emit<MatmulOp>({h, recurrent})});
}

static Value transposed(Node &n, Value matrix) {
  return matrix ? n.b.transpose(n.loc, matrix, {1, 0}) : Value();
}

//===--- The basic cell ---------------------------------------------------===//

BasicCell::BasicCell(Node &n, const Sequence &s, size_t first, Activation activation)
    : n(n), activation(activation) {
  Value units = unitsOf(n, first);
  recurrent = transposed(n, weightsAt(n, first + 1, 2, units));
  Value bias = weightsAt(n, first + 2, 1, units);
  projections = n.emit<AddOp>({s.projected(n, n.in(first)), bias});
  states = {s.initialState(n, first + 3, units)};
  stateInputs = {first + 3};
}

Values BasicCell::step(Value projection, const Values &states) {
  return {n.activated(stepSum(n, projection, states[0], recurrent), activation)};
}

//===--- Long short-term memory -------------------------------------------===//

Value LstmCell::optional(size_t i) {
  Value value = n.has(i) ? n.in(i) : Value();
  isBroken |= n.has(i) && !value;
  return value;
}

/// The gates' weights, from input `first` on, below each other.
Value LstmCell::stacked(size_t first, int64_t rank, Value units) {
  Values parts;
  for (size_t gate = isCoupled ? Forget : Input; gate <= Output; ++gate)
    parts.push_back(weightsAt(n, first + gate, rank, units));
  return n.b.concat(n.loc, parts);
}

LstmCell::LstmCell(Node &n, const Sequence &s, const Inputs &inputs, const Limits &limits)
    : n(n), limits(limits), isCoupled(!n.has(inputs.first)),
      projection(optional(inputs.first + 15)), projectionBias(optional(inputs.first + 16)) {
  size_t first = inputs.first;
  Value cells = unitsOf(n, first + Forget);
  projections = s.projected(n, stacked(first, 2, cells));
  recurrent = transposed(n, stacked(first + 4, 2, cells));
  peepholes[Input] = isCoupled ? Value() : optional(first + 8);
  peepholes[Forget] = optional(first + 9);
  peepholes[Output] = optional(first + 10);
  for (size_t gate = isCoupled ? Forget : Input; inputs.norms && gate <= Output; ++gate)
    norms[gate] = optional(*inputs.norms + gate);
  if (norms[Forget]) // the biases come after the normalisation
    for (size_t gate = isCoupled ? Forget : Input; gate <= Output; ++gate)
      biases[gate] = weightsAt(n, first + 11 + gate, 1, cells);
  else
    projections = n.emit<AddOp>({projections, stacked(first + 11, 1, cells)});
  Value outputs = projection ? unitsOf(n, first + 15) : cells;
  if (projection)
    isBroken |= !(projection = outputs ? transposed(n, projection) : Value());
  if (isBroken)
    projections = {};
  states = {s.initialState(n, inputs.outputState, outputs),
            s.initialState(n, inputs.cellState, cells)};
  stateInputs = {inputs.outputState, inputs.cellState};
}

/// (x - mean) / deviation over the cells, times the coefficients.
Value LstmCell::normalised(Value x, Value coefficients) {
  if (!x)
    return {};
  auto overCells = n.b.getDenseI64ArrayAttr({n.rank(x) - 1});
  auto mean = [&](Value v) {
    return n.emit<ReduceMeanOp>(v, {{"axes", overCells}, {"keep_dims", n.b.getBoolAttr(true)}});
  };
  Value centred = n.emit<SubOp>({x, mean(x)});
  Value variance = n.emit<AddOp>({mean(n.emit<SquareOp>(centred)), n.scalar(x, 1e-8)});
  return n.emit<MulOp>({n.emit<MulOp>({centred, n.emit<RsqrtOp>(variance)}), coefficients});
}

/// The gate before its activation.
Value LstmCell::gate(Gate gate, Value sum, Value peeped) {
  if (peepholes[gate])
    sum = n.emit<AddOp>({sum, n.emit<MulOp>({peeped, peepholes[gate]})});
  if (norms[gate])
    sum = normalised(sum, norms[gate]);
  return biases[gate] ? n.emit<AddOp>({sum, biases[gate]}) : sum;
}

Values LstmCell::step(Value given, const Values &states) {
  Value c = states[1];
  auto sums = split(n, stepSum(n, given, states[0], recurrent), 1, isCoupled ? 3 : 4);
  if (failed(sums))
    return {Value(), Value()};
  if (isCoupled)
    sums->insert(sums->begin(), Value());
  Value forget = n.emit<SigmoidOp>(gate(Forget, (*sums)[Forget], c));
  Value input = isCoupled ? n.emit<SubOp>({n.scalar(forget, 1), forget})
                          : n.emit<SigmoidOp>(gate(Input, (*sums)[Input], c));
  Value update = n.activated(gate(Update, (*sums)[Update], c), limits.activation);
  c = n.emit<AddOp>({n.emit<MulOp>({forget, c}), n.emit<MulOp>({input, update})});
  c = clipped(c, limits.cell);
  Value output = n.emit<SigmoidOp>(gate(Output, (*sums)[Output], c));
  Value h = n.emit<MulOp>({output, n.activated(c, limits.activation)});
  if (projection) {
    h = n.emit<MatmulOp>({h, projection});
    if (projectionBias)
      h = n.emit<AddOp>({h, projectionBias});
    h = clipped(h, limits.projection);
  }
  return {h, c};
}
