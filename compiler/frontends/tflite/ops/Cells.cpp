#include "compiler/frontends/tflite/ops/Recurrent.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// h * recurrent + what the input gave.
static Value stepSum(Node &n, Value projection, Value h, const Weights &recurrent) {
  return n.emit<AddOp>({projection, recurrent.product(n, h)});
}

/// The sum of c[i] * x^(n - i), rounded after each step.
static Value polynomial(Node &n, Value x, ArrayRef<double> coefficients) {
  Value sum = n.scalar(x, coefficients.front());
  for (double c : coefficients.drop_front())
    sum = n.emit<AddOp>({n.emit<MulOp>({sum, x}), n.scalar(x, c)});
  return sum;
}

/// tanh to the last bit as the kernels of recurrent operators compute it. A state from -1 to
/// 1 has its zero point just between two numbers, so that the last bit of its extremes
/// decides how all of it is rounded to 8 bits.
/// Source: ptanh_float of Eigen.
static Value kernelTanh(Node &n, Value x) {
  if (!x)
    return {};
  constexpr double kLimit = 7.90738964080810547; // is 1 from here on
  x = n.clamped(x, -kLimit, kLimit);
  Value square = n.emit<SquareOp>(x), cube = n.emit<MulOp>({square, x});
  if (!cube)
    return {};
  Value above =
      polynomial(n, square, {1.394553628e-8, 2.102733560e-5, 3.520756727e-3, 1.340216100e-1});
  Value below =
      polynomial(n, square, {8.015776984e-7, 3.326951409e-4, 2.597254514e-2, 4.673548340e-1, 1});
  above = n.emit<AddOp>({n.emit<MulOp>({cube, above}), x});
  return n.emit<DivOp>({above, below});
}

/// What becomes part of a state, which is rounded to 8 bits if it is asymmetric.
static Value activatedState(Node &n, Value x, Activation activation, bool isAsymmetric) {
  bool isExact = isAsymmetric && activation == Activation::TANH;
  return isExact ? kernelTanh(n, x) : n.activated(x, activation);
}

//===--- The basic cell ---------------------------------------------------===//

BasicCell::BasicCell(Node &n, const Sequence &s, size_t first, Activation activation,
                     bool isAsymmetric)
    : n(n), activation(activation), isAsymmetric(isAsymmetric) {
  Value units = unitsOf(n, first);
  recurrent = Weights(n, {first + 1}, units, isAsymmetric);
  Value bias = weightsAt(n, first + 2, 1, units);
  projections = n.emit<AddOp>({Weights(n, {first}, units, isAsymmetric).product(n, s.x), bias});
  states = {s.initialState(n, first + 3, units)};
  stateInputs = {first + 3};
}

Values BasicCell::step(Value projection, const Values &states) {
  return {
      activatedState(n, stepSum(n, projection, states[0], recurrent), activation, isAsymmetric)};
}

//===--- Long short-term memory -------------------------------------------===//

Value LstmCell::optional(size_t i, Value units) {
  Value value = n.has(i) ? realWeights(n, i, 1, units) : Value();
  isBroken |= n.has(i) && !value;
  return value;
}

/// The gates' weights, from input `first` on, below each other.
Weights LstmCell::stacked(size_t first, Value units) {
  SmallVector<size_t> inputs;
  for (size_t gate = isCoupled ? Forget : Input; gate <= Output; ++gate)
    inputs.push_back(first + gate);
  return Weights(n, inputs, units, limits.isAsymmetric);
}

Value LstmCell::biasesFrom(size_t first, Value units) {
  Values parts;
  for (size_t gate = isCoupled ? Forget : Input; gate <= Output; ++gate)
    parts.push_back(weightsAt(n, first + gate, 1, units));
  return n.b.concat(n.loc, parts);
}

LstmCell::LstmCell(Node &n, const Sequence &s, const Inputs &inputs, const Limits &limits)
    : n(n), limits(limits), isCoupled(!n.has(inputs.first)) {
  size_t first = inputs.first;
  Value cells = unitsOf(n, first + Forget), outputs = cells;
  projections = stacked(first, cells).product(n, s.x);
  recurrent = stacked(first + 4, cells);
  peepholes[Input] = isCoupled ? Value() : optional(first + 8, cells);
  peepholes[Forget] = optional(first + 9, cells);
  peepholes[Output] = optional(first + 10, cells);
  for (size_t gate = isCoupled ? Forget : Input; inputs.norms && gate <= Output; ++gate)
    norms[gate] = optional(*inputs.norms + gate, cells);
  if (norms[Forget]) // the biases come after the normalisation
    for (size_t gate = isCoupled ? Forget : Input; gate <= Output; ++gate)
      biases[gate] = weightsAt(n, first + 11 + gate, 1, cells);
  else
    projections = n.emit<AddOp>({projections, biasesFrom(first + 11, cells)});
  if (n.has(first + 15)) {
    outputs = unitsOf(n, first + 15);
    projection = Weights(n, {first + 15}, outputs, limits.isAsymmetric);
    projectionBias = optional(first + 16, outputs);
    isBroken |= !projection;
  }
  if (isBroken || !recurrent)
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
  Value update =
      activatedState(n, gate(Update, (*sums)[Update], c), limits.activation, limits.isAsymmetric);
  c = n.emit<AddOp>({n.emit<MulOp>({forget, c}), n.emit<MulOp>({input, update})});
  c = clipped(c, limits.cell);
  Value output = n.emit<SigmoidOp>(gate(Output, (*sums)[Output], c));
  Value h = n.emit<MulOp>({output, activatedState(n, c, limits.activation, limits.isAsymmetric)});
  if (projection) {
    h = projection.product(n, h);
    if (projectionBias)
      h = n.emit<AddOp>({h, projectionBias});
    h = clipped(h, limits.projection);
  }
  return {h, c};
}
