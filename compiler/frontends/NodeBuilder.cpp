#include "compiler/frontends/NodeBuilder.h"
#include "compiler/frontends/DimBuilder.h"

using namespace mlir;
using namespace ingot;

Value NodeBuilder::scalar(Value like, double value) {
  return like ? b.splat(loc, {}, element(like), value) : Value();
}

FailureOr<int64_t> NodeBuilder::axis(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank)
    return fail("axis " + Twine(axis) + " is out of range for rank " + Twine(rank));
  return axis < 0 ? axis + rank : axis;
}

FailureOr<SmallVector<int64_t>> NodeBuilder::axes(ArrayRef<int64_t> given, int64_t rank) {
  SmallVector<int64_t> axes;
  for (int64_t one : given) {
    auto normalised = axis(one, rank);
    if (failed(normalised))
      return failure();
    axes.push_back(*normalised);
  }
  llvm::sort(axes);
  auto *twice = std::adjacent_find(axes.begin(), axes.end());
  if (twice != axes.end())
    return fail("axis " + Twine(*twice) + " is given twice");
  return axes;
}

FailureOr<SmallVector<int64_t, 4>> NodeBuilder::constantInts(Value value, const Twine &what) {
  if (!value)
    return failure();
  auto known = b.shapes.constantContents(value);
  if (!known)
    return fail(what + " must be a constant");
  return *known;
}

FailureOr<int64_t> NodeBuilder::constantAxis(Value value, int64_t rank) {
  auto known = constantInts(value, "the axis");
  if (failed(known))
    return failure();
  if (known->size() != 1)
    return fail("the axis must be a scalar");
  return axis(known->front(), rank);
}

LogicalResult NodeBuilder::requireSame(Value x, int64_t d, Value y, int64_t e, StringRef reason) {
  if (!x || !y)
    return failure();
  return requireSame(b.shapes.dims(x)[d], b.shapes.dims(y)[e], reason);
}

/// The dimension as a scalar.
static Value scalarOf(NodeBuilder &n, Dim d) {
  return n.b.squeeze(n.loc, dimVector(n.b, n.loc, d), 0);
}

LogicalResult NodeBuilder::requireSame(Dim x, Dim y, StringRef reason) {
  if (!x || !y)
    return fail("a size is too large");
  if (x == y)
    return success();
  if (x.constant() && y.constant())
    return fail(reason + ": " + Twine(*x.constant()) + " and " + Twine(*y.constant()));
  Value same = emit<EqualOp>({scalarOf(*this, x), scalarOf(*this, y)});
  if (!same)
    return failure();
  AssertOp::create(b, loc, same, reason);
  return success();
}

LogicalResult NodeBuilder::requireSameShape(Value x, Value y) {
  if (!x || !y)
    return failure();
  if (rank(x) != rank(y))
    return fail("operands of rank " + Twine(rank(x)) + " and " + Twine(rank(y)));
  for (int64_t d = 0; d < rank(x); ++d)
    if (failed(requireSame(x, d, y, d, "the operands' shapes differ")))
      return failure();
  return success();
}

LogicalResult NodeBuilder::requireNatural(Dim d, StringRef reason) {
  if (!d)
    return fail("a size is too large");
  if (b.shapes.table.isNonNegative(d))
    return success();
  Value holds = emit<GreaterEqualOp>({scalarOf(*this, d), b.splat(loc, {}, b.getI64Type(), 0)});
  if (!holds)
    return failure();
  AssertOp::create(b, loc, holds, reason);
  return success();
}

LogicalResult NodeBuilder::fail(const Twine &reason, const Twine &hint) {
  InFlightDiagnostic error = emitError(loc) << reason;
  std::string text = hint.str();
  if (!text.empty())
    error.attachNote() << text;
  return failure();
}
