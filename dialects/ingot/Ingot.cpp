#include "dialects/ingot/Ingot.h"

#include "dialects/ingot/IngotDialect.cpp.inc"

using namespace mlir;
using namespace ingot;

void IngotDialect::initialize() { registerOps(); }

Operation *IngotDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                             Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  return elements ? ConstantOp::create(builder, loc, elements) : nullptr;
}
