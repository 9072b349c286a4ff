#ifndef INGOT_TEST_FRONTENDS_TFLITE_BUILD_H
#define INGOT_TEST_FRONTENDS_TFLITE_BUILD_H

#include "compiler/frontends/tflite/Reader.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

// A writer of .tflite files for tests; it can write what no proper writer would.
namespace ingot::test {

namespace schema = ingot::tflite::schema;

struct TensorSpec {
  std::string name;
  schema::TensorType type = schema::TensorType::FLOAT32;
  std::vector<int32_t> shape;
  std::vector<int32_t> signature = {};
  std::string data = {}; ///< a constant's bytes
  std::vector<float> scales = {};
  std::vector<int64_t> zeros = {};
  int32_t axis = 0;
  bool variable = false;
  std::optional<uint32_t> buffer = {}; ///< instead of the one for `data`
};

/// Writes an operator's options and returns their place.
using WriteOptions = std::function<flatbuffers::Offset<void>(flatbuffers::FlatBufferBuilder &)>;

struct OperatorSpec {
  schema::BuiltinOperator op;
  std::vector<int32_t> inputs, outputs;
  schema::BuiltinOptions optionsType = schema::BuiltinOptions::NONE;
  WriteOptions options = {};
  std::optional<uint32_t> code = {}; ///< instead of the right operator code
};

struct SubgraphSpec {
  std::vector<TensorSpec> tensors;
  std::vector<OperatorSpec> operators;
  std::vector<int32_t> inputs, outputs;
};

struct SignatureSpec {
  std::string name;
  uint32_t subgraph = 0;
  std::vector<std::pair<std::string, uint32_t>> inputs, outputs;
};

struct ModelSpec {
  std::vector<SubgraphSpec> subgraphs;
  std::vector<SignatureSpec> signatures = {};
  uint32_t version = 3;
};

std::string write(const ModelSpec &model);

/// Reads bytes as a file called "f".
llvm::Expected<std::unique_ptr<tflite::Model>> readModel(const std::string &bytes);
/// The error of reading a model, without the file's name; "" if there is none.
std::string errorOf(const ModelSpec &model);

} // namespace ingot::test

#endif
