#ifndef INGOT_OPS_REDUCE
#define INGOT_OPS_REDUCE

include "dialects/ingot/ops/Base.td"

class Ingot_ReduceOp<string mnemonic, string text> : Ingot_PureOp<mnemonic> {
  let summary = text # " over `axes`, which stay as dimensions of 1 with `keep_dims`";
  let arguments = (ins AnyTensor:$x, DenseI64ArrayAttr:$axes,
                       DefaultValuedAttr<BoolAttr, "false">:$keep_dims);
  let results = (outs AnyTensor:$result);
  let extraClassDefinition = [{
    ::mlir::LogicalResult $cppClass::inferShapes(::ingot::ShapeAnalysis &shapes) {
      return ::ingot::inferReduction(shapes, *this, getAxes(), getKeepDims());
    }
  }];
}

def ReduceSumOp : Ingot_ReduceOp<"reduce_sum", "sum">;
def ReduceMeanOp : Ingot_ReduceOp<"reduce_mean", "mean; integers round towards zero">;
def ReduceProdOp : Ingot_ReduceOp<"reduce_prod", "product">;
def ReduceMaxOp : Ingot_ReduceOp<"reduce_max", "largest element; NaN if there is one">;
def ReduceMinOp : Ingot_ReduceOp<"reduce_min", "smallest element; NaN if there is one">;
def ReduceAllOp : Ingot_ReduceOp<"reduce_all", "logical and">;
def ReduceAnyOp : Ingot_ReduceOp<"reduce_any", "logical or">;

class Ingot_ArgOp<string mnemonic, string text> : Ingot_PureOp<mnemonic> {
  let summary = "index of the " # text # " element along `axis`, as `to`: the first of equal ones";
  let description = [{
    NaN is passed over. An axis without elements ends the call with a status.
  }];
  let arguments = (ins AnyTensor:$x, I64Attr:$axis, TypeAttr:$to);
  let results = (outs AnyTensor:$result);
}
def ArgMaxOp : Ingot_ArgOp<"arg_max", "largest">;
def ArgMinOp : Ingot_ArgOp<"arg_min", "smallest">;

def SoftmaxOp : Ingot_PureOp<"softmax"> {
  let summary = "exp(x) / sum(exp(x)) over the last dimension; its logarithm with `log`";
  let arguments = (ins AnyTensor:$x, DefaultValuedAttr<BoolAttr, "false">:$log);
  let results = (outs AnyTensor:$result);
}

#endif
