#include "passes/lower/Reduce.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "passes/lower/Scalar.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

Type ingot::accumulatorType(Type element, bool isMean) {
  if (element.isF16() || element.isBF16())
    return Float32Type::get(element.getContext());
  auto integer = dyn_cast<IntegerType>(element);
  if (integer && isMean)
    return IntegerType::get(element.getContext(), 64, integer.getSignedness());
  return element;
}

/// The order of sums and products is free; nothing else is.
constexpr auto kReassociate = arith::FastMathFlags::reassoc;

static Value emitSum(OpBuilder &b, Location loc, Value x, Value y) {
  if (isa<ComplexType>(x.getType()))
    return complex::AddOp::create(b, loc, x, y);
  if (isa<FloatType>(x.getType()))
    return arith::AddFOp::create(b, loc, x, y, kReassociate);
  return arith::AddIOp::create(b, loc, x, y);
}

static Value emitProduct(OpBuilder &b, Location loc, Value x, Value y) {
  if (isa<ComplexType>(x.getType()))
    return complex::MulOp::create(b, loc, x, y);
  if (isa<FloatType>(x.getType()))
    return arith::MulFOp::create(b, loc, x, y, kReassociate);
  return arith::MulIOp::create(b, loc, x, y);
}

template <class FloatOp, class SignedOp, class UnsignedOp>
static Value emitExtreme(OpBuilder &b, Location loc, Value x, Value y, Type element) {
  if (isa<FloatType>(element))
    return FloatOp::create(b, loc, x, y);
  if (element.isUnsignedInteger() || element.isInteger(1))
    return UnsignedOp::create(b, loc, x, y);
  return SignedOp::create(b, loc, x, y);
}

Value ingot::emitFold(Fold fold, OpBuilder &b, Location loc, Value x, Value y, Type element) {
  switch (fold) {
  case Fold::Sum:
    return emitSum(b, loc, x, y);
  case Fold::Product:
    return emitProduct(b, loc, x, y);
  case Fold::Max:
    return emitExtreme<arith::MaximumFOp, arith::MaxSIOp, arith::MaxUIOp>(b, loc, x, y, element);
  case Fold::Min:
    return emitExtreme<arith::MinimumFOp, arith::MinSIOp, arith::MinUIOp>(b, loc, x, y, element);
  case Fold::And:
    return arith::AndIOp::create(b, loc, x, y);
  case Fold::Or:
    return arith::OrIOp::create(b, loc, x, y);
  }
  llvm_unreachable("all folds are handled");
}

/// The smallest number of the type (Max) or the largest (Min).
static TypedAttr extremeAttr(OpBuilder &b, Type element, bool isLowest, bool finite) {
  if (auto type = dyn_cast<FloatType>(element)) {
    const auto &semantics = type.getFloatSemantics();
    return b.getFloatAttr(element, finite ? APFloat::getLargest(semantics, isLowest)
                                          : APFloat::getInf(semantics, isLowest));
  }
  unsigned width = element.getIntOrFloatBitWidth();
  bool isUnsigned = element.isUnsignedInteger() || width == 1;
  APInt lowest = isUnsigned ? APInt::getZero(width) : APInt::getSignedMinValue(width);
  APInt value = isLowest ? lowest : ~lowest;
  Type stored = storageType(element);
  return b.getIntegerAttr(stored, value.zext(stored.getIntOrFloatBitWidth()));
}

Value ingot::emitNeutral(Fold fold, Lowering &l, Location loc, Type element, bool finite) {
  Type stored = storageType(element);
  auto constant = [&](TypedAttr value) { return arith::ConstantOp::create(l.b, loc, value); };
  switch (fold) {
  case Fold::Sum:
  case Fold::Or:
    return l.zero(loc, stored);
  case Fold::And:
    return constant(l.b.getIntegerAttr(stored, 1));
  case Fold::Product:
    return emitCast(l.b, loc, constant(l.b.getIntegerAttr(l.b.getI1Type(), 1)), l.b.getI1Type(),
                    element);
  case Fold::Max:
  case Fold::Min:
    return constant(extremeAttr(l.b, element, fold == Fold::Max, finite));
  }
  llvm_unreachable("all folds are handled");
}

static Fold foldOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, Fold>(op)
      .Case<ReduceSumOp, ReduceMeanOp>([](auto) { return Fold::Sum; })
      .Case<ReduceProdOp>([](auto) { return Fold::Product; })
      .Case<ReduceMaxOp>([](auto) { return Fold::Max; })
      .Case<ReduceMinOp>([](auto) { return Fold::Min; })
      .Case<ReduceAllOp>([](auto) { return Fold::And; })
      .Case<ReduceAnyOp>([](auto) { return Fold::Or; });
}

