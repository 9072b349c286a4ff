#include "compiler/frontends/tflite/ops/Reduce.h"
#include "compiler/frontends/tflite/integer/FixedCode.h"
#include "compiler/frontends/tflite/integer/Rows.h"

#include <bit>
#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// The elements that one result is of, as an i64 scalar; known now if the shape is.
static Value countReduced(Node &n, Value x, ArrayRef<int64_t> axes) {
  Value sizes = n.b.pick(n.loc, n.b.shapeOf(n.loc, x), axes);
  return n.emit<ReduceProdOp>(sizes, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
}

static std::optional<int64_t> constantCount(Node &n, Value x, ArrayRef<int64_t> axes) {
  int64_t count = 1;
  for (int64_t axis : axes) {
    auto extent = n.b.shapes.dims(x)[axis].constant();
    if (!extent || *extent > INT32_MAX / std::max<int64_t>(count, 1))
      return std::nullopt;
    count *= *extent;
  }
  return count;
}

//===--- Means and sums -----------------------------------------------------===//

/// The factor of a mean's sum: 1 / count goes into the multiplier, with as many more bits
/// as fit. Source: QuantizedMeanOrSum in tensorflow/lite/kernels/internal/reference/reduce.h.
static FixedPoint dividedBy(FixedPoint factor, int64_t count) {
  int bits = std::min<int>(std::bit_width(uint64_t(count)) - 1, 31 + factor.shift);
  return {int32_t((int64_t(factor.multiplier) << bits) / count), factor.shift - bits};
}

/// The same of a count that only run time knows, of 31 bits.
static FixedCode::Factor dividedBy(Node &n, FixedPoint factor, Value count) {
  FixedCode c(n);
  Value bits = c.minimum(c.sub(c.number(31), c.leadingZeros(count)), c.number(31 + factor.shift));
  Value multiplier = n.emit<DivOp>({c.shiftLeft(c.number(factor.multiplier), bits), count});
  return {multiplier, c.sub(c.number(factor.shift), bits)};
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

/// Of a count that only run time knows. The kernels leave 0 where there is nothing to
/// take a mean or sum of, whatever the zero point.
static Value rescaledSum(Node &n, Value x, ArrayRef<int64_t> axes, FixedPoint factor, bool isMean,
                         const Tensor &output, Bounds range) {
  FixedCode c(n);
  Value count = countReduced(n, x, axes), atLeastOne = c.maximum(count, c.number(1));
  FixedCode::Factor total{c.number(factor.multiplier), c.number(factor.shift)};
  if (isMean)
    total = dividedBy(n, factor, atLeastOne);
  Value sum = c.wide(sumOver(n, x, axes));
  sum = c.wrapped(c.sub(sum, c.mul(count, zeroPointOf(*n.given(0)))));
  Value result = c.add(c.scaled(sum, total), zeroPointOf(output));
  result = c.clamp(result, range.low, range.high);
  if (!count || !result)
    return {};
  Value isEmpty = n.emit<EqualOp>({count, c.number(0)});
  return c.select(isEmpty, c.number(0), result);
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
  auto factor = fixedPoint(n, double(scaleOf(*n.given(0))) / double(scaleOf(**output)));
  if (failed(axes) || failed(factor))
    return failure();
  Type own = n.element(x), bits = n.b.getIntegerType(8, /*isSigned=*/false);
  Value numbers = isMean ? x : reinterpreted(n, x, bits);
  Storage to = isMean ? (*output)->type : Storage::UINT8;
  auto count = constantCount(n, x, *axes);
  if (!count || *count == 0) {
    Value sum = rescaledSum(n, numbers, *axes, *factor, isMean, **output, boundsOf(to));
    return n.out(reinterpreted(n, n.b.cast(n.loc, sum, isMean ? own : bits), own));
  }
  Requantization how{{isMean ? dividedBy(*factor, *count) : *factor}};
  how.inputZeroPoint = zeroPointOf(*n.given(0)) * *count;
  how.zeroPoint = zeroPointOf(**output);
  how.to = to;
  how.range = boundsOf(to);
  return n.out(reinterpreted(n, requantize(n, sumOver(n, numbers, *axes), how), own));
}

//===--- Products -------------------------------------------------------------===//

/// x with the reduced dimensions as one in front.
static Value reducedFirst(Node &n, Value x, ArrayRef<int64_t> axes) {
  SmallVector<int64_t> order(axes), rest;
  for (int64_t d = 0; d < n.rank(x); ++d)
    if (!llvm::is_contained(axes, d))
      rest.push_back(d);
  llvm::append_range(order, rest);
  Value kept = n.b.pick(n.loc, n.b.shapeOf(n.loc, x), rest);
  return n.emit<ReshapeOp>(
      {n.b.transpose(n.loc, x, order), n.b.concat(n.loc, {n.b.integers(n.loc, {-1}), kept})});
}

/// The product of all elements of a list, each brought back to 32 bits by the factor.
static FailureOr<Value> foldedProduct(Node &n, Value list, int64_t count,
                                      const Requantization &how) {
  Type i32 = n.b.getI32Type();
  auto index = [&](int64_t i) { return n.b.splat(n.loc, {}, i32, double(i)); };
  auto element = [&](Value at) { return n.emit<ListGetOp>({list, at}); };
  auto condition = [&](const Values &v) { return n.emit<LessOp>({v[0], index(count)}); };
  auto body = [&](const Values &v) -> FailureOr<Values> {
    Value product = n.emit<MulOp>({v[1], element(v[0])});
    Value next = n.b.cast(n.loc, requantize(n, product, how), n.b.getI64Type());
    return Values{n.emit<AddOp>({v[0], index(1)}), next};
  };
  auto results = loop(n, {index(1), element(index(0))}, condition, body);
  return failed(results) ? FailureOr<Value>(failure()) : (*results)[1];
}

/// Each step multiplies by the input's scale over a root of the output's.
/// Source: QuantizedReduceProd, same file, and GetQuantProdScaling in
/// tensorflow/lite/kernels/reduce.cc.
static LogicalResult buildProduct(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::INT16});
  Value x = n.in(0);
  if (failed(output) || !x)
    return failure();
  auto axes = reducedAxes(n, x);
  if (failed(axes))
    return failure();
  auto count = constantCount(n, x, *axes);
  if (!count || *count == 0)
    return n.fail("the number of elements of a product must be known, and not 0");
  double root = std::pow(double(scaleOf(**output)), 1.0 / double(*count));
  auto factor = fixedPoint(n, double(scaleOf(*n.given(0))) / root);
  if (failed(factor))
    return failure();
  constexpr int kLargestShift = 14; // of numbers of 64 bits
  if (factor->shift > kLargestShift)
    return n.fail("a ratio of scales is out of range");
  Requantization step{{*factor}}, last{{*factor}};
  last.zeroPoint = zeroPointOf(**output);
  last.to = (*output)->type;
  last.range = boundsOf(last.to);
  Value list = reducedFirst(n, centered(n, x, *n.given(0), 64), *axes);
  auto product = foldedProduct(n, list, *count, step);
  if (failed(product))
    return failure();
  Value result = requantize(n, *product, last);
  if (n.options<schema::ReducerOptions>().keep_dims())
    result = n.b.expandDims(n.loc, result, *axes);
  return n.out(result);
}

void tflite::addIntegerReduceRows(RowTable &t) {
  t[Builtin::SUM].buildQuantized = buildSum<false>;
  t[Builtin::MEAN].buildQuantized = buildSum<true>;
  t[Builtin::REDUCE_PROD].buildQuantized = buildProduct;
}
