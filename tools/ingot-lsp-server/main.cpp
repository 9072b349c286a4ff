// mlir-lsp-server with the dialects of the project: for editors of .mlir files.
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "passes/Pipeline.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  ingot::registerDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
