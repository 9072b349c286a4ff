// Operations that several formats have and the dialect builds from others.
// A null value or a failure means that the error is out.
#ifndef INGOT_FRONTENDS_COMPOSITIONS_H
#define INGOT_FRONTENDS_COMPOSITIONS_H

#include "compiler/frontends/NodeBuilder.h"

namespace ingot {

using Values = llvm::SmallVector<mlir::Value>;
using Ints = llvm::ArrayRef<int64_t>;

//===--- Control ------------------------------------------------------------===//

using LoopCondition = llvm::function_ref<mlir::Value(const Values &)>;
using LoopBody = llvm::function_ref<mlir::FailureOr<Values>(const Values &)>;
/// Values carried through a body as long as a condition on them, a boolean
/// scalar, holds. Both are called with the insertion point in their region; the
/// body more than once if it changes dimensions. Values that it gives back as
/// they are are not carried.
mlir::FailureOr<Values> loop(NodeBuilder &n, const Values &inits, LoopCondition condition,
                             LoopBody body);
using Branch = llvm::function_ref<mlir::FailureOr<Values>()>;
/// The results of one of two branches, chosen by a boolean scalar.
mlir::FailureOr<Values> choose(NodeBuilder &n, mlir::Value condition, Branch then,
                               Branch otherwise);

//===--- State --------------------------------------------------------------===//

/// A variable in the state block.
struct StateVariable {
  mlir::FlatSymbolRefAttr symbol; ///< of its rt.variable
  mlir::RankedTensorType type;    ///< of static shape
};
mlir::Value readVariable(NodeBuilder &n, const StateVariable &variable);
/// The value must be of the variable's type; of a shape that is not known now, run time
/// checks it.
mlir::LogicalResult assignVariable(NodeBuilder &n, const StateVariable &variable,
                                   mlir::Value value);

//===--- Slice: parts along axes (normalised) -------------------------------===//

/// Bit i of each is about entry i.
struct SliceMasks {
  int64_t begin = 0, end = 0, ellipsis = 0, newAxis = 0, shrink = 0;
};
/// TensorFlow's strided slice, with new axes and an ellipsis; strides are constants.
mlir::Value stridedSlice(NodeBuilder &n, mlir::Value x, mlir::Value begin, mlir::Value end,
                         mlir::Value strides, const SliceMasks &masks);
/// x with `value` put where stridedSlice would read.
mlir::Value updateSlice(NodeBuilder &n, mlir::Value x, mlir::Value begin, mlir::Value end,
                        mlir::Value strides, mlir::Value value, const SliceMasks &masks);
/// Extent of one dimension, as an i64 vector of one element.
mlir::Value extent(NodeBuilder &n, mlir::Value x, int64_t axis);
/// Elements [begin, begin + size) of each dimension; a size of -1 means the rest.
mlir::Value slice(NodeBuilder &n, mlir::Value x, mlir::Value begin, mlir::Value size);
/// Elements [begin, begin + size) along an axis; both are i64 vectors of one element.
mlir::Value sliceAlong(NodeBuilder &n, mlir::Value x, int64_t axis, mlir::Value begin,
                       mlir::Value size);
/// Element `index` along an axis, which goes away.
mlir::Value elementAlong(NodeBuilder &n, mlir::Value x, int64_t axis, int64_t index);
/// x with `axes` in reverse order.
mlir::Value reversed(NodeBuilder &n, mlir::Value x, Ints axes);
/// Tensors of one shape along a new axis (may be negative), and taken apart again.
mlir::Value pack(NodeBuilder &n, Values parts, int64_t axis);
mlir::FailureOr<Values> unpack(NodeBuilder &n, mlir::Value x, int64_t axis, int64_t count);
/// `count` equal parts, or parts of the given sizes, of which one may be -1.
mlir::FailureOr<Values> split(NodeBuilder &n, mlir::Value x, int64_t axis, int64_t count);
mlir::FailureOr<Values> splitSizes(NodeBuilder &n, mlir::Value x, mlir::Value sizes, int64_t axis);
/// x with its mirror image around; `edge` 0 repeats the outermost elements, 1 does not.
mlir::Value mirrorPad(NodeBuilder &n, mlir::Value x, mlir::Value paddings, int64_t edge);

//===--- Blocks -------------------------------------------------------------===//

/// x padded, its block positions moved into the batch; and the inverse, where
/// the edges are cut. Paddings and crops are i64 [block sizes, 2].
mlir::Value spaceToBatch(NodeBuilder &n, mlir::Value x, Ints block, mlir::Value paddings);
mlir::Value batchToSpace(NodeBuilder &n, mlir::Value x, Ints block, mlir::Value crops);
/// [N, H, W, C] (or [N, C, H, W]): blocks of b x b elements against b * b times
/// the channels.
mlir::Value spaceToDepth(NodeBuilder &n, mlir::Value x, int64_t b, bool channelsFirst = false);
mlir::Value depthToSpace(NodeBuilder &n, mlir::Value x, int64_t b, bool channelsFirst = false);

//===--- Shape --------------------------------------------------------------===//

/// Dimensions of 1 taken out: `axes`, or all if there are none.
mlir::Value squeeze(NodeBuilder &n, mlir::Value x, Ints axes);
/// A tensor of x's shape, all elements `value`.
mlir::Value filledLike(NodeBuilder &n, mlir::Value x, double value);
mlir::Value tile(NodeBuilder &n, mlir::Value x, mlir::Value multiples);
/// `on` where the index along the new `axis` is that of `indices`, else `off`.
mlir::Value oneHot(NodeBuilder &n, mlir::Value indices, mlir::Value depth, mlir::Value on,
                   mlir::Value off, int64_t axis);

//===--- Normalize ----------------------------------------------------------===//

/// x / (bias + alpha * s)^beta, where s is the sum of squares over the channels
/// (the last dimension) that are at most `radius` away.
mlir::Value localResponseNormalization(NodeBuilder &n, mlir::Value x, int64_t radius, double bias,
                                       double alpha, double beta);

} // namespace ingot

#endif
