#include "compiler/frontends/compositions/Suppression.h"
#include "compiler/frontends/tflite/integer/Integer.h"
#include "compiler/frontends/tflite/ops/Custom.h"
#include "compiler/frontends/tflite/ops/Padding.h"
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
  int64_t limit, classesPerBox, classes, perClass;
  bool isByClass; ///< a suppression for each class
  float leastScore, overlap;
  float scales[4];       ///< of y, x, height, width
  int64_t outputsPerBox; ///< there is room for; `classesPerBox`, but for classes that are not there
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
              (*map)["detections_per_class"].IsNull() ? 100
                                                      : (*map)["detections_per_class"].AsInt64(),
              (*map)["use_regular_nms"].AsBool(),
              (*map)["nms_score_threshold"].AsFloat(),
              (*map)["nms_iou_threshold"].AsFloat(),
              {(*map)["y_scale"].AsFloat(), (*map)["x_scale"].AsFloat(),
               (*map)["h_scale"].AsFloat(), (*map)["w_scale"].AsFloat()}};
  bool isFine = d.limit >= 0 && d.limit <= kMost && d.classesPerBox >= 1 && d.classes >= 1 &&
                d.classesPerBox <= kMost && d.perClass >= 1 && d.perClass <= kMost &&
                d.overlap > 0 && d.overlap <= 1 && std::isfinite(d.leastScore);
  for (float scale : d.scales)
    isFine &= std::isfinite(scale) && scale != 0;
  if (!isFine)
    return n.fail("the custom options have a number or scale that is missing or out of range");
  d.outputsPerBox = d.classesPerBox;
  d.classesPerBox = std::min(d.classesPerBox, d.classes);
  return d;
}

