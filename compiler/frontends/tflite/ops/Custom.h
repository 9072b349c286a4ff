// Custom operators: rows by name, and their options, which are flexbuffers.
#ifndef INGOT_FRONTENDS_TFLITE_OPS_CUSTOM_H
#define INGOT_FRONTENDS_TFLITE_OPS_CUSTOM_H

#include "compiler/frontends/tflite/ops/Rows.h"

#include "flatbuffers/flexbuffers.h"

namespace ingot::tflite {

/// The operator's options, verified; an error at the node if they are no map.
mlir::FailureOr<flexbuffers::Map> customOptions(Node &n);

} // namespace ingot::tflite

#endif
