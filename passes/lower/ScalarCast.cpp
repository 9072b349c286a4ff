#include "mlir/Dialect/Arith/IR/Arith.h"
#include "passes/lower/Scalar.h"

using namespace mlir;
using namespace ingot;

Value ingot::emitCast(OpBuilder &b, Location loc, Value x, Type from, Type to, bool truncate) {
  if (from == to)
    return x;
  return {};
}
