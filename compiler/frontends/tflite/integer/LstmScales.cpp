#include "compiler/frontends/tflite/integer/LstmScales.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

SmallVector<LstmScales::Gate> LstmScales::presentGates() const {
  if (isCoupled)
    return {Forget, Update, Output};
  return {Input, Forget, Update, Output};
}

/// True if the tensor has that type and one scale.
static bool isPlain(const Tensor *tensor, Storage type) {
  return isOf(tensor, {type}) && !isPerChannel(*tensor);
}

/// The same of weights, which have no zero point either.
static bool isWeights(const Tensor *tensor, Storage type) {
  return isPlain(tensor, type) && zeroPointOf(*tensor) == 0;
}

/// An intermediate tensor with a scale; null if there is none.
static const Tensor *intermediate(Node &n, size_t i) {
  ArrayRef<int32_t> all = n.op.intermediates;
  const Tensor *tensor = i < all.size() && all[i] != kNoTensor ? &n.graph.tensors[all[i]] : nullptr;
  return tensor && tensor->quantization && tensor->quantization->scale()->size() == 1 ? tensor
                                                                                      : nullptr;
}

/// What the gates have in common, and which parts there are: all gates have them, or none.
LogicalResult LstmScales::readTypes(Node &n) {
  auto output = n.output(0);
  if (failed(output))
    return failure();
  bool hasPeepholes = n.has(11), hasNorms = n.has(21);
  isCoupled = !n.has(1);
  bool isTaken = isPlain(n.given(0), Storage::INT8) && isPlain(*output, Storage::INT8) &&
                 isPlain(n.given(18), Storage::INT8) && isWeights(n.given(19), Storage::INT16);
  for (Gate gate : presentGates()) {
    const Tensor *bias = n.given(12 + gate);
    isTaken &= isWeights(n.given(1 + gate), Storage::INT8) &&
               isWeights(n.given(5 + gate), Storage::INT8) && bias && bias->type == Storage::INT32;
    if (hasPeepholes && gate != Update)
      isTaken &= isWeights(n.given(peepholeInput(gate)), Storage::INT16);
    if (hasNorms)
      isTaken &= isWeights(n.given(20 + gate), Storage::INT16) && intermediate(n, gate);
  }
  if (n.has(16))
    isTaken &= isWeights(n.given(16), Storage::INT8) &&
               (!n.has(17) || n.given(17)->type == Storage::INT32);
  if (!isTaken)
    return n.refuseTypes();
  if (n.op.intermediates.size() > 5 || !intermediate(n, 4))
    return n.fail("an integer LSTM needs five intermediate tensors, the last one with the scale "
                  "of the hidden numbers");
  if (!isCoupled && !n.has(5))
    return n.fail("the input gate needs recurrent weights too");
  return success();
}

/// The scale of the cells must be a power of two; from it follow shifts and the integer bits
/// of a tanh.
LogicalResult LstmScales::readCell(Node &n, float clip) {
  float scale = scaleOf(*n.given(19));
  float log = std::log(scale) * (1.0f / std::log(2.0f)), rounded = std::round(log);
  if (!(std::fabs(log - rounded) < 1e-3f) || rounded < -15 || rounded > -9)
    return n.fail("the scale of the cell state must be a power of two from 2^-15 to 2^-9");
  cellLog2 = int(rounded);
  if (!(clip >= 0))
    return n.fail("the clip of the cells must not be negative");
  cellClip = int64_t(std::min(clip / scale, 32767.0f));
  return success();
}

LogicalResult LstmScales::readGate(Node &n, Gate gate) {
  bool hasNorm = n.has(21);
  float inside = hasNorm ? scaleOf(*intermediate(n, gate)) : std::ldexp(1.0f, -12);
  float input = scaleOf(*n.given(1 + gate)) * scaleOf(*n.given(0)) / inside;
  float recurrent = scaleOf(*n.given(5 + gate)) * scaleOf(*n.given(18)) / inside;
  auto inputFactor = fixedPoint(n, input), recurrentFactor = fixedPoint(n, recurrent);
  if (failed(inputFactor) || failed(recurrentFactor))
    return failure();
  GateScales &s = gates[gate];
  s.input = *inputFactor;
  s.recurrent = *recurrentFactor;
  if (n.has(11) && gate != Update) {
    double weights = scaleOf(*n.given(peepholeInput(gate)));
    auto factor = fixedPoint(n, float(std::ldexp(weights, cellLog2) / inside));
    if (failed(factor))
      return failure();
    s.peephole = *factor;
  }
  if (!hasNorm)
    return success();
  constexpr int kMoreBits = 12;
  float scale = scaleOf(*n.given(20 + gate));
  auto factor = fixedPoint(n, scale);
  if (failed(factor) || factor->shift + kMoreBits > 30 || scale > 1e4f)
    return n.fail("the scale of a layer normalisation is out of range");
  s.norm = Norm{{factor->multiplier, factor->shift + kMoreBits},
                std::max<int64_t>(1, int64_t(10000 * scale))};
  return success();
}

LogicalResult LstmScales::readOutput(Node &n, float clip) {
  const Tensor &state = *n.given(18), &inside = *intermediate(n, 4);
  auto output = n.output(0);
  double hiddenScale = scaleOf(inside), unit = std::ldexp(1.0, -15);
  auto factor = fixedPoint(n, float(unit / hiddenScale * unit));
  if (failed(factor))
    return failure();
  hidden = *factor;
  hiddenZero = zeroPointOf(inside);
  inputZero = zeroPointOf(*n.given(0));
  outputZero = zeroPointOf(state);
  if (hiddenZero < -127 || hiddenZero > 127)
    return n.fail("the zero point of the hidden numbers is out of range");
  if (!(clip >= 0))
    return n.fail("the clip of the projection must not be negative");
  projectionClip = int64_t(std::min(clip / scaleOf(**output), 127.0f));
  if (!n.has(16))
    return success();
  auto back = fixedPoint(n, scaleOf(*n.given(16)) * scaleOf(inside) / scaleOf(state));
  if (failed(back))
    return failure();
  projection = *back;
  return success();
}

FailureOr<LstmScales> LstmScales::read(Node &n, float cellClip, float projectionClip) {
  LstmScales s;
  if (failed(s.readTypes(n)) || failed(s.readCell(n, cellClip)))
    return failure();
  for (Gate gate : s.presentGates())
    if (failed(s.readGate(n, gate)))
      return failure();
  if (failed(s.readOutput(n, projectionClip)))
    return failure();
  return s;
}
