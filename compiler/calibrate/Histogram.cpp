#include "compiler/calibrate/Histogram.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace ingot;

/// The lowest power of two that bins are made for: denormal widths are none.
constexpr double kLeastLimit = 0x1p-100;

/// Bins are joined in pairs, from the middle outwards, until the magnitude is within.
void Histogram::growTo(double magnitude) {
  if (counts.empty()) {
    counts.assign(kBins, 0);
    limit = kLeastLimit;
    while (limit <= magnitude)
      limit *= 2;
    return;
  }
  for (; limit <= magnitude; limit *= 2) {
    std::vector<uint64_t> wider(kBins, 0);
    for (size_t i = 0; i < kBins; ++i)
      wider[kBins / 4 + i / 2] += counts[i];
    counts = std::move(wider);
  }
}

void Histogram::add(llvm::ArrayRef<float> values) {
  for (float value : values) {
    if (!std::isfinite(value)) {
      ++strange;
      continue;
    }
    least = total ? std::min(least, value) : value;
    greatest = total ? std::max(greatest, value) : value;
    ++total;
    if (counts.empty() || std::fabs(value) >= limit)
      growTo(std::fabs(value));
    auto bin = size_t(std::max((double(value) + limit) / width(), 0.0));
    ++counts[std::min(bin, kBins - 1)];
  }
}

void ChannelMeans::add(llvm::ArrayRef<float> values, size_t channels) {
  sums.resize(channels, 0);
  for (size_t i = 0; i < values.size(); ++i)
    sums[i % channels] += double(values[i]);
  rows += channels ? values.size() / channels : 0;
}

std::vector<float> ChannelMeans::values() const {
  std::vector<float> means;
  for (double sum : sums)
    means.push_back(float(sum / double(rows)));
  bool isKnown = rows > 0 && llvm::all_of(means, [](float m) { return std::isfinite(m); });
  return isKnown ? means : std::vector<float>();
}

//===--- Ranges ---------------------------------------------------------------===//

static ChosenRange withZero(double low, double high) {
  return {std::min(low, 0.0), std::max(high, 0.0)};
}

static ChosenRange percentile(const Histogram &h) {
  const uint64_t dropped = h.count() / 10000;
  auto edge = [&](auto bins) {
    uint64_t passed = 0;
    size_t i = 0;
    for (uint64_t count : bins) {
      passed += count;
      if (passed > dropped)
        break;
      ++i;
    }
    return i;
  };
  size_t first = edge(h.bins());
  size_t last = Histogram::kBins - 1 - edge(llvm::make_range(h.bins().rbegin(), h.bins().rend()));
  double half = h.width() / 2;
  return withZero(std::max(double(h.low()), h.middle(first) - half),
                  std::min(double(h.high()), h.middle(last) + half));
}

/// Mean squared error of 256 steps over [low, high] and of what is clipped.
static double squaredError(const Histogram &h, ChosenRange range) {
  constexpr double kSteps = 255;
  double step = (range.high - range.low) / kSteps;
  double rounding = step * step / 12, sum = 0;
  for (auto [i, count] : llvm::enumerate(h.bins())) {
    if (!count)
      continue;
    double x = h.middle(i), beyond = std::max({x - range.high, range.low - x, 0.0});
    sum += double(count) * (beyond > 0 ? beyond * beyond : rounding);
  }
  return sum;
}

namespace {
/// The numbers within a range, by the step that quantization gives them.
struct StepCounts {
  StepCounts(const Histogram &h, ChosenRange range);
  size_t stepOf(double x) const {
    double step = (range.high - range.low) / double(sums.size() - 1);
    return size_t(std::clamp(std::round((x - range.low) / step), 0.0, double(sums.size() - 1)));
  }
  bool contains(double x) const { return x >= range.low && x <= range.high; }

  ChosenRange range;
  std::vector<double> sums;   ///< numbers of a step
  std::vector<size_t> filled; ///< its bins that are not empty
  double within = 0, beyond = 0;
};
} // namespace

StepCounts::StepCounts(const Histogram &h, ChosenRange range)
    : range(range), sums(256, 0), filled(256, 0) {
  for (auto [i, count] : llvm::enumerate(h.bins())) {
    double x = h.middle(i);
    if (!count)
      continue;
    if (!contains(x)) {
      beyond += double(count);
      continue;
    }
    within += double(count);
    sums[stepOf(x)] += double(count);
    ++filled[stepOf(x)];
  }
}

/// The divergence of the quantized distribution from that of the numbers. It has none of
/// what is clipped, which counts as one number there (additive smoothing): a reference that
/// is clipped too, as is usual, would find nothing wrong with a range that holds one value.
static double divergence(const Histogram &h, ChosenRange range) {
  StepCounts steps(h, range);
  if (steps.within == 0)
    return std::numeric_limits<double>::infinity();
  double total = steps.within + steps.beyond;
  double quantized = steps.within + (steps.beyond > 0 ? 1 : 0);
  double clipped = steps.beyond / total;
  double result = clipped > 0 ? clipped * std::log(clipped * quantized) : 0;
  for (auto [i, count] : llvm::enumerate(h.bins())) {
    double x = h.middle(i);
    if (!count || !steps.contains(x))
      continue;
    size_t step = steps.stepOf(x);
    double p = double(count) / total;
    double q = steps.sums[step] / double(steps.filled[step]) / quantized;
    result += p * std::log(p / q);
  }
  return result;
}

/// The best of ranges that shrink from all numbers on; each end by itself, then both.
template <class Cost> static ChosenRange leastCost(const Histogram &h, Cost cost) {
  constexpr int kTries = 64;
  ChosenRange all = withZero(h.low(), h.high()), best = all;
  double least = cost(h, all);
  auto consider = [&](ChosenRange range) {
    double value = range.high > range.low ? cost(h, range) : least;
    if (value < least) {
      least = value;
      best = range;
    }
  };
  for (int i = 1; i < kTries; ++i)
    consider({all.low * i / kTries, all.high * i / kTries});
  ChosenRange both = best;
  for (int i = 1; i < kTries; ++i) {
    consider({both.low * i / kTries, both.high});
    consider({both.low, both.high * i / kTries});
  }
  return best;
}

ChosenRange ingot::chooseRange(const Histogram &h, Calibration how) {
  ChosenRange all = withZero(h.low(), h.high());
  if (h.count() == 0 || all.low == all.high)
    return all;
  switch (how) {
  case Calibration::MinMax:
    return all;
  case Calibration::Percentile:
    return percentile(h);
  case Calibration::Mse:
    return leastCost(h, squaredError);
  case Calibration::Entropy:
    return leastCost(h, divergence);
  }
  llvm_unreachable("all ways are listed");
}