/// The next normal number: subnormal ones count as 0.
static float justBelow(float threshold) {
  float below = std::nextafter(threshold, -std::numeric_limits<float>::infinity());
  return std::fpclassify(below) == FP_SUBNORMAL ? -std::numeric_limits<float>::min() : below;
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

namespace {
/// What the operator reads, as floats: codes of boxes [boxes, 4 and more], scores
/// [boxes, classes] and anchors [boxes, 4].
struct Candidates {
  Value codes, scores, anchors;
};
} // namespace

/// Input i as floats: those of older models are 8-bit numbers.
static Value realInput(Node &n, size_t i) {
  Value x = n.in(i);
  if (!x || n.element(x).isF32())
    return x;
  const tflite::Tensor &tensor = *n.given(i);
  if (!isOf(&tensor, {Storage::UINT8}) || isPerChannel(tensor))
    return n.refuse("input " + Twine(i) + " must be FLOAT32, or UINT8 with a scale");
  return n.emit<DequantizeOp>(x,
                              {{"scales", n.b.getDenseF32ArrayAttr({scaleOf(tensor)})},
                               {"zero_points", n.b.getDenseI64ArrayAttr({zeroPointOf(tensor)})}});
}

/// Inputs are [1, boxes, 4 and more], [1, boxes, classes, perhaps with the background in
/// front] and [boxes, 4].
static FailureOr<Candidates> candidatesOf(Node &n, const Detection &d) {
  Value codes = realInput(n, 0), scores = realInput(n, 1), anchors = realInput(n, 2);
  if (!codes || !scores || !anchors)
    return failure();
  if (n.rank(codes) != 3 || n.rank(scores) != 3 || n.rank(anchors) != 2)
    return n.fail("needs codes of boxes and scores of rank 3 and a matrix of anchors");
  auto dim = [&](Value v, int64_t i) { return n.b.shapes.dims(v)[i].constant(); };
  auto columns = dim(scores, 2), boxes = dim(codes, 1), corners = dim(codes, 2);
  bool fits = dim(codes, 0) == 1 && dim(scores, 0) == 1 && boxes && *boxes > 0 &&
              dim(scores, 1) == boxes && dim(anchors, 0) == boxes && dim(anchors, 1) == 4 &&
              corners && *corners >= 4 && columns && *columns >= d.classes &&
              *columns <= d.classes + 1;
  if (!fits)
    return n.fail("the sizes of codes, scores and anchors do not fit");
  Value offset = n.b.integers(n.loc, {*columns - d.classes});
  scores =
      sliceAlong(n, n.b.squeeze(n.loc, scores, 0), 1, offset, n.b.integers(n.loc, {d.classes}));
  return Candidates{n.b.squeeze(n.loc, codes, 0), scores, anchors};
}

/// The rows of a list that were chosen, zeros behind them.
static Value chosenRows(Node &n, Value list, Value indices, Value isChosen) {
  Value rows = n.emit<GatherOp>({list, indices}, {{"axis", n.b.getI64IntegerAttr(0)}});
  if (!rows)
    return {};
  auto behind = llvm::to_vector(llvm::seq<int64_t>(1, n.rank(rows)));
  return n.emit<SelectOp>({n.b.expandDims(n.loc, isChosen, behind), rows, n.scalar(rows, 0)});
}

/// The best classes of the boxes that one suppression leaves, whatever their class.
/// Outputs boxes, classes and scores (as floats), their number.
/// Source: NonMaxSuppressionMultiClassFastHelper in
/// tensorflow/lite/kernels/detection_postprocess.cc.
static LogicalResult buildOfAllClasses(Node &n, const Detection &d, Value boxes, Value scores) {
  Value count = n.b.splat(n.loc, {}, n.b.getI32Type(), double(d.classesPerBox));
  Operation *top = scores ? n.b.emitOp(TopKOp::getOperationName(), n.loc, {scores, count},
                                       {{"to", TypeAttr::get(n.b.getI32Type())}}, 2)
                          : nullptr;
  if (!top || !boxes)
    return failure();
  Value best = elementAlong(n, top->getResult(0), 1, 0);
  Value limit = n.b.splat(n.loc, {}, n.b.getI32Type(), double(d.limit));
  Value least = n.scalar(scores, justBelow(d.leastScore));
  Suppression suppression{n, limit, n.scalar(scores, d.overlap), least, {}};
  BoxSides sides(n, boxes);
  auto chosen = suppression.choose(best, n.b.integers(n.loc, {d.limit}),
                                   [&](Value one) { return overlapWith(n, boxes, sides, one); });
  if (failed(chosen))
    return failure();
  Value places = n.emit<RangeOp>({n.scalar(limit, 0), limit, n.scalar(limit, 1)});
  Value isChosen = n.emit<LessOp>({places, chosen->count});
  Value kinds = n.b.cast(n.loc, top->getResult(1), n.b.getF32Type());
  int64_t per = d.classesPerBox, rows = d.limit * d.outputsPerBox;
  Value found = chosenRows(n, boxes, chosen->indices, isChosen);
  Value shape = n.b.integers(n.loc, {d.limit, per, 4});
  found = n.emit<BroadcastToOp>({n.b.expandDims(n.loc, found, 1), shape});
  EdgePadding missing{{0, 0}, {0, d.outputsPerBox - per}, {0, 0}};
  auto flat = [&](Value v) {
    v = chosenRows(n, v, chosen->indices, isChosen);
    return n.b.reshape(n.loc, padded(n, v, n.scalar(scores, 0), missing), {1, rows});
  };
  EdgePadding missingBoxes{{0, 0, 0}, {0, d.outputsPerBox - per, 0}, {0, 0, 0}};
  found = padded(n, found, n.scalar(scores, 0), missingBoxes);
  Value number = n.b.cast(n.loc, n.b.expandDims(n.loc, chosen->count, 0), n.b.getF32Type());
  return n.out(Values{n.b.reshape(n.loc, found, {1, rows, 4}), flat(kinds), flat(top->getResult(0)),
                      number});
}

/// A list of `room` elements behind the others, all `value`.
static Value lengthened(Node &n, Value list, int64_t room, double value) {
  if (!list || room == 0)
    return list;
  SmallVector<int64_t> shape(n.rank(list), 4);
  shape[0] = room;
  return n.b.concat(n.loc, {list, n.b.splat(n.loc, shape, n.element(list), value)});
}

/// The best of the boxes that a suppression for each class leaves.
/// Source: NonMaxSuppressionMultiClassRegularHelper, same file.
static LogicalResult buildByClass(Node &n, const Detection &d, Value boxes, Value scores) {
  if (!boxes || !scores)
    return failure();
  Type i32 = n.b.getI32Type();
  auto number = [&](int64_t v) { return n.b.splat(n.loc, {}, i32, double(v)); };
  auto numbers = [&](Value count) { return n.emit<RangeOp>({number(0), count, number(1)}); };
  auto first = n.b.getI64IntegerAttr(0);
  auto at = [&](Value list, Value places) {
    return n.emit<GatherOp>({list, places}, {{"axis", first}});
  };
  int64_t room = std::min(d.perClass, *n.b.shapes.dims(boxes)[0].constant());
  double none = -std::numeric_limits<double>::infinity();
  BoxSides sides(n, boxes);
  Value least = n.scalar(scores, justBelow(d.leastScore)), limit = number(d.limit);
  Suppression suppression{n, number(room), n.scalar(scores, d.overlap), least, {}};
  // The class; scores, boxes and classes found so far, the best first; their number.
  Value list = n.b.splat(n.loc, {d.limit}, i32, 0);
  Values inits = {number(0), n.b.splat(n.loc, {d.limit}, n.element(scores), none), list, list,
                  number(0)};
  auto condition = [&](const Values &v) { return n.emit<LessOp>({v[0], number(d.classes)}); };
  auto body = [&](const Values &v) -> FailureOr<Values> {
    Value column = n.emit<GatherOp>({scores, v[0]}, {{"axis", n.b.getI64IntegerAttr(1)}});
    auto chosen = suppression.choose(column, n.b.integers(n.loc, {room}),
                                     [&](Value one) { return overlapWith(n, boxes, sides, one); });
    if (failed(chosen))
      return failure();
    Value isChosen = n.emit<LessOp>({numbers(number(room)), chosen->count});
    Value found = n.emit<SelectOp>({isChosen, chosen->scores, n.scalar(scores, none)});
    Value all = n.b.concat(n.loc, {v[1], found});
    Value kind = n.emit<BroadcastToOp>({v[0], n.b.integers(n.loc, {room})});
    Operation *top = all ? n.b.emitOp(TopKOp::getOperationName(), n.loc, {all, limit},
                                      {{"to", TypeAttr::get(i32)}}, 2)
                         : nullptr;
    if (!top)
      return failure();
    Value order = top->getResult(1);
    return Values{n.emit<AddOp>({v[0], number(1)}), top->getResult(0),
                  at(n.b.concat(n.loc, {v[2], chosen->indices}), order),
                  at(n.b.concat(n.loc, {v[3], kind}), order),
                  n.emit<MinimumOp>({n.emit<AddOp>({v[4], chosen->count}), limit})};
  };
  auto results = loop(n, inits, condition, body);
  if (failed(results))
    return failure();
  const Values &r = *results;
  Value isThere = n.emit<LessOp>({numbers(limit), r[4]});
  auto orZero = [&](Value v) {
    return n.emit<SelectOp>({isThere, v, n.b.splat(n.loc, {}, n.b.getF32Type(), 0)});
  };
  // The results have room for several classes of a box, which this form does not use.
  int64_t rows = d.limit * d.outputsPerBox, rest = rows - d.limit;
  auto flat = [&](Value v) {
    return n.b.reshape(n.loc, lengthened(n, orZero(v), rest, 0), {1, rows});
  };
  Value corners = lengthened(n, chosenRows(n, boxes, r[2], isThere), rest, 0);
  Value kinds = n.b.cast(n.loc, r[3], n.b.getF32Type());
  Value count = n.b.cast(n.loc, n.b.expandDims(n.loc, r[4], 0), n.b.getF32Type());
  return n.out(Values{n.b.reshape(n.loc, corners, {1, rows, 4}), flat(kinds), flat(r[1]), count});
}

static LogicalResult buildDetection(Node &n) {
  auto d = detectionOf(n);
  if (failed(d))
    return failure();
  auto given = candidatesOf(n, *d);
  if (failed(given))
    return failure();
  Value boxes = decodedBoxes(n, *d, given->codes, given->anchors);
  return d->isByClass ? buildByClass(n, *d, boxes, given->scores)
                      : buildOfAllClasses(n, *d, boxes, given->scores);
}

void tflite::addSuppressionRows(RowTable &t) {
  t[Builtin::NON_MAX_SUPPRESSION_V4] = {buildSuppression<false>, "image", ""};
  t[Builtin::NON_MAX_SUPPRESSION_V5] = {buildSuppression<true>, "image", ""};
}

void tflite::addSuppressionRows(CustomTable &t) {
  t["TFLite_Detection_PostProcess"] = {buildDetection, "image", "", buildDetection};
}
