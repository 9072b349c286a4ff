// ingot compile: a model to native code.
#include "compiler/Compiler.h"
#include "passes/Pipeline.h"
#include "tools/ingot/Arguments.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/Progress.h"
#include "tools/ingot/Quantize.h"
#include "tools/ingot/Verbs.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

using namespace ingot;

namespace {
struct CompileVerb {
  CompileArguments compile;
  QuantizeArguments quantize;
  std::string output, emit = "obj", name, stopAfter, report, reproducer;
  std::vector<std::string> printAfter;
  std::optional<uint64_t> maxRam, maxFlash;
  bool progress = false;

  void add(CLI::App &verb);
  llvm::Expected<Options> options() const;
  llvm::Error run() const;
};
} // namespace

void CompileVerb::add(CLI::App &verb) {
  verb.add_option("model", compile.model, "the model: a directory or a file")
      ->required()
      ->check(checkGiven)
      ->type_name("MODEL");
  verb.add_option("-o", output,
                  "where the result goes (default: in the current directory, under the model's "
                  "name)")
      ->check(checkGiven)
      ->type_name("PATH");
  verb.add_option("--emit", emit, "obj, lib, exe, asm, llvm, mlir, header or ptx (default obj)")
      ->check(CLI::IsMember({"obj", "lib", "exe", "asm", "llvm", "mlir", "header", "ptx"}))
      ->type_name("KIND");
  verb.add_option("--name", name, "prefix of the C names (default: from the file name)")
      ->check(checkGiven)
      ->type_name("NAME");
  compile.addTarget(verb);
  compile.add(verb);
  quantize.add(verb);
  verb.add_option("--max-ram", maxRam, "fail when arena and state take more bytes")
      ->check(checkCount)
      ->type_name("N");
  verb.add_option("--max-flash", maxFlash, "fail when code and constants take more bytes")
      ->check(checkCount)
      ->type_name("N");
  verb.add_flag("--report{table}", report, "print what the result costs: table, or =json")
      ->check(CLI::IsMember({"table", "json"}));
  verb.add_flag("--progress", progress, "show the stages and their time");
  verb.add_option("--stop-after", stopAfter, "with --emit=mlir: the module after this stage")
      ->type_name("STAGE");
  addRepeatable(verb, "--print-ir-after", printAfter, "print the module after this stage to stderr")
      ->type_name("STAGE");
  verb.add_option("--reproducer", reproducer, "when a pass fails, write what it was given here")
      ->type_name("FILE");
}

static Emit emitKind(llvm::StringRef kind) {
  return llvm::StringSwitch<Emit>(kind)
      .Case("lib", Emit::Library)
      .Case("exe", Emit::Executable)
      .Case("asm", Emit::Assembly)
      .Case("llvm", Emit::LLVM)
      .Case("mlir", Emit::MLIR)
      .Case("header", Emit::Header)
      .Case("ptx", Emit::PTX)
      .Default(Emit::Object);
}

static llvm::StringRef extension(Emit kind) {
  switch (kind) {
  case Emit::Object:
    return ".o";
  case Emit::Library:
    return ".so";
  case Emit::Executable:
    return "";
  case Emit::Assembly:
    return ".s";
  case Emit::LLVM:
    return ".ll";
  case Emit::MLIR:
    return ".mlir";
  case Emit::Header:
    return ".h";
  case Emit::PTX:
    return ".ptx";
  }
  llvm_unreachable("all kinds are listed");
}

/// The model's name in the current directory, with the extension of the kind.
static std::string defaultOutput(llvm::StringRef model, Emit kind) {
  llvm::StringRef stem = llvm::sys::path::stem(model.rtrim('/'));
  return (stem + extension(kind)).str();
}

static llvm::Error noStage(const char *option, const std::string &name, std::string known) {
  llvm::ListSeparator comma;
  llvm::raw_string_ostream list(known);
  for (const Stage &stage : stages())
    list << comma << stage.name;
  return misused(option, "there is no stage '" + name + "' (one of " + known + ")");
}

/// The header stands beside the object: one name for both would lose the object.
static llvm::Error checkOutput(const Options &options) {
  if (options.emit == Emit::Object && artifactPath(options.output, ".h") == options.output)
    return misused("-o", "'" + options.output +
                             "' is where the header goes (name the object, or --emit=header)");
  return llvm::Error::success();
}

llvm::Expected<Options> CompileVerb::options() const {
  auto options = compile.options();
  if (!options)
    return options;
  options->emit = emitKind(emit);
  options->name = name;
  options->output = output.empty() ? defaultOutput(compile.model, options->emit) : output;
  options->stopAfter = stopAfter;
  options->printAfter = printAfter;
  options->maxRam = maxRam;
  options->maxFlash = maxFlash;
  options->reproducer = reproducer;
  if (!stopAfter.empty() && options->emit != Emit::MLIR)
    return misused("--stop-after", "only --emit=mlir can stop early");
  if (!stopAfter.empty() && stopAfter != "import" && !findStage(stopAfter))
    return noStage("--stop-after", stopAfter, "import, ");
  if (llvm::Error error = checkOutput(*options))
    return error;
  bool isMeasured = options->emit == Emit::Object || options->emit == Emit::Library ||
                    options->emit == Emit::Executable;
  if (!isMeasured && (!report.empty() || maxRam || maxFlash))
    return misused(!report.empty() ? "--report"
                   : maxRam        ? "--max-ram"
                                   : "--max-flash",
                   "only obj, lib and exe are measured, not --emit=" + emit);
  for (const std::string &stage : printAfter)
    if (!findStage(stage))
      return noStage("--print-ir-after", stage, "");
  if (llvm::Error error = quantize.apply(*options))
    return error;
  return options;
}

llvm::Error CompileVerb::run() const {
  auto options = this->options();
  if (!options)
    return options.takeError();
  Progress progress(this->progress);
  options->progress = progress.callback();
  auto artifacts = ingot::compile(*options);
  progress.done();
  if (!artifacts)
    return artifacts.takeError();
  if (llvm::Error error = artifacts->write(options->output))
    return error;
  if (report == "json")
    llvm::outs() << llvm::formatv("{0:2}", toJSON(artifacts->report)) << '\n';
  else if (!report.empty())
    print(artifacts->report, llvm::outs());
  return llvm::Error::success();
}

void ingot::addCompile(CLI::App &app, Action &action) {
  auto verb = std::make_shared<CompileVerb>();
  CLI::App *command = app.add_subcommand("compile", "compile a model to native code");
  verb->add(*command);
  command->callback([verb, &action] { action = [verb] { return verb->run(); }; });
}
