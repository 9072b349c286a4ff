#include "compiler/frontends/tflite/integer/Integer.h"
#include "compiler/frontends/tflite/Importer.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

bool tflite::isQuantized(const Tensor &tensor) {
  return tensor.quantization && tensor.type != Storage::FLOAT32;
}

bool tflite::isOf(const Tensor *tensor, std::initializer_list<Storage> types) {
  return tensor && isQuantized(*tensor) && llvm::is_contained(types, tensor->type);
}

FailureOr<const Tensor *> tflite::outputOf(Node &n, size_t inputs,
                                           std::initializer_list<Storage> types) {
  auto output = n.output(0);
  if (failed(output))
    return failure();
  for (size_t i = 0; i <= inputs; ++i) {
    const Tensor *tensor = i == inputs ? *output : n.given(i);
    if (!isOf(tensor, types) || isPerChannel(*tensor) || tensor->type != (*output)->type)
      return n.refuseTypes();
  }
  return output;
}

//===--- Scales -------------------------------------------------------------===//

FailureOr<FixedPoint> tflite::fixedPoint(Node &n, double value) {
  int shift = 0;
  int64_t multiplier = std::llround(std::ldexp(std::frexp(value, &shift), 31));
  if (!std::isfinite(value) || shift > 30)
    return n.fail("a ratio of scales is out of range: " + std::to_string(value));
  if (multiplier == int64_t(1) << 31) {
    multiplier /= 2;
    ++shift;
  }
  if (shift < -31)
    return FixedPoint{};
  return FixedPoint{int32_t(multiplier), shift};
}

FailureOr<FixedPoint> tflite::fixedPointBelowOne(Node &n, double value) {
  auto fixed = fixedPoint(n, value);
  if (failed(fixed))
    return failure();
  if (value <= 0 || value >= 1 || fixed->shift > 0)
    return n.fail("a ratio of scales is out of range: " + std::to_string(value));
  return fixed;
}

Bounds tflite::boundsOf(Storage type) {
  unsigned bits = elementBits(type);
  bool isUnsigned = type == Storage::UINT8 || type == Storage::UINT16;
  if (isUnsigned)
    return {0, int64_t(llvm::maxUIntN(bits))};
  return {llvm::minIntN(bits), llvm::maxIntN(bits)};
}

FailureOr<Bounds> tflite::boundsOf(Node &n, const Tensor &tensor, std::optional<float> low,
                                   std::optional<float> high) {
  Bounds range = boundsOf(tensor.type);
  auto quantized = [&](float value) -> std::optional<int64_t> {
    float steps = std::round(value / scaleOf(tensor));
    if (!(std::fabs(steps) < 2147483648.0f))
      return std::nullopt;
    return zeroPointOf(tensor) + int64_t(steps);
  };
  for (auto &[bound, limit] : {std::pair(low, &range.low), std::pair(high, &range.high)}) {
    auto value = bound ? quantized(*bound) : *limit;
    if (!value)
      return n.fail("the scale is too small for the activation");
    *limit = limit == &range.low ? std::max(*limit, *value) : std::min(*limit, *value);
  }
  if (range.low > range.high)
    return n.fail("no number is left by the activation");
  return range;
}

FailureOr<Bounds> tflite::boundsOf(Node &n, const Tensor &output, Activation activation) {
  switch (activation) {
  case Activation::NONE:
    return boundsOf(output.type);
  case Activation::RELU:
    return boundsOf(n, output, 0.0f, std::nullopt);
  case Activation::RELU6:
    return boundsOf(n, output, 0.0f, 6.0f);
  case Activation::RELU_N1_TO_1:
    return boundsOf(n, output, -1.0f, 1.0f);
  default:
    return n.fail(Twine("the fused activation ") +
                  schema::EnumNameActivationFunctionType(activation) + " is not supported");
  }
}

