// Softmax over the last dimension.
#ifndef INGOT_TEST_REFERENCE_SOFTMAX_H
#define INGOT_TEST_REFERENCE_SOFTMAX_H

#include "test/reference/Tensor.h"

namespace ingot::reference {

/// exp(x) / sum(exp(x)), or its logarithm, in double precision.
template <class T> Tensor<T> softmax(const Tensor<T> &x, bool log) {
  Tensor<T> result(x.dims);
  forEach(x.dims, [&](const Index &at) {
    double sum = 0;
    Index other = at;
    for (other.back() = 0; other.back() < x.dims.back(); ++other.back())
      sum += std::exp(double(x[other]));
    result[at] = T(log ? double(x[at]) - std::log(sum) : std::exp(double(x[at])) / sum);
  });
  return result;
}

} // namespace ingot::reference

#endif // INGOT_TEST_REFERENCE_SOFTMAX_H
