#include "compiler/frontends/tflite/Tensor.h"

#include "test/unit/frontends/tflite/Build.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tflite;
using test::TensorSpec;

/// A model that holds one tensor, which is its input or constant and its output.
static test::ModelSpec holding(const TensorSpec &tensor) {
  bool available = !tensor.data.empty() || tensor.variable || tensor.buffer;
  return {{{{tensor}, {}, available ? std::vector<int32_t>{} : std::vector<int32_t>{0}, {0}}}};
}

static std::string error(const TensorSpec &tensor) {
  std::string text = test::errorOf(holding(tensor));
  std::string head = "subgraph 0: tensor 0 't': ";
  return text.starts_with(head) ? text.substr(head.size()) : text;
}

/// Strings as a buffer stores them.
static std::string strings(const std::vector<std::string> &list) {
  std::vector<int32_t> words{int32_t(list.size())};
  std::string bytes;
  for (const std::string &string : list) {
    words.push_back(int32_t(4 * (list.size() + 2) + bytes.size()));
    bytes += string;
  }
  words.push_back(int32_t(4 * (list.size() + 2) + bytes.size()));
  return std::string(reinterpret_cast<const char *>(words.data()), words.size() * 4) + bytes;
}

TEST_CASE("tflite: a constant has the bytes of its shape") {
  auto model = llvm::cantFail(
      test::readModel(test::write(holding({"t", TensorType::INT16, {3}, {}, "abcdef"}))));
  const Tensor &tensor = model->subgraphs()[0].tensors[0];
  CHECK(tensor.constant);
  CHECK(std::string(tensor.data.data(), tensor.data.size()) == "abcdef");
  CHECK(error({"t", TensorType::INT16, {2}, {}, "abcdef"}) ==
        "holds 6 bytes where its shape needs 4");
  CHECK(error({"t", TensorType::INT16, {4}, {}, "abcdef"}) ==
        "holds 6 bytes where its shape needs 8");
  CHECK(error({"t", TensorType::INT4, {3}, {}, "ab"}) == "");
  CHECK(error({"t", TensorType::INT4, {5}, {}, "ab"}) == "holds 2 bytes where its shape needs 3");
  CHECK(error({"t", TensorType::FLOAT32, {}, {}, "abcd"}) == "");
  CHECK(error({"t", TensorType::RESOURCE, {}, {}, "abcd"}) ==
        "a constant of type RESOURCE has no plain value");
}

TEST_CASE("tflite: shapes") {
  auto model = llvm::cantFail(
      test::readModel(test::write(holding({"t", TensorType::INT8, {1, 8}, {-1, 8}}))));
  CHECK(model->subgraphs()[0].tensors[0].shape == llvm::SmallVector<int64_t, 4>{-1, 8});
  CHECK(error({"t", TensorType::INT8, {1, 8}, {-1}}) ==
        "its shape and shape signature have different ranks");
  CHECK(error({"t", TensorType::INT8, {1, 8}, {-1, 9}}) ==
        "dimension 1 contradicts the shape signature");
  CHECK(error({"t", TensorType::INT8, {1, 8}, {-2, 8}}) ==
        "dimension 0 contradicts the shape signature");
  CHECK(error({"t", TensorType::INT8, {1, -8}}) == "dimension 1 is negative");
  CHECK(error({"t", TensorType::INT8, {INT32_MAX, INT32_MAX, INT32_MAX}}) ==
        "more than 2^31 elements");
  CHECK(error({"t", TensorType::INT8, {INT32_MAX, INT32_MAX, 0}}) == "");
  CHECK(error({"t", TensorType::INT8, std::vector<int32_t>(300, 1)}) == "more than 254 dimensions");
  CHECK(error({"t", TensorType(77), {1}}) == "type number 77 is not known");
  CHECK(error({"t", TensorType(-1), {1}}) == "type number -1 is not known");
}

TEST_CASE("tflite: strings") {
  std::string bytes = strings({"one", "", "three"});
  auto model = llvm::cantFail(
      test::readModel(test::write(holding({"t", TensorType::STRING, {3}, {}, bytes}))));
  CHECK(model->subgraphs()[0].tensors[0].strings ==
        llvm::ArrayRef<llvm::StringRef>{"one", "", "three"});
  CHECK(error({"t", TensorType::STRING, {2}, {}, bytes}) ==
        "holds 3 strings where its shape needs 2");
  CHECK(error({"t", TensorType::STRING, {3}, {}, bytes.substr(0, 18)}) ==
        "the strings do not fit into their buffer");
  CHECK(error({"t", TensorType::STRING, {3}, {}, bytes.substr(0, 25)}) ==
        "a string lies outside its buffer");
  std::string backwards = bytes;
  backwards[8] = 1; // the second string starts within the table
  CHECK(error({"t", TensorType::STRING, {3}, {}, backwards}) == "a string lies outside its buffer");
  CHECK(error({"t", TensorType::STRING, {3}, {}, std::string(16, '\xff')}) ==
        "the strings do not fit into their buffer");
}

TEST_CASE("tflite: quantization parameters fit each other") {
  auto quantized = [](std::vector<float> scales, std::vector<int64_t> zeros, int32_t axis) {
    return error({"t", TensorType::INT8, {2, 3}, {}, {}, scales, zeros, axis});
  };
  CHECK(quantized({1}, {0}, 0) == "");
  CHECK(quantized({1, 2, 3}, {0, 0, 0}, 1) == "");
  CHECK(quantized({1, 2, 3}, {0, 0, 0}, 0) == "has 3 scales for a dimension of 2");
  CHECK(quantized({1, 2, 3}, {0, 0, 0}, 2) == "quantized dimension 2 does not exist");
  CHECK(quantized({1, 2, 3}, {0, 0, 0}, -1) == "quantized dimension -1 does not exist");
  CHECK(quantized({1, 2, 3}, {0}, 1) == "has 3 scales but 1 zero points");
  CHECK(quantized({-1}, {0}, 0) == "a scale is negative or not finite");
  CHECK(quantized({INFINITY}, {0}, 0) == "a scale is negative or not finite");
}

TEST_CASE("tflite: buffers exist, variables have no value") {
  TensorSpec tensor{"t", TensorType::INT8, {1}};
  tensor.buffer = 9;
  CHECK(error(tensor) == "buffer 9 does not exist");
  TensorSpec both{"t", TensorType::INT8, {1}, {}, "x"};
  both.variable = true;
  CHECK(error(both) == "is a variable and a constant at once");
}

TEST_CASE("tflite: the size of every type") {
  CHECK(elementBits(TensorType::FLOAT16) == 16);
  CHECK(elementBits(TensorType::COMPLEX128) == 128);
  CHECK(elementBits(TensorType::BFLOAT16) == 16);
  CHECK(elementBits(TensorType::INT2) == 2);
  CHECK(elementBits(TensorType::UINT4) == 4);
  CHECK(elementBits(TensorType::STRING) == 0);
}
