#ifndef INGOT_FRONTENDS_TENSORFLOW_VARIABLES_H
#define INGOT_FRONTENDS_TENSORFLOW_VARIABLES_H

#include "compiler/frontends/tensorflow/Reader.h"

#include <map>

namespace ingot::tensorflow {

/// The variables of a graph as their nodes declare them, without values.
llvm::Expected<std::vector<Variable>> declaredVariables(const Body &graph);

/// What a graph keeps between calls, with the values of a checkpoint.
struct State {
  std::vector<Variable> variables;
  std::map<uint32_t, TableContents> tables; ///< by the table's node
};

/// The state that the restore op of a SavedModel would set up from the checkpoint
/// DIRECTORY/variables/variables. A file without a restore op is matched by
/// names: the checkpoint's own record of its objects, else the variable's
/// shared_name, else its node's name.
llvm::Expected<State> restoreState(const Library &library, const proto::SaverDef &saver,
                                   llvm::StringRef directory);

/// Adds what the initialisation op puts into hash tables, where that is constants of the file
/// and the table has no contents yet.
llvm::Error addInitialTables(const Library &library, uint32_t initOp,
                             std::map<uint32_t, TableContents> &tables);

} // namespace ingot::tensorflow

#endif
