#include "compiler/frontends/Frontend.h"
#include "compiler/frontends/tensorflow/Importer.h"

using namespace ingot;
using namespace ingot::tensorflow;

namespace {
/// A SavedModel or a frozen graph.
class TensorFlowModel : public LoadedModel {
public:
  TensorFlowModel(std::unique_ptr<Model> model) : model(std::move(model)) {}

  mlir::LogicalResult import(mlir::ModuleOp module, const Options &options) override {
    return Importer(*model, options, module).run();
  }

  ModelInfo describe() const override {
    ModelInfo info;
    info.format = model->isSavedModel() ? "SavedModel" : "GraphDef";
    info.tags = model->tags();
    llvm::sort(info.tags);
    for (const Signature &signature : model->signatures()) {
      SignatureInfo s;
      s.name = signature.name;
      s.method = signature.method;
      for (const SignatureTensor &t : signature.inputs)
        s.inputs.push_back(tensorInfo(t));
      for (const SignatureTensor &t : signature.outputs)
        s.outputs.push_back(tensorInfo(t));
      info.signatures.push_back(std::move(s));
    }
    return info;
  }

private:
  TensorInfo tensorInfo(const SignatureTensor &t) const {
    TensorInfo info;
    info.name = t.name;
    info.dtype = int32_t(t.dtype);
    info.shape.assign(t.shape.dims.begin(), t.shape.dims.end());
    info.unknownRank = !t.shape.ranked;
    info.tensor = model->graph().node(t.node).name() + ":" + std::to_string(t.output);
    return info;
  }

  std::unique_ptr<Model> model;
};
} // namespace

llvm::Expected<std::unique_ptr<LoadedModel>> ingot::loadTensorFlow(llvm::StringRef path) {
  auto model = tensorflow::read(path);
  if (!model)
    return model.takeError();
  return std::make_unique<TensorFlowModel>(std::move(*model));
}

void ingot::listTensorFlowOps(std::vector<SupportedOp> &ops) {
  size_t first = ops.size();
  for (const auto &row : rows())
    ops.push_back(
        {"TensorFlow", row.getKey().str(), row.getValue().family.str(), row.getValue().note.str()});
  llvm::sort(ops.begin() + first, ops.end(),
             [](const SupportedOp &a, const SupportedOp &b) { return a.op < b.op; });
}
