// The verbs of the program, each in a file of its name.
#ifndef INGOT_TOOLS_VERBS_H
#define INGOT_TOOLS_VERBS_H

#include "llvm/Support/Error.h"

#include <functional>

namespace CLI {
class App;
}

namespace ingot {

/// What the chosen verb does, once the command line is read.
using Action = std::function<llvm::Error()>;

// Each adds its subcommand, which sets `action` when it is chosen.
void addCompile(CLI::App &app, Action &action);
void addCheck(CLI::App &app, Action &action);
void addShow(CLI::App &app, Action &action);
void addRun(CLI::App &app, Action &action);
void addBench(CLI::App &app, Action &action);
void addCompare(CLI::App &app, Action &action);
void addTargets(CLI::App &app, Action &action);

} // namespace ingot

#endif // INGOT_TOOLS_VERBS_H
