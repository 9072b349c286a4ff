#include "mlir/Dialect/Complex/IR/Complex.h"
#include "passes/lower/Lower.h"
#include "passes/lower/Scalar.h"

using namespace mlir;
using namespace ingot;

void ingot::addReduceLowerings(LowerTable &table) {}
