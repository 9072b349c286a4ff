#include "passes/lower/Lower.h"
#include "passes/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot {
#define GEN_PASS_DEF_LOWERTOLINALG
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

static const LowerTable &lowerTable() {
  static const LowerTable table = [] {
    LowerTable t;
    addElementwiseLowerings(t);
    addMatmulLowerings(t);
    addConvLowerings(t);
    addPoolLowerings(t);
    addReduceLowerings(t);
    addShapeLowerings(t);
    return t;
  }();
  return table;
}

LogicalResult Lowering::lowerBlock(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (op.getName().getDialectNamespace() != IngotDialect::getDialectNamespace())
      continue;
    auto row = lowerTable().find(op.getName().getStringRef());
    if (row == lowerTable().end())
      return op.emitError() << "no lowering for " << op.getName();
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(&op);
    if (failed(row->second(&op, *this)))
      return failure();
  }
  return success();
}

namespace {
struct LowerToLinalg : ingot::impl::LowerToLinalgBase<LowerToLinalg> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isDeclaration() && failed(lower(function)))
        return signalPassFailure();
  }

  static LogicalResult lower(func::FuncOp function) {
    OpBuilder builder(function.getContext());
    ShapeAnalysis shapes(function.getContext());
    if (failed(shapes.visitBody(function.getBody())))
      return failure();
    rememberTypes(function);
    for (BlockArgument arg : function.getArguments()) {
      ShapeInfo known = shapes.info(arg);
      arg.setType(toStorage(arg.getType()));
      shapes.set(arg, known);
    }
    Lowering lowering(builder, shapes);
    for (Block &block : function.getBody())
      if (failed(lowering.lowerBlock(block)))
        return failure();
    auto type = function.getFunctionType();
    auto storage = [](TypeRange types) { return llvm::map_to_vector(types, toStorage); };
    function.setType(builder.getFunctionType(storage(type.getInputs()), storage(type.getResults())));
    return success();
  }

  static Type toStorage(Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor ? tensor.clone(storageType(tensor.getElementType())) : type;
  }

  /// Element types of the source, for the C interface.
  static void rememberTypes(func::FuncOp function) {
    auto element = [](Type type) { return TypeAttr::get(getElementTypeOrSelf(type)); };
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
      function.setArgAttr(i, "ingot.type", element(type));
    for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
      function.setResultAttr(i, "ingot.type", element(type));
  }
};
} // namespace
