#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

static bool isString(ShapeAnalysis &shapes, Value value) {
  return shapes.rank(value) == 1 && shapes.elementType(value).isUnsignedInteger(8);
}

/// True if the pieces of the text are in order and one more than there are values.
static bool areInOrder(ArrayRef<int64_t> ends, size_t values, size_t bytes) {
  return ends.size() == values + 1 && llvm::is_sorted(ends) && ends.front() >= 0 &&
         uint64_t(ends.back()) == bytes;
}

LogicalResult FormatOp::inferShapes(ShapeAnalysis &shapes) {
  if (!areInOrder(getEnds(), getValues().size(), getText().size()))
    return emitError("needs one piece of text before each value and one behind the last");
  for (int64_t i : getStrings())
    if (i < 0 || uint64_t(i) >= getValues().size() || !isString(shapes, getValues()[i]))
      return emitError() << "value " << i << " is not a string";
  Type byte = IntegerType::get(getContext(), 8, IntegerType::Unsigned);
  Dim size = getValues().empty() ? shapes.constant(getText().size()) : shapes.ownDim(*this, 0, 0);
  return shapes.setResult(*this, 0, byte, size);
}

LogicalResult PrintOp::inferShapes(ShapeAnalysis &shapes) {
  if (!isString(shapes, getText()))
    return emitError("prints strings only");
  return success();
}

LogicalResult TimestampOp::inferShapes(ShapeAnalysis &shapes) {
  return shapes.setResult(*this, 0, Float64Type::get(getContext()), {});
}
