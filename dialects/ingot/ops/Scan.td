#ifndef INGOT_OPS_SCAN
#define INGOT_OPS_SCAN

include "dialects/ingot/ops/Base.td"

class Ingot_ScanOp<string mnemonic, string text> : Ingot_PureOp<mnemonic> {
  let summary = text # " of the elements up to each along `axis`";
  let description = [{
    With `exclusive` the element itself is left out; with `reverse` the elements
    are taken from the end.
  }];
  let arguments = (ins AnyTensor:$x, I64Attr:$axis, DefaultValuedAttr<BoolAttr, "false">:$exclusive,
                       DefaultValuedAttr<BoolAttr, "false">:$reverse);
  let results = (outs AnyTensor:$result);
  let extraClassDefinition = [{
    ::mlir::LogicalResult $cppClass::inferShapes(::ingot::ShapeAnalysis &shapes) {
      return ::ingot::inferScan(shapes, *this, getAxis());
    }
  }];
}

def CumsumOp : Ingot_ScanOp<"cumsum", "sum">;
def CumprodOp : Ingot_ScanOp<"cumprod", "product">;
def CumulativeLogsumexpOp : Ingot_ScanOp<"cumulative_logsumexp", "log(sum(exp(x)))">;

#endif
