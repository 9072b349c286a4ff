// Ops of the dialect by themselves, over types and odd shapes, against plain
// loops.
#include "test/conformance/CompiledOps.h"
#include "test/reference/Conv.h"
#include "test/reference/Elementwise.h"
#include "test/reference/Gather.h"
#include "test/reference/Matmul.h"
#include "test/reference/Pool.h"
#include "test/reference/Reduce.h"
#include "test/reference/Scan.h"
#include "test/reference/Shape.h"
#include "test/reference/Softmax.h"

#include <catch2/catch.hpp>

#include <random>

using namespace ingot;
using namespace ingot::reference;
using namespace ingot::test;

/// The same numbers on every machine: small integers, halves for floats.
template <class T> static Tensor<T> random(const Index &dims) {
  static std::mt19937 engine(7);
  Tensor<T> x(dims);
  for (T &v : x.data) {
    int number = int(engine() % 19) - (std::is_signed_v<T> ? 9 : 0);
    v = std::is_floating_point_v<T> ? T(number / 2.0) : T(number);
  }
  return x;
}

static std::string array(const Index &values) {
  std::string text = "array<i64";
  for (size_t i = 0; i < values.size(); ++i)
    text += (i ? ", " : ": ") + std::to_string(values[i]);
  return text + ">";
}

template <class T> static Value terms(const Tensor<T> &sums) {
  return value(unary(sums, [](T v) { return float(v); }));
}

static void checkBoth(const CompiledOps &ops) {
  ops.check(OptLevel::O0);
  ops.check(OptLevel::O3);
}

TEMPLATE_TEST_CASE("elementwise ops against loops", "", float, double, int8_t, uint8_t, int32_t,
                   int64_t) {
  using T = TestType;
  CompiledOps ops;
  std::vector<std::pair<Index, Index>> shapes = {
      {{}, {}}, {{7}, {}}, {{3, 17}, {17}}, {{2, 1, 5}, {3, 1}}, {{0, 4}, {1, 4}}, {{33}, {33}}};
  for (const auto &[left, right] : shapes) {
    Tensor<T> x = random<T>(left), y = random<T>(right);
    auto both = [&](const char *op, auto f) {
      ops.add(op, "", {value(x), value(y)}, value(binary(x, y, f)), Rule::Op);
    };
    both("add", [](T a, T b) { return T(a + b); });
    both("sub", [](T a, T b) { return T(a - b); });
    both("mul", [](T a, T b) { return T(a * b); });
    both("maximum", [](T a, T b) { return std::max(a, b); });
    both("minimum", [](T a, T b) { return std::min(a, b); });
    auto less = binary(x, y, [](T a, T b) { return int8_t(a < b); });
    ops.add("less", "", {value(x), value(y)}, valueAs<bool>(less), Rule::Move);
    ops.add("relu", "", {value(x)}, value(unary(x, [](T a) { return std::max(a, T(0)); })),
            Rule::Op);
  }
  checkBoth(ops);
}

TEMPLATE_TEST_CASE("matrix products against loops", "", float, double, int32_t, int64_t) {
  using T = TestType;
  CompiledOps ops;
  std::vector<std::tuple<Index, Index, bool, bool>> shapes = {
      {{1, 1}, {1, 1}, false, false},          {{3, 5}, {5, 7}, false, false},
      {{17, 4}, {17, 9}, true, false},         {{33, 8}, {5, 8}, false, true},
      {{2, 1, 3, 4}, {3, 4, 2}, false, false}, {{4, 0}, {0, 3}, false, false},
      {{0, 4}, {4, 3}, false, false},          {{6, 13}, {9, 6}, true, true}};
  for (const auto &[left, right, tx, ty] : shapes) {
    Tensor<T> x = random<T>(left), y = random<T>(right);
    std::string attributes = std::string("transpose_x = ") + (tx ? "true" : "false") +
                             ", transpose_y = " + (ty ? "true" : "false");
    ops.add("matmul", attributes, {value(x), value(y)}, value(matmul(x, y, tx, ty)), Rule::Sum,
            terms(matmul(magnitudes(x), magnitudes(y), tx, ty)));
  }
  checkBoth(ops);
}

