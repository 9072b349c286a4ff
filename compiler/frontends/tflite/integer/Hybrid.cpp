#include "compiler/frontends/tflite/integer/Hybrid.h"
#include "compiler/frontends/tflite/integer/Integer.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

bool tflite::isHybrid(Node &n, size_t x, size_t w) {
  const Tensor *input = n.given(x), *weights = n.given(w);
  return input && weights && input->type == Storage::FLOAT32 && isQuantized(*weights);
}

FailureOr<HybridContraction> HybridContraction::read(Node &n, size_t x, size_t w, size_t bias,
                                                     int64_t channels) {
  auto output = n.output(0);
  const Tensor *added = n.given(bias), *weights = n.given(w);
  if (failed(output))
    return failure();
  if (!isHybrid(n, x, w) || !isOf(weights, {Storage::INT8}) ||
      (*output)->type != Storage::FLOAT32 || (added && added->type != Storage::FLOAT32))
    return n.refuseTypes();
  const auto &q = *weights->quantization;
  if (llvm::any_of(*q.zero_point(), [](int64_t zero) { return zero != 0; }))
    return n.fail("the weights have a zero point other than 0");
  if (isPerChannel(*weights) && q.quantized_dimension() != channels)
    return n.fail("the weights are quantized along dimension " + Twine(q.quantized_dimension()) +
                  ", not " + Twine(channels));
  HybridContraction c(n, SmallVector<float>(q.scale()->begin(), q.scale()->end()));
  c.bias = bias;
  return c;
}

bool HybridContraction::hasChannelScales() const {
  return llvm::any_of(scales, [&](float scale) { return scale != scales[0]; });
}

Value HybridContraction::quantized(Value x, ArrayRef<int64_t> axes, bool isAsymmetric) {
  if (!x)
    return {};
  std::pair<StringRef, Attribute> over[] = {{"axes", n.b.getDenseI64ArrayAttr(axes)},
                                            {"keep_dims", n.b.getBoolAttr(true)}};
  factorType = n.b.getIntegerType(isAsymmetric ? 16 : 8);
  return isAsymmetric ? quantizedAsymmetric(x, over) : quantizedSymmetric(x, over);
}

/// The nearest number of 8 bits, halves away from zero.
static Value rounded(Node &n, Value x) {
  return n.emit<QuantizeOp>(x, {{"to", TypeAttr::get(n.b.getIntegerType(8))},
                                {"scales", n.b.getDenseF32ArrayAttr({1.0f})},
                                {"zero_points", n.b.getDenseI64ArrayAttr({0})}});
}

/// `value`, or where `test` is 0, `otherwise`.
static Value unlessZero(Node &n, Value test, Value value, double otherwise) {
  if (!test || !value)
    return {};
  Value isZero = n.emit<EqualOp>({test, n.scalar(test, 0)});
  return n.emit<SelectOp>({isZero, n.scalar(value, otherwise), value});
}

/// Zeros alone get a scale of 1.
Value HybridContraction::quantizedSymmetric(Value x, NamedAttributes over) {
  constexpr double kSteps = 127;
  Value range = n.emit<ReduceMaxOp>(n.emit<AbsOp>(x), over);
  range = unlessZero(n, range, range, kSteps);
  if (!range)
    return {};
  scale = n.emit<DivOp>({range, n.scalar(range, kSteps)});
  Value inverse = n.emit<DivOp>({n.scalar(range, kSteps), range});
  return rounded(n, n.emit<MulOp>({x, inverse}));
}

/// The zero point comes from that end of the range where it has the smaller error.
static Value zeroPoint(Node &n, Value low, Value high, Value scale) {
  constexpr double kLeast = -128, kGreatest = 127;
  Value below = n.emit<DivOp>({low, scale}), above = n.emit<DivOp>({high, scale});
  if (!below || !above)
    return {};
  auto number = [&](double value) { return n.scalar(below, value); };
  Value errorBelow = n.emit<AddOp>({number(-kLeast), n.emit<AbsOp>(below)});
  Value errorAbove = n.emit<AddOp>({number(kGreatest), n.emit<AbsOp>(above)});
  Value fromBelow = n.emit<SubOp>({number(kLeast), below});
  Value fromAbove = n.emit<SubOp>({number(kGreatest), above});
  Value isBelow = n.emit<LessOp>({errorBelow, errorAbove});
  Value zero = n.emit<SelectOp>({isBelow, fromBelow, fromAbove});
  return rounded(n, n.b.cast(n.loc, zero, n.b.getF32Type()));
}

/// The range is computed in double precision.
Value HybridContraction::quantizedAsymmetric(Value x, NamedAttributes over) {
  constexpr double kSteps = 255;
  Value low = n.emit<ReduceMinOp>(x, over), high = n.emit<ReduceMaxOp>(x, over);
  if (!low || !high)
    return {};
  auto wide = [&](Value v) { return n.b.cast(n.loc, v, n.b.getF64Type()); };
  low = wide(n.emit<MinimumOp>({low, n.scalar(low, 0)}));
  high = wide(n.emit<MaximumOp>({high, n.scalar(high, 0)}));
  Value range = n.emit<SubOp>({high, low});
  range = unlessZero(n, range, range, kSteps);
  if (!range)
    return {};
  Value steps = n.emit<DivOp>({range, n.scalar(range, kSteps)});
  scale = n.b.cast(n.loc, steps, n.b.getF32Type());
  Value zero = zeroPoint(n, low, high, steps);
  if (!zero)
    return {};
  Value inverse = n.emit<DivOp>({n.scalar(scale, 1), scale});
  Value moved =
      n.emit<AddOp>({n.b.cast(n.loc, zero, n.b.getF32Type()), n.emit<MulOp>({x, inverse})});
  return n.emit<SubOp>(
      {n.b.cast(n.loc, rounded(n, moved), factorType), n.b.cast(n.loc, zero, factorType)});
}

Value HybridContraction::weights(Value w) { return n.b.cast(n.loc, w, factorType); }

void HybridContraction::transposeScales() {
  if (!scale)
    return;
  auto order = llvm::to_vector(llvm::seq<int64_t>(0, n.rank(scale)));
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  scale = n.b.transpose(n.loc, scale, order);
}

Value HybridContraction::finished(Value sums, Activation activation) {
  if (!sums || !scale)
    return {};
  SmallVector<int64_t> shape;
  if (scales.size() > 1)
    shape.push_back(scales.size());
  auto type = RankedTensorType::get(shape, n.b.getF32Type());
  Value ofWeights = n.b.constant(n.loc, DenseFPElementsAttr::get(type, ArrayRef<float>(scales)));
  Value y =
      n.emit<MulOp>({n.b.cast(n.loc, sums, n.b.getF32Type()), n.emit<MulOp>({scale, ofWeights})});
  if (n.has(bias))
    y = n.emit<AddOp>({y, n.in(bias)});
  return n.activated(y, activation);
}
