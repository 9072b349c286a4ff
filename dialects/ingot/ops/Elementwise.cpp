#include "dialects/ingot/Ingot.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

using Contents = std::optional<SmallVector<Dim, 4>>;

SmallVector<Dim, 4> ingot::broadcastDims(ShapeAnalysis &shapes, ValueRange operands) {
  SmallVector<Dim, 4> result;
  for (Value operand : operands) {
    ArrayRef<Dim> dims = shapes.dims(operand);
    if (dims.size() > result.size())
      result.insert(result.begin(), dims.size() - result.size(), shapes.constant(1));
    size_t offset = result.size() - dims.size();
    for (auto [i, dim] : llvm::enumerate(dims))
      result[offset + i] = shapes.table.broadcast(result[offset + i], dim);
  }
  return result;
}

/// 1 if x <= y is proved, 0 if x > y is; null if neither.
static Dim foldLessEqual(DimTable &t, Dim x, Dim y) {
  if (t.isNonNegative(t.sub(y, x)))
    return t.constant(1);
  return t.isNonNegative(t.sub(t.sub(x, y), t.constant(1))) ? t.constant(0) : Dim();
}

static Dim foldEqual(DimTable &t, Dim x, Dim y) {
  if (x == y)
    return t.constant(1);
  Dim below = foldLessEqual(t, x, y), above = foldLessEqual(t, y, x);
  bool differ = (below && below.is(0)) || (above && above.is(0));
  return differ ? t.constant(0) : Dim();
}

static Dim foldNot(DimTable &t, Dim x) { return t.sub(t.constant(1), x); }

/// One element of a comparison of shape arithmetic, or of a logical operation on
/// such; null if not proved. (The bitwise operations on integers are not followed.)
static Dim foldCondition(DimTable &t, Operation *op, ArrayRef<Dim> x) {
  return TypeSwitch<Operation *, Dim>(op)
      .Case<LessEqualOp>([&](auto) { return foldLessEqual(t, x[0], x[1]); })
      .Case<GreaterEqualOp>([&](auto) { return foldLessEqual(t, x[1], x[0]); })
      .Case<LessOp>([&](auto) { return foldNot(t, foldLessEqual(t, x[1], x[0])); })
      .Case<GreaterOp>([&](auto) { return foldNot(t, foldLessEqual(t, x[0], x[1])); })
      .Case<EqualOp>([&](auto) { return foldEqual(t, x[0], x[1]); })
      .Case<NotEqualOp>([&](auto) { return foldNot(t, foldEqual(t, x[0], x[1])); })
      .Case<AndOp>([&](auto) { return t.min(x[0], x[1]); })
      .Case<OrOp>([&](auto) { return t.max(x[0], x[1]); })
      .Case<NotOp>([&](auto) { return foldNot(t, x[0]); })
      .Default([](Operation *) { return Dim(); });
}

/// One element of the result of shape arithmetic; null if not followed.
static Dim foldElement(DimTable &t, Operation *op, ArrayRef<Dim> x) {
  return TypeSwitch<Operation *, Dim>(op)
      .Case<AddOp>([&](auto) { return t.add(x[0], x[1]); })
      .Case<SubOp>([&](auto) { return t.sub(x[0], x[1]); })
      .Case<MulOp>([&](auto) { return t.mul(x[0], x[1]); })
      .Case<MaximumOp>([&](auto) { return t.max(x[0], x[1]); })
      .Case<MinimumOp>([&](auto) { return t.min(x[0], x[1]); })
      .Case<FloorDivOp>([&](auto) { return t.floorDiv(x[0], x[1]); })
      .Case<FloorModOp>([&](auto) { return t.floorMod(x[0], x[1]); })
      .Case<DivOp>([&](auto) {
        bool agree = t.isNonNegative(x[0]) && t.isNonNegative(x[1]);
        return agree ? t.floorDiv(x[0], x[1]) : Dim();
      })
      .Case<NegOp>([&](auto) { return t.sub(t.constant(0), x[0]); })
      .Case<SquareOp>([&](auto) { return t.mul(x[0], x[0]); })
      .Default([](Operation *) { return Dim(); });
}

static bool isFollowed(Operation *op, Type result) {
  if (result.isInteger(1))
    return isa<LessEqualOp, GreaterEqualOp, LessOp, GreaterOp, EqualOp, NotEqualOp, AndOp, OrOp,
               NotOp>(op);
  return isa<AddOp, SubOp, MulOp, MaximumOp, MinimumOp, FloorDivOp, FloorModOp, DivOp, NegOp,
             SquareOp>(op);
}

/// True if the value fits the type: shape arithmetic does not wrap.
static bool fitsType(Dim d, Type element) {
  auto value = d ? d.constant() : std::nullopt;
  return d && (!value || !element.isInteger(32) || *value == int32_t(*value));
}

