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

def ConcatOp : Ingot_PureOp<"concat"> {
  let summary = "tensors joined along an axis";
  let arguments = (ins Variadic<AnyTensor>:$inputs, I64Attr:$axis);
  let results = (outs AnyTensor:$result);
}

def StridedSliceOp : Ingot_PureOp<"strided_slice"> {
  let summary = "x[begin:end:stride] in each dimension, numpy's meaning of negative values";
  let description = [{
    begin, end and strides have one entry for each of the first dimensions of
    x; bit i of begin_mask and end_mask says that the entry is to be taken as
    the end of the tensor in the direction of the stride. Bit i of
    `shrink_mask` selects the single element begin[i] and drops the dimension.
    New axes and ellipses are resolved before this op.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$begin, AnyTensor:$end, AnyTensor:$strides,
                       I64Attr:$begin_mask, I64Attr:$end_mask, I64Attr:$shrink_mask);
  let results = (outs AnyTensor:$result);
  let extraClassDeclaration = [{
    /// What each dimension of x is cut to; an error at the op if not possible.
    ::mlir::FailureOr<::llvm::SmallVector<::ingot::SliceDim, 4>>
    resolve(::ingot::ShapeAnalysis &shapes);
  }];
}

def PadOp : Ingot_PureOp<"pad"> {
  let summary = "x with paddings[d][0] elements of `value` before and paddings[d][1] after it";
  let arguments = (ins AnyTensor:$x, AnyTensor:$paddings, AnyTensor:$value);
  let results = (outs AnyTensor:$result);
}

#endif
