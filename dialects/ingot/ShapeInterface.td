#ifndef INGOT_SHAPE_INTERFACE
#define INGOT_SHAPE_INTERFACE

include "mlir/IR/OpBase.td"

def ShapeOpInterface : OpInterface<"ShapeOpInterface"> {
  let description = [{
    The shape function of an op: from what is known of its operands
    (`ShapeAnalysis::info`) to what is known of its results
    (`ShapeAnalysis::setResult` for each). Fails with an error at the op when
    the operands do not fit.
  }];
  let cppNamespace = "::ingot";
  let methods = [
    InterfaceMethod<"Infers element types, dimensions and shape arithmetic of the results.",
                    "::mlir::LogicalResult", "inferShapes", (ins "::ingot::ShapeAnalysis &":$shapes)>
  ];
}

#endif
