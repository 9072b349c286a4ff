#include "compiler/calibrate/LayerError.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace ingot;

void LayerError::add(llvm::ArrayRef<float> actual, llvm::ArrayRef<float> expected, double low,
                     double high) {
  for (auto [narrow, wide] : llvm::zip_equal(actual, expected)) {
    double a = narrow, e = wide;
    if (!std::isfinite(a) || !std::isfinite(e))
      continue;
    expectedSquares += e * e;
    actualSquares += a * a;
    products += a * e;
    errorSquares += (a - e) * (a - e);
    most = std::max(most, std::fabs(a - e));
    ++count;
    beyond += e < low || e > high;
  }
}

double LayerError::signalToNoise() const {
  if (errorSquares == 0)
    return kExact;
  if (expectedSquares == 0)
    return -kExact;
  return std::clamp(10 * std::log10(expectedSquares / errorSquares), -kExact, kExact);
}

double LayerError::cosine() const {
  double lengths = std::sqrt(expectedSquares) * std::sqrt(actualSquares);
  if (lengths == 0)
    return expectedSquares == actualSquares ? 1 : 0;
  return std::clamp(products / lengths, -1.0, 1.0);
}
