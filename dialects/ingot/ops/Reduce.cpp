#include "dialects/ingot/Ingot.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

/// The reduction of shape arithmetic to one element; null if it is not followed.
static Dim foldReduction(DimTable &t, Operation *op, ArrayRef<Dim> elements) {
  auto fold = [&](Dim start, auto combine) {
    for (Dim e : elements)
      start = combine(start, e);
    return start;
  };
  auto larger = [&](Dim a, Dim b) { return t.max(a, b); };
  auto smaller = [&](Dim a, Dim b) { return t.min(a, b); };
  return TypeSwitch<Operation *, Dim>(op)
      .Case<ReduceProdOp>(
          [&](auto) { return fold(t.constant(1), [&](Dim a, Dim b) { return t.mul(a, b); }); })
      .Case<ReduceSumOp>(
          [&](auto) { return fold(t.constant(0), [&](Dim a, Dim b) { return t.add(a, b); }); })
      .Case<ReduceAnyOp>([&](auto) { return fold(t.constant(0), larger); })
      .Case<ReduceAllOp>([&](auto) { return fold(t.constant(1), smaller); })
      .Case<ReduceMaxOp>([&](auto) { return elements.empty() ? Dim() : fold(elements[0], larger); })
      .Case<ReduceMinOp>(
          [&](auto) { return elements.empty() ? Dim() : fold(elements[0], smaller); })
      .Default([](Operation *) { return Dim(); });
}

LogicalResult ingot::inferReduction(ShapeAnalysis &shapes, Operation *op, ArrayRef<int64_t> axes,
                                    bool keepDims) {
  ShapeInfo x = shapes.info(op->getOperand(0));
  int64_t rank = x.dims.size();
  for (auto [i, axis] : llvm::enumerate(axes))
    if (axis < 0 || axis >= rank || (i > 0 && axes[i - 1] >= axis))
      return op->emitError() << "axis " << axis << " is out of range or repeated for rank " << rank;
  SmallVector<Dim, 4> dims;
  Dim count = shapes.constant(1);
  for (auto [d, dim] : llvm::enumerate(x.dims)) {
    bool reduced = llvm::is_contained(axes, int64_t(d));
    if (reduced)
      count = shapes.table.mul(count, dim);
    if (!reduced || keepDims)
      dims.push_back(reduced ? shapes.constant(1) : dim);
  }
  // The product of a shape vector is how Keras counts elements.
  std::optional<SmallVector<Dim, 4>> contents;
  if (rank == 1 && axes.size() == 1)
    if (auto elements = shapes.contents(op->getOperand(0)))
      if (Dim folded = foldReduction(shapes.table, op, *elements))
        contents = {folded};
  return shapes.setResult(op, 0, x.element, dims, std::move(contents));
}

template <class OpT> static LogicalResult inferArg(ShapeAnalysis &shapes, OpT op) {
  ShapeInfo x = shapes.info(op.getX());
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= int64_t(x.dims.size()))
    return op.emitError() << "axis " << axis << " is out of range for rank " << x.dims.size();
  if (isa<ComplexType>(x.element) || !isa<IntegerType>(op.getTo()))
    return op.emitError() << "is not defined for " << x.element << " to " << op.getTo();
  if (x.dims[axis].is(0))
    return op.emitError() << "axis " << axis << " has no elements";
  SmallVector<Dim, 4> dims(x.dims);
  dims.erase(dims.begin() + axis);
  return shapes.setResult(op, 0, op.getTo(), dims);
}

LogicalResult ArgMaxOp::inferShapes(ShapeAnalysis &shapes) { return inferArg(shapes, *this); }
LogicalResult ArgMinOp::inferShapes(ShapeAnalysis &shapes) { return inferArg(shapes, *this); }

LogicalResult SoftmaxOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  if (x.dims.empty() || !isa<FloatType>(x.element))
    return emitError("needs a tensor of floats of rank 1 or more");
  return shapes.setResult(*this, 0, x.element, x.dims);
}
