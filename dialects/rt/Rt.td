#ifndef INGOT_RT
#define INGOT_RT

include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/SymbolInterfaces.td"
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

def LeaveOp : Rt_Op<"leave", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "ends the call with the status that a function gave, unless it is 0";
  let description = [{
    The function's own `rt.check` has told the node and the message.
  }];
  let arguments = (ins I32:$status);
  let assemblyFormat = "$status attr-dict";
}

def VariableOp : Rt_Op<"variable", [Symbol]> {
  let summary = "a tensor in the state block: it stays between calls, for all signatures";
  let description = [{
    `type` is its type in the source model, `initial` what `NAME_init_state()`
    sets it to. Entry functions have it as an argument and, if they change it,
    as a result, both marked `ingot.variable`.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<RankedTensorOf<[AnyType]>>:$type,
                       ElementsAttr:$initial);
  let assemblyFormat = "$sym_name `:` $type `=` $initial attr-dict";
  let extraClassDeclaration = [{
    /// True if all elements are bytes of zeros.
    bool isInitiallyZero();
  }];
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

def ContractOp : Rt_Op<"contract", [
    DestinationStyleOpInterface, SingleBlockImplicitTerminator<"YieldOp">,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<BufferizableOpInterface, [
      "bufferizesToMemoryRead", "bufferizesToMemoryWrite", "getAliasingValues", "bufferize"]>]> {
  let summary = "a contraction and what happens to its result before the one store";
  let description = [{
    Expanded to loops over register tiles once tensors are buffers. `kind`:

    - "matmul": x [M, K], w [K, N], out [M, N]; with a leading batch dimension
      in x and out, and in w unless it is shared.
    - "conv": x [B, H, W, C], w [KH, KW, C, N], out [B, OH, OW, N].
    - "depthwise": x [B, H, W, C], w [KH, KW, C], out [B, OH, OW, C].

    `packed` weights lie in panels of `panel` columns, [N / panel][..][panel],
    the last one filled up with zeros. `pads` are the zeros above and to the
    left of x that the windows reach; what lies below and to the right follows
    from the sizes. The region takes the accumulator and one scalar of each of
    `extras`, which `extra_maps` finds from the indices of out; it yields what
    is stored.
  }];
  let arguments = (ins AnyShaped:$x, AnyShaped:$w, Variadic<AnyShaped>:$extras, AnyShaped:$out,
                       StrAttr:$kind, AffineMapArrayAttr:$extra_maps,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$dilations,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$pads,
                       DefaultValuedAttr<I64Attr, "0">:$panel);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let regions = (region SizedRegion<1>:$body);
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutMutable(); }
    /// Number of columns of the result.
    int64_t columns() {
      return ::llvm::cast<::mlir::ShapedType>(getOut().getType()).getShape().back();
    }
  }];
}

/// What the context's host does with tensors: reads them. Buffers go to it as
/// `struct ingot_view` (runtime/include/ingot/host.h).
class Rt_HostOp<string mnemonic, list<Trait> traits = []> : Rt_Op<mnemonic, traits # [
    MemoryEffects<[MemRead, MemWrite]>,
    DeclareOpInterfaceMethods<BufferizableOpInterface, [
      "bufferizesToMemoryRead", "bufferizesToMemoryWrite", "getAliasingValues", "bufferize"]>]>;

/// The members of `struct ingot_format`; `dtypes` are those of the values.
class Rt_FormatOp<string mnemonic, list<Trait> traits = []> : Rt_HostOp<mnemonic, traits> {
  dag format = (ins StrAttr:$text, DenseI64ArrayAttr:$ends, DenseI32ArrayAttr:$dtypes,
                    I64Attr:$summarize, I32Attr:$style, I32Attr:$precision, I32Attr:$width,
                    I32Attr:$flag);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def FormatSizeOp : Rt_FormatOp<"format_size"> {
  let summary = "number of bytes of a text with tensors in it";
  let description = [{
    0 without a host; with `required` that ends the call.
  }];
  let arguments = !con((ins Variadic<AnyShaped>:$values), format, (ins UnitAttr:$required));
  let results = (outs Index:$size);
}

def FormatOp : Rt_FormatOp<"format"> {
  let summary = "a text with tensors in it, written to `out`";
  let arguments = !con((ins Variadic<AnyShaped>:$values, AnyShaped:$out), format);
  let results = (outs Optional<AnyRankedTensor>:$result);
}

def PrintOp : Rt_HostOp<"print"> {
  let summary = "prints a string";
  let arguments = (ins AnyShaped:$text, I32Attr:$stream);
  let assemblyFormat = "$text attr-dict `:` type($text)";
}

def FailOp : Rt_HostOp<"fail"> {
  let summary = "ends the call with a status and a text that ends in a zero byte";
  let description = [{
    `message` stands for an empty text.
  }];
  let arguments = (ins AnyShaped:$text, I32Attr:$status, StrAttr:$message);
  let assemblyFormat = "$text `,` $status `,` $message attr-dict `:` type($text)";
}

def TimestampOp : Rt_Op<"timestamp", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "seconds since 1970";
  let results = (outs F64:$result);
  let assemblyFormat = "attr-dict";
}

def YieldOp : Rt_Op<"yield", [Pure, Terminator, ReturnLike]> {
  let summary = "the value that a contraction stores";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
  let builders = [OpBuilder<(ins), "build($_builder, $_state, ::mlir::ValueRange());">];
}

#endif