static Contents foldContents(ShapeAnalysis &shapes, Operation *op, Type element,
                             ArrayRef<Dim> dims) {
  auto count = shapes.table.product(dims).constant();
  if (!isFollowed(op, element) || !count || *count > kMaxTrackedElements || dims.size() > 1)
    return std::nullopt;
  SmallVector<SmallVector<Dim, 4>, 2> operands;
  for (Value operand : op->getOperands()) {
    auto known = shapes.contents(operand);
    if (!known || known->empty())
      return std::nullopt;
    operands.push_back(std::move(*known));
  }
  SmallVector<Dim, 4> result;
  for (int64_t i = 0; i < *count; ++i) {
    SmallVector<Dim, 2> x;
    for (auto &operand : operands)
      x.push_back(operand[operand.size() == 1 ? 0 : i]);
    result.push_back(element.isInteger(1) ? foldCondition(shapes.table, op, x)
                                          : foldElement(shapes.table, op, x));
    if (!fitsType(result.back(), element))
      return std::nullopt;
  }
  return result;
}

static Type resultElement(Type element, ResultElement kind) {
  switch (kind) {
  case ResultElement::Same:
    return element;
  case ResultElement::Bool:
    return IntegerType::get(element.getContext(), 1);
  case ResultElement::Real:
    if (auto complex = dyn_cast<ComplexType>(element))
      return complex.getElementType();
    return element;
  }
  llvm_unreachable("all kinds of results are handled");
}

LogicalResult ingot::inferElementwise(ShapeAnalysis &shapes, Operation *op, ResultElement kind) {
  Type element = shapes.elementType(op->getOperand(0));
  for (Value operand : op->getOperands())
    if (shapes.elementType(operand) != element)
      return op->emitError() << "operands have different types: " << element << " and "
                             << shapes.elementType(operand);
  SmallVector<Dim, 4> dims = broadcastDims(shapes, op->getOperands());
  Type result = resultElement(element, kind);
  return shapes.setResult(op, 0, result, dims, foldContents(shapes, op, result, dims));
}

/// A select of shape arithmetic by conditions that are known.
static Contents foldSelect(ShapeAnalysis &shapes, SelectOp op, ArrayRef<Dim> dims) {
  auto count = shapes.table.product(dims).constant();
  auto conditions = shapes.contents(op.getCondition());
  if (!conditions || conditions->empty() || !count || *count > kMaxTrackedElements ||
      dims.size() > 1)
    return std::nullopt;
  auto x = shapes.contents(op.getX()), y = shapes.contents(op.getY());
  if (!x || !y || x->empty() || y->empty())
    return std::nullopt;
  auto at = [](ArrayRef<Dim> elements, int64_t i) {
    return elements[elements.size() == 1 ? 0 : i];
  };
  SmallVector<Dim, 4> result;
  for (int64_t i = 0; i < *count; ++i)
    result.push_back(at(*conditions, i).is(0) ? at(*y, i) : at(*x, i));
  return result;
}

LogicalResult SelectOp::inferShapes(ShapeAnalysis &shapes) {
  Type element = shapes.elementType(getX());
  if (element != shapes.elementType(getY()) || !shapes.elementType(getCondition()).isInteger(1))
    return emitError("needs a boolean condition and two operands of one type");
  SmallVector<Dim, 4> dims = broadcastDims(shapes, getOperands());
  return shapes.setResult(*this, 0, element, dims, foldSelect(shapes, *this, dims));
}

LogicalResult CastOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  auto isShapeType = [](Type t) { return t.isInteger(32) || t.isInteger(64); };
  Contents contents;
  if ((isShapeType(x.element) || x.element.isInteger(1)) && isShapeType(getTo())) {
    contents = shapes.contents(getX());
    if (contents && llvm::any_of(*contents, [&](Dim d) { return !fitsType(d, getTo()); }))
      contents.reset();
  }
  return shapes.setResult(*this, 0, getTo(), x.dims, std::move(contents));
}

LogicalResult ComplexOp::inferShapes(ShapeAnalysis &shapes) {
  Type element = shapes.elementType(getX());
  if (element != shapes.elementType(getY()) || !(element.isF32() || element.isF64()))
    return emitError("needs two operands of type f32 or two of f64");
  return shapes.setResult(*this, 0, ComplexType::get(element),
                          broadcastDims(shapes, getOperands()));
}

LogicalResult PopulationCountOp::inferShapes(ShapeAnalysis &shapes) {
  auto ui8 = IntegerType::get(getContext(), 8, IntegerType::Unsigned);
  return shapes.setResult(*this, 0, ui8, shapes.info(getX()).dims);
}
