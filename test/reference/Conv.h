// Convolutions, channels last, over any number of spatial dimensions.
#ifndef INGOT_TEST_REFERENCE_CONV_H
#define INGOT_TEST_REFERENCE_CONV_H

#include "test/reference/Window.h"

namespace ingot::reference {

/// x: [N, S.., C]; filter: [F.., C / groups, M]; result: [N, O.., M].
template <class T> Tensor<T> conv(const Tensor<T> &x, const Tensor<T> &filter, const Window &w) {
  int64_t depth = filter.dims[filter.dims.size() - 2], channels = filter.dims.back();
  int64_t groups = x.dims.back() / depth;
  Tensor<T> result(w.resultDims(x.dims, channels));
  forEach(result.dims, [&](const Index &out) {
    int64_t first = out.back() / (channels / groups) * depth;
    Accumulator<T> sum = 0;
    forEach(w.sizes, [&](const Index &element) {
      for (int64_t c = 0; c < depth; ++c)
        if (auto at = w.source(x.dims, out[0], out, element, first + c)) {
          Index f = element;
          f.insert(f.end(), {c, out.back()});
          sum += Accumulator<T>(x[*at]) * Accumulator<T>(filter[f]);
        }
    });
    result[out] = T(sum);
  });
  return result;
}

/// x: [N, S.., C]; filter: [F.., C, D]; result: [N, O.., C * D].
template <class T>
Tensor<T> depthwiseConv(const Tensor<T> &x, const Tensor<T> &filter, const Window &w) {
  int64_t multiplier = filter.dims.back();
  Tensor<T> result(w.resultDims(x.dims, x.dims.back() * multiplier));
  forEach(result.dims, [&](const Index &out) {
    int64_t channel = out.back() / multiplier;
    Accumulator<T> sum = 0;
    forEach(w.sizes, [&](const Index &element) {
      if (auto at = w.source(x.dims, out[0], out, element, channel)) {
        Index f = element;
        f.insert(f.end(), {channel, out.back() % multiplier});
        sum += Accumulator<T>(x[*at]) * Accumulator<T>(filter[f]);
      }
    });
    result[out] = T(sum);
  });
  return result;
}

} // namespace ingot::reference

#endif // INGOT_TEST_REFERENCE_CONV_H
