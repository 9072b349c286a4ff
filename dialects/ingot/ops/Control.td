#ifndef INGOT_OPS_CONTROL
#define INGOT_OPS_CONTROL

include "dialects/ingot/ops/Base.td"

class Ingot_RegionOp<string mnemonic, list<Trait> traits = []>
    : Ingot_Op<mnemonic, traits # [RecursiveMemoryEffects, SingleBlock, NoRegionArguments]>;

def WhileOp : Ingot_Op<"while", [RecursiveMemoryEffects, SingleBlock]> {
  let summary = "values carried through a body as long as a condition on them holds";
  let description = [{
    Both regions take the carried values; `condition` ends with
    `ingot.condition`, `body` with `ingot.yield` of the next values. Both may
    use values from outside. A dimension that the body leaves as it is keeps
    its symbol; one that it may change is a dimension of the carried value
    itself, and run time checks that all iterations agree on it.
  }];
  let arguments = (ins Variadic<AnyTensor>:$inits);
  let results = (outs Variadic<AnyTensor>:$results);
  let regions = (region SizedRegion<1>:$condition, SizedRegion<1>:$body);
  let assemblyFormat = [{
    $inits attr-dict `:` functional-type($inits, $results) $condition `do` $body
  }];
  let extraClassDeclaration = [{
    /// For each carried value the dimensions that may differ between iterations.
    using OpenDims = ::llvm::SmallVector<::llvm::SmallBitVector>;
    OpenDims noOpenDims(::ingot::ShapeAnalysis &shapes);
    /// What is known of the arguments of one of the regions.
    void enter(::ingot::ShapeAnalysis &shapes, ::mlir::Region &region, const OpenDims &open);
    /// After a visit of the body: opens dimensions that it does not keep. True
    /// if there were any, so that the body must be visited again; an error at
    /// the op if the body cannot give the next values at all.
    ::mlir::FailureOr<bool> widen(::ingot::ShapeAnalysis &shapes, OpenDims &open);
    /// Records the results.
    ::mlir::LogicalResult leave(::ingot::ShapeAnalysis &shapes, const OpenDims &open);
  }];
  let hasVerifier = 1;
}

def SwitchOp : Ingot_RegionOp<"switch"> {
  let summary = "the results of one of several regions, chosen by an index";
  let description = [{
    `index` is an integer scalar; outside of the number of regions it selects
    the last one. The regions take no arguments and end with `ingot.yield` of
    the results. A region that is not selected does nothing.
  }];
  let arguments = (ins AnyTensor:$index);
  let results = (outs Variadic<AnyTensor>:$results);
  let regions = (region VariadicRegion<SizedRegion<1>>:$branches);
  let assemblyFormat = "$index attr-dict `:` functional-type($index, $results) $branches";
  let hasVerifier = 1;
}

def IfOp : Ingot_RegionOp<"if"> {
  let summary = "the results of one of two regions, chosen by a boolean scalar";
  let description = [{
    As `ingot.switch`: the first region where the condition holds, else the
    second.
  }];
  let arguments = (ins AnyTensor:$condition);
  let results = (outs Variadic<AnyTensor>:$results);
  let regions = (region SizedRegion<1>:$then, SizedRegion<1>:$otherwise);
  let assemblyFormat = [{
    $condition attr-dict `:` functional-type($condition, $results) $then `else` $otherwise
  }];
  let hasVerifier = 1;
}

class Ingot_Terminator<string mnemonic, list<Trait> traits = []>
    : Op<Ingot_Dialect, mnemonic, traits # [Pure, Terminator]>;

def YieldOp : Ingot_Terminator<"yield", [ParentOneOf<["WhileOp", "IfOp", "SwitchOp"]>]> {
  let summary = "ends a region with its results";
  let arguments = (ins Variadic<AnyTensor>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def ConditionOp : Ingot_Terminator<"condition", [HasParent<"WhileOp">]> {
  let summary = "ends the condition of a loop: a boolean scalar";
  let arguments = (ins AnyTensor:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def AssertOp : Ingot_Op<"assert"> {
  let summary = "ends the call with INGOT_ASSERTION and a message unless a boolean scalar holds";
  let description = [{
    `text`, a string that ends in a zero byte, is the message instead where it is not
    empty.
  }];
  let arguments = (ins AnyTensor:$condition, StrAttr:$message, Optional<AnyTensor>:$text);
  let assemblyFormat = [{
    $condition `,` $message (`,` $text^)? attr-dict `:` type($condition) (`,` type($text)^)?
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$condition, "::mlir::StringRef":$message), [{
    build($_builder, $_state, condition, message, ::mlir::Value());
  }]>];
}

#endif