static std::vector<Window> windows() {
  return {{{1, 1}, {1, 1}, {1, 1}, false},         {{3, 3}, {1, 1}, {1, 1}, true},
          {{3, 2}, {2, 1}, {1, 1}, true},          {{2, 3}, {1, 2}, {1, 1}, false},
          {{3, 3}, {1, 1}, {2, 2}, true},          {{5}, {2}, {1}, true},
          {{2, 1, 3}, {1, 2, 1}, {1, 1, 1}, false}};
}

static Index imageDims(const Window &w, int64_t channels) {
  Index dims = {2};
  for (size_t d = 0; d < w.sizes.size(); ++d)
    dims.push_back(w.extent(d) + 3 + int64_t(d));
  dims.push_back(channels);
  return dims;
}

static Index filterDims(const Window &w, int64_t depth, int64_t channels) {
  Index dims = w.sizes;
  dims.insert(dims.end(), {depth, channels});
  return dims;
}

static std::string padding(const Window &w) {
  return std::string("padding = \"") + (w.same ? "same" : "valid") +
         "\", strides = " + array(w.strides);
}

TEMPLATE_TEST_CASE("convolutions against loops", "", float, double) {
  using T = TestType;
  CompiledOps ops;
  for (const Window &w : windows())
    for (int64_t groups : {1, 2}) {
      Tensor<T> x = random<T>(imageDims(w, 3 * groups)), f = random<T>(filterDims(w, 3, 4));
      ops.add("conv", padding(w) + ", dilations = " + array(w.dilations), {value(x), value(f)},
              value(conv(x, f, w)), Rule::Sum, terms(conv(magnitudes(x), magnitudes(f), w)),
              Open::Images);
    }
  checkBoth(ops);
}

TEMPLATE_TEST_CASE("depthwise convolutions against loops", "", float, double) {
  using T = TestType;
  CompiledOps ops;
  for (const Window &w : windows())
    for (int64_t multiplier : {1, 3}) {
      Tensor<T> x = random<T>(imageDims(w, 5)), f = random<T>(filterDims(w, 5, multiplier));
      ops.add("depthwise_conv", padding(w) + ", dilations = " + array(w.dilations),
              {value(x), value(f)}, value(depthwiseConv(x, f, w)), Rule::Sum,
              terms(depthwiseConv(magnitudes(x), magnitudes(f), w)), Open::Images);
    }
  checkBoth(ops);
}

TEMPLATE_TEST_CASE("pools against loops", "", float, double) {
  using T = TestType;
  CompiledOps ops;
  for (Window w : windows()) {
    w.dilations.assign(w.sizes.size(), 1);
    Tensor<T> x = random<T>(imageDims(w, 5));
    std::string attributes = padding(w) + ", window = " + array(w.sizes);
    ops.add("max_pool", attributes, {value(x)}, value(maxPool(x, w)), Rule::Move, {}, Open::Images);
    ops.add("avg_pool", attributes, {value(x)}, value(avgPool(x, w)), Rule::Sum,
            terms(avgPool(magnitudes(x), w)), Open::Images);
  }
  checkBoth(ops);
}

TEMPLATE_TEST_CASE("reductions against loops", "", float, double, int32_t, int64_t) {
  using T = TestType;
  using A = Accumulator<T>;
  CompiledOps ops;
  std::vector<std::pair<Index, Index>> shapes = {
      {{}, {}},         {{9}, {0}},  {{3, 17}, {1}}, {{3, 17}, {0}}, {{2, 5, 7}, {0, 2}},
      {{2, 5, 7}, {1}}, {{4, 3}, {}}};
  for (const auto &[dims, axes] : shapes)
    for (bool keep : {false, true}) {
      Tensor<T> x = random<T>(dims);
      std::string attributes =
          "axes = " + array(axes) + ", keep_dims = " + (keep ? "true" : "false");
      auto sum = [&](const Tensor<T> &t) {
        return reduce(t, axes, keep, A(0), [](A a, T v) { return A(a + A(v)); });
      };
      auto narrow = [](A v) { return T(v); };
      ops.add("reduce_sum", attributes, {value(x)}, value(unary(sum(x), narrow)), Rule::Sum,
              terms(sum(magnitudes(x))), Open::AllButOnes);
      auto fold = [&](const char *op, T init, auto step) {
        ops.add(op, attributes, {value(x)}, value(reduce(x, axes, keep, init, step)), Rule::Move,
                {}, Open::AllButOnes);
      };
      fold("reduce_max", T(-100), [](T a, T v) { return std::max(a, v); });
      fold("reduce_min", T(100), [](T a, T v) { return std::min(a, v); });
    }
  checkBoth(ops);
}

