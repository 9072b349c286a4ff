// ingot targets: what this build emits code for.
#include "compiler/Compiler.h"
#include "tools/ingot/Verbs.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

using namespace ingot;

static void printText() {
  for (const TargetInfo &target : targets())
    llvm::outs() << target.name << ": " << target.description
                 << "\n  CPUs: " << llvm::join(target.cpus, " ") << '\n';
  llvm::outs() << "default: " << defaultTarget() << '\n';
}

static void printJSON() {
  llvm::json::Array list;
  for (const TargetInfo &target : targets())
    list.push_back(llvm::json::Object{{"name", target.name},
                                      {"description", target.description},
                                      {"cpus", llvm::json::Array(target.cpus)}});
  llvm::json::Value all =
      llvm::json::Object{{"default", defaultTarget()}, {"targets", std::move(list)}};
  llvm::outs() << llvm::formatv("{0:2}", all) << '\n';
}

void ingot::addTargets(CLI::App &app, Action &action) {
  auto json = std::make_shared<bool>(false);
  CLI::App *command = app.add_subcommand("targets", "list the targets and CPUs of this build");
  command->add_flag("--json", *json, "the list as JSON");
  command->callback([json, &action] {
    action = [json] {
      *json ? printJSON() : printText();
      return llvm::Error::success();
    };
  });
}
