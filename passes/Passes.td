#ifndef INGOT_PASSES
#define INGOT_PASSES

include "mlir/Pass/PassBase.td"

// In flow order; Pipeline.cpp says when each runs.

//===--- lower ------------------------------------------------------------===//

def LowerToLinalg : Pass<"ingot-lower", "::mlir::ModuleOp"> {
  let summary = "lowers ingot ops to linalg, tensor, scf and arith on tensors";
  let description = [{
    Op by op in program order, with the sizes that the shape analysis knows.
    Booleans become i8 and unsigned integers signless; arguments and results of
    functions remember their source type in the attribute `ingot.type`.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::complex::ComplexDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect", "::mlir::bufferization::BufferizationDialect",
    "::ingot::rt::RtDialect"];
}

#endif
