#ifndef INGOT_OPS_SHAPE
#define INGOT_OPS_SHAPE

include "dialects/ingot/ops/Base.td"

def ConstantOp : Ingot_PureOp<"constant", [ConstantLike]> {
  let summary = "a tensor known at compile time";
  let description = [{
    Small values are dense attributes; weights are resource blobs, which are
    neither hashed nor printed.
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs AnyTensor:$result);
  let hasFolder = 1;
  let builders = [OpBuilder<(ins "::mlir::ElementsAttr":$value), [{
    build($_builder, $_state, value.getShapedType(), value);
  }]>];
  let assemblyFormat = "$value attr-dict `:` type($result)";
}

def ShapeOp : Ingot_PureOp<"shape"> {
  let summary = "dimensions of a tensor, as a vector of i32 or i64";
  let arguments = (ins AnyTensor:$x, TypeAttr:$to);
  let results = (outs AnyTensor:$result);
}

def ReshapeOp : Ingot_PureOp<"reshape"> {
  let summary = "the same elements in another shape; one entry of the shape may be -1";
  let arguments = (ins AnyTensor:$x, AnyTensor:$shape);
  let results = (outs AnyTensor:$result);
}

def TransposeOp : Ingot_PureOp<"transpose"> {
  let summary = "permuted dimensions: dimension i of the result is dimension permutation[i] of x";
  let arguments = (ins AnyTensor:$x, DenseI64ArrayAttr:$permutation);
  let results = (outs AnyTensor:$result);
}

def BroadcastToOp : Ingot_PureOp<"broadcast_to"> {
  let summary = "x broadcast to a shape";
  let arguments = (ins AnyTensor:$x, AnyTensor:$shape);
  let results = (outs AnyTensor:$result);
}

def BroadcastShapeOp : Ingot_PureOp<"broadcast_shape"> {
  let summary = "the shape that tensors of shapes x and y broadcast to";
  let arguments = (ins AnyTensor:$x, AnyTensor:$y);
  let results = (outs AnyTensor:$result);
}

def EnsureShapeOp : Ingot_PureOp<"ensure_shape"> {
  let summary = "x, whose dimensions must be those of `shape` (-1: any)";
  let arguments = (ins AnyTensor:$x, DenseI64ArrayAttr:$shape);
  let results = (outs AnyTensor:$result);
}

def RangeOp : Ingot_PureOp<"range"> {
  let summary = "start, start + delta, ... up to but without limit; scalars of one type";
  let arguments = (ins AnyTensor:$start, AnyTensor:$limit, AnyTensor:$delta);
  let results = (outs AnyTensor:$result);
}

def BitcastOp : Ingot_PureOp<"bitcast"> {
  let summary = "the same bytes as elements of another type";
  let description = [{
    A wider element becomes a further dimension of narrower ones, and such a
    last dimension one wider element; the lowest bits come first.
  }];
  let arguments = (ins AnyTensor:$x, TypeAttr:$to);
  let results = (outs AnyTensor:$result);
}

#endif
