#include "compiler/frontends/compositions/Suppression.h"
#include "compiler/frontends/tflite/ops/Custom.h"
#include "compiler/frontends/tflite/ops/Rows.h"
#include "llvm/ADT/Sequence.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

//===--- NON_MAX_SUPPRESSION_V4 and _V5 ---------------------------------------===//

/// Input i, a scalar of floats.
static Value realScalar(Node &n, size_t i) {
  Value value = n.in(i);
  if (!value)
    return {};
  bool isTaken = n.rank(value) == 0 && n.element(value).isF32();
  return isTaken ? value : n.refuse("input " + Twine(i) + " must be a scalar of FLOAT32");
}

/// Below this is what the kernels drop: they compare with "not less", Suppression with
/// "greater".
static Value justBelow(Node &n, Value threshold) {
  if (!threshold)
    return {};
  Value least = n.scalar(threshold, -std::numeric_limits<double>::infinity());
  Value isZero = n.emit<EqualOp>({threshold, n.scalar(threshold, 0)});
  return n.emit<SelectOp>(
      {isZero, n.scalar(threshold, -1), n.emit<NextAfterOp>({threshold, least})});
}

/// Inputs boxes [boxes, 4], scores, the number to choose, thresholds of overlaps and of
/// scores, and sigma in V5. Outputs indices and (V5) scores, with zeros behind the chosen
/// ones, and their number.
template <bool hasSigma> static LogicalResult buildSuppression(Node &n) {
  Value boxes = n.in(0), scores = n.in(1), limit = n.in(2);
  Value overlap = realScalar(n, 3), least = realScalar(n, 4);
  Value sigma = hasSigma ? realScalar(n, 5) : Value();
  if (!boxes || !scores || !limit || !overlap || !least || (hasSigma && !sigma))
    return failure();
  if (n.rank(boxes) != 2 || n.rank(scores) != 1 || n.rank(limit) != 0 ||
      !n.element(boxes).isF32() || !n.element(scores).isF32() || !n.element(limit).isInteger(32))
    return n.fail("needs a matrix of boxes, a vector of scores and a number to choose");
  Value four = n.b.splat(n.loc, {4}, n.b.getI64Type(), 0);
  if (failed(n.requireSame(boxes, 0, scores, 0, "there must be a score for each box")) ||
      failed(n.requireSame(boxes, 1, four, 0, "a box has 4 corners")))
    return failure();
  Suppression suppression{n, limit, justBelow(n, overlap), least, sigma, /*dropsAlways=*/true};
  Value natural = n.emit<MaximumOp>({limit, n.scalar(limit, 0)});
  Value room = n.b.expandDims(n.loc, n.b.cast(n.loc, natural, n.b.getI64Type()), 0);
  BoxSides sides(n, boxes);
  auto chosen = suppression.choose(scores, room,
                                   [&](Value one) { return overlapWith(n, boxes, sides, one); });
  if (failed(chosen))
    return failure();
  return hasSigma ? n.out(Values{chosen->indices, chosen->scores, chosen->count})
                  : n.out(Values{chosen->indices, chosen->count});
}

//===--- TFLite_Detection_PostProcess -------------------------------------------===//

namespace {
/// What the custom options say; checked.
struct Detection {
  int64_t limit, classesPerBox, classes;
  float leastScore, overlap;
  float scales[4]; ///< of y, x, height, width
};
} // namespace

static FailureOr<Detection> detectionOf(Node &n) {
  auto map = customOptions(n);
  if (failed(map))
    return failure();
  constexpr int64_t kMost = 1 << 16;
  Detection d{(*map)["max_detections"].AsInt64(),
              (*map)["max_classes_per_detection"].AsInt64(),
              (*map)["num_classes"].AsInt64(),
              (*map)["nms_score_threshold"].AsFloat(),
              (*map)["nms_iou_threshold"].AsFloat(),
              {(*map)["y_scale"].AsFloat(), (*map)["x_scale"].AsFloat(),
               (*map)["h_scale"].AsFloat(), (*map)["w_scale"].AsFloat()}};
  bool isFine = d.limit >= 0 && d.limit <= kMost && d.classesPerBox >= 1 && d.classes >= 1 &&
                d.classesPerBox <= kMost && d.overlap > 0 && d.overlap <= 1 &&
                std::isfinite(d.leastScore);
  for (float scale : d.scales)
    isFine &= std::isfinite(scale) && scale != 0;
  if (!isFine)
    return n.fail("the custom options have a number or scale that is missing or out of range");
  if ((*map)["use_regular_nms"].AsBool())
    return n.fail("suppression for each class (use_regular_nms) is not supported");
  d.classesPerBox = std::min(d.classesPerBox, d.classes);
  return d;
}

/// Boxes as corners [boxes, 4] from their codes relative to anchors, which are centers and
/// sizes: in double precision, as the kernel has it.
static Value decodedBoxes(Node &n, const Detection &d, Value codes, Value anchors) {
  auto wide = [&](Value v) { return n.b.cast(n.loc, v, n.b.getF64Type()); };
  auto part = [&](Value v, int64_t i) { return wide(elementAlong(n, v, 1, i)); };
  auto single = [&](Value v) { return n.b.cast(n.loc, v, n.b.getF32Type()); };
  Value low[2], high[2];
  for (int64_t i : {0, 1}) {
    Value place = part(codes, i), size = part(codes, i + 2);
    Value anchor = part(anchors, i), extent = part(anchors, i + 2);
    place = n.emit<DivOp>({place, n.scalar(place, d.scales[i])});
    Value center = single(n.emit<AddOp>({n.emit<MulOp>({place, extent}), anchor}));
    size = n.emit<ExpOp>(n.emit<DivOp>({size, n.scalar(size, d.scales[i + 2])}));
    Value half = n.emit<MulOp>({n.emit<MulOp>({size, n.scalar(size, 0.5)}), extent});
    low[i] = n.emit<SubOp>({center, single(half)});
    high[i] = n.emit<AddOp>({center, single(half)});
  }
  return pack(n, {low[0], low[1], high[0], high[1]}, 1);
}

