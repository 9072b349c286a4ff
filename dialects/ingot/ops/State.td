#ifndef INGOT_OPS_STATE
#define INGOT_OPS_STATE

include "dialects/ingot/ops/Base.td"

// Variables in program order, as importers build them. PromoteVariables turns
// them into values: arguments and results of the signature.

class Ingot_VariableOp<string mnemonic, list<Trait> traits> : Ingot_Op<mnemonic, traits>;

def ReadVariableOp : Ingot_VariableOp<"read_variable", [MemoryEffects<[MemRead]>]> {
  let summary = "the value of a variable, of type `type`, at this point of the program";
  let arguments = (ins FlatSymbolRefAttr:$variable, TypeAttr:$type);
  let results = (outs AnyTensor:$value);
  let assemblyFormat = "$variable `:` $type attr-dict `->` type($value)";
}

def AssignVariableOp : Ingot_VariableOp<"assign_variable", [MemoryEffects<[MemWrite]>]> {
  let summary = "gives a variable of type `type` a new value of that type";
  let arguments = (ins FlatSymbolRefAttr:$variable, TypeAttr:$type, AnyTensor:$value);
  let assemblyFormat = "$variable `:` $type `=` $value attr-dict `:` type($value)";
}

#endif
