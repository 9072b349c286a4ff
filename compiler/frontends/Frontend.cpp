#include "compiler/frontends/Frontend.h"
#include "compiler/frontends/Format.h"

using namespace ingot;

llvm::Expected<std::unique_ptr<LoadedModel>> ingot::loadModel(llvm::StringRef path) {
  auto format = detectFormat(path);
  if (!format)
    return format.takeError();
  switch (*format) {
  case Format::SavedModelDirectory:
  case Format::SavedModelFile:
  case Format::GraphDef:
    return loadTensorFlow(path);
  case Format::TFLite:
    return loadTFLite(path);
  case Format::MlirText:
  case Format::MlirBytecode:
    return loadMlir(path);
  default:
    return refuse(path, *format);
  }
}

std::vector<SupportedOp> ingot::supportedOps() {
  std::vector<SupportedOp> ops;
  listTensorFlowOps(ops);
  listTFLiteOps(ops);
  return ops;
}
