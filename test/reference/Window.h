// Windows that move over spatial dimensions: what convolutions and pools share.
#ifndef INGOT_TEST_REFERENCE_WINDOW_H
#define INGOT_TEST_REFERENCE_WINDOW_H

#include "test/reference/Tensor.h"

#include <algorithm>
#include <optional>

namespace ingot::reference {

struct Window {
  Index sizes, strides, dilations; ///< one entry for each spatial dimension
  bool same = false;               ///< TensorFlow's SAME padding, else none

  int64_t extent(size_t d) const { return (sizes[d] - 1) * dilations[d] + 1; }
  /// Size of the result along spatial dimension d of an image of size n.
  int64_t outputs(size_t d, int64_t n) const {
    int64_t covered = same ? n : std::max<int64_t>(n - extent(d) + 1, 0);
    return (covered + strides[d] - 1) / strides[d];
  }
  /// Padding before the image: half of what is missing, rounded down.
  int64_t low(size_t d, int64_t n) const {
    return same ? std::max<int64_t>((outputs(d, n) - 1) * strides[d] + extent(d) - n, 0) / 2 : 0;
  }
  /// Index of the image for an output and an element of the window: batch,
  /// position, channel. Nothing where it lies in the padding.
  std::optional<Index> source(const Index &image, int64_t batch, const Index &output,
                              const Index &element, int64_t channel) const {
    Index at = {batch};
    for (size_t d = 0; d < sizes.size(); ++d) {
      int64_t n = image[d + 1];
      int64_t i = output[d + 1] * strides[d] + element[d] * dilations[d] - low(d, n);
      if (i < 0 || i >= n)
        return std::nullopt;
      at.push_back(i);
    }
    at.push_back(channel);
    return at;
  }
  Index resultDims(const Index &image, int64_t channels) const {
    Index dims = {image[0]};
    for (size_t d = 0; d < sizes.size(); ++d)
      dims.push_back(outputs(d, image[d + 1]));
    dims.push_back(channels);
    return dims;
  }
};

} // namespace ingot::reference

#endif // INGOT_TEST_REFERENCE_WINDOW_H
