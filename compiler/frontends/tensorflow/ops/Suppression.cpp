#include "compiler/frontends/compositions/Suppression.h"
#include "compiler/frontends/tensorflow/ops/Rows.h"

#include <limits>

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

//===--- NonMaxSuppression ------------------------------------------------===//

/// A scalar input.
static Value scalarAt(Node &n, size_t i) {
  Value value = n.in(i);
  return !value || n.rank(value) == 0 ? value : n.refuse("input " + Twine(i) + " must be a scalar");
}

static LogicalResult requireRatio(Node &n, Value ratio) {
  Value isRatio = n.emit<AndOp>({n.emit<GreaterEqualOp>({ratio, n.scalar(ratio, 0)}),
                                 n.emit<LessEqualOp>({ratio, n.scalar(ratio, 1)})});
  return n.require(isRatio, "the threshold of overlaps must be in [0, 1]");
}

/// A scalar as an i64 vector of one, and no more than the number of boxes, if given.
static Value atMost(Node &n, Value limit, Value boxes) {
  Value wide = n.b.expandDims(n.loc, n.b.cast(n.loc, limit, n.b.getI64Type()), {0});
  return boxes ? n.emit<MinimumOp>({wide, extent(n, boxes, 0)}) : wide;
}

/// Boxes [count, 4], or overlaps [count, count], and scores [count].
static LogicalResult checkBoxes(Node &n, Value boxes, Value scores, bool areOverlaps) {
  if (!boxes || !scores)
    return failure();
  if (n.rank(boxes) != 2 || n.rank(scores) != 1)
    return n.fail("needs a matrix of boxes and a vector of scores");
  Value four = n.b.splat(n.loc, {4}, n.b.getI64Type(), 0);
  if (failed(n.requireSame(boxes, 0, scores, 0, "there must be a score for each box")))
    return failure();
  return areOverlaps ? n.requireSame(boxes, 1, scores, 0, "overlaps must be a square matrix")
                     : n.requireSame(boxes, 1, four, 0, "a box has 4 corners");
}

/// The inputs that versions add: threshold of overlaps (an attribute in version 1),
/// of scores (from 3 on), sigma (5).
template <int version> static FailureOr<Suppression> suppressionOf(Node &n, Value scores) {
  Value limit = scalarAt(n, 2);
  Value ratio =
      version == 1 ? n.scalar(scores, n.attrs.getFloat("iou_threshold", 0.5)) : scalarAt(n, 3);
  Value least =
      version >= 3 ? scalarAt(n, 4) : n.scalar(scores, -std::numeric_limits<float>::max());
  Value sigma = version == 5 ? scalarAt(n, 5) : Value();
  if (!limit || !ratio || !least || (version == 5 && !sigma) ||
      failed(n.require(n.emit<GreaterEqualOp>({limit, n.scalar(limit, 0)}),
                       "the number of boxes to choose is negative")))
    return failure();
  Type element = n.element(scores);
  return Suppression{n, limit, n.b.cast(n.loc, ratio, element), n.b.cast(n.loc, least, element),
                     sigma ? n.b.cast(n.loc, sigma, element) : sigma};
}

/// Inputs boxes (or overlaps) and scores, then those of suppressionOf. Outputs
/// indices, scores (version 5), count (from 4 on).
template <int version, bool areOverlaps = false> static LogicalResult buildSuppression(Node &n) {
  Value boxes = n.in(0), scores = n.in(1);
  if (failed(checkBoxes(n, boxes, scores, areOverlaps)))
    return failure();
  auto suppression = suppressionOf<version>(n, scores);
  if (failed(suppression) || (!areOverlaps && failed(requireRatio(n, suppression->overlap))))
    return failure();
  bool isPadded = n.attrs.getBool("pad_to_max_output_size", false);
  Value room = atMost(n, suppression->limit, isPadded ? Value() : boxes);
  std::optional<BoxSides> sides;
  if (!areOverlaps)
    sides.emplace(n, boxes);
  auto chosen = suppression->choose(scores, room, [&](Value one) -> Value {
    if (sides)
      return overlapWith(n, boxes, *sides, one);
    Value column = n.emit<GatherOp>({boxes, one}, {{"axis", n.b.getI64IntegerAttr(1)}});
    return n.b.squeeze(n.loc, column, {1});
  });
  if (failed(chosen))
    return failure();
  Value count = n.b.expandDims(n.loc, n.b.cast(n.loc, chosen->count, n.b.getI64Type()), {0});
  auto cut = [&](Value list) {
    return isPadded ? list : slice(n, list, n.b.integers(n.loc, {0}), count);
  };
  Values results = {cut(chosen->indices)};
  if (version == 5)
    results.push_back(cut(chosen->scores));
  if (version >= 4)
    results.push_back(chosen->count);
  return n.out(results);
}

