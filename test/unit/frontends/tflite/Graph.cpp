#include "compiler/frontends/tflite/Graph.h"

#include "test/unit/frontends/tflite/Build.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tflite;
using test::OperatorSpec;
using Op = schema::BuiltinOperator;

/// Tensors a, b, c, d; input 0.
static test::ModelSpec graph(std::vector<OperatorSpec> operators, std::vector<int32_t> outputs) {
  auto type = TensorType::FLOAT32;
  return {{{{{"a", type, {4}}, {"b", type, {4}}, {"c", type, {4}}, {"d", type, {4}}},
            std::move(operators),
            {0},
            std::move(outputs)}}};
}

static std::string error(std::vector<OperatorSpec> operators, std::vector<int32_t> outputs) {
  return test::errorOf(graph(std::move(operators), std::move(outputs)));
}

TEST_CASE("tflite: operators in order") {
  auto model = llvm::cantFail(test::readModel(test::write(
      graph({{Op::RELU, {0}, {1}}, {Op::GELU, {1}, {2}}, {Op::LSTM, {2, -1}, {3}}}, {3, 0}))));
  const Subgraph &subgraph = model->subgraphs()[0];
  REQUIRE(subgraph.operators.size() == 3);
  CHECK(subgraph.operators[1].op == Op::GELU);
  CHECK(subgraph.operators[1].name() == "GELU");
  CHECK(subgraph.operators[2].inputs == llvm::ArrayRef<int32_t>{2, kNoTensor});
  CHECK(subgraph.inputs == llvm::ArrayRef<int32_t>{0});
}

TEST_CASE("tflite: operands exist") {
  CHECK(error({{Op::RELU, {4}, {1}}}, {1}) ==
        "subgraph 0: operator 0 (RELU): input: tensor 4 does not exist");
  CHECK(error({{Op::RELU, {-2}, {1}}}, {1}) ==
        "subgraph 0: operator 0 (RELU): input: tensor -2 does not exist");
  CHECK(error({{Op::RELU, {0}, {-1}}}, {}) ==
        "subgraph 0: operator 0 (RELU): output: tensor -1 does not exist");
  CHECK(error({}, {7}) == "subgraph 0: graph output: tensor 7 does not exist");
  OperatorSpec op{Op::RELU, {0}, {1}};
  op.code = 5;
  CHECK(error({op}, {1}) == "subgraph 0: operator 0: operator code 5 does not exist");
}

TEST_CASE("tflite: what is read has been written, each tensor once") {
  CHECK(error({{Op::RELU, {2}, {1}}, {Op::RELU, {1}, {2}}}, {2}) ==
        "subgraph 0: operator 0 (RELU): reads tensor 2 'c', which is no input, no constant and "
        "not yet written");
  CHECK(error({{Op::RELU, {0}, {1}}, {Op::RELU, {0}, {1}}}, {1}) ==
        "subgraph 0: operator 1 (RELU): writes tensor 1 'b', which is an input or constant, or "
        "written already");
  CHECK(error({{Op::RELU, {0}, {0}}}, {0}) ==
        "subgraph 0: operator 0 (RELU): writes tensor 0 'a', which is an input or constant, or "
        "written already");
  CHECK(error({}, {3}) == "subgraph 0: tensor 3 'd': is a graph output but never written");
}

TEST_CASE("tflite: an input is listed once") {
  auto model = graph({}, {0});
  model.subgraphs[0].inputs = {0, 0};
  CHECK(test::errorOf(model) ==
        "subgraph 0: tensor 0 'a': is a graph input twice, or a constant too");
}

static test::WriteOptions pool(schema::Padding padding) {
  return [=](flatbuffers::FlatBufferBuilder &builder) {
    return schema::CreatePool2DOptions(builder, padding, 2, 3).Union();
  };
}

TEST_CASE("tflite: options are those of the operator") {
  auto with = [](Op op, schema::BuiltinOptions type, schema::Padding padding) {
    return error({{op, {0}, {1}, type, pool(padding)}}, {1});
  };
  auto type = schema::BuiltinOptions::Pool2DOptions;
  CHECK(with(Op::MAX_POOL_2D, type, schema::Padding::VALID) == "");
  CHECK(with(Op::MAX_POOL_2D, type, schema::Padding(9)) ==
        "subgraph 0: operator 0 (MAX_POOL_2D): its options have an unknown padding, activation, "
        "mode or type");
  CHECK(with(Op::CONV_2D, type, schema::Padding::SAME) ==
        "subgraph 0: operator 0 (CONV_2D): has the options of another operator (Pool2DOptions)");
}

TEST_CASE("tflite: absent options have their defaults") {
  auto model = llvm::cantFail(test::readModel(test::write(graph({{Op::CONV_2D, {0}, {1}}}, {1}))));
  const auto &options = model->subgraphs()[0].operators[0].options<schema::Conv2DOptions>();
  CHECK(options.padding() == schema::Padding::SAME);
  CHECK(options.stride_w() == 0);
  CHECK(options.dilation_h_factor() == 1);
  CHECK(defaultOptions<schema::ReshapeOptions>().new_shape() == nullptr);
}

TEST_CASE("tflite: every operator's options are listed under its number") {
  CHECK(optionsOf(Op::ADD) == schema::BuiltinOptions::AddOptions);
  CHECK(optionsOf(Op::L2_POOL_2D) == schema::BuiltinOptions::Pool2DOptions);
  CHECK(optionsOf(Op::REDUCE_ALL) == schema::BuiltinOptions::ReducerOptions);
  CHECK(optionsOf(Op::RIGHT_SHIFT) == schema::BuiltinOptions::RightShiftOptions);
  CHECK(optionsOf(Op::RELU) == schema::BuiltinOptions::NONE);
  CHECK(optionsOf(Op::CUSTOM) == schema::BuiltinOptions::NONE);
}

static OperatorSpec loop(int32_t condition, int32_t body) {
  return {Op::WHILE,
          {0},
          {1},
          schema::BuiltinOptions::WhileOptions,
          [=](flatbuffers::FlatBufferBuilder &builder) {
            return schema::CreateWhileOptions(builder, condition, body).Union();
          }};
}

TEST_CASE("tflite: called subgraphs exist and end") {
  auto model = graph({loop(1, 2)}, {1});
  model.subgraphs.push_back(graph({{Op::RELU, {0}, {1}}}, {1}).subgraphs[0]);
  CHECK(test::errorOf(model) == "operator 0 (WHILE): subgraph 2 does not exist");
  model.subgraphs.push_back(graph({loop(1, 0)}, {1}).subgraphs[0]);
  CHECK(test::errorOf(model) == "subgraph 0 calls itself");
  model.subgraphs[2] = graph({loop(1, -1)}, {1}).subgraphs[0];
  CHECK(test::errorOf(model) == "operator 0 (WHILE): subgraph 4294967295 does not exist");
  model.subgraphs[2] = model.subgraphs[1];
  CHECK(test::errorOf(model) == "");
}
