#include "codegen/llvm/Stack.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/Analysis/CallGraph.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/LLVMContext.h"

using namespace ingot;
using namespace llvm;

using Frames = DenseMap<const Function *, uint64_t>;

namespace {
/// Takes the warnings about frames, which are asked for from 0 bytes on.
struct FrameListener : DiagnosticHandler {
  explicit FrameListener(Frames &frames) : frames(frames) {}
  bool handleDiagnostics(const DiagnosticInfo &info) override {
    auto *size = dyn_cast<DiagnosticInfoStackSize>(&info);
    if (size)
      frames[&size->getFunction()] = size->getResourceSize();
    return size != nullptr;
  }
  Frames &frames;
};
} // namespace

StackMeter::StackMeter(Module &module) : module(module) {
  for (Function &function : module)
    if (!function.isDeclaration())
      function.addFnAttr("warn-stack-size", "0");
  module.getContext().setDiagnosticHandler(std::make_unique<FrameListener>(frames));
}

using Depths = DenseMap<const CallGraphNode *, uint64_t>;

/// Bytes of stack below the entry of each function, callees first; a call through a
/// pointer takes `indirect`.
static Depths measure(CallGraph &graph, const Frames &frames, uint64_t returnAddress,
                      uint64_t indirect) {
  Depths depths;
  depths[graph.getCallsExternalNode()] = indirect;
  for (auto scc = scc_begin(&graph); !scc.isAtEnd(); ++scc)
    for (CallGraphNode *node : *scc) {
      const Function *function = node->getFunction();
      if (!function || function->isDeclaration())
        continue;
      uint64_t below = 0;
      for (const auto &[call, callee] : *node)
        below = std::max(below, depths.lookup(callee));
      depths[node] = frames.lookup(function) + returnAddress + below;
    }
  return depths;
}

uint64_t StackMeter::deepest() const {
  uint64_t returnAddress = module.getDataLayout().getPointerSize();
  CallGraph graph(module);
  uint64_t indirect = 0, deepest = 0;
  for (const auto &[node, depth] : measure(graph, frames, returnAddress, 0))
    if (node->getFunction() && node->getFunction()->hasAddressTaken())
      indirect = std::max(indirect, depth);
  for (const auto &[node, depth] : measure(graph, frames, returnAddress, indirect))
    deepest = std::max(deepest, depth);
  return deepest;
}
