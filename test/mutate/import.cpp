// Mutants of a model through reader and importer, in one process.
#include "compiler/Diagnostics.h"
#include "compiler/frontends/Frontend.h"
#include "dialects/ingot/Ingot.h"
#include "dialects/rt/Rt.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "test/mutate/Mutants.h"

using namespace ingot;

/// A context takes longer to make than most mutants, but keeps all attributes.
static constexpr unsigned kContextUses = 100;

namespace {
class Importer {
public:
  llvm::Error import(llvm::StringRef path) {
    auto model = loadModel(path);
    if (!model)
      return model.takeError();
    (void)(*model)->describe();
    if (uses++ % kContextUses == 0)
      renewContext();
    Diagnostics diagnostics(context.get(), path);
    mlir::OwningOpRef<mlir::ModuleOp> module =
        mlir::ModuleOp::create(mlir::UnknownLoc::get(context.get()));
    Options options;
    options.model = path.str();
    bool isImported = mlir::succeeded((*model)->import(*module, options));
    return isImported ? llvm::Error::success() : diagnostics.takeError();
  }

private:
  void renewContext() {
    mlir::DialectRegistry registry;
    registry.insert<IngotDialect, ingot::rt::RtDialect, mlir::func::FuncDialect>();
    context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
    context->loadAllAvailableDialects();
  }

  std::unique_ptr<mlir::MLIRContext> context;
  unsigned uses = 0;
};
} // namespace

int main(int argc, char **argv) {
  Importer importer;
  return test::runMutants(argc, argv,
                          [&](uint32_t, llvm::StringRef path) { return importer.import(path); });
}
