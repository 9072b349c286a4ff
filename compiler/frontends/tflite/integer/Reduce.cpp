#include "compiler/frontends/tflite/ops/Reduce.h"
#include "compiler/frontends/tflite/integer/FixedMath.h"
#include "compiler/frontends/tflite/integer/Rows.h"

#include <bit>
#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// exp(-d * scale) for d from 0 to 255 with 31 fractional bits; 0 where -d * scale is
/// below the 5 integer bits of the exponent.
/// Source: SoftmaxPrepare in tensorflow/lite/kernels/activations.cc.
static FailureOr<SmallVector<int32_t>> exponentials(Node &n, double scale) {
  constexpr int kIntegerBits = 5, kFraction = 31 - kIntegerBits;
  double steps = std::min(scale * (1 << kFraction), 2147483647.0);
  auto factor = fixedPoint(n, steps);
  if (failed(factor) || steps <= 1)
    return n.fail("the input's scale is out of range for a softmax");
  double radius =
      double((1 << kIntegerBits) - 1) * (1 << kFraction) / double(int64_t(1) << factor->shift);
  SmallVector<int32_t> table(256, 0);
  for (int32_t d = 0; d <= 255 && d <= std::floor(radius); ++d)
    table[d] = fixedExp(mulHigh(int32_t(uint32_t(-d) << factor->shift), factor->multiplier));
  return table;
}

/// The kernels know only one scale of the output, by its type.
static LogicalResult buildSoftmax(Node &n) {
  auto output = n.output(0);
  const Tensor *x = n.given(0);
  if (failed(output))
    return failure();
  bool isSame = x && x->type == (*output)->type;
  if (!is8Bit(x) || isPerChannel(*x) || !(isOf(*output, {Storage::INT16}) || isSame) ||
      !isQuantized(**output))
    return n.refuseTypes();
  double beta = n.options<schema::SoftmaxOptions>().beta();
  auto table = exponentials(n, beta * double(scaleOf(*x)));
  if (failed(table))
    return failure();
  auto type = RankedTensorType::get({256}, n.b.getI32Type());
  Value exps = n.b.constant(n.loc, DenseIntElementsAttr::get(type, ArrayRef<int32_t>(*table)));
  Type to = tflite::elementType(n.b.getContext(), (*output)->type);
  return n.out(n.emit<FixedSoftmaxOp>({n.in(0), exps}, {{"to", TypeAttr::get(to)}}));
}

/// The elements that one sum is of.
static FailureOr<int64_t> countReduced(Node &n, Value x, ArrayRef<int64_t> axes) {
  int64_t count = 1;
  for (int64_t axis : axes) {
    auto extent = n.b.shapes.dims(x)[axis].constant();
    if (!extent || *extent == 0 || *extent > INT32_MAX / count)
      return n.fail("the number of elements of a mean must be known, and not 0");
    count *= *extent;
  }
  return count;
}

/// The factor of a mean's sum: 1 / count goes into the multiplier, with as many more bits
/// as fit. Source: QuantizedMeanOrSum in tensorflow/lite/kernels/internal/reference/reduce.h.
static FixedPoint dividedBy(FixedPoint factor, int64_t count) {
  int bits = std::min<int>(std::bit_width(uint64_t(count)) - 1, 31 + factor.shift);
  return {int32_t((int64_t(factor.multiplier) << bits) / count), factor.shift - bits};
}

static Value sumOver(Node &n, Value x, ArrayRef<int64_t> axes) {
  bool keepDims = n.options<schema::ReducerOptions>().keep_dims();
  return n.emit<ReduceSumOp>(
      n.b.cast(n.loc, x, n.b.getI32Type()),
      {{"axes", n.b.getDenseI64ArrayAttr(axes)}, {"keep_dims", n.b.getBoolAttr(keepDims)}});
}

/// The bits of 8-bit numbers as those of another 8-bit type.
static Value reinterpreted(Node &n, Value x, Type to) {
  return x && n.element(x) != to ? n.emit<BitcastOp>(x, {{"to", TypeAttr::get(to)}}) : x;
}

/// SUM and MEAN: of x - zero point, brought to the output's scale. The kernel for sums
/// takes signed numbers for unsigned ones (EvalSum in tensorflow/lite/kernels/reduce.cc),
/// and so does this.
template <bool isMean> static LogicalResult buildSum(Node &n) {
  auto output =
      isMean ? outputOf(n, 1, {Storage::INT8, Storage::UINT8, Storage::INT16}) : output8Bit(n, 1);
  Value x = n.in(0);
  if (failed(output) || !x)
    return failure();
  auto axes = reducedAxes(n, x);
  if (failed(axes))
    return failure();
  auto count = countReduced(n, x, *axes);
  auto factor = fixedPoint(n, double(scaleOf(*n.given(0))) / double(scaleOf(**output)));
  if (failed(count) || failed(factor))
    return failure();
  int64_t zero = zeroPointOf(*n.given(0)) * *count;
  if (isMean)
    return n.out(
        toOutput(n, sumOver(n, x, *axes), dividedBy(*factor, *count), Activation::NONE, zero));
  Type own = n.element(x), bits = n.b.getIntegerType(8, /*isSigned=*/false);
  Requantization how{{*factor}};
  how.inputZeroPoint = zero;
  how.zeroPoint = zeroPointOf(**output);
  how.to = Storage::UINT8;
  how.range = boundsOf(Storage::UINT8);
  Value sum = requantize(n, sumOver(n, reinterpreted(n, x, bits), *axes), how);
  return n.out(reinterpreted(n, sum, own));
}

void tflite::addIntegerReduceRows(RowTable &t) {
  t[Builtin::SUM].buildQuantized = buildSum<false>;
  t[Builtin::MEAN].buildQuantized = buildSum<true>;
  t[Builtin::SOFTMAX].buildQuantized = buildSoftmax;
}
