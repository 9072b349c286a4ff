#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_LOOKUP_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_LOOKUP_H

#include "mlir/IR/BuiltinAttributes.h"

namespace ingot::tensorflow {

/// A hash table that no compiled signature changes.
///
/// `keys` [P] ascend and `values` [P, V..] belong to them; P is the least power of two that holds
/// them, the last key filling up. Both are null for a table without entries.
struct LookupTable {
  mlir::Type key, value;
  llvm::SmallVector<int64_t, 2> valueShape; ///< V..
  int64_t size = 0;                         ///< different keys
  mlir::ElementsAttr keys, values;
};

} // namespace ingot::tensorflow

#endif
