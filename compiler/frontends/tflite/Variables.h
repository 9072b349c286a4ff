#ifndef INGOT_FRONTENDS_TFLITE_VARIABLES_H
#define INGOT_FRONTENDS_TFLITE_VARIABLES_H

#include "compiler/frontends/tflite/Reader.h"
#include "llvm/ADT/StringMap.h"

namespace ingot::tflite {

/// A resource variable: what VAR_HANDLE names.
struct Variable {
  /// The constant that a subgraph of CALL_ONCE assigns to it; null if there is none.
  const Tensor *initial = nullptr;
  /// It is assigned in other places too, or more than once: its value may change.
  bool isWritten = false;
};

/// The resource variables of a model, by name.
class Variables {
public:
  explicit Variables(const Model &model);

  /// Null if nothing is ever assigned to it.
  const Variable *find(llvm::StringRef name) const;

private:
  void addAssignments(const Subgraph &graph, bool isInitial);
  llvm::StringMap<Variable> variables;
};

/// The name of the variable whose handle a tensor of the subgraph is; nothing if
/// no VAR_HANDLE of the subgraph makes it.
std::optional<std::string> variableName(const Subgraph &graph, int32_t tensor);

} // namespace ingot::tflite

#endif
