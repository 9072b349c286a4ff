// Options that several verbs share: how to compile, and where data comes from.
#ifndef INGOT_TOOLS_ARGUMENTS_H
#define INGOT_TOOLS_ARGUMENTS_H

#include "compiler/Options.h"

#include "llvm/Support/Error.h"

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace ingot {

/// As written on the command line; options() checks and converts.
struct CompileArguments {
  std::string model, target, cpu, attributes, level = "3", requant = "exact";
  std::vector<std::string> signatures, inputShapes;

  /// The model and the options that shape its code for any target.
  void add(CLI::App &verb);
  /// Those that only make sense where the code is not run on this machine.
  void addTarget(CLI::App &verb);
  /// Fails where an option shapes code that is there already, that of a library.
  llvm::Expected<Options> options() const;

private:
  std::vector<CLI::Option *> codeOptions;
};

struct DataArguments {
  std::vector<std::string> inputs; ///< FILE.npz or NAME=FILE.npy
  int threads = 1;
  uint64_t arenaBytes = 0;
  bool json = false;

  void add(CLI::App &verb);
};

/// An option that may be given several times, with one value each time.
CLI::Option *addRepeatable(CLI::App &verb, const char *name, std::vector<std::string> &values,
                           const char *help);

/// For options that count: an error text unless these are digits. (The conversion
/// itself takes a sign and makes a huge number of it.)
std::string checkCount(const std::string &text);

/// The same for amounts that need not be whole: finite, not negative.
std::string checkAmount(const std::string &text);

/// For options whose empty value is a slip, of a shell variable say.
std::string checkGiven(const std::string &text);

/// "NAME:1x?x3"; a name may hold colons itself.
llvm::Expected<InputShape> parseInputShape(llvm::StringRef text);

} // namespace ingot

#endif // INGOT_TOOLS_ARGUMENTS_H
