// ingot show: the signatures of a model or a compiled library, in the layout
// of `saved_model_cli show --all`.
#include "compiler/Compiler.h"
#include "runtime/exe/array.h"
#include "tools/ingot/Arguments.h"
#include "tools/ingot/Library.h"
#include "tools/ingot/Verbs.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

using namespace ingot;
using llvm::json::Object;

/// TensorFlow's name of an element type: "DT_FLOAT". A frozen graph does not tell those
/// of its outputs; where it cannot be imported either, they are unknown.
static std::string typeName(int32_t dtype) {
  switch (dtype) {
  case INGOT_FLOAT32:
    return "DT_FLOAT";
  case INGOT_FLOAT64:
    return "DT_DOUBLE";
  case INGOT_FLOAT16:
    return "DT_HALF";
  default:
    return ingot_dtype_bytes(dtype) || dtype == INGOT_STRING
               ? "DT_" + llvm::StringRef(ingot_dtype_name(dtype)).upper()
               : "unknown";
  }
}

static std::string shapeText(const TensorInfo &tensor) {
  if (tensor.unknownRank)
    return "unknown_rank";
  auto dims = llvm::map_range(tensor.shape, [](int64_t dim) { return std::to_string(dim); });
  return "(" + llvm::join(dims, ", ") + ")";
}

template <typename T> static std::vector<T> sorted(std::vector<T> list) {
  llvm::stable_sort(list, [](const T &a, const T &b) { return a.name < b.name; });
  return list;
}

static void printTensors(llvm::StringRef role, const std::vector<TensorInfo> &tensors,
                         llvm::raw_ostream &os) {
  os << "  The given SavedModel SignatureDef contains the following " << role << "(s):\n";
  for (const TensorInfo &tensor : sorted(tensors))
    os << "    " << role << "s['" << tensor.name
       << "'] tensor_info:\n        dtype: " << typeName(tensor.dtype)
       << "\n        shape: " << shapeText(tensor) << "\n        name: " << tensor.tensor << '\n';
}

static void printText(const ModelInfo &model, llvm::raw_ostream &os) {
  // What has no tags is called by its format.
  os << '\n'
     << (model.tags.empty() ? model.format
                            : "MetaGraphDef with tag-set: '" + llvm::join(model.tags, ", ") + "'")
     << " contains the following SignatureDefs:\n";
  for (const SignatureInfo &signature : sorted(model.signatures)) {
    os << "\nsignature_def['" << signature.name << "']:\n";
    printTensors("input", signature.inputs, os);
    printTensors("output", signature.outputs, os);
    os << "  Method name is: " << signature.method << '\n';
  }
}

static llvm::json::Array toJSON(const std::vector<TensorInfo> &tensors) {
  llvm::json::Array list;
  for (const TensorInfo &tensor : tensors) {
    llvm::json::Value shape = nullptr; // null: unknown rank
    if (!tensor.unknownRank)
      shape = llvm::json::Array(tensor.shape);
    list.push_back(Object{{"name", llvm::json::fixUTF8(tensor.name)},
                          {"dtype", ingot_dtype_name(tensor.dtype)},
                          {"shape", std::move(shape)},
                          {"tensor", llvm::json::fixUTF8(tensor.tensor)}});
  }
  return list;
}

static llvm::json::Value toJSON(const ModelInfo &model) {
  llvm::json::Array signatures;
  for (const SignatureInfo &signature : model.signatures)
    signatures.push_back(Object{{"name", llvm::json::fixUTF8(signature.name)},
                                {"method", llvm::json::fixUTF8(signature.method)},
                                {"inputs", toJSON(signature.inputs)},
                                {"outputs", toJSON(signature.outputs)}});
  return Object{{"format", model.format},
                {"tags", llvm::json::Array(model.tags)},
                {"signatures", std::move(signatures)}};
}

/// A library has no graph: the C member stands for the tensor, the C function
/// for the method.
static std::vector<TensorInfo> describe(const ingot_tensor *tensors, int32_t count) {
  std::vector<TensorInfo> list;
  for (const ingot_tensor &tensor : llvm::ArrayRef(tensors, size_t(count)))
    list.push_back({tensor.name,
                    tensor.dtype,
                    {tensor.dims, tensor.dims + tensor.rank},
                    false,
                    tensor.member});
  return list;
}

static ModelInfo describe(const ingot_model &model) {
  ModelInfo info{std::string("library for ") + model.target, {}, {}};
  for (const ingot_signature &signature :
       llvm::ArrayRef(model.signatures, size_t(model.signature_count)))
    info.signatures.push_back({signature.name, signature.symbol ? signature.symbol : "",
                               describe(signature.inputs, signature.input_count),
                               describe(signature.outputs, signature.output_count)});
  return info;
}

static void print(const ModelInfo &model, const std::optional<Report> &report, bool json) {
  if (!json) {
    printText(model, llvm::outs());
    if (report) {
      llvm::outs() << '\n';
      ingot::print(*report, llvm::outs());
    }
    return;
  }
  Object object = std::move(*toJSON(model).getAsObject());
  if (report)
    object["report"] = toJSON(*report);
  llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(std::move(object))) << '\n';
}

static llvm::Error show(const std::string &model, bool json) {
  if (isLibrary(model)) {
    auto library = Library::open(model);
    if (!library)
      return library.takeError();
    print(describe(library->model()), library->report(), json);
    return llvm::Error::success();
  }
  Options options;
  options.model = model;
  auto info = ingot::describe(options);
  if (!info)
    return info.takeError();
  print(*info, std::nullopt, json);
  return llvm::Error::success();
}

void ingot::addShow(CLI::App &app, Action &action) {
  struct Arguments {
    std::string model;
    bool json = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App *command =
      app.add_subcommand("show", "print the signatures of a model or a compiled library");
  command->add_option("model", arguments->model, "a model or a compiled library")
      ->required()
      ->check(checkGiven)
      ->type_name("MODEL");
  command->add_flag("--json", arguments->json, "the same as JSON");
  command->callback([arguments, &action] {
    action = [arguments] { return show(arguments->model, arguments->json); };
  });
}
