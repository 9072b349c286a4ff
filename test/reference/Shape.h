// Data movement.
#ifndef INGOT_TEST_REFERENCE_SHAPE_H
#define INGOT_TEST_REFERENCE_SHAPE_H

#include "test/reference/Tensor.h"

namespace ingot::reference {

/// Dimension i of the result is dimension permutation[i] of x.
template <class T> Tensor<T> transpose(const Tensor<T> &x, const Index &permutation) {
  Index dims;
  for (int64_t p : permutation)
    dims.push_back(x.dims[size_t(p)]);
  Tensor<T> result(dims);
  forEach(dims, [&](const Index &out) {
    Index at(out.size());
    for (size_t d = 0; d < out.size(); ++d)
      at[size_t(permutation[d])] = out[d];
    result[out] = x[at];
  });
  return result;
}

} // namespace ingot::reference

#endif // INGOT_TEST_REFERENCE_SHAPE_H
