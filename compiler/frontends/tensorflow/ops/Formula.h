#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_FORMULA_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_FORMULA_H

#include "compiler/frontends/tensorflow/ops/Rows.h"

namespace ingot::tensorflow {

/// Arithmetic on tensors, node by node of a formula. Null operands give null.
struct Formula {
  Node &n;

  mlir::Value scalar(mlir::Value like, double v) {
    return like ? n.b.splat(n.loc, {}, n.b.shapes.elementType(like), v) : mlir::Value();
  }
  mlir::Value add(mlir::Value x, mlir::Value y) { return n.emit<AddOp>({x, y}); }
  mlir::Value add(mlir::Value x, double y) { return add(x, scalar(x, y)); }
  mlir::Value sub(mlir::Value x, mlir::Value y) { return n.emit<SubOp>({x, y}); }
  mlir::Value mul(mlir::Value x, mlir::Value y) { return n.emit<MulOp>({x, y}); }
  mlir::Value mul(mlir::Value x, double y) { return mul(x, scalar(x, y)); }
  mlir::Value rsqrt(mlir::Value x) { return n.emit<RsqrtOp>(x); }
  mlir::Value square(mlir::Value x) { return n.emit<SquareOp>(x); }
  mlir::Value mean(mlir::Value x, llvm::ArrayRef<int64_t> axes) {
    return n.emit<ReduceMeanOp>(x, {{"axes", n.b.getDenseI64ArrayAttr(axes)}});
  }
};

} // namespace ingot::tensorflow

#endif
