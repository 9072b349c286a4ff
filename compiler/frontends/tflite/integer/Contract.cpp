#include "compiler/frontends/tflite/integer/Contract.h"
#include "llvm/Support/Endian.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

FailureOr<IntegerContraction> IntegerContraction::read(Node &n, size_t x, size_t w, size_t bias,
                                                       int64_t channels, Activation activation) {
  IntegerContraction c(n);
  auto output = n.output(0);
  c.x = n.given(x);
  c.w = n.given(w);
  c.channels = channels;
  if (failed(output))
    return failure();
  c.output = *output;
  if (failed(c.readTypes(bias)) || failed(c.readScales()))
    return failure();
  auto range = boundsOf(n, *c.output, activation);
  if (failed(range))
    return failure();
  c.result.range = *range;
  c.result.isRoundedOnce = n.op.op == Builtin::FULLY_CONNECTED;
  c.result.to = c.output->type;
  c.result.zeroPoint = zeroPointOf(*c.output);
  c.isFolded = c.w->constant && zeroPointOf(*c.w) == 0 && c.x->type == c.w->type;
  return c;
}

LogicalResult IntegerContraction::readTypes(size_t biasInput) {
  bias = n.given(biasInput);
  bool isShort = isOf(x, {Storage::INT16}), isSigned = x && x->type != Storage::UINT8;
  bool isWideByDefault = n.op.op != Builtin::FULLY_CONNECTED;
  isWide = isShort && (bias ? bias->type == Storage::INT64 : isWideByDefault);
  if (!(isShort || is8Bit(x)) || !isOf(w, {isSigned ? Storage::INT8 : Storage::UINT8}) ||
      !isOf(output, {x->type}) || isPerChannel(*x) || isPerChannel(*output) ||
      (isPerChannel(*w) && !isSigned) ||
      (bias && bias->type != (isWide ? Storage::INT64 : Storage::INT32)))
    return n.refuseTypes();
  if (isShort && (zeroPointOf(*x) != 0 || zeroPointOf(*output) != 0))
    return n.fail("16-bit numbers have a zero point other than 0");
  if (isPerChannel(*w) && w->quantization->quantized_dimension() != channels)
    return n.fail("the weights are quantized along dimension " +
                  Twine(w->quantization->quantized_dimension()) + ", not " + Twine(channels));
  if (isPerChannel(*w) && llvm::any_of(*w->quantization->zero_point(), [](int64_t z) { return z; }))
    return n.fail("the weights have zero points by channel, which cannot be compiled");
  if (bias) {
    biasValue = n.in(biasInput);
    if (!biasValue)
      return failure();
    if (n.rank(biasValue) != 1)
      return n.fail("the bias must be a vector");
  }
  return success();
}

/// Convolutions of signed numbers multiply the scales in double precision, other products
/// with one scale in single precision first.
LogicalResult IntegerContraction::readScales() {
  double in = scaleOf(*x), out = scaleOf(*output);
  bool isDouble =
      isPerChannel(*w) || (x->type != Storage::UINT8 && n.op.op != Builtin::FULLY_CONNECTED);
  for (float scale : *w->quantization->scale()) {
    double product = isDouble ? in * double(scale) : double(scaleOf(*x) * scale);
    auto factor = fixedPoint(n, product / out);
    if (failed(factor))
      return failure();
    result.factors.push_back(*factor);
  }
  return success();
}

Value IntegerContraction::factor(Value value, bool isWeights) {
  return isFolded ? value : centered(n, value, isWeights ? *w : *x, 16);
}

/// Of each output channel.
SmallVector<int64_t> IntegerContraction::weightSums() const {
  int64_t count = w->shape[channels], inner = 1;
  for (int64_t extent : ArrayRef(w->shape).drop_front(channels + 1))
    inner *= extent;
  SmallVector<int64_t> sums(count, 0);
  for (auto [i, byte] : llvm::enumerate(w->data))
    sums[i / inner % count] += w->type == Storage::INT8 ? int8_t(byte) : uint8_t(byte);
  return sums;
}

/// With sum((x - z) * w) = sum(x * w) - z * sum(w): the latter is a constant.
Value IntegerContraction::withBias(Value sums) {
  bool isConstant = !bias || bias->constant;
  if (!isConstant)
    sums = n.emit<AddOp>({sums, biasValue});
  SmallVector<int64_t> offsets(w->shape[channels], 0);
  if (isFolded)
    for (auto [offset, sum] : llvm::zip(offsets, weightSums()))
      offset = -zeroPointOf(*x) * sum;
  if (bias && isConstant) {
    size_t bytes = isWide ? 8 : 4;
    if (bias->data.size() != bytes * offsets.size())
      return n.refuse("the bias has not one number for each channel");
    for (auto [i, offset] : llvm::enumerate(offsets)) {
      const char *at = bias->data.data() + bytes * i;
      offset += isWide ? int64_t(llvm::support::endian::read64le(at))
                       : int32_t(llvm::support::endian::read32le(at));
    }
  }
  if (llvm::all_of(offsets, [](int64_t v) { return v == 0; }))
    return sums;
  return n.emit<AddOp>({sums, n.b.integers(n.loc, offsets, isWide ? 64 : 32)});
}

Value IntegerContraction::finished(Value sums) {
  if (!sums)
    return {};
  sums = withBias(sums);
  if (!sums)
    return {};
  result.axis = result.factors.size() > 1 ? n.rank(sums) - 1 : 0;
  return requantize(n, sums, result);
}