Value tflite::requantize(Node &n, Value x, const Requantization &how) {
  SmallVector<int32_t> multipliers, shifts;
  for (FixedPoint factor : how.factors) {
    multipliers.push_back(factor.multiplier);
    shifts.push_back(factor.shift);
  }
  auto number = [&](int64_t value) { return n.b.getI64IntegerAttr(value); };
  SmallVector<std::pair<StringRef, Attribute>> attributes = {
      {"to", TypeAttr::get(tflite::elementType(n.b.getContext(), how.to))},
      {"multipliers", n.b.getDenseI32ArrayAttr(multipliers)},
      {"shifts", n.b.getDenseI32ArrayAttr(shifts)},
      {"low", number(how.range.low)},
      {"high", number(how.range.high)}};
  auto addUnlessZero = [&](StringRef name, int64_t value) {
    if (value != 0)
      attributes.push_back({name, number(value)});
  };
  addUnlessZero("axis", how.axis);
  addUnlessZero("input_zero_point", how.inputZeroPoint);
  addUnlessZero("left_shift", how.leftShift);
  addUnlessZero("zero_point", how.zeroPoint);
  // Between scales within one operator the exact form stays.
  if (n.importer.roundsToNearest() && how.to != Storage::INT32)
    attributes.push_back({"rounding", n.b.getStringAttr("nearest")});
  else if (how.isRoundedOnce)
    attributes.push_back({"rounding", n.b.getStringAttr("single")});
  return n.emit<RequantizeOp>(x, attributes);
}

Value tflite::toOutput(Node &n, Value x, FailureOr<FixedPoint> factor, Activation activation,
                       int64_t inputZeroPoint) {
  auto output = n.output(0);
  if (!x || failed(factor) || failed(output))
    return {};
  auto range = boundsOf(n, **output, activation);
  if (failed(range))
    return {};
  Requantization how{{*factor}};
  how.inputZeroPoint = inputZeroPoint;
  how.zeroPoint = zeroPointOf(**output);
  how.to = (*output)->type;
  how.range = *range;
  return requantize(n, x, how);
}

//===--- Values -------------------------------------------------------------===//

Value tflite::integer(Node &n, Type element, int64_t value) {
  return n.b.splat(n.loc, {}, element, double(value));
}

Value tflite::centered(Node &n, Value x, const Tensor &tensor, unsigned width) {
  Type type = n.b.getIntegerType(width);
  x = n.b.cast(n.loc, x, type);
  int64_t zero = zeroPointOf(tensor);
  return x && zero != 0 ? n.emit<SubOp>({x, integer(n, type, zero)}) : x;
}

Value tflite::clamped(Node &n, Value x, Bounds range) {
  if (!x)
    return {};
  Type element = n.element(x);
  unsigned width = element.getIntOrFloatBitWidth();
  bool isUnsigned = element.isUnsignedInteger();
  if (range.low > (isUnsigned ? 0 : llvm::minIntN(width)))
    x = n.emit<MaximumOp>({x, integer(n, element, range.low)});
  if (range.high < (isUnsigned ? int64_t(llvm::maxUIntN(width)) : llvm::maxIntN(width)))
    x = n.emit<MinimumOp>({x, integer(n, element, range.high)});
  return x;
}

int64_t tflite::clampedTo(float value, Storage type) {
  bool fits = value >= -2147483648.0f && value < 2147483648.0f;
  Bounds range = boundsOf(type);
  return std::clamp(fits ? int64_t(value) : int64_t(INT32_MIN), range.low, range.high);
}

Value tflite::lookup(Node &n, Value x, Storage from, Storage to,
                     llvm::function_ref<int64_t(int64_t)> f) {
  Type element = tflite::elementType(n.b.getContext(), to);
  Bounds range = boundsOf(from);
  SmallVector<APInt> entries(256, APInt(element.getIntOrFloatBitWidth(), 0));
  for (int64_t q = range.low; q <= range.high; ++q)
    entries[uint8_t(q)] = APInt(element.getIntOrFloatBitWidth(), f(q), /*isSigned=*/true,
                                /*implicitTrunc=*/true);
  Value table = n.b.constant(
      n.loc, DenseIntElementsAttr::get(RankedTensorType::get({256}, element), entries));
  return n.emit<LookupOp>({x, table});
}
