#ifndef INGOT_FRONTENDS_TFLITE_OPTIONS_H
#define INGOT_FRONTENDS_TFLITE_OPTIONS_H

#include "compiler/frontends/tflite/schema/tflite_generated.h"

#include "llvm/Support/Error.h"

namespace ingot::tflite {

/// The options that a built-in operator takes; NONE if it takes none.
schema::BuiltinOptions optionsOf(schema::BuiltinOperator op);

/// Options may be absent (all fields have their defaults), but not another
/// operator's; paddings, activations and types are known ones.
llvm::Error checkOptions(schema::BuiltinOperator op, const schema::Operator &def);

/// A table with all fields at their defaults.
template <typename Table> const Table &defaultOptions() {
  // Its vtable (the sizes of vtable and table, no field), then the table, which
  // starts with the distance back to the vtable.
  alignas(4) static constexpr uint8_t kEmpty[8] = {4, 0, 4, 0, 4, 0, 0, 0};
  return *reinterpret_cast<const Table *>(kEmpty + 4);
}

} // namespace ingot::tflite

#endif
