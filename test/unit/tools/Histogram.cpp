#include "compiler/calibrate/Histogram.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

using namespace ingot;

/// The normal distribution's quantiles at even distances.
static std::vector<float> bell(size_t count) {
  std::vector<float> values;
  for (size_t i = 0; i < count; ++i) {
    double p = (double(i) + 0.5) / double(count), low = -8, high = 8;
    for (int k = 0; k < 60; ++k) {
      double middle = (low + high) / 2;
      (0.5 * std::erfc(-middle / std::sqrt(2.0)) < p ? low : high) = middle;
    }
    values.push_back(float(low));
  }
  return values;
}

static ChosenRange rangeOf(const std::vector<float> &values, Calibration how) {
  Histogram histogram;
  histogram.add(values);
  return chooseRange(histogram, how);
}

TEST_CASE("a histogram is the same however its numbers come") {
  std::vector<float> values = {0.001f, -3, 7, 1e-30f, 250, -0.5f, 0, 0};
  Histogram whole, parts;
  whole.add(values);
  for (float value : llvm::reverse(values))
    parts.add(value);
  CHECK(whole.count() == values.size());
  CHECK(whole.bins() == parts.bins());
  CHECK(whole.width() == parts.width());
  CHECK(whole.low() == -3);
  CHECK(whole.high() == 250);
}

TEST_CASE("numbers are in the bin that covers them") {
  Histogram histogram;
  histogram.add({-4.0f, 3.9f});
  uint64_t found = 0;
  for (size_t i = 0; i < Histogram::kBins; ++i)
    if (histogram.bins()[i]) {
      double x = histogram.middle(i);
      CHECK(std::min(std::abs(x + 4), std::abs(x - 3.9)) <= histogram.width());
      found += histogram.bins()[i];
    }
  CHECK(found == 2);
}

TEST_CASE("what is not finite is counted apart") {
  Histogram histogram;
  float inf = std::numeric_limits<float>::infinity();
  histogram.add({1, NAN, inf, -inf});
  CHECK(histogram.notFinite() == 3);
  CHECK(histogram.count() == 1);
  CHECK(histogram.high() == 1);
}

TEST_CASE("minmax takes all numbers, and 0") {
  ChosenRange range = rangeOf({2, 5, 3}, Calibration::MinMax);
  CHECK(range.low == 0);
  CHECK(range.high == 5);
}

TEST_CASE("no numbers, or zeros alone, have an empty range at 0") {
  for (auto how :
       {Calibration::MinMax, Calibration::Percentile, Calibration::Mse, Calibration::Entropy})
    for (const std::vector<float> &values : {std::vector<float>{}, std::vector<float>{0, 0}}) {
      ChosenRange range = rangeOf(values, how);
      CHECK(range.low == 0);
      CHECK(range.high == 0);
    }
}

TEST_CASE("an outlier in 40,000 numbers does not widen a percentile") {
  auto values = bell(40000);
  values.push_back(1000);
  ChosenRange range = rangeOf(values, Calibration::Percentile);
  CHECK(range.high < 5);
  CHECK(range.high > 3);
  CHECK(range.low > -5);
  CHECK(range.low < -3);
}

TEST_CASE("mse and entropy clip one far outlier, and keep an even distribution whole") {
  Histogram skewed;
  for (int i = 0; i < 500; ++i)
    skewed.add(bell(2000));
  skewed.add({30});
  std::vector<float> even;
  for (int i = 0; i < 4096; ++i)
    even.push_back(float(i) / 4095);
  for (auto how : {Calibration::Mse, Calibration::Entropy}) {
    INFO(int(how));
    ChosenRange clipped = chooseRange(skewed, how), whole = rangeOf(even, how);
    CHECK(clipped.high < 20);
    CHECK(clipped.high > 2);
    CHECK(clipped.low < -2);
    CHECK(whole.high > 0.95);
    CHECK(whole.low == 0);
  }
}
