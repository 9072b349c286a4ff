#include "passes/memory/SizeBounds.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace ingot;

static bool isMinimum(Operation *op) { return isa<arith::MinSIOp, arith::MinUIOp>(op); }

/// Ops that do not fall where operands grow.
static bool isMonotone(Operation *op) {
  return isa<arith::AddIOp, arith::MulIOp, arith::MaxSIOp, arith::MaxUIOp, arith::IndexCastOp,
             arith::IndexCastUIOp>(op);
}

/// True for arguments of the function, not of loops in it.
static bool isArgument(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument && isa<func::FuncOp>(argument.getOwner()->getParentOp());
}

bool SizeBounds::isExact(Value value) {
  auto [it, isNew] = exact.try_emplace(value, false);
  if (!isNew)
    return it->second;
  Operation *op = value.getDefiningOp();
  bool result = false;
  if (auto dim = dyn_cast_or_null<memref::DimOp>(op))
    result = isArgument(dim.getSource()) && dim.getConstantIndex();
  else if (op && isa<arith::ArithDialect>(op->getDialect()))
    result = llvm::all_of(op->getOperands(), [&](Value v) { return isExact(v); });
  return exact[value] = result;
}

bool SizeBounds::isBounded(Value value) {
  if (isExact(value))
    return true;
  auto [it, isNew] = bounded.try_emplace(value, false);
  if (!isNew)
    return it->second;
  auto has = [&](Value v) { return isBounded(v); };
  Operation *op = value.getDefiningOp();
  bool result = op && ((isMinimum(op) && llvm::any_of(op->getOperands(), has)) ||
                       (isMonotone(op) && llvm::all_of(op->getOperands(), has)));
  return bounded[value] = result;
}

std::optional<int64_t> SizeBounds::constant(Value value) {
  if (auto known = getConstantIntValue(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (!op || !(isMinimum(op) || isMonotone(op)))
    return std::nullopt;
  auto x = constant(op->getOperand(0));
  if (op->getNumOperands() == 1)
    return x;
  auto y = constant(op->getOperand(1));
  if (isMinimum(op))
    return x && y ? std::min(*x, *y) : x ? x : y;
  if (!x || !y)
    return std::nullopt;
  if (isa<arith::AddIOp>(op))
    return llvm::checkedAdd(*x, *y);
  return isa<arith::MulIOp>(op) ? llvm::checkedMul(*x, *y) : std::max(*x, *y);
}

/// The op that computes `value`, and what it needs, as copies.
Value SizeBounds::copy(OpBuilder &b, Value value) {
  if (Value mapped = copies.lookupOrNull(value))
    return mapped;
  Operation *op = value.getDefiningOp();
  if (!op)
    return value;
  for (Value operand : op->getOperands())
    copies.map(operand, copy(b, operand));
  return b.clone(*op, copies)->getResult(cast<OpResult>(value).getResultNumber());
}

Value SizeBounds::emit(OpBuilder &b, Value value) {
  if (isExact(value))
    return copy(b, value);
  if (Value known = bounds.lookup(value))
    return known;
  Operation *op = value.getDefiningOp();
  IRMapping map;
  SmallVector<Value> known;
  for (Value operand : op->getOperands())
    if (isBounded(operand)) {
      known.push_back(emit(b, operand));
      map.map(operand, known.back());
    }
  // The other operand of a minimum says nothing before the call.
  if (known.size() < op->getNumOperands())
    return bounds[value] = known[0];
  return bounds[value] = b.clone(*op, map)->getResult(0);
}
