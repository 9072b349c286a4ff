#include "compiler/frontends/tflite/integer/Lstm.h"
#include "compiler/frontends/tflite/integer/FixedCode.h"
#include "compiler/frontends/tflite/integer/LstmScales.h"
#include "compiler/frontends/tflite/integer/ShortCode.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

namespace {
class IntegerLstm : public Cell {
public:
  IntegerLstm(Node &n, const LstmScales &scales) : n(n), code(n), scales(scales) {}
  LogicalResult prepare(const Sequence &s);
  Values step(Value given, const Values &states) override;

private:
  using Gate = LstmScales::Gate;

  /// A product with a matrix of weights: rows * w' + offsets, brought to another scale.
  struct Product {
    Value weights, offsets;
    FixedPoint factor;
    Value sums(Node &n, Value rows) const;
  };
  FailureOr<Product> product(size_t weights, std::optional<size_t> bias, int64_t zeroPoint,
                             FixedPoint factor, Value units);
  LogicalResult prepareGate(Gate gate);
  LogicalResult prepareProjection();
  Value peephole(size_t input);
  Value normalised(const LstmScales::GateScales &gate, size_t index, Value x);
  Value gate(Gate index, Value given, Value h, Value cell);
  Value nextCell(Value c, Value forget, Value input, Value update);
  Value output(Value gate, Value c);

  Node &n;
  ShortCode code;
  LstmScales scales;
  Value cells, outputs; ///< their numbers, as vectors of one element
  Product input[4], recurrent[4], projection;
  Value peepholes[4], norms[4], biases[4]; ///< in 32 bits; null where there is none
};
} // namespace

//===--- In front of the loop -------------------------------------------------===//

/// With the zero point of the rows in the offsets: sum((x - z) * w) = sum(x * w) - z * sum(w).
FailureOr<IntegerLstm::Product> IntegerLstm::product(size_t weights, std::optional<size_t> bias,
                                                     int64_t zeroPoint, FixedPoint factor,
                                                     Value units) {
  Product p{weightsAt(n, weights, 2, units), {}, factor};
  if (!p.weights)
    return failure();
  Value sums = n.emit<ReduceSumOp>(n.b.cast(n.loc, p.weights, n.b.getI32Type()),
                                   {{"axes", n.b.getDenseI64ArrayAttr({1})}});
  p.offsets = code.mul(sums, code.number(-zeroPoint));
  if (bias)
    p.offsets = code.add(p.offsets, weightsAt(n, *bias, 1, units));
  if (!p.offsets)
    return failure();
  return p;
}

Value IntegerLstm::Product::sums(Node &n, Value rows) const {
  Value sums = n.emit<MatmulOp>({rows, weights}, {{"transpose_y", n.b.getBoolAttr(true)},
                                                  {"to", TypeAttr::get(n.b.getI32Type())}});
  return n.emit<AddOp>({sums, offsets});
}

/// A vector of 16-bit weights in 32 bits.
Value IntegerLstm::peephole(size_t input) { return code.wide(weightsAt(n, input, 1, cells)); }

LogicalResult IntegerLstm::prepareGate(Gate gate) {
  const LstmScales::GateScales &s = scales.gates[gate];
  bool isNormalised = s.norm.has_value();
  auto bias = isNormalised ? std::nullopt : std::optional<size_t>(12 + gate);
  auto fromInput = product(1 + gate, bias, scales.inputZero, s.input, cells);
  auto fromOutput = product(5 + gate, std::nullopt, scales.outputZero, s.recurrent, cells);
  if (failed(fromInput) || failed(fromOutput))
    return failure();
  input[gate] = *fromInput;
  recurrent[gate] = *fromOutput;
  if (n.b.shapes.dims(recurrent[gate].weights)[1] != n.b.shapes.contents(outputs)->front())
    return n.fail("weights (input " + Twine(5 + gate) + ") do not fit the number of outputs");
  if (s.peephole && !(peepholes[gate] = peephole(LstmScales::peepholeInput(gate))))
    return failure();
  if (!isNormalised)
    return success();
  norms[gate] = peephole(20 + gate);
  biases[gate] = weightsAt(n, 12 + gate, 1, cells);
  return success(norms[gate] && biases[gate]);
}

