#include "mlir/IR/Matchers.h"
#include "passes/lower/Lower.h"
#include "passes/lower/Scalar.h"

using namespace mlir;
using namespace ingot;

/// Code that tells if an integer may stand where it does.
using Predicate = llvm::function_ref<Value(OpBuilder &, Location, Value)>;

/// The constant integers of `value`; null if it is not a small constant.
static DenseIntElementsAttr constantIntegers(Value value) {
  DenseIntElementsAttr known;
  return matchPattern(value, m_Constant(&known)) ? known : DenseIntElementsAttr();
}

/// Ends the call with `status` if `isBad` holds for an element of `x` and the
/// result has any element at all.
static void checkElements(Operation *op, Lowering &l, Value x, Predicate isBad, ingot_status status,
                          StringRef message) {
  Location loc = op->getLoc();
  Type flag = l.b.getI8Type();
  int64_t rank = l.shapes.rank(x);
  Value found = l.reduce(loc, l.filled(loc, {}, flag, l.zero(loc, flag)),
                         AffineMap::get(rank, 0, l.b.getContext()), {{x, l.identity(rank)}},
                         [&](OpBuilder &b, Location loc, ValueRange v) -> Value {
                           Value bad = arith::ExtUIOp::create(b, loc, flag, isBad(b, loc, v[0]));
                           return arith::OrIOp::create(b, loc, v[1], bad);
                         });
  Value any = tensor::ExtractOp::create(l.b, loc, found, ValueRange());
  auto isZero = [&](Value v) -> Value {
    return arith::CmpIOp::create(l.b, loc, arith::CmpIPredicate::eq, v, l.zero(loc, v.getType()));
  };
  Dim count = l.shapes.table.product(l.shapes.dims(op->getResult(0)));
  Value holds = isZero(any);
  if (!count.constant())
    holds = arith::OrIOp::create(l.b, loc, holds, isZero(l.index(loc, count)));
  if (!count.is(0))
    l.check(loc, holds, status, message);
}

static void checkDivisor(Operation *op, Lowering &l, Value divisor) {
  if (auto known = constantIntegers(divisor))
    if (llvm::none_of(known.getValues<APInt>(), [](const APInt &v) { return v.isZero(); }))
      return;
  auto isZero = [&](OpBuilder &b, Location loc, Value v) -> Value {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, v, l.zero(loc, v.getType()));
  };
  checkElements(op, l, divisor, isZero, INGOT_DIVIDE_BY_ZERO, "integer division by zero");
}

static void checkExponent(Operation *op, Lowering &l, Value exponent) {
  if (auto known = constantIntegers(exponent))
    if (llvm::none_of(known.getValues<APInt>(), [](const APInt &v) { return v.isNegative(); }))
      return;
  auto isNegative = [&](OpBuilder &b, Location loc, Value v) -> Value {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, v, l.zero(loc, v.getType()));
  };
  checkElements(op, l, exponent, isNegative, INGOT_INVALID_ARGUMENT,
                "integers to negative integer powers are not allowed");
}

/// What TensorFlow refuses at run time.
static void checkOperands(Operation *op, Lowering &l, Type element) {
  if (!isa<IntegerType>(element))
    return;
  if (isa<DivOp, FloorDivOp, FloorModOp, TruncModOp>(op))
    checkDivisor(op, l, op->getOperand(1));
  if (isa<PowOp>(op) && !element.isUnsignedInteger())
    checkExponent(op, l, op->getOperand(1));
}

/// Any op of the elementwise family: its scalar code over the broadcast shape.
static LogicalResult lowerElementwise(Operation *op, Lowering &l) {
  Location loc = op->getLoc();
  ShapeInfo result = l.shapes.info(op->getResult(0));
  Type element = l.shapes.elementType(op->getOperands().back());
  SmallVector<Lowering::Operand> operands;
  for (Value operand : op->getOperands())
    operands.push_back(l.broadcast(loc, operand, result.dims));
  checkOperands(op, l, element);
  bool isDefined = true;
  Value value = l.generic(loc, result.dims, result.element, operands,
                          [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
                            Value scalar = emitScalar(op, b, loc, x, element);
                            isDefined &= bool(scalar);
                            return scalar ? scalar : x.back();
                          });
  if (!isDefined)
    return op->emitError() << "is not defined for " << element;
  return l.replace(op, value);
}

template <class... Ops> static void addRows(LowerTable &table) {
  ((table[Ops::getOperationName()] = lowerElementwise), ...);
}

void ingot::addElementwiseLowerings(LowerTable &table) {
  addRows<AbsOp, NegOp, SignOp, SquareOp, ReciprocalOp, AddOp, SubOp, MulOp, DivOp, FloorDivOp,
          FloorModOp, TruncModOp, DivNoNanOp, MulNoNanOp, SquaredDifferenceOp, MaximumOp, MinimumOp,
          PowOp, Atan2Op, XlogyOp, Xlog1pyOp, XdivyOp, NextAfterOp>(table);
  addRows<FloorOp, CeilOp, RoundOp, IsNanOp, IsInfOp, IsFiniteOp, ExpOp, Expm1Op, LogOp, Log1pOp,
          SqrtOp, RsqrtOp, SinOp, CosOp, TanOp, AsinOp, AcosOp, AtanOp, SinhOp, CoshOp, TanhOp,
          AsinhOp, AcoshOp, AtanhOp, ErfOp, ErfcOp, ErfinvOp, NdtriOp, LgammaOp, DigammaOp,
          BesselI0eOp, BesselI1eOp, IgammaOp, IgammacOp, ZetaOp>(table);
  addRows<BesselJ0Op, BesselJ1Op, BesselY0Op, BesselY1Op, BesselK0eOp, BesselK1eOp, DawsnOp,
          ExpintOp, FresnelCosOp, FresnelSinOp, SpenceOp>(table);
  addRows<ReluOp, Relu6Op, SigmoidOp, SoftplusOp, SoftsignOp, EluOp, SeluOp, LeakyReluOp>(table);
  addRows<EqualOp, NotEqualOp, LessOp, LessEqualOp, GreaterOp, GreaterEqualOp, AndOp, OrOp, XorOp,
          NotOp, ShiftLeftOp, ShiftRightOp, PopulationCountOp, SelectOp, CastOp, ComplexOp, RealOp,
          ImagOp, AngleOp, ConjOp>(table);
}
