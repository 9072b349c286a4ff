#include "dialects/ingot/Ingot.h"

#define GET_OP_CLASSES
#include "dialects/ingot/IngotOps.cpp.inc"

void ingot::IngotDialect::registerOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/ingot/IngotOps.cpp.inc"
      >();
}
