#include "compiler/frontends/Frontend.h"
#include "compiler/frontends/tflite/Importer.h"
#include "ingot/abi.h"

using namespace ingot;
using namespace ingot::tflite;

/// enum ingot_dtype; 0 for types that no input or output can have.
static int32_t dtypeOf(TensorType type) {
  switch (type) {
  case TensorType::FLOAT32:
    return INGOT_FLOAT32;
  case TensorType::FLOAT64:
    return INGOT_FLOAT64;
  case TensorType::FLOAT16:
    return INGOT_FLOAT16;
  case TensorType::BFLOAT16:
    return INGOT_BFLOAT16;
  case TensorType::BOOL:
    return INGOT_BOOL;
  case TensorType::INT8:
    return INGOT_INT8;
  case TensorType::INT16:
    return INGOT_INT16;
  case TensorType::INT32:
    return INGOT_INT32;
  case TensorType::INT64:
    return INGOT_INT64;
  case TensorType::UINT8:
    return INGOT_UINT8;
  case TensorType::UINT16:
    return INGOT_UINT16;
  case TensorType::UINT32:
    return INGOT_UINT32;
  case TensorType::UINT64:
    return INGOT_UINT64;
  case TensorType::COMPLEX64:
    return INGOT_COMPLEX64;
  case TensorType::COMPLEX128:
    return INGOT_COMPLEX128;
  case TensorType::STRING:
    return INGOT_STRING;
  default:
    return 0;
  }
}

namespace {
class TFLiteModel : public LoadedModel {
public:
  TFLiteModel(std::unique_ptr<Model> model) : model(std::move(model)) {}

  mlir::LogicalResult import(mlir::ModuleOp module, const Options &options) override {
    return Importer(*model, options, module).run();
  }

  ModelInfo describe() const override {
    ModelInfo info;
    info.format = "TFLite";
    for (const Signature &signature : model->signatures()) {
      SignatureInfo &s = info.signatures.emplace_back();
      s.name = signature.name;
      const Subgraph &graph = model->subgraphs()[signature.subgraph];
      for (const SignatureTensor &t : signature.inputs)
        s.inputs.push_back(tensorInfo(graph, t));
      for (const SignatureTensor &t : signature.outputs)
        s.outputs.push_back(tensorInfo(graph, t));
    }
    return info;
  }

private:
  static TensorInfo tensorInfo(const Subgraph &graph, const SignatureTensor &t) {
    const Tensor &tensor = graph.tensors[t.tensor];
    TensorInfo info;
    info.name = t.name;
    info.dtype = dtypeOf(tensor.type);
    info.shape.assign(tensor.shape.begin(), tensor.shape.end());
    info.unknownRank = !tensor.ranked;
    info.tensor = tensor.name.str();
    return info;
  }

  std::unique_ptr<Model> model;
};
} // namespace

llvm::Expected<std::unique_ptr<LoadedModel>> ingot::loadTFLite(llvm::StringRef path) {
  auto model = tflite::read(path);
  if (!model)
    return model.takeError();
  return std::make_unique<TFLiteModel>(std::move(*model));
}

/// Restrictions of an operator, and whether its tensors may be quantized.
static std::string noteOf(const Row &row) {
  if (!row.buildQuantized)
    return row.note.str();
  return row.note.empty() ? "also quantized" : (row.note + "; also quantized").str();
}

void ingot::listTFLiteOps(std::vector<SupportedOp> &ops) {
  size_t first = ops.size();
  for (const auto &[op, row] : rows())
    ops.push_back({"TFLite", schema::EnumNameBuiltinOperator(op), row.family.str(), noteOf(row)});
  for (const auto &[name, row] : customRows())
    ops.push_back({"TFLite", name.str(), row.family.str(), noteOf(row)});
  llvm::sort(ops.begin() + first, ops.end(),
             [](const SupportedOp &a, const SupportedOp &b) { return a.op < b.op; });
}
