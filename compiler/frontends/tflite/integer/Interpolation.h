#ifndef INGOT_FRONTENDS_TFLITE_INTEGER_INTERPOLATION_H
#define INGOT_FRONTENDS_TFLITE_INTEGER_INTERPOLATION_H

#include "compiler/frontends/tflite/integer/Integer.h"

#include <algorithm>
#include <cmath>

namespace ingot::tflite {

/// 513 values of f for 16-bit numbers to interpolate between (ingot.lookup), each moved
/// so that the error half-way to the next is shared. Floats of type T.
/// Source: LUTPopulateInt16 in tensorflow/lite/kernels/internal/common.h.
template <class T, class Function>
llvm::SmallVector<int16_t> interpolationTable(T scale, int32_t zero, T outputScale,
                                              int32_t outputZero, const Function &f) {
  constexpr T kLow = INT16_MIN, kHigh = INT16_MAX;
  constexpr int kSteps = 512;
  T low = scale * T(INT16_MIN - zero), high = scale * T(INT16_MAX - zero);
  T outputLow = outputScale * T(INT16_MIN - outputZero);
  T outputHigh = outputScale * T(INT16_MAX - outputZero);
  T step = (high - low) / kSteps, half = step / 2, inverse = T(65536) / (outputHigh - outputLow);
  auto entry = [&](T value) { return int16_t(std::min(std::max(value, kLow), kHigh)); };
  llvm::SmallVector<int16_t> table;
  for (int i = 0; i < kSteps; ++i) {
    T here = f(low + i * step), middle = f(low + i * step + half), next = f(low + (i + 1) * step);
    T sample = std::round(here * inverse);
    T between = std::round((next * inverse + sample) / 2);
    T error = between - std::round(middle * inverse);
    table.push_back(entry(sample - std::round(error / 2)));
  }
  table.push_back(entry(std::round(f(high) * inverse)));
  return table;
}

/// The same as a constant.
inline mlir::Value shortTable(Node &n, llvm::ArrayRef<int16_t> entries) {
  auto type = mlir::RankedTensorType::get({int64_t(entries.size())}, n.b.getI16Type());
  return n.b.constant(n.loc, mlir::DenseIntElementsAttr::get(type, entries));
}

} // namespace ingot::tflite

#endif
