#ifndef INGOT_TEST_MUTATE_MUTANTS_H
#define INGOT_TEST_MUTATE_MUTANTS_H

#include "test/mutate/Mutator.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace ingot::test {

/// The mutants of a model, one after the other in a folder, and what became of
/// them: each is taken, or refused in one line. A death, a hang or a sanitizer's
/// report leaves the mutant behind.
class Mutants {
public:
  Mutants(llvm::StringRef model, llvm::StringRef folder);

  /// Writes mutant `i`, hands its path to `attempt` and judges the result.
  void run(uint32_t i, llvm::function_ref<llvm::Error(llvm::StringRef path)> attempt);

  /// Prints the counts. The exit status: 1 if an error was not one line.
  int finish() const;

private:
  void judge(llvm::Error error);

  Mutator mutator;
  std::string path; ///< what is given to the compiler: a file, or a folder with it
  std::string file; ///< what is written for each mutant
  unsigned taken = 0, refused = 0, wrong = 0;
  double slowest = 0;
};

/// main() of a program `MODEL FOLDER COUNT [FIRST]`: COUNT mutants from the number
/// FIRST on, each given to `attempt` with its number.
int runMutants(int argc, char **argv,
               llvm::function_ref<llvm::Error(uint32_t i, llvm::StringRef path)> attempt);

} // namespace ingot::test

#endif