/// The hidden numbers stand for themselves plus their zero point: see output().
LogicalResult IntegerLstm::prepareProjection() {
  std::optional<size_t> bias;
  if (n.has(17))
    bias = 17;
  auto p = product(16, bias, -scales.hiddenZero, *scales.projection, outputs);
  if (failed(p))
    return failure();
  projection = *p;
  return success();
}

LogicalResult IntegerLstm::prepare(const Sequence &s) {
  cells = unitsOf(n, 1 + LstmScales::Forget);
  outputs = scales.projection ? unitsOf(n, 16) : cells;
  if (!cells || !outputs || !s.x)
    return failure();
  if (!n.b.shapes.contents(outputs) || !n.b.shapes.constantContents(cells))
    return n.fail("the number of units must be known");
  // The reference kernel walks its peepholes by the number of outputs.
  if (scales.gates[LstmScales::Forget].peephole &&
      n.b.shapes.contents(outputs)->front() != n.b.shapes.contents(cells)->front())
    return n.fail("peepholes need as many outputs as cells");
  Values parts;
  for (Gate gate : scales.presentGates()) {
    if (failed(prepareGate(gate)))
      return failure();
    Requantization how{{input[gate].factor}};
    how.to = Storage::INT16;
    how.range = boundsOf(Storage::INT16);
    Value flat =
        n.emit<ReshapeOp>({s.x, n.b.concat(n.loc, {n.b.integers(n.loc, {-1}), extent(n, s.x, 2)})});
    Value sums = requantize(n, input[gate].sums(n, flat), how);
    parts.push_back(
        n.emit<ReshapeOp>({sums, n.b.concat(n.loc, {n.b.extents(n.loc, s.x, 0, 2), cells})}));
  }
  projections = n.b.concat(n.loc, parts, 2);
  if (scales.projection && failed(prepareProjection()))
    return failure();
  states = {s.initialState(n, 18, outputs), s.initialState(n, 19, cells)};
  stateInputs = {18, 19};
  return success(projections && states[0] && states[1]);
}

//===--- A step -------------------------------------------------------------------===//

/// x * factor in 32 bits.
static Value rescaled(Node &n, Value x, FixedPoint factor) {
  return requantize(n, x, Requantization{{factor}});
}

/// x within [-limit, limit], if there is a limit.
static Value clipped(Node &n, Value x, int64_t limit) {
  return limit > 0 ? clamped(n, x, {-limit, limit}) : x;
}

/// (x - mean) / deviation over the cells with 10 fractional bits, times the weights, plus
/// the biases. Source: PortableApplyLayerNorm in
/// tensorflow/lite/kernels/internal/reference/portable_tensor_utils.cc.
Value IntegerLstm::normalised(const LstmScales::GateScales &gate, size_t index, Value x) {
  constexpr int64_t kOne = 1 << 10, kSquare = 1 << 20;
  FixedCode c(n);
  int64_t count = n.b.shapes.constantContents(cells)->front();
  auto sumOf = [&](Value v) {
    return n.emit<ReduceSumOp>(
        v, {{"axes", n.b.getDenseI64ArrayAttr({1})}, {"keep_dims", n.b.getBoolAttr(true)}});
  };
  auto divided = [&](Value v, int64_t by) { return n.emit<DivOp>({v, c.number(by)}); };
  Value wide = c.wide(x);
  Value mean = divided(c.mul(sumOf(wide), kOne), count);
  Value variance = c.sub(c.mul(sumOf(c.mul(wide, wide)), kSquare / count), c.mul(mean, mean));
  variance = c.wrapped(divided(variance, kSquare));
  Value isFlat = n.emit<LessOp>({variance, c.number(1)});
  variance = c.select(isFlat, c.number(gate.norm->guard), variance);
  Value centred = c.wrapped(c.sub(c.mul(wide, kOne), mean));
  Value normal = c.scaled(centred, c.inverseSqrt(variance));
  Value weighted = c.wrapped(c.add(c.mul(normal, c.wide(norms[index])), c.wide(biases[index])));
  Value isPositive = n.emit<GreaterOp>({weighted, c.number(0)});
  Value half = c.select(isPositive, c.number(kOne / 2), c.number(-kOne / 2));
  Value result = n.b.cast(n.loc, divided(c.add(weighted, half), kOne), n.b.getI32Type());
  return code.saturated(rescaled(n, result, gate.norm->factor));
}

