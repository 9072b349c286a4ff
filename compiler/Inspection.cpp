#include "compiler/Compilation.h"

#include "dialects/ingot/Ingot.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace ingot;
using llvm::Error;
using llvm::Expected;

//===--- check ------------------------------------------------------------===//

/// Ends what the import of a refused signature has left open: all values that
/// nothing uses are results, so that nothing of it is dead.
static void closeFunction(mlir::func::FuncOp function) {
  if (function.isDeclaration() || function.getBody().front().mightHaveTerminator())
    return;
  llvm::SmallVector<mlir::Value> results;
  for (mlir::Operation &op : function.getBody().front())
    for (mlir::Value result : op.getResults())
      if (result.use_empty() && mlir::isa<mlir::RankedTensorType>(result.getType()))
        results.push_back(result);
  auto b = mlir::OpBuilder::atBlockEnd(&function.getBody().front());
  mlir::func::ReturnOp::create(b, function.getLoc(), results);
  function.setType(
      b.getFunctionType(function.getArgumentTypes(),
                        llvm::SmallVector<mlir::Type>(mlir::ValueRange(results).getTypes())));
}

/// The stages find more than the import: each stage tells all that it cannot do. What
/// is left of a model of which nodes were refused goes as far as the lowering.
Expected<std::vector<Finding>> Compilation::check() {
  if (Error error = setTarget())
    return std::move(error);
  bool isWhole = true;
  if (Error error = import()) {
    if (diagnostics.findings().empty())
      return std::move(error);
    consumeError(std::move(error));
    isWhole = false;
    for (auto function : module->getOps<mlir::func::FuncOp>())
      closeFunction(function);
  }
  for (const Stage &stage : stages()) {
    if (Error error = runStage(stage)) {
      if (diagnostics.findings().empty())
        return std::move(error);
      consumeError(std::move(error));
      break;
    }
    if (stage.name == "lower" && !isWhole)
      break;
  }
  return diagnostics.findings();
}

//===--- show -------------------------------------------------------------===//

static TensorInfo tensorInfo(mlir::Type type, mlir::Attribute name) {
  TensorInfo info;
  if (auto text = mlir::dyn_cast_or_null<mlir::StringAttr>(name))
    info.name = text.str();
  auto ranked = mlir::dyn_cast<mlir::RankedTensorType>(type);
  info.unknownRank = !ranked;
  info.dtype = dtypeOf(mlir::getElementTypeOrSelf(type));
  for (int64_t extent : ranked ? ranked.getShape() : llvm::ArrayRef<int64_t>())
    info.shape.push_back(mlir::ShapedType::isDynamic(extent) ? -1 : extent);
  return info;
}

/// The signatures as the import makes them.
static std::vector<SignatureInfo> importedSignatures(mlir::ModuleOp module) {
  std::vector<SignatureInfo> signatures;
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    auto name = function->getAttrOfType<mlir::StringAttr>(IngotDialect::kSignatureAttr);
    if (!name)
      continue;
    SignatureInfo &info = signatures.emplace_back();
    info.name = name.str();
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
      info.inputs.push_back(tensorInfo(type, function.getArgAttr(i, IngotDialect::kNameAttr)));
    for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
      info.outputs.push_back(tensorInfo(type, function.getResultAttr(i, IngotDialect::kNameAttr)));
  }
  return signatures;
}

/// Sets what the file does not tell.
static void complete(std::vector<TensorInfo> &tensors, llvm::ArrayRef<TensorInfo> imported) {
  if (tensors.size() != imported.size())
    return;
  for (auto [tensor, known] : llvm::zip(tensors, imported))
    if (!tensor.dtype) {
      tensor.dtype = known.dtype;
      tensor.shape = known.shape;
      tensor.unknownRank = known.unknownRank;
    }
}

Expected<ModelInfo> Compilation::describe() {
  if (Error error = setTarget())
    return std::move(error);
  auto loaded = loadModel(options.model);
  if (!loaded)
    return loaded.takeError();
  ModelInfo info = (*loaded)->describe();
  auto isOpen = [](const SignatureInfo &s) {
    return llvm::any_of(s.outputs, [](const TensorInfo &t) { return !t.dtype; });
  };
  if (!info.signatures.empty() && llvm::none_of(info.signatures, isOpen))
    return info;
  Error error = import();
  if (info.signatures.empty()) {
    if (error)
      return std::move(error);
    info.signatures = importedSignatures(*module);
    return info;
  }
  bool isImported = !error;
  consumeError(std::move(error));
  if (isImported)
    for (auto [signature, known] : llvm::zip(info.signatures, importedSignatures(*module)))
      complete(signature.outputs, known.outputs);
  return info;
}
