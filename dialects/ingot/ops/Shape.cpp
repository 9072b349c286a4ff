#include "dialects/ingot/Ingot.h"
#include "dialects/ingot/Reshape.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot;

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult ConstantOp::inferShapes(ShapeAnalysis &shapes) {
  auto type = dyn_cast<RankedTensorType>(getValue().getShapedType());
  if (!type || !type.hasStaticShape())
    return emitError("needs a value of static shape");
  return shapes.setResult(*this, 0, type.getElementType(), shapes.constants(type.getShape()));
}

LogicalResult ShapeOp::inferShapes(ShapeAnalysis &shapes) {
  SmallVector<Dim, 4> dims(shapes.dims(getX()));
  Dim rank = shapes.constant(dims.size());
  return shapes.setResult(*this, 0, getTo(), rank, std::move(dims));
}

static Dim productOfNonZeros(DimTable &t, ArrayRef<Dim> dims) {
  Dim one = t.constant(1), product = one;
  for (Dim d : dims)
    product = t.mul(product, t.max(d, one));
  return product;
}

bool ingot::mayBeOpen(const DimTable &t, Dim d) {
  if (t.isNonNegative(d) || d.terms().size() != 1)
    return false;
  const auto &[atoms, factor] = *d.terms().begin();
  return factor == 1 && atoms.size() == 1 && t.atom(atoms[0]).kind == DimAtom::ElementOf;
}

/// What the sizes `others` leave of `from`'s elements. Where one of them is 0, TensorFlow
/// counts without the zeros of both sides: that there are no elements then is for the
/// lowering to check.
static Dim missingSize(DimTable &t, ArrayRef<Dim> from, ArrayRef<Dim> others) {
  Dim count = t.product(from), nonZeros = productOfNonZeros(t, others);
  Dim hasZero = t.max(t.sub(t.constant(1), t.product(others)), t.constant(0));
  // One of the two is 0; a maximum is one term where it is multiplied further.
  return t.max(t.floorDiv(count, nonZeros),
               t.mul(hasZero, t.floorDiv(productOfNonZeros(t, from), nonZeros)));
}

/// Dims of a reshape where any such entry may be -1: each is itself, or what the others
/// leave. Two entries of -1 are for the lowering to find.
static SmallVector<Dim, 4> resolveAny(DimTable &t, ArrayRef<Dim> from, ArrayRef<Dim> wanted) {
  Dim zero = t.constant(0);
  SmallVector<Dim, 4> given, dims;
  for (Dim d : wanted)
    given.push_back(t.max(d, t.sub(zero, d)));
  Dim rest = missingSize(t, from, given);
  for (Dim d : wanted) {
    Dim isOpen = t.max(t.sub(zero, d), zero);
    dims.push_back(!mayBeOpen(t, d) ? d : t.add(t.max(d, zero), t.mul(isOpen, rest)));
  }
  return dims;
}

/// The entry that can be -1 is the one that is, or the only one that is not known not to
/// be: counting elements gives it.
ReshapeSizes ingot::reshapeSizes(DimTable &t, ArrayRef<Dim> from, ArrayRef<Dim> wanted) {
  SmallVector<Dim, 4> dims(wanted);
  auto unknown = [&](Dim d) { return !t.isNonNegative(d); };
  auto hole = llvm::find_if(dims, [](Dim d) { return d.is(-1); });
  if (hole == dims.end() && llvm::count_if(dims, unknown) == 1)
    hole = llvm::find_if(dims, unknown);
  if (hole == dims.end()) {
    bool areOpen = llvm::any_of(dims, [&](Dim d) { return mayBeOpen(t, d); });
    return {areOpen ? resolveAny(t, from, wanted) : dims, areOpen};
  }
  bool mayBeGiven = mayBeOpen(t, *hole);
  Dim count = t.product(from);
  *hole = t.constant(1);
  Dim rest = t.product(dims), quotient = rest.is(0) ? Dim() : t.floorDiv(count, rest);
  bool tells = quotient && (rest.constant() || t.mul(quotient, rest) == count);
  if (!tells && mayBeGiven)
    return {resolveAny(t, from, wanted), true};
  *hole = tells ? quotient : missingSize(t, from, dims);
  return {dims, false};
}

