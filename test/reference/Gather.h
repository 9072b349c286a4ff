// Slices chosen by indices.
#ifndef INGOT_TEST_REFERENCE_GATHER_H
#define INGOT_TEST_REFERENCE_GATHER_H

#include "test/reference/Tensor.h"

namespace ingot::reference {

/// x: [A.., n, B..] with n at `axis`; result: [A.., indices' dims.., B..].
template <class T, class I>
Tensor<T> gather(const Tensor<T> &x, const Tensor<I> &indices, size_t axis) {
  Index dims(x.dims.begin(), x.dims.begin() + axis);
  dims.insert(dims.end(), indices.dims.begin(), indices.dims.end());
  dims.insert(dims.end(), x.dims.begin() + axis + 1, x.dims.end());
  Tensor<T> result(dims);
  forEach(dims, [&](const Index &out) {
    auto first = out.begin() + axis, last = first + indices.dims.size();
    Index at(out.begin(), first);
    at.push_back(indices[Index(first, last)]);
    at.insert(at.end(), last, out.end());
    result[out] = x[at];
  });
  return result;
}

} // namespace ingot::reference

#endif // INGOT_TEST_REFERENCE_GATHER_H
