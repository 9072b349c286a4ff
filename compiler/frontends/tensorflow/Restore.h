#ifndef INGOT_FRONTENDS_TENSORFLOW_RESTORE_H
#define INGOT_FRONTENDS_TENSORFLOW_RESTORE_H

#include "compiler/frontends/tensorflow/Library.h"
#include "compiler/frontends/tensorflow/TensorBundle.h"

#include <map>

namespace ingot::tensorflow {

/// One tensor of a checkpoint, or a part of it.
struct CheckpointRef {
  std::string key;
  std::string shapeAndSlice; ///< "" for all of it
};

/// What restoring a checkpoint gives to the nodes of the graph.
struct RestorePlan {
  /// Of variables, by their node.
  std::map<uint32_t, CheckpointRef> variables;
  /// Keys and values of mutable hash tables, by the table's node.
  std::map<uint32_t, std::pair<CheckpointRef, CheckpointRef>> tables;
};

/// Follows the restore op without running it: every assignment of an output of
/// a RestoreV2 to a variable, also within called functions and through Identity
/// and Cast, says under which key the variable's value lies. A variable that is
/// the initial value of one that is restored, and is not restored itself, is
/// taken for the same one.
llvm::Expected<RestorePlan> planRestore(const Library &library, llvm::StringRef restoreOp);

/// Follows the initialisation op in the same way: the constants of the file that it puts into
/// hash tables as keys and values, by the table's node.
llvm::Expected<std::map<uint32_t, std::pair<Tensor, Tensor>>>
planTables(const Library &library, uint32_t initOp);

} // namespace ingot::tensorflow

#endif