/// Inputs codes of boxes [1, boxes, 4 and more], scores [1, boxes, classes, perhaps with the
/// background in front] and anchors [boxes, 4]: floats with fitting sizes.
static LogicalResult checkDetection(Node &n, const Detection &d) {
  Value codes = n.in(0), scores = n.in(1), anchors = n.in(2);
  if (!codes || !scores || !anchors)
    return failure();
  for (Value v : {codes, scores, anchors})
    if (!n.element(v).isF32())
      return n.fail("needs floats");
  if (n.rank(codes) != 3 || n.rank(scores) != 3 || n.rank(anchors) != 2)
    return n.fail("needs codes of boxes and scores of rank 3 and a matrix of anchors");
  auto dim = [&](Value v, int64_t i) { return n.b.shapes.dims(v)[i].constant(); };
  auto columns = dim(scores, 2), boxes = dim(codes, 1), corners = dim(codes, 2);
  bool fits = dim(codes, 0) == 1 && dim(scores, 0) == 1 && boxes && *boxes > 0 &&
              dim(scores, 1) == boxes && dim(anchors, 0) == boxes && dim(anchors, 1) == 4 &&
              corners && *corners >= 4 && columns && *columns >= d.classes &&
              *columns <= d.classes + 1;
  return fits ? success() : n.fail("the sizes of codes, scores and anchors do not fit");
}

/// The rows of a list that were chosen, zeros behind them.
static Value chosenRows(Node &n, Value list, const Suppression::Chosen &chosen, Value isChosen) {
  Value rows = n.emit<GatherOp>({list, chosen.indices}, {{"axis", n.b.getI64IntegerAttr(0)}});
  if (!rows)
    return {};
  auto behind = llvm::to_vector(llvm::seq<int64_t>(1, n.rank(rows)));
  return n.emit<SelectOp>({n.b.expandDims(n.loc, isChosen, behind), rows, n.scalar(rows, 0)});
}

/// The best classes of the boxes that one suppression leaves, whatever their class.
/// Outputs boxes, classes and scores (as floats), their number.
/// Source: NonMaxSuppressionMultiClassFastHelper in
/// tensorflow/lite/kernels/detection_postprocess.cc.
static LogicalResult buildDetection(Node &n) {
  auto d = detectionOf(n);
  if (failed(d) || failed(checkDetection(n, *d)))
    return failure();
  Value scores = n.b.squeeze(n.loc, n.in(1), 0);
  int64_t offset = *n.b.shapes.dims(scores)[1].constant() - d->classes;
  scores =
      sliceAlong(n, scores, 1, n.b.integers(n.loc, {offset}), n.b.integers(n.loc, {d->classes}));
  Value boxes = decodedBoxes(n, *d, n.b.squeeze(n.loc, n.in(0), 0), n.in(2));
  Value count = n.b.splat(n.loc, {}, n.b.getI32Type(), double(d->classesPerBox));
  Operation *top = scores ? n.b.emitOp(TopKOp::getOperationName(), n.loc, {scores, count},
                                       {{"to", TypeAttr::get(n.b.getI32Type())}}, 2)
                          : nullptr;
  if (!top || !boxes)
    return failure();
  Value best = elementAlong(n, top->getResult(0), 1, 0);
  Value limit = n.b.splat(n.loc, {}, n.b.getI32Type(), double(d->limit));
  Value least = justBelow(n, n.scalar(scores, d->leastScore));
  Suppression suppression{n, limit, n.scalar(scores, d->overlap), least, {}};
  BoxSides sides(n, boxes);
  auto chosen = suppression.choose(best, n.b.integers(n.loc, {d->limit}),
                                   [&](Value one) { return overlapWith(n, boxes, sides, one); });
  if (failed(chosen))
    return failure();
  Value places = n.emit<RangeOp>({n.scalar(limit, 0), limit, n.scalar(limit, 1)});
  Value isChosen = n.emit<LessOp>({places, chosen->count});
  Value kinds = n.b.cast(n.loc, top->getResult(1), n.b.getF32Type());
  int64_t per = d->classesPerBox, rows = d->limit * per;
  Value found = chosenRows(n, boxes, *chosen, isChosen);
  Value shape = n.b.integers(n.loc, {d->limit, per, 4});
  found = n.emit<BroadcastToOp>({n.b.expandDims(n.loc, found, 1), shape});
  auto flat = [&](Value v) {
    return n.b.reshape(n.loc, chosenRows(n, v, *chosen, isChosen), {1, rows});
  };
  Value number = n.b.cast(n.loc, n.b.expandDims(n.loc, chosen->count, 0), n.b.getF32Type());
  return n.out(Values{n.b.reshape(n.loc, found, {1, rows, 4}), flat(kinds), flat(top->getResult(0)),
                      number});
}

void tflite::addSuppressionRows(RowTable &t) {
  t[Builtin::NON_MAX_SUPPRESSION_V4] = {buildSuppression<false>, "image", ""};
  t[Builtin::NON_MAX_SUPPRESSION_V5] = {buildSuppression<true>, "image", ""};
}

void tflite::addSuppressionRows(CustomTable &t) {
  t["TFLite_Detection_PostProcess"] = {buildDetection, "image", "one suppression for all classes"};
}
