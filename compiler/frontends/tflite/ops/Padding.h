#ifndef INGOT_FRONTENDS_TFLITE_OPS_PADDING_H
#define INGOT_FRONTENDS_TFLITE_OPS_PADDING_H

#include "compiler/frontends/tflite/ops/Rows.h"

namespace ingot::tflite {

/// The numbers of an option, which must be `count`; an error at the node if not.
template <typename Vector>
mlir::FailureOr<llvm::SmallVector<int64_t>> numbersOf(Node &n, const Vector *given, int64_t count,
                                                      const llvm::Twine &what) {
  llvm::SmallVector<int64_t> numbers;
  if (given)
    numbers.append(given->begin(), given->end());
  if (int64_t(numbers.size()) == count)
    return numbers;
  return n.fail("needs " + llvm::Twine(count) + " " + what + ", not " +
                llvm::Twine(numbers.size()));
}

/// For each dimension: elements put in front of, behind and between those of a tensor.
/// Where `low` or `high` is negative, so many are cut off.
struct EdgePadding {
  llvm::SmallVector<int64_t> low, high, interior;
};
/// x with elements that are `value`, a tensor of one element.
mlir::Value padded(Node &n, mlir::Value x, mlir::Value value, const EdgePadding &edges);

} // namespace ingot::tflite

#endif
