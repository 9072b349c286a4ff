#ifndef INGOT_FRONTENDS_TENSORFLOW_LIBRARY_H
#define INGOT_FRONTENDS_TENSORFLOW_LIBRARY_H

#include "compiler/frontends/tensorflow/Body.h"

namespace ingot::tensorflow {

/// A function of the library with its resolved body.
struct Function {
  const proto::FunctionDef *def = nullptr;
  Body body;

  llvm::StringRef name() const { return def->signature().name(); }
};

/// A graph with the functions that it may call.
///
/// Checked: all that Body checks, no function has two definitions, and from the
/// graph no function is reached that calls itself, and the limits of CallGraph.h
/// hold.
class Library {
public:
  static llvm::Expected<Library> create(const proto::GraphDef &graph);

  const Body &graph() const { return main; }
  /// Null if the file has no function of this name.
  const Function *find(llvm::StringRef name) const;
  llvm::ArrayRef<Function> all() const { return functions; }

  /// Functions that a node names in an attribute or as its op.
  llvm::SmallVector<const Function *, 2> callees(const proto::NodeDef &node) const;

private:
  llvm::Error checkCalls() const;

  Body main;
  std::vector<Function> functions;
  llvm::StringMap<uint32_t> index;
};

} // namespace ingot::tensorflow

#endif
