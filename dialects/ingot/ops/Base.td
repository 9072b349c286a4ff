#ifndef INGOT_OPS_BASE
#define INGOT_OPS_BASE

include "dialects/ingot/IngotDialect.td"
include "dialects/ingot/ShapeInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/IR/BuiltinAttributes.td"

/// Each element of the result depends on the elements of the operands at its
/// place, operands broadcast.
def Ingot_ElementwiseTrait : NativeOpTrait<"ElementwiseTrait"> {
  let cppNamespace = "::ingot";
}

/// An op of the dialect: has a shape function.
class Ingot_Op<string mnemonic, list<Trait> traits = []>
    : Op<Ingot_Dialect, mnemonic, traits # [DeclareOpInterfaceMethods<ShapeOpInterface>]> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

/// An op without effects, whose results depend on its operands only.
class Ingot_PureOp<string mnemonic, list<Trait> traits = []>
    : Ingot_Op<mnemonic, traits # [Pure]>;

#endif
