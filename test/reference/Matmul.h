// Matrix products over the last two dimensions; the others broadcast.
#ifndef INGOT_TEST_REFERENCE_MATMUL_H
#define INGOT_TEST_REFERENCE_MATMUL_H

#include "test/reference/Elementwise.h"

namespace ingot::reference {

template <class T>
Tensor<T> matmul(const Tensor<T> &x, const Tensor<T> &y, bool transposeX, bool transposeY) {
  auto at = [](const Tensor<T> &t, const Index &batch, int64_t row, int64_t column, bool swap) {
    Index full(batch);
    full.push_back(swap ? column : row);
    full.push_back(swap ? row : column);
    Index own(full.end() - t.dims.size(), full.end());
    for (size_t d = 0; d + 2 < own.size(); ++d)
      own[d] = t.dims[d] == 1 ? 0 : own[d];
    return t[own];
  };
  size_t rx = x.dims.size(), ry = y.dims.size();
  Index dims =
      broadcastDims({x.dims.begin(), x.dims.end() - 2}, {y.dims.begin(), y.dims.end() - 2});
  int64_t depth = x.dims[transposeX ? rx - 2 : rx - 1];
  dims.push_back(x.dims[transposeX ? rx - 1 : rx - 2]);
  dims.push_back(y.dims[transposeY ? ry - 2 : ry - 1]);
  Tensor<T> result(dims);
  forEach(dims, [&](const Index &out) {
    Index batch(out.begin(), out.end() - 2);
    int64_t row = out[out.size() - 2], column = out.back();
    Accumulator<T> sum = 0;
    for (int64_t k = 0; k < depth; ++k)
      sum += Accumulator<T>(at(x, batch, row, k, transposeX)) *
             Accumulator<T>(at(y, batch, k, column, transposeY));
    result[out] = T(sum);
  });
  return result;
}

} // namespace ingot::reference

#endif // INGOT_TEST_REFERENCE_MATMUL_H
