// ingot check: every node that cannot be compiled, in one run.
#include "compiler/Compiler.h"
#include "tools/ingot/Arguments.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/ListOps.h"
#include "tools/ingot/Verbs.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

using namespace ingot;

namespace {
struct CheckVerb {
  CompileArguments compile;
  bool json = false, listOps = false;
  llvm::Error run() const;
};
} // namespace

static void printText(const std::vector<Finding> &findings) {
  for (const Finding &finding : findings) {
    for (const std::string *part : {&finding.node, &finding.op})
      if (!part->empty())
        llvm::outs() << *part << ": ";
    llvm::outs() << finding.reason;
    if (!finding.hint.empty())
      llvm::outs() << " (" << finding.hint << ')';
    llvm::outs() << '\n';
  }
}

static void printJSON(const std::vector<Finding> &findings) {
  llvm::json::Array list;
  for (const Finding &finding : findings)
    list.push_back(llvm::json::Object{{"node", finding.node},
                                      {"op", finding.op},
                                      {"reason", finding.reason},
                                      {"hint", finding.hint}});
  llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(std::move(list))) << '\n';
}

llvm::Error CheckVerb::run() const {
  if (listOps) {
    json ? printOpsAsJSON(llvm::outs()) : printOps(llvm::outs());
    return llvm::Error::success();
  }
  if (compile.model.empty())
    return llvm::make_error<UsageError>("check: the model is missing (ingot check --help)");
  auto options = compile.options();
  if (!options)
    return options.takeError();
  auto findings = ingot::check(*options);
  if (!findings)
    return findings.takeError();
  json ? printJSON(*findings) : printText(*findings);
  if (findings->empty())
    return llvm::Error::success();
  return failed(compile.model,
                llvm::Twine(findings->size()) + " node(s) cannot be compiled (stdout names them)");
}

void ingot::addCheck(CLI::App &app, Action &action) {
  auto verb = std::make_shared<CheckVerb>();
  CLI::App *command =
      app.add_subcommand("check", "report every node of a model that cannot be compiled");
  command->add_flag("--list-ops", verb->listOps, "print the table of supported ops");
  command->add_option("model", verb->compile.model, "the model: a directory or a file")
      ->check(checkGiven)
      ->type_name("MODEL");
  verb->compile.addTarget(*command);
  verb->compile.add(*command);
  command->add_flag("--json", verb->json, "the findings as a JSON array");
  command->callback([verb, &action] { action = [verb] { return verb->run(); }; });
}
