#ifndef INGOT_FRONTENDS_TENSORFLOW_VARIABLES_H
#define INGOT_FRONTENDS_TENSORFLOW_VARIABLES_H

#include "compiler/frontends/tensorflow/Reader.h"

namespace ingot::tensorflow {

/// The variables of a graph as their nodes declare them, without values.
llvm::Expected<std::vector<Variable>> declaredVariables(const Body &graph);

/// The variables of a SavedModel with the values that its restore op would give
/// them from DIRECTORY/variables.
llvm::Expected<std::vector<Variable>>
readVariables(const Library &library, const proto::SaverDef &saver, llvm::StringRef directory);

} // namespace ingot::tensorflow

#endif
