// What calibration sees of a tensor, and the range that follows from it.
#ifndef INGOT_COMPILER_CALIBRATE_HISTOGRAM_H
#define INGOT_COMPILER_CALIBRATE_HISTOGRAM_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace ingot {

/// Counts of numbers over [-limit, limit), a power of two that grows as they come, in bins
/// of equal width. The result does not depend on how the numbers are split into calls.
class Histogram {
public:
  static constexpr size_t kBins = 8192;

  /// NaN and infinities are counted apart.
  void add(llvm::ArrayRef<float> values);

  uint64_t count() const { return total; }       ///< of finite numbers
  uint64_t notFinite() const { return strange; } ///< of others
  float low() const { return least; }            ///< of finite numbers; 0 if there are none
  float high() const { return greatest; }

  llvm::ArrayRef<uint64_t> bins() const { return counts; } ///< empty without numbers
  double width() const { return limit * 2 / kBins; }       ///< of a bin
  double middle(size_t bin) const { return (double(bin) + 0.5) * width() - limit; }

private:
  void growTo(double magnitude);

  std::vector<uint64_t> counts;
  double limit = 0;
  float least = 0, greatest = 0;
  uint64_t total = 0, strange = 0;
};

/// Means of a tensor's elements by their index in the last dimension.
class ChannelMeans {
public:
  /// Whole rows of `channels` numbers, always as many.
  void add(llvm::ArrayRef<float> values, size_t channels);
  /// Empty without rows, or where a mean is not finite.
  std::vector<float> values() const;

private:
  std::vector<double> sums;
  uint64_t rows = 0;
};

enum class Calibration { MinMax, Percentile, Mse, Entropy };

/// The range of the numbers to be represented by 256 steps, 0 among them.
///
/// - MinMax: all numbers.
/// - Percentile: all but one in 10,000 at each end.
/// - Mse: the range whose mean squared error, of rounding and of clipping, is the least.
/// - Entropy: the range whose quantized distribution has the least Kullback-Leibler
///   divergence from the numbers' (after S. Migacz, 8-bit inference with TensorRT, 2017).
struct ChosenRange {
  double low = 0, high = 0;
};
ChosenRange chooseRange(const Histogram &histogram, Calibration how);

} // namespace ingot

#endif
