#include "compiler/frontends/tflite/ops/Sequence.h"
#include "compiler/frontends/tflite/Importer.h"
#include "compiler/frontends/tflite/integer/Hybrid.h"
#include "compiler/frontends/tflite/integer/Integer.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

//===--- States -----------------------------------------------------------===//

/// What stands for 0: with that the interpreter fills variables.
static int64_t zeroOf(const tflite::Tensor &state) {
  return isOf(&state, {Storage::INT8}) ? zeroPointOf(state) : 0;
}

std::optional<StateVariable> tflite::keptState(Node &n, size_t input, Dim batch) {
  const tflite::Tensor *state = n.has(input) ? n.given(input) : nullptr;
  bool isKept = state && state->variable && state->shape.size() == 2 && state->shape[1] >= 0 &&
                batch.constant() == state->shape[0] &&
                llvm::is_contained({Storage::FLOAT32, Storage::INT8, Storage::INT16}, state->type);
  if (!isKept)
    return std::nullopt;
  Type element = tflite::elementType(n.b.getContext(), state->type);
  auto type = RankedTensorType::get(state->shape, element);
  ElementsAttr initial = cast<ElementsAttr>(n.b.getZeroAttr(type));
  if (int64_t zero = zeroOf(*state))
    initial = DenseElementsAttr::get(type, n.b.getIntegerAttr(element, zero).getValue());
  size_t subgraph = &n.graph - n.importer.model.subgraphs().data();
  std::string key = "tensor " + std::to_string(subgraph) + " " + std::to_string(n.op.inputs[input]);
  return StateVariable{n.importer.variable(key, state->name, type, initial), type};
}

Sequence::Sequence(Node &n, bool isTimeMajor) : x(n.in(0)), isTimeMajor(isTimeMajor) {
  if (x && n.rank(x) != 3)
    x = n.refuse("needs a sequence of rank 3, not " + Twine(n.rank(x)));
  if (x && !isTimeMajor)
    x = n.b.transpose(n.loc, x, {1, 0, 2});
}

Sequence Sequence::ofStep(Node &n) {
  Sequence s;
  s.x = n.in(0);
  if (s.x && n.rank(s.x) != 2)
    s.x = n.refuse("needs a matrix [batch, features], not a tensor of rank " + Twine(n.rank(s.x)));
  if (s.x)
    s.x = n.b.expandDims(n.loc, s.x, 0);
  return s;
}

Value Sequence::initialState(Node &n, size_t input, Value units) const {
  if (!n.has(input) || !n.given(input)->variable)
    return n.in(input);
  if (!x || !units)
    return {};
  if (auto state = keptState(n, input, n.b.shapes.dims(x)[1])) {
    auto wanted = n.b.shapes.constantContents(units);
    if (!wanted || wanted->front() != state->type.getDimSize(1))
      return n.refuse("a state does not fit the number of units");
    return readVariable(n, *state);
  }
  if (n.b.shapes.dims(x)[0].is(1))
    return n.refuse("takes one step at a time and keeps its state between calls, for another "
                    "batch than the file's",
                    "fix the batch when the model is converted");
  Type element = tflite::elementType(n.b.getContext(), n.given(input)->type);
  if (!element || !element.isIntOrFloat())
    return n.refuse("a state must be numbers");
  Value shape = n.b.concat(n.loc, {extent(n, x, 1), units});
  Value zero = n.b.splat(n.loc, {}, element, double(zeroOf(*n.given(input))));
  return n.emit<BroadcastToOp>({zero, shape});
}

LogicalResult Sequence::keepState(Node &n, size_t input, Value state) const {
  auto kept = x ? keptState(n, input, n.b.shapes.dims(x)[1]) : std::nullopt;
  return kept ? assignVariable(n, *kept, state) : success();
}

//===--- Weights ----------------------------------------------------------===//

