#ifndef INGOT_FRONTENDS_TFLITE_OPS_WINDOW_H
#define INGOT_FRONTENDS_TFLITE_OPS_WINDOW_H

#include "compiler/frontends/tflite/ops/Rows.h"

namespace ingot::tflite {

/// "same" or "valid".
inline mlir::StringAttr paddingAttr(Node &n, schema::Padding padding) {
  return n.b.getStringAttr(padding == schema::Padding::SAME ? "same" : "valid");
}

} // namespace ingot::tflite

#endif