LogicalResult ReshapeOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  auto wanted = shapes.contents(getShape());
  if (!wanted || shapes.rank(getShape()) != 1)
    return emitError("the new shape must be a short vector of known length");
  for (Dim d : *wanted)
    if (auto v = d.constant(); v && *v < -1)
      return emitError() << "the new shape has the negative dimension " << *v;
  if (llvm::count_if(*wanted, [](Dim d) { return d.is(-1); }) > 1)
    return emitError("the new shape has more than one -1");
  auto [dims, areOpen] = reshapeSizes(shapes.table, x.dims, *wanted);
  if (llvm::is_contained(dims, Dim()))
    return emitError("the new shape depends on too many sizes (--input-shape can fix these)");
  for (auto [d, entry] : llvm::enumerate(*wanted))
    if (areOpen && mayBeOpen(shapes.table, entry))
      dims[d] = shapes.ownDim(*this, 0, d);
  auto before = shapes.table.product(x.dims).constant(),
       after = shapes.table.product(dims).constant();
  if (before && after && *before != *after)
    return emitError() << "a tensor of " << *before << " elements cannot take a shape of " << *after
                       << " elements";
  return shapes.setResult(*this, 0, x.element, dims, shapes.contents(getX()));
}

LogicalResult TransposeOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  SmallVector<Dim, 4> dims;
  SmallVector<bool> seen(x.dims.size());
  if (getPermutation().size() != x.dims.size())
    return emitError() << "permutation has " << getPermutation().size() << " entries for rank "
                       << x.dims.size();
  for (int64_t from : getPermutation()) {
    if (from < 0 || from >= int64_t(x.dims.size()) || seen[from])
      return emitError() << "entry " << from << " of the permutation is out of range or repeated";
    seen[from] = true;
    dims.push_back(x.dims[from]);
  }
  return shapes.setResult(*this, 0, x.element, dims);
}

LogicalResult BroadcastToOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  auto wanted = shapes.contents(getShape());
  if (!wanted || shapes.rank(getShape()) != 1 || wanted->size() < x.dims.size())
    return emitError("the shape must be a short vector of at least the operand's rank");
  SmallVector<Dim, 4> dims(*wanted);
  size_t offset = dims.size() - x.dims.size();
  for (auto [i, dim] : llvm::enumerate(x.dims)) {
    auto from = dim.constant(), to = dims[offset + i].constant();
    if (from && to && *from != *to && *from != 1)
      return emitError() << "dimension " << i << " of " << *from << " cannot be broadcast to "
                         << *to;
    if (from && *from != 1)
      dims[offset + i] = dim;
  }
  std::optional<SmallVector<Dim, 4>> contents;
  auto count = shapes.table.product(dims).constant();
  auto known = shapes.contents(getX());
  if (known && known->size() == 1 && count && *count <= kMaxTrackedElements)
    contents.emplace(*count, known->front());
  return shapes.setResult(*this, 0, x.element, dims, std::move(contents));
}

LogicalResult BroadcastShapeOp::inferShapes(ShapeAnalysis &shapes) {
  Type element = shapes.elementType(getX());
  auto x = shapes.contents(getX()), y = shapes.contents(getY());
  if (!x || !y || shapes.rank(getX()) != 1 || shapes.rank(getY()) != 1 ||
      shapes.elementType(getY()) != element)
    return emitError("needs two short vectors of one integer type and known lengths");
  if (x->size() < y->size())
    std::swap(x, y);
  size_t offset = x->size() - y->size();
  for (auto [i, dim] : llvm::enumerate(*y)) {
    Dim &slot = (*x)[offset + i];
    slot = shapes.table.broadcast(slot, dim);
    if (!slot)
      return emitError() << "shapes differ in dimension " << offset + i;
  }
  return shapes.setResult(*this, 0, element, shapes.constant(x->size()), x);
}

LogicalResult EnsureShapeOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  if (getShape().size() != x.dims.size())
    return emitError() << "a tensor of rank " << x.dims.size() << " is said to be of rank "
                       << getShape().size();
  SmallVector<Dim, 4> dims(x.dims);
  for (auto [d, wanted] : llvm::enumerate(getShape())) {
    auto extent = dims[d].constant();
    if (wanted >= 0 && extent && *extent != wanted)
      return emitError() << "dimension " << d << " is " << *extent << ", not " << wanted;
    if (wanted >= 0)
      dims[d] = shapes.constant(wanted);
  }
  return shapes.setResult(*this, 0, x.element, dims, shapes.contents(getX()));
}

