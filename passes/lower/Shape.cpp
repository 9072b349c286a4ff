#include "passes/lower/Lower.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace ingot;

/// Constants keep their bytes; only the element type changes to the stored one.
static LogicalResult lowerConstant(ConstantOp op, Lowering &l) {
  auto type = cast<RankedTensorType>(op.getType());
  Type stored = storageType(type.getElementType());
  ElementsAttr value = op.getValue();
  if (stored != type.getElementType()) {
    if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
      value = DenseResourceElementsAttr::get(type.clone(stored), resource.getRawHandle());
    else if (type.getElementType().isInteger(1))
      value = cast<DenseIntElementsAttr>(value).mapValues(
          stored, [](const APInt &v) { return v.zext(8); });
    else
      value = cast<DenseElementsAttr>(value).bitcast(stored);
  }
  return l.replace(op, arith::ConstantOp::create(l.b, op.getLoc(), value)->getResults());
}

/// Shape arithmetic: an integer vector whose elements are all known as Dims.
static Value fromContents(Lowering &l, Location loc, const ShapeInfo &info) {
  SmallVector<Value> elements;
  for (Dim d : *info.contents)
    elements.push_back(arith::IndexCastOp::create(l.b, loc, info.element, l.index(loc, d)));
  return tensor::FromElementsOp::create(l.b, loc, l.shapes.typeOf(info), elements);
}

static LogicalResult lowerShape(ShapeOp op, Lowering &l) {
  return l.replace(op, fromContents(l, op.getLoc(), l.shapes.info(op.getResult())));
}

namespace {
/// Runs of dimensions of both sides of a reshape that hold the same elements.
struct ReshapeGroups {
  SmallVector<ReassociationIndices> from, to;
};
} // namespace

static ReshapeGroups groupDims(DimTable &t, ArrayRef<Dim> from, ArrayRef<Dim> to) {
  ReshapeGroups groups;
  size_t i = 0, j = 0;
  while (i < from.size() && j < to.size()) {
    ReassociationIndices a{int64_t(i)}, c{int64_t(j)};
    Dim x = from[i++], y = to[j++];
    // Take in more of the side that is behind; all of the rest if unsure.
    while (x != y && (i < from.size() || j < to.size())) {
      auto cx = x.constant(), cy = y.constant();
      bool takeFrom = i < from.size() && (j == to.size() || !cx || !cy || *cx < *cy);
      if (takeFrom) {
        a.push_back(i);
        x = t.mul(x, from[i++]);
      } else {
        c.push_back(j);
        y = t.mul(y, to[j++]);
      }
    }
    groups.from.push_back(std::move(a));
    groups.to.push_back(std::move(c));
  }
  // What is left over on one side are dimensions of 1.
  for (; i < from.size() && !groups.from.empty(); ++i)
    groups.from.back().push_back(i);
  for (; j < to.size() && !groups.to.empty(); ++j)
    groups.to.back().push_back(j);
  return groups;
}

/// The type of `dims` with each group collapsed: static if all of it is.
static RankedTensorType collapsedType(Lowering &l, ArrayRef<Dim> dims,
                                      ArrayRef<ReassociationIndices> groups, Type element) {
  SmallVector<int64_t> shape;
  for (const ReassociationIndices &group : groups) {
    int64_t extent = 1;
    for (int64_t d : group) {
      auto e = dims[d].constant();
      extent = !e || ShapedType::isDynamic(extent) ? ShapedType::kDynamic : extent * *e;
    }
    shape.push_back(extent);
  }
  return RankedTensorType::get(shape, storageType(element));
}

/// Collapses and expands only what has to be: rows that stay are left alone.
static LogicalResult lowerReshape(ReshapeOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo x = l.shapes.info(op.getX()), result = l.shapes.info(op.getResult());
  if (l.shapes.table.product(result.dims).is(0))
    return l.replace(op, l.empty(loc, result.dims, result.element));
  ReshapeGroups groups = groupDims(l.shapes.table, x.dims, result.dims);
  Value value = op.getX();
  auto collapsed = collapsedType(l, x.dims, groups.from, x.element);
  auto expanded = collapsedType(l, result.dims, groups.to, x.element);
  if (groups.from.size() != x.dims.size())
    value = tensor::CollapseShapeOp::create(l.b, loc, collapsed, value, groups.from);
  if (value.getType() != expanded)
    value = tensor::CastOp::create(l.b, loc, expanded, value);
  if (groups.to.size() != result.dims.size()) {
    result.element = storageType(result.element);
    value = tensor::ExpandShapeOp::create(l.b, loc, l.shapes.typeOf(result), value, groups.to,
                                          l.shapes.materializeFolded(l.b, loc, result.dims));
  }
  return l.replace(op, value);
}

void ingot::addShapeLowerings(LowerTable &table) {
  addLowering<ConstantOp, lowerConstant>(table);
  addLowering<ShapeOp, lowerShape>(table);
  addLowering<ReshapeOp, lowerReshape>(table);
}
