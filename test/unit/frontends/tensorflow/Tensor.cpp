#include "compiler/frontends/tensorflow/Tensor.h"

#include "test/unit/frontends/Support.h"
#include "test/unit/frontends/tensorflow/Build.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tensorflow;

static proto::TensorProto tensorOf(DataType dtype, llvm::ArrayRef<int64_t> dims) {
  proto::TensorProto proto;
  proto.set_dtype(int32_t(dtype));
  test::setShape(*proto.mutable_tensor_shape(), dims);
  return proto;
}

template <typename T> static std::vector<T> values(const Tensor &tensor) {
  REQUIRE(tensor.bytes.size() % sizeof(T) == 0);
  std::vector<T> result(tensor.bytes.size() / sizeof(T));
  memcpy(result.data(), tensor.bytes.data(), tensor.bytes.size());
  return result;
}

TEST_CASE("content is handed on without a copy") {
  auto proto = tensorOf(DataType::Float32, {2, 1});
  proto.set_tensor_content(test::raw<float>({1.5f, -2.f}));
  Tensor tensor = llvm::cantFail(decodeTensor(proto));
  CHECK(tensor.bytes.data() == proto.tensor_content().data());
  CHECK(values<float>(tensor) == std::vector<float>{1.5f, -2.f});
  CHECK(tensor.shape == llvm::SmallVector<int64_t, 4>{2, 1});
  CHECK_FALSE(tensor.splat);
}

TEST_CASE("content must have the size of the shape") {
  auto proto = tensorOf(DataType::Int32, {3});
  proto.set_tensor_content(std::string(8, 'x'));
  CHECK(test::errorOf(decodeTensor(proto)) == "holds 8 bytes where its shape needs 12");
  proto.set_tensor_content(std::string(16, 'x'));
  CHECK(test::errorOf(decodeTensor(proto)) == "holds 16 bytes where its shape needs 12");
}

TEST_CASE("values come from the list of their type") {
  auto check = [](DataType dtype, auto add, auto expected) {
    auto proto = tensorOf(dtype, {2});
    add(proto);
    CHECK(values<typename decltype(expected)::value_type>(llvm::cantFail(decodeTensor(proto))) ==
          expected);
  };
  check(
      DataType::Float16, [](auto &p) { p.add_half_val(0x3c00), p.add_half_val(0xffff); },
      std::vector<uint16_t>{0x3c00, 0xffff});
  check(
      DataType::Int8, [](auto &p) { p.add_int_val(-1), p.add_int_val(127); },
      std::vector<int8_t>{-1, 127});
  check(
      DataType::UInt16, [](auto &p) { p.add_int_val(65535), p.add_int_val(1); },
      std::vector<uint16_t>{65535, 1});
  check(
      DataType::Int64, [](auto &p) { p.add_int64_val(INT64_MIN), p.add_int64_val(7); },
      std::vector<int64_t>{INT64_MIN, 7});
  check(
      DataType::UInt64, [](auto &p) { p.add_uint64_val(UINT64_MAX), p.add_uint64_val(7); },
      std::vector<uint64_t>{UINT64_MAX, 7});
  check(
      DataType::Bool, [](auto &p) { p.add_bool_val(true), p.add_bool_val(false); },
      std::vector<uint8_t>{1, 0});
  check(
      DataType::Complex64,
      [](auto &p) {
        for (float f : {1.f, 2.f, 3.f, 4.f})
          p.add_scomplex_val(f);
      },
      std::vector<float>{1, 2, 3, 4});
}

TEST_CASE("a short list repeats its last value") {
  auto proto = tensorOf(DataType::Int16, {5});
  proto.add_int_val(1);
  proto.add_int_val(-2);
  CHECK(values<int16_t>(llvm::cantFail(decodeTensor(proto))) ==
        std::vector<int16_t>{1, -2, -2, -2, -2});
}

TEST_CASE("one value for all stays one value") {
  auto proto = tensorOf(DataType::Float32, {1000, 1000});
  proto.add_float_val(3);
  Tensor tensor = llvm::cantFail(decodeTensor(proto));
  CHECK(tensor.splat);
  CHECK(values<float>(tensor) == std::vector<float>{3});
}

TEST_CASE("no value at all means zeros") {
  Tensor tensor = llvm::cantFail(decodeTensor(tensorOf(DataType::Int8, {4})));
  CHECK(tensor.splat);
  CHECK(values<int8_t>(tensor) == std::vector<int8_t>{0});
}

TEST_CASE("a tensor of zero elements is empty and no splat") {
  Tensor tensor = llvm::cantFail(decodeTensor(tensorOf(DataType::Float32, {3, 0, 1LL << 60})));
  CHECK_FALSE(tensor.splat);
  CHECK(tensor.bytes.empty());
}