//===--- CombinedNonMaxSuppression ----------------------------------------===//

namespace {
/// Suppression for each image and class, of which each image keeps the best.
struct Combined {
  Node &n;
  Value boxes, scores;   ///< [images * classes, boxes, 4] and [images * classes, boxes]
  Value images, classes; ///< i64 [1]
  Value each;            ///< boxes of a class at most, i32
  Value room;            ///< the same and no more than there are, i64 [1]

  /// The boxes chosen for each class, [images * classes, room, 4], and their
  /// scores, minus infinity where there are no more.
  FailureOr<Values> chooseAll(Suppression s);
  /// The best of each image: boxes, scores, classes, count.
  FailureOr<Values> best(const Values &chosen, Value total);
};
} // namespace

FailureOr<Values> Combined::chooseAll(Suppression s) {
  auto number = [&](int64_t v) { return n.b.splat(n.loc, {}, n.b.getI64Type(), v); };
  auto zeros = [&](ValueRange dims) {
    return n.emit<BroadcastToOp>({n.scalar(boxes, 0), n.b.concat(n.loc, dims)});
  };
  Value count = extent(n, boxes, 0), four = n.b.integers(n.loc, {4});
  Value end = n.b.squeeze(n.loc, count, 0);
  Values inits = {number(0), zeros({count, room, four}), zeros({count, room})};
  auto condition = [&](const Values &v) { return n.emit<LessOp>({v[0], end}); };
  auto body = [&](const Values &v) -> FailureOr<Values> {
    Value mine = n.emit<ListGetOp>({boxes, v[0]});
    BoxSides sides(n, mine);
    auto chosen = s.choose(n.emit<ListGetOp>({scores, v[0]}), room,
                           [&](Value one) { return overlapWith(n, mine, sides, one); });
    if (failed(chosen))
      return failure();
    Value zero = number(0), one = number(1);
    Value places = n.emit<RangeOp>({zero, n.b.squeeze(n.loc, room, 0), one});
    Value isChosen = n.emit<LessOp>({places, n.b.cast(n.loc, chosen->count, n.b.getI64Type())});
    Value none = n.scalar(boxes, -std::numeric_limits<double>::infinity());
    Value found = n.emit<GatherOp>({mine, chosen->indices}, {{"axis", n.b.getI64IntegerAttr(0)}});
    Value values = n.emit<SelectOp>({isChosen, chosen->scores, none});
    return Values{n.emit<AddOp>({v[0], one}), n.emit<ListSetOp>({v[1], v[0], found}),
                  n.emit<ListSetOp>({v[2], v[0], values})};
  };
  auto results = loop(n, inits, condition, body);
  if (succeeded(results))
    results->erase(results->begin());
  return results;
}

FailureOr<Values> Combined::best(const Values &chosen, Value total) {
  Type i32 = n.b.getI32Type(), i64 = n.b.getI64Type();
  Value candidates = n.emit<MulOp>({classes, room}), four = n.b.integers(n.loc, {4});
  Value mine = n.emit<ReshapeOp>({chosen[0], n.b.concat(n.loc, {images, candidates, four})});
  Value values = n.emit<ReshapeOp>({chosen[1], n.b.concat(n.loc, {images, candidates})});
  Value kept = n.emit<MinimumOp>({total, candidates});
  Operation *top =
      n.b.emitOp(TopKOp::getOperationName(), n.loc, {values, n.b.squeeze(n.loc, kept, 0)},
                 {{"to", TypeAttr::get(i64)}}, 2);
  if (!top)
    return failure();
  Value score = top->getResult(0), place = top->getResult(1);
  Value none = n.scalar(score, -std::numeric_limits<double>::infinity());
  Value isThere = n.emit<GreaterOp>({score, none}), zero = n.scalar(score, 0);
  Value found = n.emit<GatherOp>({mine, place}, {{"axis", n.b.getI64IntegerAttr(1)},
                                                 {"batch_dims", n.b.getI64IntegerAttr(1)}});
  Value kind = n.b.cast(n.loc, n.emit<FloorDivOp>({place, room}), n.element(score));
  Value padding = n.emit<SubOp>({total, kept}), nothing = n.b.integers(n.loc, {0});
  auto padded = [&](Value x) {
    Value there = n.rank(x) == 3 ? n.b.expandDims(n.loc, isThere, {2}) : isThere;
    Values paddings = {nothing, nothing, nothing, padding};
    if (n.rank(x) == 3)
      paddings.append({nothing, nothing});
    Value pairs = n.b.reshape(n.loc, n.b.concat(n.loc, paddings), {-1, 2});
    return n.emit<PadOp>({n.emit<SelectOp>({there, x, zero}), pairs, zero});
  };
  Value count =
      n.emit<ReduceSumOp>(n.b.cast(n.loc, isThere, i32), {{"axes", n.b.getDenseI64ArrayAttr({1})}});
  return Values{padded(found), padded(score), padded(kind), count};
}

