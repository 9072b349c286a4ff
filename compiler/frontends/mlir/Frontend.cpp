#include "compiler/frontends/Frontend.h"
#include "compiler/frontends/File.h"
#include "compiler/frontends/InputShape.h"
#include "compiler/frontends/mlir/Text.h"
#include "dialects/ingot/Ingot.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace ingot;

/// Public functions are signatures, under their own names unless they have another.
static void nameSignatures(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isPrivate() && !function->hasAttr(IngotDialect::kSignatureAttr))
      function->setAttr(IngotDialect::kSignatureAttr, function.getSymNameAttr());
}

/// Erases the signatures that the options do not ask for.
static LogicalResult chooseSignatures(ModuleOp module, const Options &options) {
  if (options.signatures.empty())
    return success();
  StringSet<> found;
  for (auto function : llvm::make_early_inc_range(module.getOps<func::FuncOp>())) {
    auto name = function->getAttrOfType<StringAttr>(IngotDialect::kSignatureAttr);
    if (!name)
      continue;
    if (llvm::is_contained(options.signatures, name.getValue()))
      found.insert(name.getValue());
    else
      function.erase();
  }
  for (const std::string &name : options.signatures)
    if (!found.contains(name))
      return emitError(UnknownLoc::get(module.getContext()))
             << "there is no signature \"" << name << "\" (ingot show lists them)";
  return success();
}

/// The arguments' types with the dimensions that --input-shape fixes.
static FailureOr<SmallVector<Type>> inputTypes(func::FuncOp function, const Options &options) {
  SmallVector<Type> types(function.getArgumentTypes());
  for (auto [i, type] : llvm::enumerate(types)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    auto name = function.getArgAttrOfType<StringAttr>(i, IngotDialect::kNameAttr);
    if (!tensor || !name)
      continue;
    auto dims = llvm::map_to_vector(tensor.getShape(), [](int64_t extent) {
      return ShapedType::isDynamic(extent) ? -1 : extent;
    });
    auto shape = inputShape(function.getArgument(i).getLoc(), options, name.getValue(),
                            tensor.getElementType(), dims, /*isRanked=*/true);
    if (failed(shape))
      return failure();
    type = tensor.clone(*shape);
  }
  return types;
}

/// Fixes dimensions of inputs and infers again what follows from them.
static LogicalResult fixShapes(func::FuncOp function, const Options &options) {
  auto types = inputTypes(function, options);
  if (failed(types))
    return failure();
  if (function.isDeclaration() || *types == SmallVector<Type>(function.getArgumentTypes()))
    return success();
  for (auto [argument, type] : llvm::zip(function.getArguments(), *types))
    argument.setType(type);
  ShapeAnalysis shapes(function.getContext());
  for (Operation &op : function.getBody().front())
    if (failed(shapes.visit(&op, /*setTypes=*/true)))
      return failure();
  ValueRange results = function.getBody().back().getTerminator()->getOperands();
  function.setType(
      FunctionType::get(function.getContext(), *types, SmallVector<Type>(results.getTypes())));
  return success();
}

/// Ops get their name behind their place in the file, as nodes of other formats have.
static void nameOps(ModuleOp module) {
  Builder b(module.getContext());
  module.walk([&](Operation *op) {
    auto place = dyn_cast<FileLineColLoc>(op->getLoc());
    if (!place || !isa<IngotDialect>(op->getDialect()))
      return;
    std::string name = (Twine(place.getLine()) + ":" + Twine(place.getColumn())).str();
    Location kind = NameLoc::get(op->getName().getIdentifier(), place);
    op->setLoc(NameLoc::get(b.getStringAttr(name), kind));
  });
}

namespace {
/// A module in the `ingot` dialect, as text or bytecode.
class MlirModel : public LoadedModel {
public:
  MlirModel(std::unique_ptr<llvm::MemoryBuffer> buffer) : buffer(std::move(buffer)) {}

  LogicalResult import(ModuleOp module, const Options &options) override {
    ParserConfig config(module.getContext(), /*verifyAfterParse=*/false);
    auto parsed =
        parseSourceString<ModuleOp>(buffer->getBuffer(), config, buffer->getBufferIdentifier());
    if (!parsed)
      return failure();
    nameOps(*parsed);
    if (failed(verify(*parsed)))
      return failure();
    nameSignatures(*parsed);
    if (failed(chooseSignatures(*parsed, options)))
      return failure();
    for (auto function : parsed->getOps<func::FuncOp>())
      if (function->hasAttr(IngotDialect::kSignatureAttr) && failed(fixShapes(function, options)))
        return failure();
    module.getBodyRegion().takeBody(parsed->getBodyRegion());
    return success();
  }

  ModelInfo describe() const override { return {"MLIR", {}, {}}; }

private:
  std::unique_ptr<llvm::MemoryBuffer> buffer;
};
} // namespace

llvm::Expected<std::unique_ptr<LoadedModel>> ingot::loadMlir(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return llvm::createStringError(buffer.getError(), path + ": " + buffer.getError().message());
  if (!isBytecode((*buffer)->getMemBufferRef()))
    if (llvm::Error error = checkText((*buffer)->getBuffer()))
      return inFile(path, std::move(error));
  return std::make_unique<MlirModel>(std::move(*buffer));
}
