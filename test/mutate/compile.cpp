// Mutants of a model through the whole compile, in one process: three of four as
// the reference build, whose verifiers see more.
#include "compiler/Compiler.h"
#include "test/mutate/Mutants.h"

using namespace ingot;

static llvm::Error attempt(uint32_t i, llvm::StringRef path) {
  Options options;
  options.model = path.str();
  options.level = i % 4 ? OptLevel::O0 : OptLevel::O3;
  return compile(options).takeError();
}

int main(int argc, char **argv) { return test::runMutants(argc, argv, attempt); }
