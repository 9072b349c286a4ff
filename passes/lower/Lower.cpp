#include "passes/lower/Lower.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Passes.h"

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
    addListLowerings(t);
    addMatmulLowerings(t);
    addControlLowerings(t);
    addConvLowerings(t);
    addPoolLowerings(t);
    addQuantizeLowerings(t);
    addReduceLowerings(t);
    addArgLowerings(t);
    addSoftmaxLowerings(t);
    addScanLowerings(t);
    addSegmentLowerings(t);
    addSortLowerings(t);
    addShapeLowerings(t);
    addSliceLowerings(t);
    addGatherLowerings(t);
    addScatterLowerings(t);
    addUniqueLowerings(t);
    addDiagLowerings(t);
    addImageLowerings(t);
    addTextLowerings(t);
    return t;
  }();
  return table;
}

/// True if the Dim follows from dimensions alone, not from elements of tensors.
static bool isFromDimensions(const DimTable &table, Dim dim) {
  return llvm::none_of(table.atomsOf(dim),
                       [](const DimAtom *atom) { return atom->kind == DimAtom::ElementOf; });
}

/// Shape arithmetic is computed from dimensions, whatever op it is written as.
static bool isShapeArithmetic(Operation &op, ShapeAnalysis &shapes) {
  if (op.getNumResults() != 1 || op.hasTrait<OpTrait::ConstantLike>() || !isPure(&op))
    return false;
  const auto &contents = shapes.info(op.getResult(0)).contents;
  return contents && !contents->empty() &&
         llvm::all_of(*contents, [&](Dim d) { return isFromDimensions(shapes.table, d); });
}

/// True if the Dim follows from the dimensions of a loop variable: these too come
/// from the data, and may grow without bound.
static bool isFromLoop(const DimTable &table, Dim dim) {
  return llvm::any_of(table.atomsOf(dim), [](const DimAtom *atom) {
    auto argument = dyn_cast_or_null<BlockArgument>(atom->root);
    return argument && !isa<func::FuncOp>(argument.getOwner()->getParentOp());
  });
}

/// True if the dimension is one of the op's own results, which are not there yet.
static bool isOwn(const DimTable &table, Dim dim, Operation &op) {
  return llvm::any_of(table.atomsOf(dim), [&](const DimAtom *atom) {
    return atom->root && atom->root.getDefiningOp() == &op;
  });
}

/// Sizes that come from elements of tensors are checked where they appear; those that only
/// the op itself finds, by its own lowering.
static void checkNewSizes(Operation &op, Lowering &l) {
  for (Value result : op.getResults()) {
    if (!isa<RankedTensorType>(result.getType()))
      continue;
    ShapeInfo info = l.shapes.info(result);
    auto isKnown = [&](Value operand) { return l.shapes.dims(operand) == ArrayRef(info.dims); };
    auto fromData = [&](Dim d) {
      return !isFromDimensions(l.shapes.table, d) || isFromLoop(l.shapes.table, d);
    };
    if (llvm::any_of(info.dims, [&](Dim d) { return isOwn(l.shapes.table, d, op); }))
      continue;
    if (llvm::any_of(info.dims, fromData) && llvm::none_of(op.getOperands(), isKnown))
      l.checkBytes(op.getLoc(), info.dims, info.element);
  }
}

LogicalResult Lowering::lowerOp(Operation &op) {
  auto row = lowerTable().find(op.getName().getStringRef());
  if (row == lowerTable().end())
    return op.emitError() << "no lowering for " << op.getName();
  if (isShapeArithmetic(op, shapes))
    return replace(&op, fromContents(op.getLoc(), shapes.info(op.getResult(0))));
  checkNewSizes(op, *this);
  return row->second(&op, *this);
}

/// Values of the results' types that come from nowhere: what follows can be lowered.
void Lowering::standIn(Operation &op) {
  b.setInsertionPoint(&op);
  for (Value result : op.getResults()) {
    ShapeInfo info = shapes.info(result);
    info.element = storageType(info.element);
    Type type = isa<RankedTensorType>(result.getType()) ? shapes.typeOf(info) : result.getType();
    Value stand =
        UnrealizedConversionCastOp::create(b, op.getLoc(), type, ValueRange()).getResult(0);
    shapes.replace(result, stand);
    result.replaceAllUsesWith(stand);
  }
}

