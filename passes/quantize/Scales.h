#ifndef INGOT_PASSES_QUANTIZE_SCALES_H
#define INGOT_PASSES_QUANTIZE_SCALES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"

#include <cstdint>
#include <optional>

namespace ingot {

/// The real numbers that a tensor takes, as calibration saw them.
struct Interval {
  double low = 0, high = 0;
};

/// Of an op with one result, or of an argument of a function: array<f64: low, high>.
constexpr llvm::StringLiteral kRangeAttr = "ingot.range";
/// Beside it: the mean for each index of the last dimension, array<f32>.
constexpr llvm::StringLiteral kMeansAttr = "ingot.means";
/// Of a result of a function: it is returned for those who watch the program compute,
/// and is no output of the model.
constexpr llvm::StringLiteral kObservedAttr = "ingot.observed";

std::optional<Interval> rangeOf(mlir::Value value);
void setRange(mlir::Value value, Interval range);
/// Empty if they are not known.
llvm::ArrayRef<float> meansOf(mlir::Value value);
void setMeans(mlir::Value value, llvm::ArrayRef<float> means);

/// What 8-bit numbers q stand for: (q - zeroPoint) * step.
struct Scale {
  float step = 1;
  int64_t zeroPoint = 0;

  /// All numbers of [low, high] and 0 have a number within half a step.
  static Scale of(Interval range);
  /// The number that is closest to x.
  int64_t quantized(double x) const;
  bool contains(double x) const;
};

/// multiplier * 2^(shift - 31), as ingot.requantize has it.
struct Factor {
  int32_t multiplier = 0, shift = 0;
};
/// Of a number that is not negative; from 2^30 on, the largest factor: what it makes of any
/// number but 0 is beyond 8 bits already.
Factor factorOf(double value);

} // namespace ingot

#endif
