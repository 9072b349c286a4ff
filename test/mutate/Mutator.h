#ifndef INGOT_TEST_MUTATE_MUTATOR_H
#define INGOT_TEST_MUTATE_MUTATOR_H

#include "test/mutate/Wire.h"

#include <random>

namespace ingot::test {

/// Makes mutants of one file. Mutant i is always the same.
class Mutator {
public:
  explicit Mutator(std::string original);

  /// One to three faults: in bytes, or in what the format is made of (fields of
  /// protobuf messages, else words of four bytes).
  std::string mutant(uint32_t i) const;

private:
  std::string mutateFields(std::mt19937 &random) const;
  std::string mutateWords(std::mt19937 &random) const;

  std::string original;
  WireMessagePtr message; ///< null if the file is none
};

} // namespace ingot::test

#endif
