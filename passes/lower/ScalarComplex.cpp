#include "mlir/Dialect/Complex/IR/Complex.h"
#include "passes/lower/Scalar.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

Value ingot::emitComplexScalar(Operation *op, OpBuilder &b, Location loc, ValueRange x) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<AddOp>([&](auto) { return complex::AddOp::create(b, loc, x[0], x[1]); })
      .Default([](Operation *) { return Value(); });
}
