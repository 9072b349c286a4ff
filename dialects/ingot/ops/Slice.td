#ifndef INGOT_OPS_SLICE
#define INGOT_OPS_SLICE

include "dialects/ingot/ops/Base.td"

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

def UpdateSliceOp : Ingot_PureOp<"update_slice"> {
  let summary = "x with the elements replaced that ingot.strided_slice would select";
  let description = [{
    begin, end, strides and the masks are those of `ingot.strided_slice`;
    `value` has a dimension for each of x, of extent 1 where `shrink_mask`
    selects a single element.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$begin, AnyTensor:$end, AnyTensor:$strides,
                       AnyTensor:$value, I64Attr:$begin_mask, I64Attr:$end_mask,
                       I64Attr:$shrink_mask);
  let results = (outs AnyTensor:$result);
  let extraClassDeclaration = [{
    /// As of StridedSliceOp.
    ::mlir::FailureOr<::llvm::SmallVector<::ingot::SliceDim, 4>>
    resolve(::ingot::ShapeAnalysis &shapes);
  }];
}

def PadOp : Ingot_PureOp<"pad"> {
  let summary = "x with paddings[d][0] elements of `value` before and paddings[d][1] after it";
  let arguments = (ins AnyTensor:$x, AnyTensor:$paddings, AnyTensor:$value);
  let results = (outs AnyTensor:$result);
}

def SliceOp : Ingot_PureOp<"slice"> {
  let summary = "size[d] elements from begin[d] on in each dimension; a size of -1 is the rest";
  let description = [{
    The slice must lie within x, which run time checks where it has to.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$begin, AnyTensor:$size);
  let results = (outs AnyTensor:$result);
}

def ReverseSequenceOp : Ingot_PureOp<"reverse_sequence"> {
  let summary = "the first lengths[b] elements along `axis` reversed, b counting along `batch_axis`";
  let arguments = (ins AnyTensor:$x, AnyTensor:$lengths, I64Attr:$axis, I64Attr:$batch_axis);
  let results = (outs AnyTensor:$result);
}

#endif
