#include "passes/quantize/KeptNodes.h"

using namespace mlir;
using namespace ingot;

/// Names of the nodes that a location stands for.
static SmallVector<StringRef> nodeNames(Location location) {
  SmallVector<StringRef> names;
  location->walk([&](Location part) {
    auto name = dyn_cast<NameLoc>(part);
    if (!name)
      return WalkResult::advance();
    names.push_back(name.getName().getValue());
    return WalkResult::skip(); // behind it stands the source's name of the op
  });
  return names;
}

static bool isWithin(StringRef node, StringRef scope) {
  return node.consume_front(scope) && (node.empty() || node.front() == '/');
}

bool KeptNodes::contains(Operation *op) {
  if (names.empty())
    return false;
  bool is = false;
  for (StringRef node : nodeNames(op->getLoc()))
    for (const std::string &name : names)
      if (isWithin(node, name)) {
        found.insert(name);
        is = true;
      }
  return is;
}

LogicalResult KeptNodes::checkAllFound(ModuleOp module) const {
  for (const std::string &name : names)
    if (!found.contains(name))
      return emitError(module.getLoc(), "--keep-float: the optimised model has no node '" + name +
                                            "' (compare --per-layer lists the names)");
  return success();
}
