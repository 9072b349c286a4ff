#include "test/unit/frontends/tflite/Build.h"

#include "llvm/Support/MemoryBuffer.h"

using namespace ingot;
using namespace ingot::test;
using flatbuffers::Offset;

namespace {

class Writer {
public:
  std::string run(const ModelSpec &model);

private:
  Offset<schema::Tensor> tensor(const TensorSpec &spec);
  Offset<schema::Operator> op(const OperatorSpec &spec);
  Offset<schema::SubGraph> subgraph(const SubgraphSpec &spec);
  Offset<schema::SignatureDef> signature(const SignatureSpec &spec);

  flatbuffers::FlatBufferBuilder builder;
  std::vector<Offset<schema::Buffer>> buffers;
  std::vector<Offset<schema::OperatorCode>> codes;
};

} // namespace

Offset<schema::Tensor> Writer::tensor(const TensorSpec &spec) {
  uint32_t buffer = 0;
  if (!spec.data.empty()) {
    buffer = uint32_t(buffers.size());
    builder.ForceVectorAlignment(spec.data.size(), 1, 16);
    auto bytes =
        builder.CreateVector(reinterpret_cast<const uint8_t *>(spec.data.data()), spec.data.size());
    buffers.push_back(schema::CreateBuffer(builder, bytes));
  }
  Offset<schema::QuantizationParameters> quantization;
  if (!spec.scales.empty())
    quantization = schema::CreateQuantizationParameters(
        builder, 0, 0, builder.CreateVector(spec.scales), builder.CreateVector(spec.zeros),
        schema::QuantizationDetails::NONE, 0, spec.axis);
  auto shape = builder.CreateVector(spec.shape);
  Offset<flatbuffers::Vector<int32_t>> signature;
  if (!spec.signature.empty())
    signature = builder.CreateVector(spec.signature);
  return schema::CreateTensor(builder, shape, spec.type, spec.buffer.value_or(buffer),
                              builder.CreateString(spec.name), quantization, spec.variable, 0,
                              signature);
}

Offset<schema::Operator> Writer::op(const OperatorSpec &spec) {
  auto code = uint32_t(codes.size());
  codes.push_back(
      schema::CreateOperatorCode(builder, int8_t(std::min(int(spec.op), 127)), 0, 1, spec.op));
  Offset<void> options = spec.options ? spec.options(builder) : Offset<void>();
  return schema::CreateOperator(builder, spec.code.value_or(code),
                                builder.CreateVector(spec.inputs),
                                builder.CreateVector(spec.outputs), spec.optionsType, options);
}

Offset<schema::SubGraph> Writer::subgraph(const SubgraphSpec &spec) {
  std::vector<Offset<schema::Tensor>> tensors;
  for (const TensorSpec &each : spec.tensors)
    tensors.push_back(tensor(each));
  std::vector<Offset<schema::Operator>> operators;
  for (const OperatorSpec &each : spec.operators)
    operators.push_back(op(each));
  return schema::CreateSubGraph(
      builder, builder.CreateVector(tensors), builder.CreateVector(spec.inputs),
      builder.CreateVector(spec.outputs), builder.CreateVector(operators));
}

Offset<schema::SignatureDef> Writer::signature(const SignatureSpec &spec) {
  auto side = [&](const std::vector<std::pair<std::string, uint32_t>> &tensors) {
    std::vector<Offset<schema::TensorMap>> maps;
    for (const auto &[name, index] : tensors)
      maps.push_back(schema::CreateTensorMap(builder, builder.CreateString(name), index));
    return builder.CreateVector(maps);
  };
  auto inputs = side(spec.inputs), outputs = side(spec.outputs);
  return schema::CreateSignatureDef(builder, inputs, outputs, builder.CreateString(spec.name),
                                    spec.subgraph);
}

std::string Writer::run(const ModelSpec &model) {
  buffers.push_back(schema::CreateBuffer(builder)); // 0: no value
  std::vector<Offset<schema::SubGraph>> subgraphs;
  for (const SubgraphSpec &spec : model.subgraphs)
    subgraphs.push_back(subgraph(spec));
  std::vector<Offset<schema::SignatureDef>> signatures;
  for (const SignatureSpec &spec : model.signatures)
    signatures.push_back(signature(spec));
  auto root = schema::CreateModel(builder, model.version, builder.CreateVector(codes),
                                  builder.CreateVector(subgraphs), 0, builder.CreateVector(buffers),
                                  0, builder.CreateVector(signatures));
  schema::FinishModelBuffer(builder, root);
  return std::string(reinterpret_cast<const char *>(builder.GetBufferPointer()), builder.GetSize());
}

std::string test::write(const ModelSpec &model) { return Writer().run(model); }

llvm::Expected<std::unique_ptr<tflite::Model>> test::readModel(const std::string &bytes) {
  return tflite::read(llvm::MemoryBuffer::getMemBufferCopy(bytes, "f"));
}

std::string test::errorOf(const ModelSpec &model) {
  auto read = readModel(write(model));
  if (read)
    return "";
  std::string text = llvm::toString(read.takeError());
  return text.starts_with("f: ") ? text.substr(3) : text;
}
