#include "compiler/calibrate/LayerError.h"
#include "compiler/calibrate/Histogram.h"

#include <catch2/catch.hpp>

#include <cmath>

using namespace ingot;

TEST_CASE("equal tensors have no error, whatever they hold") {
  LayerError error;
  error.add({0, 1, -2}, {0, 1, -2});
  CHECK(error.signalToNoise() == LayerError::kExact);
  CHECK(error.cosine() == Approx(1));
  CHECK(error.largest() == 0);
  LayerError zeros;
  zeros.add({0, 0}, {0, 0});
  CHECK(zeros.signalToNoise() == LayerError::kExact);
  CHECK(zeros.cosine() == 1);
}

TEST_CASE("a tenth of the signal is 20 decibels") {
  LayerError error;
  error.add({1.1f}, {1});
  error.add({-2.2f}, {-2});
  CHECK(error.signalToNoise() == Approx(20).epsilon(1e-4));
  CHECK(error.cosine() == Approx(1));
  CHECK(error.largest() == Approx(0.2).epsilon(1e-4));
}

TEST_CASE("what is expected beyond the range is saturated") {
  LayerError error;
  error.add({1, 1, -1, 0}, {1, 3, -2, 0}, -1, 1);
  CHECK(error.saturated() == 0.5);
}

TEST_CASE("noise without a signal, and numbers that are not finite") {
  LayerError noise;
  noise.add({1}, {0});
  CHECK(noise.signalToNoise() == -LayerError::kExact);
  CHECK(noise.cosine() == 0);
  LayerError strange;
  strange.add({NAN, 1, INFINITY}, {1, 1, 1});
  CHECK(strange.signalToNoise() == LayerError::kExact);
}

TEST_CASE("means are by the last dimension") {
  ChannelMeans means;
  CHECK(means.values().empty());
  means.add({1, 10, 3, 20}, 2);
  means.add({2, 30}, 2);
  CHECK(means.values() == std::vector<float>{2, 20});
  means.add({INFINITY, 0}, 2);
  CHECK(means.values().empty());
}
