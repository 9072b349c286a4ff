#include "passes/lower/Lower.h"
#include "passes/lower/Scalar.h"

using namespace mlir;
using namespace ingot;

/// Any op of the elementwise family: its scalar code over the broadcast shape.
static LogicalResult lowerElementwise(Operation *op, Lowering &l) {
  Location loc = op->getLoc();
  ShapeInfo result = l.shapes.info(op->getResult(0));
  Type element = l.shapes.elementType(op->getOperands().back());
  SmallVector<Lowering::Operand> operands;
  for (Value operand : op->getOperands())
    operands.push_back(l.broadcast(loc, operand, result.dims));
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
          AsinhOp, AcoshOp, AtanhOp, ErfOp, ErfcOp>(table);
  addRows<ReluOp, Relu6Op, SigmoidOp, SoftplusOp, SoftsignOp, EluOp, SeluOp, LeakyReluOp>(table);
  addRows<EqualOp, NotEqualOp, LessOp, LessEqualOp, GreaterOp, GreaterEqualOp, AndOp, OrOp, XorOp,
          NotOp, ShiftLeftOp, ShiftRightOp, PopulationCountOp, SelectOp, CastOp, ComplexOp, RealOp,
          ImagOp, AngleOp, ConjOp>(table);
}
