#ifndef INGOT_DIALECT
#define INGOT_DIALECT

include "mlir/IR/OpBase.td"

def Ingot_Dialect : Dialect {
  let name = "ingot";
  let cppNamespace = "::ingot";
  let summary = "The tensor operations where all model formats meet.";
  let description = [{
    Operations on ranked tensors with static or dynamic dimensions, in the
    meaning of TensorFlow's CPU kernels: broadcasting, NaN, infinities,
    overflow. Element types: f16, bf16, f32, f64, signless integers, `ui8` to
    `ui64`, `i1` for booleans, complex of f32 and f64.

    Inputs and outputs of a signature are the arguments and results of a
    `func.func` with the attribute `ingot.signature`; their names in the source
    model are argument and result attributes `ingot.name`. Variables that it
    reads are further arguments, those that it changes further results, both
    with the symbol of the `rt.variable` as `ingot.variable`.
  }];
  let hasConstantMaterializer = 1;
  let extraClassDeclaration = [{
    /// String: name of the signature in the source model; on an entry function.
    static constexpr ::llvm::StringLiteral kSignatureAttr = "ingot.signature";
    /// String: name in the source model; on arguments and results of an entry function.
    static constexpr ::llvm::StringLiteral kNameAttr = "ingot.name";
    /// i64: elements index a table of this size; on integer arguments of an entry function.
    static constexpr ::llvm::StringLiteral kIndexBoundAttr = "ingot.index_bound";

    /// Symbol of an rt.variable; on further arguments and results of an entry function.
    static constexpr ::llvm::StringLiteral kVariableAttr = "ingot.variable";

    void registerOps();
  }];
}

#endif
