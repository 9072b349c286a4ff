// Pools, channels last: elements in the padding do not count.
#ifndef INGOT_TEST_REFERENCE_POOL_H
#define INGOT_TEST_REFERENCE_POOL_H

#include "test/reference/Window.h"

namespace ingot::reference {

/// Calls body(value) for each element that the window covers at `out`.
template <class T, class Body>
void forWindow(const Tensor<T> &x, const Window &w, const Index &out, Body body) {
  forEach(w.sizes, [&](const Index &element) {
    if (auto at = w.source(x.dims, out[0], out, element, out.back()))
      body(x[*at]);
  });
}

template <class T> Tensor<T> maxPool(const Tensor<T> &x, const Window &w) {
  Tensor<T> result(w.resultDims(x.dims, x.dims.back()));
  forEach(result.dims, [&](const Index &out) {
    std::optional<T> best;
    forWindow(x, w, out, [&](T value) { best = best ? std::max(*best, value) : value; });
    result[out] = best.value_or(T());
  });
  return result;
}

template <class T> Tensor<T> avgPool(const Tensor<T> &x, const Window &w) {
  Tensor<T> result(w.resultDims(x.dims, x.dims.back()));
  forEach(result.dims, [&](const Index &out) {
    double sum = 0, count = 0;
    forWindow(x, w, out, [&](T value) { sum += double(value), ++count; });
    result[out] = T(sum / count);
  });
  return result;
}

} // namespace ingot::reference

#endif // INGOT_TEST_REFERENCE_POOL_H
