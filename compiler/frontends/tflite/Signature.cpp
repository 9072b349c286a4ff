#include "compiler/frontends/tflite/Signature.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace ingot::tflite;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

using TensorMaps = flatbuffers::Vector<flatbuffers::Offset<schema::TensorMap>>;

static std::string text(const flatbuffers::String *string) {
  return string ? string->str() : std::string();
}

/// `allowed`: the subgraph's inputs or outputs.
static Error readSide(const TensorMaps *maps, ArrayRef<int32_t> allowed,
                      std::vector<SignatureTensor> &tensors) {
  llvm::StringSet<> names;
  llvm::DenseSet<int32_t> indices(allowed.begin(), allowed.end());
  if (!maps)
    return Error::success();
  for (const schema::TensorMap *map : *maps) {
    std::string name = text(map->name());
    if (!names.insert(name).second)
      return createStringError("the name '" + name + "' is used twice");
    if (map->tensor_index() > INT32_MAX || !indices.contains(int32_t(map->tensor_index())))
      return createStringError("'" + name + "': tensor " + std::to_string(map->tensor_index()) +
                               " is not one of its subgraph's");
    tensors.push_back({std::move(name), map->tensor_index()});
  }
  return Error::success();
}

static Expected<Signature> readSignature(const schema::SignatureDef &def,
                                         ArrayRef<Subgraph> subgraphs) {
  Signature signature;
  signature.name = text(def.signature_key());
  signature.subgraph = def.subgraph_index();
  auto read = [&]() -> Error {
    if (signature.subgraph >= subgraphs.size())
      return createStringError("subgraph %u does not exist", signature.subgraph);
    const Subgraph &graph = subgraphs[signature.subgraph];
    if (Error error = readSide(def.inputs(), graph.inputs, signature.inputs))
      return error;
    if (signature.inputs.size() != graph.inputs.size())
      return createStringError("names %zu inputs of %zu", signature.inputs.size(),
                               graph.inputs.size());
    return readSide(def.outputs(), graph.outputs, signature.outputs);
  };
  if (Error error = read())
    return createStringError("signature '" + signature.name +
                             "': " + llvm::toString(std::move(error)));
  return signature;
}

static std::vector<SignatureTensor> named(const Subgraph &graph, ArrayRef<int32_t> tensors) {
  std::vector<SignatureTensor> result;
  for (int32_t tensor : tensors)
    result.push_back({graph.tensors[tensor].name.str(), uint32_t(tensor)});
  return result;
}

Expected<std::vector<Signature>> ingot::tflite::readSignatures(const schema::Model &model,
                                                               ArrayRef<Subgraph> subgraphs) {
  std::vector<Signature> signatures;
  if (model.signature_defs())
    for (const schema::SignatureDef *def : *model.signature_defs()) {
      Expected<Signature> signature = readSignature(*def, subgraphs);
      if (!signature)
        return signature.takeError();
      signatures.push_back(std::move(*signature));
    }
  llvm::sort(signatures, [](const auto &a, const auto &b) { return a.name < b.name; });
  for (size_t i = 1; i < signatures.size(); ++i)
    if (signatures[i - 1].name == signatures[i].name)
      return createStringError("signature '" + signatures[i].name + "' is defined twice");
  if (llvm::any_of(signatures, [](const Signature &s) { return s.name == "main"; }))
    return signatures;
  const Subgraph &primary = subgraphs.front();
  signatures.push_back({"main", 0, /*isDefined=*/false, named(primary, primary.inputs),
                        named(primary, primary.outputs)});
  return signatures;
}
