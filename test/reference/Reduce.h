// Reductions over axes.
#ifndef INGOT_TEST_REFERENCE_REDUCE_H
#define INGOT_TEST_REFERENCE_REDUCE_H

#include "test/reference/Tensor.h"

#include <algorithm>

namespace ingot::reference {

inline bool isReduced(const Index &axes, size_t d) {
  return std::find(axes.begin(), axes.end(), int64_t(d)) != axes.end();
}

/// Folds the elements along `axes` from `init` with step(accumulator, element);
/// reduced dimensions stay as 1 or are dropped.
template <class A, class T, class Step>
Tensor<A> reduce(const Tensor<T> &x, const Index &axes, bool keep, A init, Step step) {
  auto project = [&](const Index &from, auto kept) {
    Index to;
    for (size_t d = 0; d < from.size(); ++d)
      if (!isReduced(axes, d))
        to.push_back(from[d]);
      else if (keep)
        to.push_back(kept);
    return to;
  };
  Tensor<A> result(project(x.dims, int64_t(1)), init);
  forEach(x.dims, [&](const Index &at) {
    A &slot = result[project(at, int64_t(0))];
    slot = step(slot, x[at]);
  });
  return result;
}

} // namespace ingot::reference

#endif // INGOT_TEST_REFERENCE_REDUCE_H
