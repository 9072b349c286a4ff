#include "compiler/frontends/compositions/Suppression.h"

#include <limits>

using namespace mlir;
using namespace ingot;

//===--- Overlap of boxes -------------------------------------------------===//

BoxSides::BoxSides(NodeBuilder &n, Value boxes) {
  Value lengths[2];
  for (int64_t d = 0; d < 2; ++d) {
    Value a = elementAlong(n, boxes, 1, d), b = elementAlong(n, boxes, 1, d + 2);
    low[d] = n.emit<MinimumOp>({a, b});
    high[d] = n.emit<MaximumOp>({a, b});
    lengths[d] = n.emit<SubOp>({high[d], low[d]});
  }
  area = n.emit<MulOp>({lengths[0], lengths[1]});
}

/// Of each of the boxes with each of the others, whose numbers broadcast.
static Value overlap(NodeBuilder &n, const BoxSides &a, const BoxSides &b) {
  if (!a.area || !b.area)
    return {};
  Value zero = n.scalar(a.area, 0), common;
  for (int d = 0; d < 2; ++d) {
    Value from = n.emit<MaximumOp>({a.low[d], b.low[d]});
    Value to = n.emit<MinimumOp>({a.high[d], b.high[d]});
    Value side = n.emit<MaximumOp>({n.emit<SubOp>({to, from}), zero});
    common = common ? n.emit<MulOp>({common, side}) : side;
  }
  Value both = n.emit<SubOp>({n.emit<AddOp>({a.area, b.area}), common});
  auto isFull = [&](const BoxSides &s) { return n.emit<GreaterOp>({s.area, zero}); };
  return n.emit<SelectOp>(
      {n.emit<AndOp>({isFull(a), isFull(b)}), n.emit<DivOp>({common, both}), zero});
}

Value ingot::overlapWith(NodeBuilder &n, Value boxes, const BoxSides &all, Value chosen) {
  Value box = n.emit<GatherOp>({boxes, chosen}, {{"axis", n.b.getI64IntegerAttr(0)}});
  return overlap(n, all, BoxSides(n, box));
}

//===--- Suppression ------------------------------------------------------===//

Value Suppression::dead(Value like) {
  return n.scalar(like, -std::numeric_limits<double>::infinity());
}

/// Scores after a box was chosen that is so similar to the others.
Value Suppression::remaining(Value scores, Value similarity) {
  Value isTooMuch = n.emit<GreaterOp>({similarity, overlap}), none = dead(scores);
  Value hard = n.emit<SelectOp>({isTooMuch, none, scores});
  if (!sigma)
    return hard;
  Value isSoft = n.emit<GreaterOp>({sigma, n.scalar(sigma, 0)});
  Value scale = n.emit<DivOp>({n.scalar(sigma, -0.5), sigma});
  Value weight = n.emit<ExpOp>(n.emit<MulOp>({scale, n.emit<SquareOp>(similarity)}));
  // Minus infinity, which stands for boxes that are gone, must not become NaN.
  Value isThere = n.emit<GreaterOp>({scores, none});
  Value soft = n.emit<SelectOp>({isThere, n.emit<MulOp>({scores, weight}), none});
  Value counts =
      n.emit<OrOp>({n.emit<GreaterOp>({soft, threshold}), n.emit<EqualOp>({soft, scores})});
  soft = n.emit<SelectOp>({counts, soft, none});
  if (dropsAlways)
    soft = n.emit<SelectOp>({isTooMuch, none, soft});
  return n.emit<SelectOp>({isSoft, soft, hard});
}

FailureOr<Suppression::Chosen> Suppression::choose(Value scores, Value room,
                                                   llvm::function_ref<Value(Value)> similarity) {
  if (!scores || !room)
    return failure();
  Type i32 = n.b.getI32Type();
  auto first = n.b.getI64IntegerAttr(0);
  Value zero = n.b.splat(n.loc, {}, i32, 0), none = dead(scores);
  Value lists = n.emit<BroadcastToOp>({zero, room});
  Value values = n.emit<BroadcastToOp>({n.scalar(scores, 0), room});
  Value open = n.emit<SelectOp>({n.emit<GreaterOp>({scores, threshold}), scores, none});
  // A box that never counts: there is always one to find.
  open = n.b.concat(n.loc, {open, n.b.expandDims(n.loc, none, {0})});
  auto condition = [&](const Values &v) {
    Value best = n.emit<ReduceMaxOp>(v[1], {{"axes", n.b.getDenseI64ArrayAttr({0})}});
    return n.emit<AndOp>({n.emit<LessOp>({v[0], limit}), n.emit<GreaterOp>({best, dead(best)})});
  };
  auto body = [&](const Values &v) -> FailureOr<Values> {
    Value best = n.emit<ArgMaxOp>(v[1], {{"axis", first}, {"to", TypeAttr::get(i32)}});
    Value score = n.emit<GatherOp>({v[1], best}, {{"axis", first}});
    Value chosen = n.b.expandDims(n.loc, best, {0});
    Value self = n.b.expandDims(n.loc, n.scalar(score, 0), {0});
    Value others = n.b.concat(n.loc, {similarity(chosen), self});
    Value left = remaining(v[1], others);
    if (!left)
      return failure();
    left = n.emit<ScatterNdOp>(
        {left, n.b.expandDims(n.loc, chosen, {1}), n.b.expandDims(n.loc, dead(left), {0})},
        {{"mode", n.b.getStringAttr("update")}});
    return Values{n.emit<AddOp>({v[0], n.b.splat(n.loc, {}, i32, 1)}), left,
                  n.emit<ListSetOp>({v[2], v[0], best}), n.emit<ListSetOp>({v[3], v[0], score})};
  };
  auto results = loop(n, {zero, open, lists, values}, condition, body);
  if (failed(results))
    return failure();
  return Chosen{(*results)[2], (*results)[3], (*results)[0]};
}
