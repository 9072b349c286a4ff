// Element-wise functions of one or two tensors that broadcast.
#ifndef INGOT_TEST_REFERENCE_ELEMENTWISE_H
#define INGOT_TEST_REFERENCE_ELEMENTWISE_H

#include "test/reference/Tensor.h"

#include <algorithm>

namespace ingot::reference {

template <class T, class F> auto unary(const Tensor<T> &x, F f) {
  Tensor<decltype(f(T()))> result(x.dims);
  std::transform(x.data.begin(), x.data.end(), result.data.begin(), f);
  return result;
}

/// Dimensions are aligned at the end; one of 1 is stretched.
inline Index broadcastDims(const Index &a, const Index &b) {
  Index result(std::max(a.size(), b.size()), 1);
  for (const Index *dims : {&a, &b})
    for (size_t d = 0; d < dims->size(); ++d)
      if (int64_t size = (*dims)[d]; size != 1)
        result[result.size() - dims->size() + d] = size;
  return result;
}

template <class T> T broadcastAt(const Tensor<T> &x, const Index &at) {
  Index own(at.end() - x.dims.size(), at.end());
  for (size_t d = 0; d < own.size(); ++d)
    own[d] = x.dims[d] == 1 ? 0 : own[d];
  return x[own];
}

template <class T, class F> auto binary(const Tensor<T> &x, const Tensor<T> &y, F f) {
  Tensor<decltype(f(T(), T()))> result(broadcastDims(x.dims, y.dims));
  forEach(result.dims,
          [&](const Index &at) { result[at] = f(broadcastAt(x, at), broadcastAt(y, at)); });
  return result;
}

} // namespace ingot::reference

#endif // INGOT_TEST_REFERENCE_ELEMENTWISE_H