/// Before its activation, which is tanh for the update and the logistic function else.
Value IntegerLstm::gate(Gate index, Value given, Value h, Value cell) {
  const LstmScales::GateScales &s = scales.gates[index];
  Value sum = rescaled(n, recurrent[index].sums(n, h), s.recurrent);
  sum = code.saturated(code.add(code.wide(given), sum));
  if (s.peephole) {
    Value seen = rescaled(n, code.mul(cell, peepholes[index]), *s.peephole);
    sum = code.saturated(code.add(sum, seen));
  }
  if (s.norm)
    sum = normalised(s, index, sum);
  return index == LstmScales::Update ? code.tanh(sum, 3) : code.logistic(sum);
}

Value IntegerLstm::nextCell(Value c, Value forget, Value input, Value update) {
  Value kept = code.roundedShift(code.mul(forget, c), 15);
  Value added = code.roundedShift(code.mul(input, update), 30 + scales.cellLog2);
  Value next =
      code.saturated(code.add(code.wide(code.narrow(kept)), code.wide(code.narrow(added))));
  return clipped(n, next, scales.cellClip);
}

/// gate * tanh(c), through the projection if there is one. In front of that the kernel takes
/// the zero point off instead of adding it, and accounts for it in the offsets.
Value IntegerLstm::output(Value gate, Value c) {
  Value product = code.mul(gate, code.tanh(c, 15 + scales.cellLog2));
  Requantization hidden{{scales.hidden}};
  hidden.to = Storage::INT8;
  hidden.range = boundsOf(Storage::INT8);
  hidden.zeroPoint = scales.projection ? -scales.hiddenZero : scales.hiddenZero;
  Value h = requantize(n, product, hidden);
  if (!scales.projection)
    return h;
  Requantization last{{projection.factor}};
  last.to = Storage::INT8;
  last.range = boundsOf(Storage::INT8);
  last.zeroPoint = scales.outputZero;
  return clipped(n, requantize(n, projection.sums(n, h), last), scales.projectionClip);
}

Values IntegerLstm::step(Value given, const Values &states) {
  Value h = states[0], c = code.wide(states[1]);
  SmallVector<Gate> present = scales.presentGates();
  auto parts = split(n, given, 1, present.size());
  if (failed(parts))
    return {Value(), Value()};
  Value of[4];
  for (auto [gate, part] : llvm::zip(present, *parts))
    of[gate] = part;
  auto value = [&](Gate g, Value cell) { return gate(g, of[g], h, cell); };
  Value forget = value(LstmScales::Forget, c);
  Value input =
      scales.isCoupled ? code.sub(code.number(INT16_MAX), forget) : value(LstmScales::Input, c);
  Value update = value(LstmScales::Update, c);
  c = nextCell(c, forget, input, update);
  h = output(value(LstmScales::Output, c), c);
  return {h, code.narrow(c)};
}

std::unique_ptr<Cell> tflite::makeIntegerLstm(Node &n, const Sequence &s,
                                              const LstmCell::Limits &limits) {
  auto scales = LstmScales::read(n, limits.cell, limits.projection);
  if (failed(scales))
    return nullptr;
  auto cell = std::make_unique<IntegerLstm>(n, *scales);
  return succeeded(cell->prepare(s)) ? std::move(cell) : nullptr;
}
