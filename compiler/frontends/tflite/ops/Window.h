#ifndef INGOT_FRONTENDS_TFLITE_OPS_WINDOW_H
#define INGOT_FRONTENDS_TFLITE_OPS_WINDOW_H

#include "compiler/frontends/tflite/ops/Rows.h"

namespace ingot::tflite {

/// "same" or "valid".
inline mlir::StringAttr paddingAttr(Node &n, schema::Padding padding) {
  return n.b.getStringAttr(padding == schema::Padding::SAME ? "same" : "valid");
}

/// A pool of input x with the options of Pool2D; null after an error.
template <class OpT> mlir::Value pool(Node &n, mlir::Value x) {
  const auto &options = n.options<schema::Pool2DOptions>();
  if (!x)
    return {};
  if (n.rank(x) != 4)
    return n.refuse("needs an image tensor of rank 4, not " + llvm::Twine(n.rank(x)));
  auto window = n.b.getDenseI64ArrayAttr({options.filter_height(), options.filter_width()});
  auto strides = n.b.getDenseI64ArrayAttr({options.stride_h(), options.stride_w()});
  return n.emit<OpT>(
      x,
      {{"window", window}, {"strides", strides}, {"padding", paddingAttr(n, options.padding())}});
}

} // namespace ingot::tflite

#endif
