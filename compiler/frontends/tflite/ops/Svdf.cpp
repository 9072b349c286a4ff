#include "compiler/frontends/tflite/integer/Integer.h"
#include "compiler/frontends/tflite/ops/Recurrent.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

// SVDF: a product of low rank over the last inputs (Nakkiran et al. 2015). Filters f of
// the features give one value each a step; the last `memory` of them, times weights over
// time, are added up for the `rank` filters of each unit.
// Source: tensorflow/lite/kernels/internal/reference/svdf.h.

namespace {
/// The sizes, all known; inputs are x, weights over features [filters, features] and over
/// time [filters, memory], biases [units], the state [batch, filters * memory].
struct Sizes {
  int64_t batch, filters, memory, rank;
  int64_t units() const { return filters / rank; }
};
} // namespace

static FailureOr<Sizes> sizesOf(Node &n) {
  Value x = n.in(0), features = n.in(1), time = n.in(2);
  if (!x || !features || !time)
    return failure();
  if (n.rank(x) != 2 || n.rank(features) != 2 || n.rank(time) != 2)
    return n.fail("needs matrices as input and weights");
  auto dim = [&](Value v, int64_t d) { return n.b.shapes.dims(v)[d].constant(); };
  auto batch = dim(x, 0), filters = dim(features, 0), memory = dim(time, 1);
  int64_t rank = n.options<schema::SVDFOptions>().rank();
  if (!batch || !filters || !memory || *memory == 0 || dim(time, 0) != filters || rank < 1 ||
      *filters % rank != 0 || dim(features, 1) != dim(x, 1))
    return n.fail("the weights must be of known sizes, for each filter, and fit the rank",
                  "fix the batch when the model is converted");
  return Sizes{*batch, *filters, *memory, rank};
}

/// The state's variable as it must be; an error at the node if it is another.
static FailureOr<StateVariable> stateOf(Node &n, const Sizes &s, Storage type) {
  auto state = keptState(n, 4, n.b.shapes.dims(n.in(0))[0]);
  if (!state || n.given(4)->type != type || state->type.getDimSize(1) != s.filters * s.memory)
    return n.fail("the state (input 4) must be a variable of one number for each batch entry, "
                  "filter and step");
  return *state;
}

/// The state with the filters' new values [batch, filters] behind the others, as
/// [batch, filters, memory]; it is stored.
static Value pushed(Node &n, const Sizes &s, const StateVariable &state, Value values) {
  Value old = n.b.reshape(n.loc, readVariable(n, state), {s.batch, s.filters, s.memory});
  old = sliceAlong(n, old, 2, n.b.integers(n.loc, {1}), n.b.integers(n.loc, {-1}));
  Value all = n.b.concat(n.loc, {old, n.b.expandDims(n.loc, values, 2)}, 2);
  Value flat = n.b.reshape(n.loc, all, {s.batch, s.filters * s.memory});
  return flat && succeeded(assignVariable(n, state, flat)) ? all : Value();
}

/// Sums over time and the filters of each unit, and the biases: [batch, units].
static Value summed(Node &n, const Sizes &s, Value state, Value weights) {
  auto last = [&](Value v) {
    return n.emit<ReduceSumOp>(v, {{"axes", n.b.getDenseI64ArrayAttr({2})}});
  };
  Value ofFilters = last(n.emit<MulOp>({state, weights}));
  Value sums = last(n.b.reshape(n.loc, ofFilters, {s.batch, s.units(), s.rank}));
  Value units = n.b.integers(n.loc, {s.units()});
  return n.has(3) ? n.emit<AddOp>({sums, weightsAt(n, 3, 1, units)}) : sums;
}

/// Of floats; weights may be integers.
static LogicalResult buildReal(Node &n, const Sizes &s) {
  const auto &options = n.options<schema::SVDFOptions>();
  auto state = stateOf(n, s, Storage::FLOAT32);
  Value filters = n.b.integers(n.loc, {s.filters});
  if (failed(state))
    return failure();
  Weights features(n, {1}, filters, options.asymmetric_quantize_inputs());
  Value all = pushed(n, s, *state, features.product(n, n.in(0)));
  return n.out(summed(n, s, all, realWeights(n, 2, 2, filters)),
               options.fused_activation_function());
}

/// Integers of 8 bits, but 16 for the state and the weights over time.
static LogicalResult buildInteger(Node &n, const Sizes &s) {
  const Tensor *x = n.given(0), *features = n.given(1), *time = n.given(2), *bias = n.given(3);
  auto output = n.output(0);
  if (failed(output))
    return failure();
  bool isTaken = isOf(features, {Storage::INT8}) && isOf(time, {Storage::INT16}) &&
                 isOf(n.given(4), {Storage::INT16}) && isOf(*output, {Storage::INT8}) &&
                 (!bias || bias->type == Storage::INT32);
  for (const Tensor *tensor : {x, features, time, n.given(4), *output})
    isTaken &= tensor && isQuantized(*tensor) && !isPerChannel(*tensor);
  if (!isTaken)
    return n.refuseTypes();
  if (n.options<schema::SVDFOptions>().fused_activation_function() != Activation::RELU)
    return n.fail("the fused activation of integers must be RELU");
  auto state = stateOf(n, s, Storage::INT16);
  double stateScale = scaleOf(*n.given(4));
  auto first = fixedPoint(n, double(scaleOf(*x)) * double(scaleOf(*features)) / stateScale);
  auto second = fixedPoint(n, stateScale * double(scaleOf(*time)) / double(scaleOf(**output)));
  if (failed(state) || failed(first) || failed(second))
    return failure();
  Value sums = n.emit<MatmulOp>(
      {centered(n, n.in(0), *x, 16), n.b.cast(n.loc, n.in(1), n.b.getI16Type())},
      {{"transpose_y", n.b.getBoolAttr(true)}, {"to", TypeAttr::get(n.b.getI32Type())}});
  Requantization how{{*first}};
  how.to = Storage::INT16;
  how.range = boundsOf(Storage::INT16);
  Value all = pushed(n, s, *state, requantize(n, sums, how));
  auto wide = [&](Value v) { return n.b.cast(n.loc, v, n.b.getI32Type()); };
  return n.out(toOutput(n, summed(n, s, wide(all), wide(n.in(2))), second, Activation::NONE));
}

LogicalResult tflite::buildSvdf(Node &n) {
  auto sizes = sizesOf(n);
  if (failed(sizes))
    return failure();
  return isOf(n.given(0), {Storage::INT8}) ? buildInteger(n, *sizes) : buildReal(n, *sizes);
}