TEST_CASE("more values than elements are refused") {
  auto proto = tensorOf(DataType::Int32, {1});
  proto.add_int_val(1);
  proto.add_int_val(2);
  CHECK(test::errorOf(decodeTensor(proto)) == "holds 2 values where its shape needs 1");
}

TEST_CASE("a complex number has two parts") {
  auto proto = tensorOf(DataType::Complex64, {1});
  proto.add_scomplex_val(1);
  CHECK(test::errorOf(decodeTensor(proto)) == "a complex number lacks its imaginary part");
}

TEST_CASE("impossible shapes are refused") {
  auto error = [](llvm::ArrayRef<int64_t> dims) {
    auto proto = tensorOf(DataType::Float32, dims);
    proto.add_float_val(1);
    return test::errorOf(decodeTensor(proto));
  };
  CHECK(error({-1}) == "a dimension is negative");
  CHECK(error({0, -1}) == "a dimension is negative");
  CHECK(error({1LL << 40}) == "more than 2^31 elements");
  CHECK(error({1LL << 32, 1LL << 32}) == "more than 2^31 elements");
  CHECK(error({INT64_MAX, INT64_MAX, INT64_MAX}) == "more than 2^31 elements");
  CHECK(error({1LL << 30}) == "more than 2 GiB");
  CHECK(error(std::vector<int64_t>(255, 1)) == "more than 254 dimensions");
  auto unranked = tensorOf(DataType::Float32, {});
  unranked.mutable_tensor_shape()->set_unknown_rank(true);
  CHECK(test::errorOf(decodeTensor(unranked)) == "a constant has no rank");
}

TEST_CASE("a few values do not ask for gigabytes") {
  auto proto = tensorOf(DataType::Float32, {1 << 28});
  proto.add_float_val(1);
  CHECK(llvm::cantFail(decodeTensor(proto)).bytes.size() == 4);
  proto.add_float_val(2);
  CHECK(test::errorOf(decodeTensor(proto)) == "repeats its last value over more than 256 MiB");
  auto strings = tensorOf(DataType::String, {1 << 28});
  strings.add_string_val("a");
  CHECK(llvm::cantFail(decodeTensor(strings)).splat);
  strings.add_string_val("b");
  CHECK(test::errorOf(decodeTensor(strings)) == "repeats its last value over more than 256 MiB");
}

TEST_CASE("types without plain values are refused") {
  CHECK(test::errorOf(decodeTensor(tensorOf(DataType::Resource, {}))) ==
        "a constant of dtype resource is not supported");
  CHECK(test::errorOf(decodeTensor(tensorOf(DataType(99), {}))) == "dtype number 99 is not known");
  CHECK(test::errorOf(decodeTensor(tensorOf(DataType(-5), {}))) == "dtype number -5 is not known");
}

TEST_CASE("booleans are 0 or 1") {
  auto proto = tensorOf(DataType::Bool, {2});
  proto.set_tensor_content(std::string("\1\2", 2));
  CHECK(test::errorOf(decodeTensor(proto)) == "a boolean is neither 0 nor 1");
}

TEST_CASE("strings come as a list or as content") {
  auto list = tensorOf(DataType::String, {3});
  list.add_string_val("a");
  list.add_string_val(std::string("\0", 1));
  std::vector<llvm::StringRef> expected{"a", llvm::StringRef("\0", 1), llvm::StringRef("\0", 1)};
  CHECK(llvm::cantFail(decodeTensor(list)).strings == expected);
  auto content = tensorOf(DataType::String, {2});
  content.set_tensor_content("\1\3abcd");
  CHECK(llvm::cantFail(decodeTensor(content)).strings == std::vector<llvm::StringRef>{"a", "bcd"});
}

TEST_CASE("string content that is cut off is refused") {
  auto error = [](const std::string &bytes) {
    auto proto = tensorOf(DataType::String, {2});
    proto.set_tensor_content(bytes);
    return test::errorOf(decodeTensor(proto));
  };
  CHECK(error("\1") == "holds 1 values where its shape needs 2");
  CHECK(error("\1\3ab") == "a string is cut off");
  CHECK(error("\1\1abc") == "bytes follow the last string");
  CHECK(error("\1\xff") == "the length of a string is cut off");
}

TEST_CASE("reference types count as their elements") {
  CHECK(toDataType(101) == DataType::Float32);
  CHECK(toDataType(123) == DataType::UInt64);
  CHECK(toDataType(100) == DataType::Invalid);
  CHECK(toDataType(124) == DataType::Invalid);
  CHECK(toDataType(INT64_MIN) == DataType::Invalid);
  CHECK(name(DataType::QUInt16) == "quint16");
  CHECK(elementBytes(DataType::Complex128) == 16);
}