/// Boxes [images, boxes, 1 or classes, 4], one matrix for each image and class.
static Value perClass(Node &n, Value boxes, Value scores, Value pairs) {
  Value four = n.b.integers(n.loc, {4});
  Value shape = n.b.concat(n.loc, {n.b.shapeOf(n.loc, scores), four});
  Value all = n.b.transpose(n.loc, n.emit<BroadcastToOp>({boxes, shape}), {0, 2, 1, 3});
  return n.emit<ReshapeOp>({all, n.b.concat(n.loc, {pairs, extent(n, scores, 1), four})});
}

static LogicalResult checkCombined(Node &n) {
  Value boxes = n.in(0), scores = n.in(1), each = scalarAt(n, 2), total = scalarAt(n, 3);
  if (!boxes || !scores || !each || !total || !scalarAt(n, 4) || !scalarAt(n, 5))
    return failure();
  if (n.rank(boxes) != 4 || n.rank(scores) != 3)
    return n.fail(
        "needs boxes [images, boxes, 1 or classes, 4] and scores [images, boxes, classes]");
  Value four = n.b.splat(n.loc, {4}, n.b.getI64Type(), 0);
  if (failed(n.requireSame(boxes, 3, four, 0, "a box has 4 corners")) ||
      failed(n.requireSame(boxes, 0, scores, 0, "there must be scores for each image")) ||
      failed(n.requireSame(boxes, 1, scores, 1, "there must be scores for each box")))
    return failure();
  Value least = n.emit<MinimumOp>({each, total});
  if (failed(n.require(n.emit<GreaterOp>({least, n.scalar(least, 0)}),
                       "numbers of boxes to choose must be positive")))
    return failure();
  return requireRatio(n, n.in(4));
}

/// Inputs boxes, scores, boxes of a class at most, of an image at most, thresholds
/// of overlaps and of scores.
static LogicalResult buildCombined(Node &n) {
  if (failed(checkCombined(n)))
    return failure();
  Value scores = n.in(1), each = n.in(2);
  Value images = extent(n, scores, 0), classes = extent(n, scores, 2);
  Value pairs = n.emit<MulOp>({images, classes});
  Value boxes = perClass(n, n.in(0), scores, pairs);
  Value rows = n.emit<ReshapeOp>(
      {n.b.transpose(n.loc, scores, {0, 2, 1}), n.b.concat(n.loc, {pairs, extent(n, scores, 1)})});
  auto vector = [&](Value v) {
    return n.b.expandDims(n.loc, n.b.cast(n.loc, v, n.b.getI64Type()), {0});
  };
  Value most = vector(each), total = vector(n.in(3));
  Value room = n.emit<MinimumOp>({most, extent(n, scores, 1)});
  if (n.attrs.getBool("pad_per_class", false))
    total = n.emit<MinimumOp>({total, n.emit<MulOp>({most, classes})});
  Combined combined{n, boxes, rows, images, classes, each, room};
  auto chosen = combined.chooseAll({n, each, n.in(4), n.in(5), {}});
  auto results = failed(chosen) ? FailureOr<Values>(failure()) : combined.best(*chosen, total);
  if (failed(results))
    return failure();
  if (n.attrs.getBool("clip_boxes", true)) {
    Value &found = results->front();
    found = n.emit<MinimumOp>({found, n.scalar(found, 1)});
    found = n.emit<MaximumOp>({found, n.scalar(found, 0)});
  }
  return n.out(*results);
}

void tensorflow::addSuppressionRows(RowTable &t) {
  static constexpr llvm::StringLiteral two[] = {"selected_indices", "valid_outputs"};
  static constexpr llvm::StringLiteral three[] = {"selected_indices", "selected_scores",
                                                  "valid_outputs"};
  static constexpr llvm::StringLiteral four[] = {"nmsed_boxes", "nmsed_scores", "nmsed_classes",
                                                 "valid_detections"};
  t["NonMaxSuppression"] = {buildSuppression<1>, "image", ""};
  t["NonMaxSuppressionV2"] = {buildSuppression<2>, "image", ""};
  t["NonMaxSuppressionV3"] = {buildSuppression<3>, "image", ""};
  t["NonMaxSuppressionV4"] = {buildSuppression<4>, "image", "", two};
  t["NonMaxSuppressionV5"] = {buildSuppression<5>, "image", "", three};
  t["NonMaxSuppressionWithOverlaps"] = {buildSuppression<3, true>, "image", ""};
  t["CombinedNonMaxSuppression"] = {buildCombined, "image", "", four};
}
