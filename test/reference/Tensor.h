// Tensors of the reference: plain vectors, walked index by index.
#ifndef INGOT_TEST_REFERENCE_TENSOR_H
#define INGOT_TEST_REFERENCE_TENSOR_H

#include <cmath>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace ingot::reference {

using Index = std::vector<int64_t>;

inline int64_t elements(const Index &dims) {
  int64_t count = 1;
  for (int64_t d : dims)
    count *= d;
  return count;
}

template <class T> struct Tensor {
  Index dims;
  std::vector<T> data; // row-major; std::vector<bool> is not for us: booleans are int8_t

  explicit Tensor(Index dims, T value = T()) : dims(std::move(dims)) {
    data.assign(size_t(elements(this->dims)), value);
  }
  size_t offset(const Index &at) const {
    int64_t result = 0;
    for (size_t d = 0; d < dims.size(); ++d)
      result = result * dims[d] + at[d];
    return size_t(result);
  }
  T &operator[](const Index &at) { return data[offset(at)]; }
  T operator[](const Index &at) const { return data[offset(at)]; }
};

/// Calls body(index) for every index below `dims`, the last dimension fastest.
template <class Body> void forEach(const Index &dims, Body body) {
  Index at(dims.size(), 0);
  for (int64_t n = elements(dims); n > 0; --n) {
    body(static_cast<const Index &>(at));
    for (size_t d = dims.size(); d-- > 0 && ++at[d] == dims[d];)
      at[d] = 0;
  }
}

/// Floats add up in double precision, integers modulo 2^64.
template <class T>
using Accumulator = std::conditional_t<std::is_floating_point_v<T>, double, uint64_t>;

template <class T> Tensor<T> magnitudes(Tensor<T> x) {
  for (T &v : x.data)
    v = v < 0 ? T(-v) : v;
  return x;
}

} // namespace ingot::reference

#endif // INGOT_TEST_REFERENCE_TENSOR_H
