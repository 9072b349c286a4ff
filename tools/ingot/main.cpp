// The program: finds the verb, runs it, turns failures into one line and an
// exit code.
#include "compiler/Compiler.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/Verbs.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

using namespace ingot;

static std::string version() {
  return "Ingot " INGOT_VERSION ", LLVM " LLVM_VERSION_STRING ", default target " + defaultTarget();
}

/// --help and --version arrive as exceptions too, with exit code 0.
static int reportParse(const CLI::App &app, const CLI::ParseError &error, llvm::StringRef first) {
  if (error.get_exit_code() == 0)
    return app.exit(error);
  if (app.get_subcommands().empty() && !first.empty() && !first.starts_with("-"))
    return report(misused("command line", "there is no verb '" + first + "' (see ingot --help)"));
  std::string verb =
      app.get_subcommands().empty() ? "" : app.get_subcommands()[0]->get_name() + " ";
  return report(misused("command line", error.what() + (" (see ingot " + verb) + "--help)"));
}

/// Results that could not be written (a full disk, a closed pipe) are a failure;
/// left alone, the stream's destructor would call it a fatal one.
static llvm::Error flushResults(llvm::Error error) {
  llvm::outs().flush();
  std::error_code code = llvm::outs().error();
  llvm::outs().clear_error();
  if (!code || error)
    return error;
  return failed("stdout", "cannot write: " + code.message());
}

static int run(int argc, char **argv) {
  CLI::App app("Ahead-of-time compiler for saved machine-learning models.", "ingot");
  Action action;
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  addCompile(app, action);
  addCheck(app, action);
  addShow(app, action);
  addRun(app, action);
  addBench(app, action);
  addCompare(app, action);
  addTargets(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return reportParse(app, error, argc > 1 ? argv[1] : "");
  }
  return report(flushResults(action()));
}

int main(int argc, char **argv) {
  installCrashHandlers();
  try {
    return run(argc, argv);
  } catch (const std::bad_alloc &) {
    llvm::errs() << "ingot: error: internal: out of memory\n";
  } catch (const std::exception &error) {
    llvm::errs() << "ingot: error: internal: " << error.what() << '\n';
  }
  return InternalFault;
}
