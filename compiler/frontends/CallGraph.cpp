#include "compiler/frontends/CallGraph.h"

#include "llvm/Support/MathExtras.h"

using namespace ingot;
using llvm::createStringError;
using llvm::Error;

namespace {

/// What expanding all calls of one function costs.
struct Cost {
  uint64_t nodes = 0;
  uint32_t depth = 0;
};

enum class Mark : uint8_t { New, Open, Done };

struct State {
  Mark mark = Mark::New;
  size_t nextCall = 0;
  Cost cost;
};

} // namespace

/// A small file that grows without measure is no model: with this factor also
/// recurrent layers pass that call their cell for each step.
static uint64_t maxNodes(llvm::ArrayRef<CallGraph::Function> functions) {
  constexpr uint64_t free = 20'000, growth = 32;
  uint64_t nodes = 0;
  for (const CallGraph::Function &function : functions)
    nodes += function.nodes;
  return std::min(kMaxExpandedNodes, free + growth * nodes);
}

static Error add(Cost &caller, const Cost &callee, uint64_t limit, const std::string &name) {
  caller.nodes = llvm::SaturatingAdd(caller.nodes, callee.nodes);
  caller.depth = std::max(caller.depth, callee.depth + 1);
  if (caller.nodes > limit)
    return createStringError(name + " has more than " + std::to_string(limit) +
                             " nodes when its calls are expanded");
  if (caller.depth > kMaxCallDepth)
    return createStringError(name + " nests calls deeper than 512");
  return Error::success();
}

Error CallGraph::check(uint32_t root, llvm::function_ref<std::string(uint32_t)> describe) const {
  const uint64_t limit = maxNodes(functions);
  std::vector<State> states(functions.size());
  std::vector<uint32_t> stack;
  auto open = [&](uint32_t function) {
    states[function] = {Mark::Open, 0, {functions[function].nodes, 0}};
    stack.push_back(function);
  };
  open(root);
  while (!stack.empty()) {
    uint32_t caller = stack.back();
    State &state = states[caller];
    const std::vector<uint32_t> &callees = functions[caller].callees;
    if (state.nextCall == callees.size()) {
      state.mark = Mark::Done;
      stack.pop_back();
      continue;
    }
    uint32_t callee = callees[state.nextCall];
    if (states[callee].mark == Mark::Open)
      return createStringError(describe(callee) + " calls itself");
    if (states[callee].mark == Mark::New) {
      open(callee); // comes back to the same call, which is then done
      continue;
    }
    if (Error error = add(state.cost, states[callee].cost, limit, describe(caller)))
      return error;
    ++state.nextCall;
  }
  return Error::success();
}