LogicalResult Lowering::lowerBlock(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (op.getName().getDialectNamespace() != IngotDialect::getDialectNamespace())
      continue;
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(&op);
    if (mlir::succeeded(lowerOp(op)))
      continue;
    failed = true;
    standIn(op);
  }
  return success();
}

namespace {
struct LowerToLinalg : ingot::impl::LowerToLinalgBase<LowerToLinalg> {
  void runOnOperation() override {
    for (auto variable : getOperation().getOps<rt::VariableOp>())
      variable.setInitialAttr(storageElements(variable.getInitial()));
    // All functions, for the errors of all.
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isDeclaration() && failed(lower(function)))
        signalPassFailure();
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
    addShapeFunction(function, shapes);
    Lowering lowering(builder, shapes);
    for (Block &block : function.getBody())
      if (failed(lowering.lowerBlock(block)))
        return failure();
    setInterface(function);
    return failure(lowering.hasFailed());
  }

  /// The types of arguments and results as they are now: folded constants may
  /// have told more about the results than the import knew.
  static void setInterface(func::FuncOp function) {
    Block &body = function.getBody().back();
    auto results = llvm::map_to_vector(body.getTerminator()->getOperandTypes(), toStorage);
    function.setType(FunctionType::get(function.getContext(),
                                       function.getBody().front().getArgumentTypes(), results));
  }

  /// SIGNATURE__shapes: from the dynamic dimensions of the arguments to those of
  /// the results; results for which this is not possible are marked.
  static void addShapeFunction(func::FuncOp function, ShapeAnalysis &shapes) {
    if (!function->hasAttr(IngotDialect::kSignatureAttr))
      return;
    Location loc = function.getLoc();
    auto ret = cast<func::ReturnOp>(function.getBody().back().getTerminator());
    OpBuilder b(function);
    Type index = b.getIndexType();
    SmallVector<std::pair<Value, unsigned>> inputs;
    for (BlockArgument arg : function.getArguments())
      for (auto [d, dim] : llvm::enumerate(shapes.dims(arg)))
        if (!dim.constant())
          inputs.push_back({arg, d});
    SmallVector<Dim> dims;
    for (auto [i, value] : llvm::enumerate(ret.getOperands())) {
      SmallVector<Dim> own;
      for (Dim d : shapes.dims(value))
        if (!d.constant())
          own.push_back(d);
      if (llvm::all_of(own, [&](Dim d) { return dependsOnArguments(shapes.table, d, function); }))
        dims.append(own);
      else
        function.setResultAttr(i, "ingot.from_data", b.getUnitAttr());
    }
    auto type = b.getFunctionType(SmallVector<Type>(inputs.size(), index),
                                  SmallVector<Type>(dims.size(), index));
    auto helper = func::FuncOp::create(b, loc, (function.getName() + "__shapes").str(), type);
    helper.setPrivate();
    Block *block = helper.addEntryBlock();
    b.setInsertionPointToStart(block);
    IRMapping arguments;
    SmallVector<Value> results;
    // A size that the call refuses as negative is given as 0.
    for (Dim d : dims)
      results.push_back(shapes.materialize(
          b, loc, shapes.table.isNonNegative(d) ? d : shapes.table.max(d, shapes.constant(0))));
    func::ReturnOp::create(b, loc, results);
    // Dimensions of the other function's arguments are arguments here.
    for (Operation &op : llvm::make_early_inc_range(*block))
      if (auto dim = dyn_cast<tensor::DimOp>(op)) {
        auto entry = llvm::find(
            inputs, std::pair<Value, unsigned>(dim.getSource(), *dim.getConstantIndex()));
        dim.replaceAllUsesWith(Value(block->getArgument(entry - inputs.begin())));
        dim.erase();
      }
  }

  static bool dependsOnArguments(const DimTable &table, Dim dim, func::FuncOp function) {
    return llvm::all_of(table.atomsOf(dim), [&](const DimAtom *atom) {
      bool isArgument = atom->root && isa<BlockArgument>(atom->root) &&
                        Value(atom->root).getParentBlock() == &function.getBody().front();
      return !atom->root || (atom->kind == DimAtom::DimOf && isArgument);
    });
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
