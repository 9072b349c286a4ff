#include "compiler/Costs.h"
#include "dialects/ingot/Ingot.h"
#include "llvm/ADT/TypeSwitch.h"

#include <map>

using namespace mlir;
using namespace ingot;

static uint64_t elements(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  uint64_t count = 1;
  if (tensor)
    for (int64_t extent : tensor.getShape())
      count *= ShapedType::isDynamic(extent) ? 1 : extent;
  return count;
}

static uint64_t bytes(Type type) {
  return elements(type) * elementBytes(getElementTypeOrSelf(type));
}

static uint64_t extent(Value value, int64_t fromEnd) {
  auto shape = cast<RankedTensorType>(value.getType()).getShape();
  int64_t e = shape[shape.size() - fromEnd];
  return ShapedType::isDynamic(e) ? 1 : e;
}

/// Multiply-accumulates of one op.
static uint64_t macs(Operation &op) {
  uint64_t outputs = op.getNumResults() ? elements(op.getResult(0).getType()) : 0;
  return llvm::TypeSwitch<Operation *, uint64_t>(&op)
      .Case<MatmulOp>(
          [&](MatmulOp m) { return outputs * extent(m.getX(), m.getTransposeX() ? 2 : 1); })
      .Case<ConvOp>([&](ConvOp c) {
        uint64_t columns = extent(c.getFilter(), 1);
        return columns ? outputs * (elements(c.getFilter().getType()) / columns) : 0;
      })
      .Case<DepthwiseConvOp>([&](DepthwiseConvOp c) {
        uint64_t channels = extent(c.getFilter(), 1) * extent(c.getFilter(), 2);
        return channels ? outputs * (elements(c.getFilter().getType()) / channels) : 0;
      })
      .Default([](Operation *) { return 0; });
}

/// The functions of a module, of several that are one function the first.
static SmallVector<func::FuncOp> distinctFunctions(ModuleOp module) {
  SmallVector<func::FuncOp> distinct;
  for (auto function : module.getOps<func::FuncOp>()) {
    auto isSame = [&](func::FuncOp other) {
      return OperationEquivalence::isRegionEquivalentTo(&function.getBody(), &other.getBody(),
                                                        OperationEquivalence::IgnoreLocations);
    };
    if (llvm::none_of(distinct, isSame))
      distinct.push_back(function);
  }
  return distinct;
}

static void add(Report::OpCost &cost, Operation *op) {
  cost.op = op->getName().stripDialect();
  cost.count++;
  cost.macs += macs(*op);
  for (Type type : op->getOperandTypes())
    cost.bytes += bytes(type);
  for (Type type : op->getResultTypes())
    cost.bytes += bytes(type);
}

std::vector<Report::OpCost> ingot::countCosts(ModuleOp module) {
  std::map<std::string, Report::OpCost> byOp;
  for (func::FuncOp function : distinctFunctions(module))
    function.walk([&](Operation *op) {
      if (isa_and_nonnull<IngotDialect>(op->getDialect()) && !op->hasTrait<OpTrait::ConstantLike>())
        add(byOp[op->getName().stripDialect().str()], op);
    });
  std::vector<Report::OpCost> costs;
  for (auto &[name, cost] : byOp)
    costs.push_back(cost);
  llvm::stable_sort(costs, [](const auto &a, const auto &b) {
    return std::pair(a.macs, a.bytes) > std::pair(b.macs, b.bytes);
  });
  return costs;
}

ProductCounts ingot::countProducts(ModuleOp module) {
  ProductCounts counts;
  for (func::FuncOp function : distinctFunctions(module))
    function.walk([&](Operation *op) {
      if (!isa<MatmulOp, ConvOp, DepthwiseConvOp, TransposedConvOp>(op))
        return;
      ++counts.all;
      counts.integer += getElementTypeOrSelf(op->getOperand(0)).isInteger();
    });
  return counts;
}
