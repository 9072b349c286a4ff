// The program: finds the verb, runs it, turns failures into one line and an
// exit code.
#include "compiler/Compiler.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/Verbs.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

#include <csignal>

using namespace ingot;

static std::string version() {
  return "Ingot " INGOT_VERSION ", LLVM " LLVM_VERSION_STRING ", default target " + defaultTarget();
}

/// "compile, check, ... or targets".
static std::string verbs(const CLI::App &app) {
  std::string names;
  auto all = app.get_subcommands(nullptr);
  for (const CLI::App *verb : all)
    names += (verb == all.front() ? "" : verb == all.back() ? " or " : ", ") + verb->get_name();
  return names;
}

/// What the command line has beyond what the verb takes. CLI11 would list it in
/// reverse, options behind their values.
static std::string describeExtras(const CLI::App &verb) {
  std::vector<std::string> extras = verb.remaining();
  llvm::erase(extras, "--");
  auto option = llvm::find_if(extras, [](llvm::StringRef text) { return text.starts_with("-"); });
  if (extras.empty())
    return "'--' has nothing to separate";
  if (option != extras.end())
    return "there is no option " + option->substr(0, option->find('='));
  return "one argument too many: '" + extras.front() + "'";
}

/// Without a verb, or with one that does not exist.
static int reportVerb(const CLI::App &app, llvm::StringRef first) {
  std::string what = first.empty() || first.starts_with("-")
                         ? "a verb is required: " + verbs(app)
                         : ("there is no verb '" + first + "', but ").str() + verbs(app);
  return report(misused("command line", what + " (see ingot --help)"));
}

/// --help and --version arrive as exceptions too, with exit code 0.
static int reportParse(const CLI::App &app, const CLI::ParseError &error, llvm::StringRef first) {
  if (error.get_exit_code() == 0)
    return app.exit(error);
  if (app.get_subcommands().empty())
    return reportVerb(app, first);
  const CLI::App &verb = *app.get_subcommands()[0];
  bool extras = dynamic_cast<const CLI::ExtrasError *>(&error) && !verb.remaining().empty();
  return report(misused("command line", (extras ? describeExtras(verb) : error.what()) +
                                            " (see ingot " + verb.get_name() + " --help)"));
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
  app.get_formatter()->label("SUBCOMMAND", "VERB");
  app.get_formatter()->label("Subcommands", "Verbs");
  app.option_defaults()->take_last(); // as compilers do: scripts append what they want changed
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
  std::signal(SIGXFSZ, SIG_IGN); // a limit of file sizes is an error of the write
  try {
    return run(argc, argv);
  } catch (const std::bad_alloc &) {
    llvm::errs() << "ingot: error: internal: out of memory\n";
  } catch (const std::exception &error) {
    llvm::errs() << "ingot: error: internal: " << error.what() << '\n';
  }
  return InternalFault;
}
