#ifndef INGOT_COMPILER_CALIBRATE_LAYERERROR_H
#define INGOT_COMPILER_CALIBRATE_LAYERERROR_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <limits>

namespace ingot {

/// How far a tensor of a quantized build is from that of the float build.
class LayerError {
public:
  /// Elements of both; those expected beyond [low, high] are saturated. Elements of which
  /// one is not finite are left out.
  void add(llvm::ArrayRef<float> actual, llvm::ArrayRef<float> expected,
           double low = -std::numeric_limits<double>::infinity(),
           double high = std::numeric_limits<double>::infinity());

  /// 10 log10 of the mean square expected over that of the error, in decibels; kExact where
  /// there is no error.
  double signalToNoise() const;
  /// Of the angle between both, as vectors; 1 where both are zero.
  double cosine() const;
  double largest() const { return most; }
  double saturated() const { return count ? double(beyond) / double(count) : 0; }

  static constexpr double kExact = 200;

private:
  double expectedSquares = 0, actualSquares = 0, errorSquares = 0, products = 0, most = 0;
  uint64_t count = 0, beyond = 0;
};

} // namespace ingot

#endif // INGOT_COMPILER_CALIBRATE_LAYERERROR_H
