// Ops compiled one by one from text, called, and compared with the reference.
#ifndef INGOT_TEST_CONFORMANCE_COMPILEDOPS_H
#define INGOT_TEST_CONFORMANCE_COMPILEDOPS_H

#include "compiler/Options.h"
#include "test/conformance/Agreement.h"
#include "test/reference/Tensor.h"
#include "tools/ingot/Library.h"

#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace ingot::test {

/// A tensor of any type.
struct Value {
  std::string type; ///< as MLIR writes it: f32, i64, ui8
  int32_t dtype;
  reference::Index dims;
  size_t item;
  std::vector<char> bytes;

  ingot_array array() const; ///< a view
};

template <class T> struct TypeOf;
#define INGOT_TEST_TYPE(T, text, number)                                                           \
  template <> struct TypeOf<T> {                                                                   \
    static constexpr const char *name = text;                                                      \
    static constexpr int32_t dtype = number;                                                       \
  };
INGOT_TEST_TYPE(float, "f32", INGOT_FLOAT32)
INGOT_TEST_TYPE(double, "f64", INGOT_FLOAT64)
INGOT_TEST_TYPE(int8_t, "i8", INGOT_INT8)
INGOT_TEST_TYPE(uint8_t, "ui8", INGOT_UINT8)
INGOT_TEST_TYPE(int16_t, "i16", INGOT_INT16)
INGOT_TEST_TYPE(int32_t, "i32", INGOT_INT32)
INGOT_TEST_TYPE(int64_t, "i64", INGOT_INT64)
INGOT_TEST_TYPE(bool, "i1", INGOT_BOOL)
#undef INGOT_TEST_TYPE

/// `As` differs from T for booleans, which tensors keep as bytes.
template <class As, class T> Value valueAs(const reference::Tensor<T> &tensor) {
  static_assert(sizeof(As) == sizeof(T));
  Value v{TypeOf<As>::name, TypeOf<As>::dtype, tensor.dims, sizeof(T), {}};
  v.bytes.resize(tensor.data.size() * sizeof(T));
  if (!v.bytes.empty())
    std::memcpy(v.bytes.data(), tensor.data.data(), v.bytes.size());
  return v;
}
template <class T> Value value(const reference::Tensor<T> &tensor) { return valueAs<T>(tensor); }

/// Which dimensions are open in the variant with dynamic shapes.
enum class Open {
  All,
  AllButOnes, ///< all of the inputs; those of the result that are not 1
  Images      ///< all but the channels, of the first input and the result
};

/// Many ops in one module: one function for each.
class CompiledOps {
public:
  /// `op` and `attributes` as in MLIR's generic form. `terms`, of type f32: the
  /// sums of magnitudes for the tolerance. Adds a function with static shapes
  /// and one with dynamic shapes.
  void add(const std::string &op, const std::string &attributes, std::vector<Value> inputs,
           Value expected, Rule rule, std::optional<Value> terms = std::nullopt,
           Open open = Open::All);

  /// Compiles all functions at a level, calls them and checks the results.
  void check(OptLevel level) const;

private:
  struct Case {
    std::string text;
    std::vector<Value> inputs;
    Value expected;
    Rule rule;
    std::optional<Value> terms;
  };
  void addVariant(const std::string &op, const std::string &attributes, const Case &base,
                  std::optional<Open> open);
  std::vector<Case> cases;
};

} // namespace ingot::test

#endif // INGOT_TEST_CONFORMANCE_COMPILEDOPS_H