LogicalResult BitcastOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  if (!x.element.isIntOrFloat() || !getTo().isIntOrFloat() || x.element.isInteger(1) ||
      getTo().isInteger(1))
    return emitError() << "cannot see " << x.element << " as " << getTo();
  int64_t from = elementBytes(x.element), to = elementBytes(getTo());
  SmallVector<Dim, 4> dims(x.dims);
  if (from > to)
    dims.push_back(shapes.constant(from / to));
  if (from < to) {
    auto last = dims.empty() ? std::nullopt : dims.back().constant();
    if (!last || *last != to / from)
      return emitError() << "the last dimension must be " << to / from;
    dims.pop_back();
  }
  return shapes.setResult(*this, 0, getTo(), dims);
}

//===--- Ranges -----------------------------------------------------------===//

/// |(limit - start) / delta| rounded up, in the floats' own type as TensorFlow
/// computes it; null if one is not known.
static std::optional<int64_t> countFloats(RangeOp op) {
  DenseFPElementsAttr start, limit, delta;
  if (!matchPattern(op.getStart(), m_Constant(&start)) ||
      !matchPattern(op.getLimit(), m_Constant(&limit)) ||
      !matchPattern(op.getDelta(), m_Constant(&delta)))
    return std::nullopt;
  APFloat count = *limit.begin();
  count.subtract(*start.begin(), APFloat::rmNearestTiesToEven);
  count.divide(*delta.begin(), APFloat::rmNearestTiesToEven);
  count.clearSign();
  APSInt integer(64, /*isUnsigned=*/false);
  bool isExact;
  if (count.convertToInteger(integer, APFloat::rmTowardPositive, &isExact) & APFloat::opInvalidOp)
    return INT64_MAX;
  return integer.getExtValue();
}

/// The number of elements: from shape arithmetic, else a dimension of its own.
static Dim countRange(RangeOp op, ShapeAnalysis &shapes, ArrayRef<Dim> x) {
  DimTable &t = shapes.table;
  if (auto count = countFloats(op))
    return t.constant(*count);
  auto delta = x.empty() ? std::nullopt : x[2].constant();
  if (!delta || *delta == INT64_MIN)
    return shapes.ownDim(op, 0, 0);
  Dim span = *delta > 0 ? t.sub(x[1], x[0]) : t.sub(x[0], x[1]);
  return t.max(t.ceilDiv(span, t.constant(std::abs(*delta))), t.constant(0));
}

LogicalResult RangeOp::inferShapes(ShapeAnalysis &shapes) {
  Type element = shapes.elementType(getStart());
  if (!element.isIntOrFloat() || element.isInteger(1))
    return emitError() << "is not defined for " << element;
  SmallVector<Dim, 3> x;
  for (Value operand : getOperands()) {
    if (shapes.rank(operand) != 0 || shapes.elementType(operand) != element)
      return emitError("needs three scalars of one type");
    if (auto known = shapes.contents(operand))
      x.push_back(known->front());
  }
  if (x.size() == 3 && x[2].is(0))
    return emitError("the step is 0");
  if (auto delta = x.size() == 3 ? x[2].constant() : std::nullopt) {
    auto span = shapes.table.sub(x[1], x[0]);
    if (auto s = span ? span.constant() : std::nullopt; s && (*delta > 0 ? *s < 0 : *s > 0))
      return emitError("the limit is on the wrong side of the start");
  }
  Dim count = countRange(*this, shapes, x);
  std::optional<SmallVector<Dim, 4>> contents;
  auto known = count ? count.constant() : std::nullopt;
  if (x.size() == 3 && known && *known <= kMaxTrackedElements) {
    contents.emplace();
    for (int64_t i = 0; i < *known; ++i)
      contents->push_back(shapes.table.add(x[0], shapes.table.mul(x[2], shapes.constant(i))));
  }
  return shapes.setResult(*this, 0, element, count, std::move(contents));
}