TEMPLATE_TEST_CASE("transposes against loops", "", float, double, int8_t, int16_t, int64_t) {
  using T = TestType;
  CompiledOps ops;
  std::vector<std::pair<Index, Index>> shapes = {{{}, {}},
                                                 {{5}, {0}},
                                                 {{3, 7}, {1, 0}},
                                                 {{17, 9}, {1, 0}},
                                                 {{2, 3, 5}, {2, 0, 1}},
                                                 {{2, 1, 4, 3}, {0, 2, 1, 3}},
                                                 {{0, 3}, {1, 0}},
                                                 {{2, 3, 1, 2, 2}, {4, 2, 0, 3, 1}}};
  for (const auto &[dims, permutation] : shapes) {
    Tensor<T> x = random<T>(dims);
    ops.add("transpose", "permutation = " + array(permutation), {value(x)},
            value(transpose(x, permutation)), Rule::Move);
  }
  checkBoth(ops);
}

TEMPLATE_TEST_CASE("gathers against loops", "", float, double, int8_t, int16_t, int64_t) {
  using T = TestType;
  CompiledOps ops;
  std::vector<std::tuple<Index, Index, size_t>> shapes = {
      {{5}, {}, 0},        {{5}, {3}, 0},    {{4, 7}, {2, 3}, 0}, {{4, 7}, {6}, 1},
      {{2, 5, 3}, {4}, 1}, {{3, 0}, {2}, 0}, {{3, 4, 2}, {0}, 2}, {{2, 3, 4}, {2, 2}, 2}};
  for (const auto &[dims, indexDims, axis] : shapes) {
    Tensor<T> x = random<T>(dims);
    Tensor<int32_t> indices(indexDims);
    for (size_t i = 0; i < indices.data.size(); ++i)
      indices.data[i] = int32_t((7 * i + 3) % size_t(dims[axis]));
    ops.add("gather", "axis = " + std::to_string(axis), {value(x), value(indices)},
            value(gather(x, indices, axis)), Rule::Move);
  }
  checkBoth(ops);
}

TEMPLATE_TEST_CASE("running sums against loops", "", float, double, int32_t, int64_t) {
  using T = TestType;
  CompiledOps ops;
  std::vector<std::pair<Index, size_t>> shapes = {
      {{9}, 0}, {{1}, 0}, {{0}, 0}, {{3, 17}, 1}, {{17, 3}, 0}, {{2, 5, 7}, 1}, {{4, 0, 2}, 0}};
  for (const auto &[dims, axis] : shapes)
    for (bool exclusive : {false, true})
      for (bool reverse : {false, true}) {
        Tensor<T> x = random<T>(dims);
        ops.add("cumsum",
                "axis = " + std::to_string(axis) + ", exclusive = " +
                    (exclusive ? "true" : "false") + ", reverse = " + (reverse ? "true" : "false"),
                {value(x)}, value(cumsum(x, axis, exclusive, reverse)), Rule::Sum,
                terms(cumsum(magnitudes(x), axis, exclusive, reverse)));
      }
  checkBoth(ops);
}

TEMPLATE_TEST_CASE("softmax against loops", "", float, double) {
  using T = TestType;
  CompiledOps ops;
  for (const Index &dims : {Index{1}, Index{7}, Index{3, 33}, Index{0, 4}, Index{2, 3, 5}})
    for (bool log : {false, true}) {
      Tensor<T> x = random<T>(dims);
      ops.add("softmax", std::string("log = ") + (log ? "true" : "false"), {value(x)},
              value(softmax(x, log)), Rule::Op);
    }
  checkBoth(ops);
}
