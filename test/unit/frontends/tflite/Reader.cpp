#include "compiler/frontends/tflite/Reader.h"

#include "test/unit/frontends/Support.h"
#include "test/unit/frontends/tflite/Build.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tflite;
using Names = std::vector<std::string>;

static constexpr const char *kFixtures[] = {"control_flow_tflite", "dense_tflite", "digits_tflite",
                                            "lstm_state_tflite",   "lstm_tflite",  "mobile_tflite",
                                            "signatures_tflite"};

static Names names(llvm::ArrayRef<Signature> signatures) {
  Names result;
  for (const Signature &signature : signatures)
    result.push_back(signature.name);
  return result;
}

/// One subgraph that hands its input on.
static test::ModelSpec identity() { return {{{{{"in", TensorType::FLOAT32, {4}}}, {}, {0}, {0}}}}; }

TEST_CASE("tflite: fixtures are read") {
  for (const char *name : kFixtures) {
    CAPTURE(name);
    auto model = read(test::fixture(std::string(name) + "/model.tflite"));
    REQUIRE(bool(model));
    CHECK((*model)->signature("main"));
    CHECK_FALSE((*model)->subgraphs()[0].operators.empty());
  }
}

TEST_CASE("tflite: signatures are sorted, main is last") {
  auto model = identity();
  model.signatures = {{"z", 0, {{"x", 0}}, {{"y", 0}}}, {"b", 0, {{"x", 0}}, {{"y", 0}}}};
  auto read = llvm::cantFail(test::readModel(test::write(model)));
  CHECK(names(read->signatures()) == Names{"b", "z", "main"});
  CHECK(read->signature("main")->inputs[0].name == "in");
  CHECK(read->signature("z")->outputs[0].name == "y");
  model.signatures[0].name = "main";
  read = llvm::cantFail(test::readModel(test::write(model)));
  CHECK(names(read->signatures()) == Names{"b", "main"});
  CHECK(read->signature("main")->inputs[0].name == "x");
}

TEST_CASE("tflite: malformed signatures are refused") {
  auto error = [](const test::SignatureSpec &signature) {
    auto model = identity();
    model.signatures = {signature};
    return test::errorOf(model);
  };
  CHECK(error({"s", 1, {}, {}}) == "signature 's': subgraph 1 does not exist");
  CHECK(error({"s", 0, {{"x", 1}}, {}}) ==
        "signature 's': 'x': tensor 1 is not one of its subgraph's");
  CHECK(error({"s", 0, {{"x", UINT32_MAX}}, {}}) ==
        "signature 's': 'x': tensor 4294967295 is not one of its subgraph's");
  CHECK(error({"s", 0, {}, {}}) == "signature 's': names 0 inputs of 1");
  CHECK(error({"s", 0, {{"x", 0}, {"x", 0}}, {}}) == "signature 's': the name 'x' is used twice");
  auto twice = identity();
  twice.signatures = {{"s", 0, {{"x", 0}}, {}}, {"s", 0, {{"x", 0}}, {}}};
  CHECK(test::errorOf(twice) == "signature 's' is defined twice");
}

TEST_CASE("tflite: what is no model is refused") {
  auto old = identity();
  old.version = 2;
  CHECK(test::errorOf(old) == "schema version 2 is not supported (only 3)");
  CHECK(test::errorOf(test::ModelSpec{}) == "the model has no subgraph");
  CHECK(llvm::StringRef(test::errorOf(test::readModel("hello"))).contains("no model that this"));
  std::string frozen = test::readBytes(test::fixture("frozen_cnn/model.pb"));
  CHECK(test::errorOf(test::readModel(frozen)) ==
        "f: a TensorFlow model where another format is expected");
}

TEST_CASE("tflite: a truncated file is refused") {
  std::string bytes = test::readBytes(test::fixture("dense_tflite/model.tflite"));
  for (size_t length = 0; length < bytes.size(); length += 3) {
    auto model = test::readModel(bytes.substr(0, length));
    CHECK_FALSE(bool(model));
    llvm::consumeError(model.takeError());
  }
}

/// Reads all that a model gives access to.
static size_t touch(const Model &model) {
  size_t sum = 0;
  for (const Subgraph &subgraph : model.subgraphs()) {
    for (const Tensor &tensor : subgraph.tensors) {
      for (char byte : tensor.data)
        sum += uint8_t(byte);
      for (llvm::StringRef string : tensor.strings)
        sum += string.size() + (string.empty() ? 0 : uint8_t(string.back()));
    }
    for (const Operator &op : subgraph.operators)
      for (int32_t input : op.inputs)
        sum += input == kNoTensor ? 0 : subgraph.tensors[input].shape.size();
  }
  return sum;
}

TEST_CASE("tflite: mutants are read or refused") {
  std::mt19937 random(1);
  for (const char *name : kFixtures) {
    std::string original = test::readBytes(test::fixture(std::string(name) + "/model.tflite"));
    for (int i = 0; i < 2'000; ++i) {
      auto model = test::readModel(test::mutate(original, random));
      if (model) {
        touch(**model);
        continue;
      }
      std::string message = llvm::toString(model.takeError());
      REQUIRE(llvm::StringRef(message).starts_with("f: "));
      REQUIRE_FALSE(llvm::StringRef(message).contains('\n'));
    }
  }
}
