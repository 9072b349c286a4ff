#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"
#include "compiler/frontends/tensorflow/ops/Layout.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

/// n / (n - 1), or 1, for n = the number of elements of each channel: turns the
/// mean square deviation into the unbiased variance.
static Value besselFactor(Node &n, Value x, Type element) {
  Value shape = n.b.shapeOf(n.loc, x), count = n.b.integers(n.loc, {1}), one = count;
  auto none = n.b.getI64IntegerAttr(0);
  for (int64_t d = 0; x && d < n.rank(x) - 1; ++d) {
    Value extent =
        n.emit<StridedSliceOp>({shape, n.b.integers(n.loc, {d}), n.b.integers(n.loc, {d + 1}), one},
                               {{"begin_mask", none}, {"end_mask", none}, {"shrink_mask", none}});
    count = n.emit<MulOp>({count, extent});
  }
  Value others = n.emit<MaximumOp>({n.emit<SubOp>({count, one}), one});
  return n.emit<DivOp>({n.b.cast(n.loc, count, element), n.b.cast(n.loc, others, element)});
}

/// (1 - factor) * running + factor * batch.
static Value blend(Formula f, Value running, Value batch, double factor) {
  if (factor == 1)
    return batch;
  return f.add(f.mul(running, 1 - factor), f.mul(batch, factor));
}

/// FusedBatchNorm, V2, V3: y = (x - mean) * scale / sqrt(variance + epsilon) + offset
/// by channel, with the statistics given or, in training, those of the batch.
/// Source of the outputs: TensorFlow's CPU kernel; the reserved ones are the
/// statistics that were used.
template <unsigned outputs> static LogicalResult buildFusedBatchNorm(Node &n) {
  Value input = n.in(0), scale = n.in(1), offset = n.in(2), mean = n.in(3), variance = n.in(4);
  auto layout = Layout::of(n, input);
  if (failed(layout) || !scale || !offset || !mean || !variance)
    return failure();
  int64_t channels = layout->channelsFirst ? 1 : layout->rank - 1;
  bool isTraining = n.attrs.getBool("is_training", true);
  SmallVector<Value, 4> statistics = {scale, offset};
  if (!isTraining) // else they may be empty
    statistics.append({mean, variance});
  for (Value statistic : statistics)
    if (n.rank(statistic) != 1 ||
        failed(n.requireSame(statistic, 0, input, channels,
                             "a statistic does not have the size of the channels")))
      return failure();
  Type given = n.b.shapes.elementType(input), wide = n.b.shapes.elementType(scale);
  double epsilon = n.attrs.getFloat("epsilon", 1e-4f);
  double factor = n.attrs.getFloat("exponential_avg_factor", 1.0f);
  Formula f{n};
  Value x = n.b.cast(n.loc, layout->toChannelsLast(n, input), wide);
  Value newMean = mean, newVariance = variance;
  if (isTraining) {
    SmallVector<int64_t> axes;
    for (int64_t d = 0; d < layout->rank - 1; ++d)
      axes.push_back(d);
    Value batchMean = f.mean(x, axes);
    Value batchVariance = f.mean(f.square(f.sub(x, batchMean)), axes);
    Value unbiased = f.mul(batchVariance, besselFactor(n, x, wide));
    newMean = blend(f, mean, batchMean, factor);
    newVariance = blend(f, variance, unbiased, factor);
    mean = batchMean;
    variance = batchVariance;
  }
  Value gain = f.mul(f.rsqrt(f.add(variance, epsilon)), scale);
  Value y = n.b.cast(n.loc, f.add(f.mul(f.sub(x, mean), gain), offset), given);
  SmallVector<Value> results = {layout->fromChannelsLast(n, y), newMean, newVariance, mean,
                                variance};
  if (outputs == 6)
    results.push_back(n.b.splat(n.loc, {0}, wide, 0));
  return n.out(results);
}

/// FusedBatchNormGrad, V2, V3: (dy, x, scale, mean, variance). Source of the
/// formulas: Ioffe and Szegedy 2015.
static LogicalResult buildBatchNormGradient(Node &n) {
  Value dy = n.in(0), x = n.in(1), scale = n.in(2), mean = n.in(3), variance = n.in(4);
  auto layout = Layout::of(n, x);
  if (failed(layout) || !dy || !scale || !mean || !variance)
    return failure();
  int64_t channels = layout->channelsFirst ? 1 : layout->rank - 1;
  for (Value statistic : {scale, mean, variance})
    if (n.rank(statistic) != 1 ||
        failed(n.requireSame(statistic, 0, x, channels,
                             "a statistic does not have the size of the channels")))
      return failure();
  if (failed(n.requireSameShape(x, dy)))
    return failure();
  Formula f{n};
  Type given = n.element(x), wide = n.element(scale);
  double epsilon = n.attrs.getFloat("epsilon", 1e-4f);
  x = n.b.cast(n.loc, layout->toChannelsLast(n, x), wide);
  dy = n.b.cast(n.loc, layout->toChannelsLast(n, dy), wide);
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, layout->rank - 1));
  auto sum = [&](Value v) {
    return n.emit<ReduceSumOp>(v, {{"axes", n.b.getDenseI64ArrayAttr(axes)}});
  };
  Value inverse = f.rsqrt(f.add(variance, epsilon));
  Value normal = f.mul(f.sub(x, mean), inverse);
  Value offsetGradient = sum(dy), scaleGradient = sum(f.mul(dy, normal));
  Value dx = f.mul(dy, f.mul(scale, inverse));
  if (n.attrs.getBool("is_training", true)) {
    Value centred =
        f.sub(f.sub(dy, f.mean(dy, axes)), f.mul(normal, f.mean(f.mul(dy, normal), axes)));
    dx = f.mul(centred, f.mul(scale, inverse));
  }
  Value empty = n.b.splat(n.loc, {0}, wide, 0);
  return n.out({layout->fromChannelsLast(n, n.b.cast(n.loc, dx, given)), scaleGradient,
                offsetGradient, empty, empty});
}

