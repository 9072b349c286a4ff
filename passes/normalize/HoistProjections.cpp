#include "mlir/IR/IRMapping.h"
#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_HOISTPROJECTIONS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// The innermost loop around the product in which its matrix and the list that
/// its rows are read from do not change; null if there is none.
static WhileOp loopToLeave(MatmulOp op, ListGetOp rows) {
  auto loop = op->getParentOfType<WhileOp>();
  auto isOutside = [&](Value v) { return !loop->isAncestor(v.getParentRegion()->getParentOp()); };
  return loop && isOutside(rows.getList()) && isOutside(op.getY()) ? loop : WhileOp();
}

/// True for [B, K] x [K, M] with known K and M.
static bool isProjection(MatmulOp op) {
  auto x = cast<RankedTensorType>(op.getX().getType());
  auto y = cast<RankedTensorType>(op.getY().getType());
  return x.getRank() == 2 && y.getRank() == 2 && y.hasStaticShape() && !x.isDynamicDim(1) &&
         !op.getTransposeX() && !op.getConjugateX();
}

static Value integers(OpBuilder &b, Location loc, ArrayRef<int64_t> values) {
  auto type = RankedTensorType::get({int64_t(values.size())}, b.getI64Type());
  return ConstantOp::create(b, loc, DenseIntElementsAttr::get(type, values));
}

/// [N, B] of a list [N, B, K], then `last`.
static Value shapeWith(OpBuilder &b, Location loc, Value list, int64_t last) {
  auto vector = [&](int64_t n) { return RankedTensorType::get({n}, b.getI64Type()); };
  Value shape = ShapeOp::create(b, loc, vector(3), list, b.getI64Type());
  Value front = StridedSliceOp::create(b, loc, vector(2), shape, integers(b, loc, {0}),
                                       integers(b, loc, {2}), integers(b, loc, {1}), 0, 0, 0);
  Value parts[] = {front, integers(b, loc, {last})};
  return ConcatOp::create(b, loc, vector(3), parts, 0);
}

/// All rows at once in front of the loop: [N * B, K] x [K, M] as [N, B, M].
static Value productOfAll(OpBuilder &b, MatmulOp op, Value list) {
  Location loc = op.getLoc();
  auto type = cast<RankedTensorType>(list.getType());
  auto product = cast<RankedTensorType>(op.getResult().getType());
  int64_t count = type.getDimSize(0), batch = type.getDimSize(1), inner = type.getDimSize(2);
  bool isDynamic = ShapedType::isDynamic(count) || ShapedType::isDynamic(batch);
  int64_t rows = isDynamic ? ShapedType::kDynamic : count * batch, columns = product.getDimSize(1);
  Value matrix =
      ReshapeOp::create(b, loc, RankedTensorType::get({rows, inner}, type.getElementType()), list,
                        integers(b, loc, {-1, inner}));
  IRMapping map;
  map.map(op.getX(), matrix);
  Operation *all = b.clone(*op, map);
  Type element = product.getElementType();
  all->getResult(0).setType(RankedTensorType::get({rows, columns}, element));
  return ReshapeOp::create(b, loc, RankedTensorType::get({count, batch, columns}, element),
                           all->getResult(0), shapeWith(b, loc, list, columns));
}

namespace {
struct HoistProjections : ingot::impl::HoistProjectionsBase<HoistProjections> {
  void runOnOperation() override {
    getOperation().walk([](MatmulOp op) { hoist(op); });
  }

  /// What is left of the product in the loop reads a row.
  static void hoist(MatmulOp op) {
    auto rows = op.getX().getDefiningOp<ListGetOp>();
    WhileOp loop = rows ? loopToLeave(op, rows) : WhileOp();
    if (!loop || !isProjection(op) ||
        cast<RankedTensorType>(rows.getList().getType()).getRank() != 3)
      return;
    OpBuilder b(loop);
    Value all = productOfAll(b, op, rows.getList());
    b.setInsertionPoint(op);
    Value row = ListGetOp::create(b, op.getLoc(), op.getResult().getType(), all, rows.getIndex());
    op.getResult().replaceAllUsesWith(row);
    op.erase();
  }
};
} // namespace
