#ifndef INGOT_FRONTENDS_TENSORFLOW_FRAMES_H
#define INGOT_FRONTENDS_TENSORFLOW_FRAMES_H

#include "compiler/frontends/tensorflow/Body.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

#include <set>

namespace ingot::tensorflow {

/// A loop of TensorFlow 1: the nodes that hold its variables together. Source:
/// "Implementation of Control Flow in TensorFlow", 2017.
struct FrameLoop {
  /// Enter -> Merge -> Switch -> (body) -> NextIteration -> Merge; Switch -> Exit.
  struct Variable {
    uint32_t enter, merge, next;
    std::optional<uint32_t> select; ///< the Switch
  };
  llvm::SmallVector<Variable, 4> variables;
  llvm::SmallVector<uint32_t, 4> enters;                     ///< all, those of constants too
  llvm::SmallVector<std::pair<uint32_t, unsigned>, 4> exits; ///< Exit, number of the variable
  std::optional<uint32_t> condition;                         ///< LoopCond
};

/// On which side of which Switch predicate a node runs.
struct Guard {
  uint32_t node, output; ///< what the predicate is
  bool side;             ///< where it holds
  bool operator<(const Guard &g) const {
    return std::tie(node, output, side) < std::tie(g.node, g.output, g.side);
  }
};
using Guards = std::set<Guard>;

/// Control flow of TensorFlow 1 in a graph or function: found from its Switch,
/// Merge, Enter, Exit, NextIteration and LoopCond nodes.
class Frames {
public:
  explicit Frames(const Body &body);

  bool isEmpty() const { return !hasAny; }
  /// The loop that this Exit node leaves; null for other nodes.
  const FrameLoop *loopOf(uint32_t exit) const;
  /// Of a Merge of two branches, the predicate (side is of input 0); nothing for
  /// other nodes.
  std::optional<Guard> predicate(uint32_t merge) const;
  const Guards &guards(uint32_t node) const { return guarded[node]; }
  /// No node depends on more sides than this: one that would runs nowhere.
  static constexpr size_t kMaxGuards = 64;

private:
  void findLoops();
  void findGuards();
  void addVariable(uint32_t merge);
  void addSwitch(uint32_t node);
  void addExit(uint32_t node);
  /// The node and output behind Identity and Enter nodes.
  std::pair<uint32_t, uint32_t> origin(Source source) const;
  std::optional<Source> input(uint32_t node, size_t i) const;
  llvm::StringRef op(uint32_t node) const;

  const Body &body;
  bool hasAny = false;
  llvm::StringMap<FrameLoop> loops; ///< by frame_name
  /// Of the Merge, Switch and Exit nodes of loops: the loop, number of the variable.
  llvm::DenseMap<uint32_t, std::pair<FrameLoop *, unsigned>> merges, switches, exits;
  llvm::DenseMap<uint32_t, Guard> predicates;
  std::vector<Guards> guarded;
};

} // namespace ingot::tensorflow

#endif