Value ingot::emitReduction(Lowering &l, Location loc, Value x, ArrayRef<int64_t> axes, Fold fold,
                           Type accumulator) {
  ShapeInfo info = l.shapes.info(x);
  Type element = info.element;
  SmallVector<Dim, 4> dims;
  SmallVector<AffineExpr> exprs;
  for (auto [d, dim] : llvm::enumerate(info.dims))
    if (!llvm::is_contained(axes, int64_t(d))) {
      dims.push_back(dim);
      exprs.push_back(l.b.getAffineDimExpr(d));
    }
  int64_t rank = info.dims.size();
  Value init = l.filled(loc, dims, accumulator, emitNeutral(fold, l, loc, accumulator));
  Value result = l.reduce(loc, init, AffineMap::get(rank, 0, exprs, l.b.getContext()),
                          {{x, l.identity(rank)}}, [&](OpBuilder &b, Location loc, ValueRange v) {
                            Value wide = emitCast(b, loc, v[0], element, accumulator);
                            return emitFold(fold, b, loc, v[1], wide, accumulator);
                          });
  l.shapes.set(result, {accumulator, dims, std::nullopt});
  return result;
}

Value ingot::emitQuotient(OpBuilder &b, Location loc, Value sum, Type element, Value count) {
  if (!isa<FloatType, ComplexType>(element))
    count = arith::MaxSIOp::create(b, loc, count, arith::ConstantIndexOp::create(b, loc, 1));
  Value wide = arith::IndexCastOp::create(b, loc, b.getI64Type(), count);
  Value divisor = emitCast(b, loc, wide, b.getI64Type(), element);
  if (isa<ComplexType>(element))
    return complex::DivOp::create(b, loc, sum, divisor);
  if (isa<FloatType>(element))
    return arith::DivFOp::create(b, loc, sum, divisor);
  if (element.isUnsignedInteger())
    return arith::DivUIOp::create(b, loc, sum, divisor);
  return arith::DivSIOp::create(b, loc, sum, divisor);
}

/// From the accumulator to the result: mean and narrow floats.
static Value finish(Operation *op, Lowering &l, Value value, ArrayRef<int64_t> axes, Type element) {
  Location loc = op->getLoc();
  ShapeInfo info = l.shapes.info(value);
  bool isMean = isa<ReduceMeanOp>(op);
  if (!isMean && info.element == element)
    return value;
  Dim count = l.shapes.constant(1);
  for (int64_t axis : axes)
    count = l.shapes.table.mul(count, l.shapes.dims(op->getOperand(0))[axis]);
  Value size = l.index(loc, count);
  return l.generic(loc, info.dims, element, {{value, l.identity(info.dims.size())}},
                   [&](OpBuilder &b, Location loc, ValueRange v) {
                     Value mean = isMean ? emitQuotient(b, loc, v[0], info.element, size) : v[0];
                     return emitCast(b, loc, mean, info.element, element);
                   });
}

Value ingot::emitKeptDims(Lowering &l, Location loc, Value value, ArrayRef<int64_t> axes,
                          ArrayRef<Dim> dims) {
  // A group holds one dimension that stays, and those of 1 around it.
  SmallVector<ReassociationIndices> groups;
  bool hasKept = false;
  for (auto [d, dim] : llvm::enumerate(dims)) {
    bool isKept = !llvm::is_contained(axes, int64_t(d));
    if (groups.empty() || (isKept && hasKept))
      groups.emplace_back();
    hasKept |= isKept;
    groups.back().push_back(d);
  }
  if (l.shapes.rank(value) == 0)
    groups.clear();
  ShapeInfo info{storageType(l.shapes.elementType(value)), SmallVector<Dim, 4>(dims), {}};
  Value result = tensor::ExpandShapeOp::create(l.b, loc, l.shapes.typeOf(info), value, groups,
                                               l.shapes.materializeFolded(l.b, loc, dims));
  info.element = l.shapes.elementType(value);
  l.shapes.set(result, info);
  return result;
}

template <class OpT> static LogicalResult lowerReduction(OpT op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo result = l.shapes.info(op.getResult());
  ArrayRef<int64_t> axes = op.getAxes();
  if (isa<ComplexType>(result.element) && isa<ReduceMaxOp, ReduceMinOp>(op.getOperation()))
    return op.emitError() << "is not defined for " << result.element;
  if (isa<ReduceAllOp, ReduceAnyOp>(op.getOperation()) && !result.element.isInteger(1))
    return op.emitError() << "needs booleans";
  if (axes.empty())
    return l.replace(op, op.getX());
  Type accumulator = accumulatorType(result.element, isa<ReduceMeanOp>(op.getOperation()));
  Value value = emitReduction(l, loc, op.getX(), axes, foldOf(op), accumulator);
  value = finish(op, l, value, axes, result.element);
  if (op.getKeepDims())
    value = emitKeptDims(l, loc, value, axes, result.dims);
  return l.replace(op, value);
}

void ingot::addReduceLowerings(LowerTable &table) {
  addLowering<ReduceSumOp, lowerReduction<ReduceSumOp>>(table);
  addLowering<ReduceMeanOp, lowerReduction<ReduceMeanOp>>(table);
  addLowering<ReduceProdOp, lowerReduction<ReduceProdOp>>(table);
  addLowering<ReduceMaxOp, lowerReduction<ReduceMaxOp>>(table);
  addLowering<ReduceMinOp, lowerReduction<ReduceMinOp>>(table);
  addLowering<ReduceAllOp, lowerReduction<ReduceAllOp>>(table);
  addLowering<ReduceAnyOp, lowerReduction<ReduceAnyOp>>(table);
}
