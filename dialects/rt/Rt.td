#ifndef INGOT_RT
#define INGOT_RT

include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Rt_Dialect : Dialect {
  let name = "rt";
  let cppNamespace = "::ingot::rt";
  let summary = "The compiler's half of the runtime interface.";
}

class Rt_Op<string mnemonic, list<Trait> traits = []> : Op<Rt_Dialect, mnemonic, traits>;

def CheckOp : Rt_Op<"check", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "ends the call with a status if the condition does not hold";
  let description = [{
    `status` is one of `enum ingot_status`. The location names the node at fault.
    Becomes a branch out of the function once control flow is unstructured.
  }];
  let arguments = (ins I1:$condition, I32Attr:$status, StrAttr:$message);
  let assemblyFormat = "$condition `,` $status `,` $message attr-dict";
}

def BroadcastOp : Rt_Op<"broadcast", [
    Pure,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>,
    DeclareOpInterfaceMethods<BufferizableOpInterface, [
      "bufferizesToMemoryRead", "bufferizesToMemoryWrite", "getAliasingValues", "isWritable",
      "getBufferType", "bufferize"]>]> {
  let summary = "x seen with larger sizes: dimensions in which x has extent 1 repeat";
  let description = [{
    For extents that only run time tells to be 1. `sizes` are the dynamic
    dimensions of the result. The result is x's memory with strides of 0.
  }];
  let arguments = (ins AnyRankedTensor:$x, Variadic<Index>:$sizes);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$x `[` $sizes `]` attr-dict `:` type($x) `->` type($result)";
}

#endif
