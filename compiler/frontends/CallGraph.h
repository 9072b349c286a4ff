#ifndef INGOT_FRONTENDS_CALLGRAPH_H
#define INGOT_FRONTENDS_CALLGRAPH_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace ingot {

/// Functions are inlined: this many nodes at most may result.
constexpr uint64_t kMaxExpandedNodes = 2'000'000;
/// Function calls within functions.
constexpr uint32_t kMaxCallDepth = 512;

/// Who calls whom among the functions (or subgraphs) of a model.
struct CallGraph {
  struct Function {
    uint64_t nodes = 0;
    std::vector<uint32_t> callees; ///< one entry for each call
  };
  std::vector<Function> functions;

  /// From `root`: an error for a function that calls itself, for chains of calls
  /// above kMaxCallDepth and for more than kMaxExpandedNodes nodes. Counts
  /// bottom-up, without expanding anything. `describe` names a function.
  llvm::Error check(uint32_t root, llvm::function_ref<std::string(uint32_t)> describe) const;
};

} // namespace ingot

#endif
