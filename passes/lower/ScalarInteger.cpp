#include "mlir/Dialect/Arith/IR/Arith.h"
#include "passes/lower/Scalar.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

Value ingot::emitIntegerScalar(Operation *op, OpBuilder &b, Location loc, ValueRange x,
                               bool isUnsigned) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<AddOp>([&](auto) { return arith::AddIOp::create(b, loc, x[0], x[1]); })
      .Case<SubOp>([&](auto) { return arith::SubIOp::create(b, loc, x[0], x[1]); })
      .Case<MulOp>([&](auto) { return arith::MulIOp::create(b, loc, x[0], x[1]); })
      .Default([](Operation *) { return Value(); });
}
