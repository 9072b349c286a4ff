#include "compiler/frontends/tensorflow/Frames.h"
#include "compiler/frontends/tensorflow/Attributes.h"

using namespace ingot::tensorflow;
using llvm::StringRef;

Frames::Frames(const Body &body) : body(body) {
  for (uint32_t node = 0; node < body.size() && !hasAny; ++node)
    hasAny = op(node) == "Switch" || op(node) == "Merge" || op(node) == "Enter";
  guarded.resize(body.size());
  if (!hasAny)
    return;
  findLoops();
  findGuards();
}

StringRef Frames::op(uint32_t node) const {
  StringRef name = body.node(node).op();
  name.consume_front("Ref"); // on reference variables they do the same
  return name;
}

std::optional<Source> Frames::input(uint32_t node, size_t i) const {
  llvm::ArrayRef<Source> inputs = body.dataInputs(node);
  if (i >= inputs.size())
    return std::nullopt;
  return inputs[i];
}

std::pair<uint32_t, uint32_t> Frames::origin(Source source) const {
  // No chain is longer than the body.
  for (uint32_t steps = 0; steps < body.size() && source.kind == Source::Output; ++steps) {
    auto before = input(source.node, 0);
    if ((op(source.node) != "Identity" && op(source.node) != "Enter") || !before)
      break;
    source = *before;
  }
  return {source.kind == Source::Output ? source.node : body.size() + source.node, source.index};
}

//===--- Loops ------------------------------------------------------------===//

void Frames::addVariable(uint32_t merge) {
  auto first = input(merge, 0), second = input(merge, 1);
  if (!first || !second || first->kind != Source::Output || second->kind != Source::Output)
    return;
  uint32_t enter = first->node, next = second->node;
  if (op(enter) == "NextIteration")
    std::swap(enter, next);
  if (op(enter) != "Enter" || op(next) != "NextIteration")
    return;
  Attributes attrs(body.node(enter));
  FrameLoop &loop = loops[attrs.getString("frame_name")];
  merges[merge] = {&loop, unsigned(loop.variables.size())};
  loop.variables.push_back({enter, merge, next, std::nullopt});
}

void Frames::addSwitch(uint32_t node) {
  auto data = input(node, 0), predicate = input(node, 1);
  if (!data || !predicate || data->kind != Source::Output)
    return;
  uint32_t condition = origin(*predicate).first;
  auto merge = merges.find(data->node);
  if (condition >= body.size() || op(condition) != "LoopCond" || merge == merges.end())
    return;
  auto [loop, number] = switches[node] = merge->second;
  loop->variables[number].select = node;
  loop->condition = condition;
}

void Frames::addExit(uint32_t node) {
  auto data = input(node, 0);
  auto from = data && data->kind == Source::Output ? switches.find(data->node) : switches.end();
  if (from == switches.end())
    return;
  auto [loop, number] = exits[node] = from->second;
  loop->exits.push_back({node, number});
}

void Frames::findLoops() {
  auto forEach = [&](StringRef kind, auto function) {
    for (uint32_t node = 0; node < body.size(); ++node)
      if (op(node) == kind)
        function(node);
  };
  forEach("Merge", [&](uint32_t node) { addVariable(node); });
  forEach("Enter", [&](uint32_t node) {
    Attributes attrs(body.node(node));
    if (auto loop = loops.find(attrs.getString("frame_name")); loop != loops.end())
      loop->second.enters.push_back(node);
  });
  forEach("Switch", [&](uint32_t node) { addSwitch(node); });
  forEach("Exit", [&](uint32_t node) { addExit(node); });
}

const FrameLoop *Frames::loopOf(uint32_t exit) const {
  auto it = exits.find(exit);
  return it == exits.end() ? nullptr : it->second.first;
}

//===--- Branches ---------------------------------------------------------===//

void Frames::findGuards() {
  for (uint32_t node : body.order()) {
    Guards &own = guarded[node];
    bool isLoop = merges.count(node);
    std::vector<Guards> data;
    for (const Source &source : body.inputs(node)) {
      if (source.kind != Source::Output && source.kind != Source::Control)
        continue;
      if (isLoop && op(source.node) == "NextIteration")
        continue;
      Guards guards = guarded[source.node];
      if (op(source.node) == "Switch" && !switches.count(source.node) &&
          source.kind == Source::Output && input(source.node, 1)) {
        auto [origin, output] = this->origin(*input(source.node, 1));
        guards.insert({origin, output, source.index == 1});
      }
      own.insert(guards.begin(), guards.end());
      if (source.kind == Source::Output)
        data.push_back(std::move(guards));
    }
    if (own.size() > kMaxGuards)
      own = {Guard{UINT32_MAX, 0, false}};
    if (op(node) != "Merge" || isLoop || data.size() != 2)
      continue;
    for (const Guard &guard : data[0])
      if (Guard other{guard.node, guard.output, !guard.side}; data[1].count(other)) {
        predicates[node] = guard;
        own.erase(guard);
        own.erase(other);
        break;
      }
  }
}

std::optional<Guard> Frames::predicate(uint32_t merge) const {
  auto it = predicates.find(merge);
  return it == predicates.end() ? std::nullopt : std::optional(it->second);
}
