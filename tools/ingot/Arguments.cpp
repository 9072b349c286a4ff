#include "tools/ingot/Arguments.h"

#include "compiler/Compiler.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/Library.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <CLI/CLI.hpp>

#include <cmath>

using namespace ingot;

CLI::Option *ingot::addRepeatable(CLI::App &verb, const char *name,
                                  std::vector<std::string> &values, const char *help) {
  return verb.add_option(name, values, help)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

std::string ingot::checkCount(const std::string &text) {
  uint64_t value;
  return llvm::to_integer(text, value, 10) ? "" : "'" + text + "' is not a number of bytes";
}

std::string ingot::checkAmount(const std::string &text) {
  double value;
  bool isAmount = llvm::to_float(text, value) && std::isfinite(value) && value >= 0;
  return isAmount ? "" : "'" + text + "' is not an amount";
}

std::string ingot::checkGiven(const std::string &text) {
  return text.empty() ? "the value is empty" : "";
}

void CompileArguments::add(CLI::App &verb) {
  auto shapesCode = [&](CLI::Option *option) {
    codeOptions.push_back(option);
    return option;
  };
  shapesCode(verb.add_option("--mcpu", cpu, "CPU to compile for; native is this machine's"))
      ->check(checkGiven)
      ->type_name("CPU");
  shapesCode(verb.add_option("--mattr", attributes, "CPU features to add and remove"))
      ->type_name("+x,-y");
  addRepeatable(verb, "--signature", signatures, "only this signature (repeatable)")
      ->type_name("S");
  addRepeatable(verb, "--input-shape", inputShapes,
                "fixes dynamic dimensions of an input; ? keeps one dynamic (repeatable)")
      ->type_name("NAME:1x?x3");
  shapesCode(verb.add_option("--requant", requant,
                             "rounding of integer models: exact (as TFLite's reference), or fast"))
      ->check(CLI::IsMember({"exact", "fast"}))
      ->type_name("MODE");
  shapesCode(verb.add_option("-O", level,
                             "optimisation: 0 is the reference build of plain loops (default 3)"))
      ->check(CLI::IsMember({"0", "1", "2", "3", "s"}))
      ->type_name("LEVEL");
}

void CompileArguments::addTarget(CLI::App &verb) {
  verb.add_option("--target", target, "triple to compile for (default: this machine's)")
      ->check(checkGiven)
      ->type_name("TRIPLE");
}

llvm::Expected<InputShape> ingot::parseInputShape(llvm::StringRef text) {
  auto [name, dims] = text.rsplit(':');
  InputShape shape{name.str(), {}};
  if (name.size() == text.size())
    return misused("--input-shape", "'" + text + "' has no colon (write NAME:1x3x224x224)");
  llvm::SmallVector<llvm::StringRef> parts;
  if (!dims.empty())
    dims.split(parts, 'x');
  for (llvm::StringRef part : parts) {
    int64_t dim = -1;
    if (part != "?" && (part.getAsInteger(10, dim) || dim < 0))
      return misused("--input-shape", "'" + part + "' is not a dimension (a number or ?)");
    shape.second.push_back(dim);
  }
  return shape;
}

llvm::Expected<Options> CompileArguments::options() const {
  for (const CLI::Option *option : codeOptions)
    if (option->count() && isLibrary(model))
      return misused(option->get_name(), "has no effect on a compiled library (give the model)");
  Options options;
  options.model = model;
  options.target = target;
  options.cpu = cpu;
  options.attributes = attributes;
  options.signatures = signatures;
  options.fastRequant = requant == "fast";
  options.level = llvm::StringSwitch<OptLevel>(level)
                      .Case("0", OptLevel::O0)
                      .Case("1", OptLevel::O1)
                      .Case("2", OptLevel::O2)
                      .Case("s", OptLevel::Os)
                      .Default(OptLevel::O3);
  for (const std::string &text : inputShapes) {
    auto shape = parseInputShape(text);
    if (!shape)
      return shape.takeError();
    llvm::erase_if(options.inputShapes, [&](auto &given) { return given.first == shape->first; });
    options.inputShapes.push_back(std::move(*shape)); // later ones win
  }
  if (llvm::Error error = checkTarget(options))
    return llvm::make_error<UsageError>(llvm::toString(std::move(error)));
  return options;
}

void DataArguments::add(CLI::App &verb) {
  addRepeatable(verb, "--inputs", inputs, "arrays by input name, or one array (repeatable)")
      ->type_name("FILE.npz|NAME=FILE.npy");
  verb.add_option("--threads", threads, "threads to use; 0 is all processors (default 1)")
      ->check(CLI::Range(0, 1024))
      ->type_name("N");
  verb.add_option("--arena-bytes", arenaBytes, "limit of scratch memory (default: the machine's)")
      ->check(checkCount)
      ->type_name("N");
  verb.add_flag("--json", json, "results on stdout as JSON");
}
