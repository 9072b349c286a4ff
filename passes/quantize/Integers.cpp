#include "passes/quantize/Integers.h"

#include <cmath>

using namespace mlir;
using namespace ingot;

SmallVector<float, 0> ingot::floatsOf(Value constant) {
  ArrayRef<char> bytes = weightBytes(constant);
  ArrayRef<float> values(reinterpret_cast<const float *>(bytes.data()),
                         bytes.size() / sizeof(float));
  int64_t count = cast<ShapedType>(constant.getType()).getNumElements();
  if (values.size() == 1)
    return SmallVector<float, 0>(count, values[0]);
  return SmallVector<float, 0>(values);
}

//===--- Between floats and integers ------------------------------------------===//

Value IntegerBuilder::quantize(Location loc, Value x, Scale scale) {
  return emit<QuantizeOp>(loc, withElement(x.getType(), getI8Type()), x,
                          {named("to", TypeAttr::get(getI8Type())),
                           named("scales", getDenseF32ArrayAttr({scale.step})),
                           named("zero_points", getDenseI64ArrayAttr({scale.zeroPoint}))});
}

Value IntegerBuilder::dequantize(Location loc, Value x, Scale scale) {
  return emit<DequantizeOp>(loc, withElement(x.getType(), getF32Type()), x,
                            {named("scales", getDenseF32ArrayAttr({scale.step})),
                             named("zero_points", getDenseI64ArrayAttr({scale.zeroPoint}))});
}

Quantized IntegerBuilder::quantizedConstant(Value constant) {
  SmallVector<float, 0> values = floatsOf(constant);
  Interval range;
  for (float v : values)
    if (std::isfinite(v))
      range = {std::min(range.low, double(v)), std::max(range.high, double(v))};
  Scale scale = Scale::of(range);
  SmallVector<char, 0> numbers;
  for (float v : values)
    numbers.push_back(char(std::isnan(v) ? scale.zeroPoint : scale.quantized(v)));
  auto type = withElement(constant.getType(), getI8Type());
  return {weightConstant(*this, constant.getLoc(), type, numbers), scale};
}

Value IntegerBuilder::roundedConstant(Value constant, double step) {
  SmallVector<int32_t, 0> numbers;
  for (float v : floatsOf(constant)) {
    double q = std::round(v / step);
    numbers.push_back(std::isnan(q) ? 0 : int32_t(std::clamp<double>(q, INT32_MIN, INT32_MAX)));
  }
  ArrayRef<char> bytes(reinterpret_cast<const char *>(numbers.data()), numbers.size() * 4);
  auto type = withElement(constant.getType(), getI32Type());
  return weightConstant(*this, constant.getLoc(), type, bytes);
}

//===--- Integers ---------------------------------------------------------------===//

Value IntegerBuilder::number(Location loc, Type element, int64_t value) {
  auto type = RankedTensorType::get({}, element);
  return ConstantOp::create(*this, loc,
                            DenseElementsAttr::get(type, getIntegerAttr(element, value)));
}

Value IntegerBuilder::centered(Location loc, Quantized x) {
  Type i32 = getI32Type(), type = withElement(x.value.getType(), i32);
  Value wide = emit<CastOp>(loc, type, x.value, {named("to", TypeAttr::get(i32))});
  if (x.scale.zeroPoint == 0)
    return wide;
  return emit<SubOp>(loc, type, {wide, number(loc, i32, x.scale.zeroPoint)});
}

Value IntegerBuilder::addByChannel(Location loc, Value x, ArrayRef<int64_t> numbers) {
  if (llvm::all_of(numbers, [](int64_t n) { return n == 0; }))
    return x;
  SmallVector<int32_t> narrow(numbers.begin(), numbers.end());
  auto type = RankedTensorType::get({int64_t(narrow.size())}, getI32Type());
  Value constant = ConstantOp::create(*this, loc, DenseElementsAttr::get(type, ArrayRef(narrow)));
  return emit<AddOp>(loc, x.getType(), {x, constant});
}

Value IntegerBuilder::spread(Location loc, Quantized x, Factor factor, int64_t leftShift) {
  Type i32 = getI32Type();
  return emit<RequantizeOp>(
      loc, withElement(x.value.getType(), i32), x.value,
      {named("to", TypeAttr::get(i32)), named("low", INT32_MIN), named("high", INT32_MAX),
       named("multipliers", getDenseI32ArrayAttr({factor.multiplier})),
       named("shifts", getDenseI32ArrayAttr({factor.shift})), named("left_shift", leftShift),
       named("input_zero_point", x.scale.zeroPoint)});
}

Value IntegerBuilder::rescale(Location loc, Quantized x, Scale to) {
  if (x.scale.step == to.step && x.scale.zeroPoint == to.zeroPoint)
    return x.value;
  Factor factor = factorOf(double(x.scale.step) / double(to.step));
  Type i8 = getI8Type();
  return emit<RequantizeOp>(
      loc, x.value.getType(), x.value,
      {named("to", TypeAttr::get(i8)), named("low", -128), named("high", 127),
       named("multipliers", getDenseI32ArrayAttr({factor.multiplier})),
       named("shifts", getDenseI32ArrayAttr({factor.shift})), named("zero_point", to.zeroPoint),
       named("input_zero_point", x.scale.zeroPoint), named("rounding", getStringAttr(rounding))});
}

//===--- Ends ---------------------------------------------------------------------===//

Value IntegerBuilder::finish(Location loc, const Accumulator &acc, Scale to) {
  SmallVector<int32_t> multipliers, shifts;
  for (double step : acc.steps) {
    Factor factor = factorOf(step / double(to.step));
    multipliers.push_back(factor.multiplier);
    shifts.push_back(factor.shift);
  }
  auto type = cast<RankedTensorType>(acc.sums.getType());
  int64_t axis = multipliers.size() > 1 ? type.getRank() - 1 : 0;
  return emit<RequantizeOp>(loc, withElement(type, getI8Type()), acc.sums,
                            {named("to", TypeAttr::get(getI8Type())), named("axis", axis),
                             named("multipliers", getDenseI32ArrayAttr(multipliers)),
                             named("shifts", getDenseI32ArrayAttr(shifts)),
                             named("zero_point", to.zeroPoint), named("low", to.quantized(acc.low)),
                             named("high", to.quantized(acc.high)),
                             named("rounding", getStringAttr(rounding))});
}

Value IntegerBuilder::finishFloat(Location loc, const Accumulator &acc) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  auto steps =
      llvm::map_to_vector(acc.steps, [&](double s) { return float(std::min(s, kLargest)); });
  auto type = cast<RankedTensorType>(acc.sums.getType());
  int64_t axis = steps.size() > 1 ? type.getRank() - 1 : 0;
  return emit<DequantizeOp>(
      loc, withElement(type, getF32Type()), acc.sums,
      {named("scales", getDenseF32ArrayAttr(steps)), named("axis", axis),
       named("zero_points", getDenseI64ArrayAttr(SmallVector<int64_t>(steps.size(), 0)))});
}
