#include "compiler/frontends/Frontend.h"
#include "compiler/frontends/File.h"
#include "compiler/frontends/mlir/Text.h"
#include "dialects/ingot/Ingot.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace ingot;

namespace {
/// A module in the `ingot` dialect, as text or bytecode.
class MlirModel : public LoadedModel {
public:
  MlirModel(std::unique_ptr<llvm::MemoryBuffer> buffer) : buffer(std::move(buffer)) {}

  LogicalResult import(ModuleOp module, const Options &options) override {
    auto parsed = parseSourceString<ModuleOp>(buffer->getBuffer(), module.getContext(),
                                              buffer->getBufferIdentifier());
    if (!parsed)
      return failure();
    for (auto function : parsed->getOps<func::FuncOp>())
      if (!function.isPrivate() && !function->hasAttr(IngotDialect::kSignatureAttr))
        function->setAttr(IngotDialect::kSignatureAttr, function.getSymNameAttr());
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
