// When the result of one op counts as right: compare.py's rules in C++.
#ifndef INGOT_TEST_CONFORMANCE_AGREEMENT_H
#define INGOT_TEST_CONFORMANCE_AGREEMENT_H

#include "runtime/exe/array.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace ingot::test {

/// How results are compared; the names are those of case.py.
enum class Rule { Move, Op, Sum, Network };
Rule ruleFor(llvm::StringRef name);

/// Empty if the arrays agree, else what is wrong. `terms`: the sums of the
/// magnitudes that were added up for each element, or null.
std::string disagreement(const ingot_array &actual, const ingot_array &expected, int32_t dtype,
                         Rule rule, const ingot_array *terms);

} // namespace ingot::test

#endif // INGOT_TEST_CONFORMANCE_AGREEMENT_H
