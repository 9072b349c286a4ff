// Running sums.
#ifndef INGOT_TEST_REFERENCE_SCAN_H
#define INGOT_TEST_REFERENCE_SCAN_H

#include "test/reference/Tensor.h"

namespace ingot::reference {

/// The sum of the elements up to each one along `axis`, without itself if
/// `exclusive`, from the end if `reverse`.
template <class T> Tensor<T> cumsum(const Tensor<T> &x, size_t axis, bool exclusive, bool reverse) {
  Tensor<T> result(x.dims);
  forEach(x.dims, [&](const Index &at) {
    Accumulator<T> sum = 0;
    for (Index from = at; from[axis] >= 0 && from[axis] < x.dims[axis];
         from[axis] += reverse ? 1 : -1)
      if (!exclusive || from != at)
        sum += Accumulator<T>(x[from]);
    result[at] = T(sum);
  });
  return result;
}

} // namespace ingot::reference

#endif // INGOT_TEST_REFERENCE_SCAN_H
