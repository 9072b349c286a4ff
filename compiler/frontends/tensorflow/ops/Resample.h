#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_RESAMPLE_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_RESAMPLE_H

#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"
#include <cfloat>

// Resizing by weighted sums of pixels, one axis after the other: the weights are
// computed by the model itself, from the sizes that it meets.

namespace ingot::tensorflow {

/// One axis of an image of f32: from `in` pixels to `out`.
struct Axis {
  Node &n;
  Formula f;
  Dim in, out;

  Axis(Node &n, Dim in, Dim out) : n(n), f{n}, in(in), out(out) {}

  mlir::Value number(double v) { return n.b.splat(n.loc, {}, n.b.getF32Type(), v); }
  mlir::Value scalar(Dim d) { return n.b.reshape(n.loc, dimVector(n.b, n.loc, d), {}); }
  mlir::Value toFloat(mlir::Value x) { return n.b.cast(n.loc, x, n.b.getF32Type()); }
  mlir::Value div(mlir::Value x, mlir::Value y) { return n.emit<DivOp>({x, y}); }
  mlir::Value maximum(mlir::Value x, mlir::Value y) { return n.emit<MaximumOp>({x, y}); }
  mlir::Value minimum(mlir::Value x, mlir::Value y) { return n.emit<MinimumOp>({x, y}); }
  mlir::Value column(mlir::Value x) { return n.b.expandDims(n.loc, x, {1}); }
  /// 0, 1, ... `count` - 1
  mlir::Value numbers(Dim count) {
    mlir::Type i64 = n.b.getI64Type();
    mlir::Value zero = n.b.splat(n.loc, {}, i64, 0), one = n.b.splat(n.loc, {}, i64, 1);
    return toFloat(n.emit<RangeOp>({zero, scalar(count), one}));
  }
  /// Pixels of the source for one of the result.
  mlir::Value scale(bool alignCorners) {
    mlir::Value from = toFloat(scalar(in)), to = toFloat(scalar(out)), edges = div(from, to);
    if (!alignCorners)
      return edges;
    mlir::Value isOne = n.emit<LessOp>({minimum(from, to), number(2)});
    return n.emit<SelectOp>({isOne, edges, div(f.add(from, -1), f.add(to, -1))});
  }
  /// Weights so that those of each pixel sum to 1, where they sum to anything.
  mlir::Value normalised(mlir::Value weights) {
    mlir::Value sum = n.emit<ReduceSumOp>(
        weights, {{"axes", n.b.getDenseI64ArrayAttr({1})}, {"keep_dims", n.b.getBoolAttr(true)}});
    mlir::Value isNothing = n.emit<LessOp>({n.emit<AbsOp>(sum), number(1000.0 * FLT_MIN)});
    return n.emit<SelectOp>({isNothing, weights, div(weights, sum)});
  }
};

/// Each pixel of the result is the sum of a few of the source: [out, taps] both.
struct Taps {
  mlir::Value positions; ///< may lie outside, where the outermost pixels are meant
  mlir::Value weights;
};

/// Positions within [0, in - 1].
mlir::Value clamped(Axis a, mlir::Value positions);
Taps bicubicTaps(Axis c, bool alignCorners, bool halfPixels);
/// ScaleAndTranslate: how much each pixel of the source weighs, [out, in]. `inverse` are
/// pixels of the source for one of the result; both scalars.
mlir::Value kernelWeights(Axis a, mlir::Value inverse, mlir::Value translation);

} // namespace ingot::tensorflow

#endif