Value tflite::weightsAt(Node &n, size_t i, int64_t rank, Value units) {
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

Value tflite::unitsOf(Node &n, size_t i) {
  Value weights = n.in(i);
  if (weights && n.rank(weights) != 2)
    return n.refuse("weights (input " + Twine(i) + ") must be a matrix");
  return weights ? extent(n, weights, 0) : Value();
}

/// The one scale of 8-bit weights without a zero point, which are an operand of floats.
static std::optional<float> scaleOfWeights(Node &n, size_t i) {
  const tflite::Tensor &w = *n.given(i);
  bool isTaken = isOf(&w, {Storage::INT8}) && !isPerChannel(w) && zeroPointOf(w) == 0;
  if (isTaken)
    return scaleOf(w);
  return (void)n.refuseTypes(), std::nullopt;
}

/// The scales of the rows of input i, which is the matrix; none if these are floats.
static FailureOr<SmallVector<float>> rowScales(Node &n, size_t i, Value matrix) {
  if (!matrix)
    return failure();
  if (!isQuantized(*n.given(i)))
    return SmallVector<float>();
  auto scale = scaleOfWeights(n, i);
  auto rows = n.b.shapes.dims(matrix)[0].constant();
  if (!scale)
    return failure();
  if (!rows)
    return n.fail("the number of units must be known");
  return SmallVector<float>(*rows, *scale);
}

Weights::Weights(Node &n, ArrayRef<size_t> inputs, Value units, bool isAsymmetric)
    : isAsymmetric(isAsymmetric) {
  Values parts;
  bool areIntegers = n.has(inputs.front()) && isQuantized(*n.given(inputs.front()));
  for (size_t i : inputs) {
    Value part = weightsAt(n, i, 2, units);
    auto ofRows = rowScales(n, i, part);
    if (failed(ofRows))
      return;
    if (areIntegers != isQuantized(*n.given(i))) {
      (void)n.refuseTypes();
      return;
    }
    scales.append(*ofRows);
    parts.push_back(part);
  }
  matrix = parts.size() == 1 ? parts.front() : n.b.concat(n.loc, parts);
  if (matrix && !areIntegers)
    matrix = n.b.transpose(n.loc, matrix, {1, 0});
}

/// Rows of any rank as a matrix.
static Value asMatrix(Node &n, Value rows) {
  int64_t rank = n.rank(rows);
  if (rank == 2)
    return rows;
  Value shape = n.b.concat(n.loc, {n.b.integers(n.loc, {-1}), extent(n, rows, rank - 1)});
  return n.emit<ReshapeOp>({rows, shape});
}

/// Of rows of all steps this is one product.
Value Weights::product(Node &n, Value rows) const {
  if (!rows || !matrix)
    return {};
  Value y, flat = asMatrix(n, rows);
  if (scales.empty()) {
    y = n.emit<MatmulOp>({flat, matrix});
  } else {
    HybridContraction hybrid(n, scales);
    Value x = hybrid.quantized(flat, {1}, isAsymmetric);
    Value sums =
        n.emit<MatmulOp>({x, hybrid.weights(matrix)}, {{"transpose_y", n.b.getBoolAttr(true)},
                                                       {"to", TypeAttr::get(n.b.getI32Type())}});
    y = hybrid.finished(sums, Activation::NONE);
  }
  int64_t rank = n.rank(rows);
  if (rank == 2)
    return y;
  Value units = extent(n, matrix, scales.empty() ? 1 : 0);
  return n.emit<ReshapeOp>({y, n.b.concat(n.loc, {n.b.extents(n.loc, rows, 0, rank - 1), units})});
}

Value tflite::realWeights(Node &n, size_t i, int64_t rank, Value units) {
  Value weights = weightsAt(n, i, rank, units);
  if (!weights || !isQuantized(*n.given(i)))
    return weights;
  auto scale = scaleOfWeights(n, i);
  if (!scale)
    return {};
  return n.emit<DequantizeOp>(weights, {{"scales", n.b.getDenseF32ArrayAttr({*scale})},
                                        {"zero_points", n.b.getDenseI64ArrayAttr({0})}});
}
