#include "compiler/frontends/compositions/Compositions.h"

using namespace mlir;
using namespace ingot;

Value ingot::readVariable(NodeBuilder &n, const StateVariable &variable) {
  return n.emit<ReadVariableOp>(
      {}, {{"variable", variable.symbol}, {"type", TypeAttr::get(variable.type)}});
}

LogicalResult ingot::assignVariable(NodeBuilder &n, const StateVariable &variable, Value value) {
  auto [symbol, type] = variable;
  if (!value)
    return failure();
  if (n.element(value) != type.getElementType() || n.rank(value) != type.getRank())
    return n.fail("assigns a value of another type or rank than the variable's");
  if (llvm::any_of(n.b.shapes.dims(value), [](Dim d) { return !d.constant(); }))
    value = n.emit<EnsureShapeOp>(value, {{"shape", n.b.getDenseI64ArrayAttr(type.getShape())}});
  return success(value && n.b.emitOp(AssignVariableOp::getOperationName(), n.loc, value,
                                     {{"variable", symbol}, {"type", TypeAttr::get(type)}}, 0));
}
