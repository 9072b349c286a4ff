#include "passes/lower/Lower.h"

using namespace mlir;
using namespace ingot;

void ingot::addPoolLowerings(LowerTable &table) {}