/// The predecessor of FusedBatchNorm: inputs t, mean, variance, beta, gamma.
static LogicalResult buildGlobalNormalization(Node &n) {
  Value x = n.in(0), mean = n.in(1), variance = n.in(2), beta = n.in(3), gamma = n.in(4);
  Formula f{n};
  Value gain = f.rsqrt(f.add(variance, double(n.attrs.getFloat("variance_epsilon"))));
  if (n.attrs.getBool("scale_after_normalization"))
    gain = f.mul(gain, gamma);
  return n.out(f.add(f.mul(f.sub(x, mean), gain), beta));
}

static LogicalResult buildLrn(Node &n) {
  return n.out(localResponseNormalization(
      n, n.in(0), n.attrs.getInt("depth_radius", 5), n.attrs.getFloat("bias", 1.0f),
      n.attrs.getFloat("alpha", 1.0f), n.attrs.getFloat("beta", 0.5f)));
}

/// LRNGrad: (dy, x, y). With s = bias + alpha * the sum of squares around and y = x s^-beta:
/// dx = dy s^-beta - 2 alpha beta x * the sum around of dy x s^(-beta - 1).
static LogicalResult buildLrnGradient(Node &n) {
  Value dy = n.in(0), x = n.in(1);
  if (failed(n.requireSameShape(dy, x)))
    return failure();
  if (n.rank(x) != 4)
    return n.fail("needs images of rank 4");
  int64_t radius = n.attrs.getInt("depth_radius", 5);
  double bias = n.attrs.getFloat("bias", 1.0f), alpha = n.attrs.getFloat("alpha", 1.0f);
  double beta = n.attrs.getFloat("beta", 0.5f);
  Formula f{n};
  Type i64 = n.b.getI64Type(), f32 = n.b.getF32Type();
  Value count = n.b.squeeze(n.loc, extent(n, x, 3), {0});
  Value numbers =
      n.emit<RangeOp>({n.b.splat(n.loc, {}, i64, 0), count, n.b.splat(n.loc, {}, i64, 1)});
  if (!numbers)
    return failure();
  Value apart = n.emit<AbsOp>(f.sub(n.b.expandDims(n.loc, numbers, {1}), numbers));
  Value isNear = n.emit<LessEqualOp>({apart, n.b.splat(n.loc, {}, i64, double(radius))});
  Value band = isNear ? n.b.cast(n.loc, isNear, f32) : isNear;
  Value last = count ? n.b.expandDims(n.loc, count, {0}) : count;
  auto around = [&](Value v) {
    Value rows = n.emit<ReshapeOp>({v, n.b.concat(n.loc, {n.b.integers(n.loc, {-1}), last})});
    return n.emit<ReshapeOp>({n.emit<MatmulOp>({rows, band}), n.b.shapeOf(n.loc, x)});
  };
  Value wide = n.b.cast(n.loc, x, f32), dWide = n.b.cast(n.loc, dy, f32);
  Value base = f.add(f.mul(around(f.square(wide)), alpha), bias);
  Value power = n.emit<PowOp>({base, f.scalar(base, -beta)});
  Value shared = around(n.emit<DivOp>({f.mul(f.mul(dWide, wide), power), base}));
  Value dx = f.sub(f.mul(dWide, power), f.mul(f.mul(wide, shared), 2 * alpha * beta));
  return dx ? n.out(n.b.cast(n.loc, dx, n.element(x))) : failure();
}

void tensorflow::addNormalizeRows(RowTable &t) {
  static constexpr llvm::StringLiteral ports[] = {
      "y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2", "reserve_space_3"};
  ArrayRef<llvm::StringLiteral> five = ArrayRef(ports).drop_back();
  t["FusedBatchNorm"] = {buildFusedBatchNorm<5>, "normalize", "", five};
  t["FusedBatchNormV2"] = {buildFusedBatchNorm<5>, "normalize", "", five};
  t["FusedBatchNormV3"] = {buildFusedBatchNorm<6>, "normalize", "", ports};
  static constexpr llvm::StringLiteral oldGradient[] = {
      "x_backprop", "scale_backprop", "offset_backprop", "reserve_space_3", "reserve_space_4"};
  static constexpr llvm::StringLiteral gradient[] = {
      "x_backprop", "scale_backprop", "offset_backprop", "reserve_space_4", "reserve_space_5"};
  t["FusedBatchNormGrad"] = {buildBatchNormGradient, "normalize", "", oldGradient};
  t["FusedBatchNormGradV2"] = {buildBatchNormGradient, "normalize", "", oldGradient};
  t["FusedBatchNormGradV3"] = {buildBatchNormGradient, "normalize", "", gradient};
  t["BatchNormWithGlobalNormalization"] = {buildGlobalNormalization, "normalize", ""};
  t["LRN"] = {buildLrn, "normalize", ""};
  t["LRNGrad"] = {buildLrnGradient, "normalize", ""};
}
