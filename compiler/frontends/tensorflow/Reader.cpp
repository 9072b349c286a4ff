#include "compiler/frontends/tensorflow/Reader.h"

#include "compiler/frontends/File.h"
#include "compiler/frontends/Format.h"
#include "compiler/frontends/tensorflow/Variables.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <climits>

using namespace ingot;
using namespace ingot::tensorflow;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

static constexpr StringRef kServe = "serve";
static constexpr StringRef kInitOp = "__saved_model_init_op";

struct Model::Storage {
  std::string path;
  proto::MetaGraphDef metaGraph; // a frozen graph is one without signatures
  Library library;
  std::vector<Signature> signatures;
  State state;
  llvm::DenseMap<uint32_t, uint32_t> variableOfNode;
  std::optional<uint32_t> initOp;
  std::vector<Asset> assets;
};

Model::Model(std::unique_ptr<Storage> storage) : storage(std::move(storage)) {}
Model::~Model() = default;

StringRef Model::path() const { return storage->path; }
std::vector<std::string> Model::tags() const {
  const auto &tags = storage->metaGraph.meta_info_def().tags();
  return {tags.begin(), tags.end()};
}
bool Model::isSavedModel() const { return storage->metaGraph.has_meta_info_def(); }
const Library &Model::library() const { return storage->library; }
llvm::ArrayRef<Signature> Model::signatures() const { return storage->signatures; }
llvm::ArrayRef<Variable> Model::variables() const { return storage->state.variables; }
const TableContents *Model::tableContents(uint32_t node) const {
  auto it = storage->state.tables.find(node);
  return it == storage->state.tables.end() ? nullptr : &it->second;
}
std::optional<uint32_t> Model::initOp() const { return storage->initOp; }
llvm::ArrayRef<Asset> Model::assets() const { return storage->assets; }

const Signature *Model::signature(StringRef name) const {
  auto *it = llvm::find_if(signatures(), [&](const Signature &s) { return s.name == name; });
  return it == signatures().end() ? nullptr : it;
}

const Variable *Model::variable(uint32_t node) const {
  auto it = storage->variableOfNode.find(node);
  return it == storage->variableOfNode.end() ? nullptr : &storage->state.variables[it->second];
}

template <typename Message> static Error parse(Message &message, StringRef bytes) {
  if (bytes.size() > INT_MAX)
    return createStringError("larger than 2 GiB, which protobuf cannot hold");
  if (!message.ParseFromArray(bytes.data(), int(bytes.size())))
    return createStringError("malformed protobuf (is the file complete?)");
  return Error::success();
}

/// Of the meta graphs for serving the one with the fewest further tags (others
/// are meant for devices).
static Expected<proto::MetaGraphDef *> chooseMetaGraph(proto::SavedModel &model) {
  proto::MetaGraphDef *chosen = nullptr;
  std::vector<std::string> seen;
  for (auto &metaGraph : *model.mutable_meta_graphs()) {
    const auto &tags = metaGraph.meta_info_def().tags();
    seen.push_back("{" + llvm::join(tags, ",") + "}");
    bool fewer = !chosen || tags.size() < chosen->meta_info_def().tags_size();
    if (llvm::is_contained(tags, kServe) && fewer)
      chosen = &metaGraph;
  }
  if (chosen)
    return chosen;
  return createStringError("no meta graph is tagged 'serve' (tags found: " +
                           (seen.empty() ? "none" : llvm::join(seen, " ")) + ")");
}

static Error readSignatures(Model::Storage &model) {
  std::vector<StringRef> names;
  for (const auto &[name, def] : model.metaGraph.signature_def())
    if (!StringRef(name).starts_with("__"))
      names.push_back(name);
  llvm::sort(names);
  for (StringRef name : names) {
    const auto &def = model.metaGraph.signature_def().at(name.str());
    Expected<Signature> signature = readSignature(name, def, model.library.graph());
    if (!signature)
      return signature.takeError();
    model.signatures.push_back(std::move(*signature));
  }
  return Error::success();
}

/// TensorFlow 2 stores the initialisation op as a signature of its own, older
/// versions as a collection.
static std::string initOpName(const proto::MetaGraphDef &metaGraph) {
  auto signature = metaGraph.signature_def().find(kInitOp.str());
  if (signature != metaGraph.signature_def().end()) {
    auto output = signature->second.outputs().find(kInitOp.str());
    if (output != signature->second.outputs().end())
      return output->second.name();
  }
  for (const char *key : {"saved_model_main_op", "legacy_init_op"}) {
    auto collection = metaGraph.collection_def().find(key);
    if (collection != metaGraph.collection_def().end() &&
        collection->second.node_list().value_size() > 0)
      return collection->second.node_list().value(0);
  }
  return "";
}

/// The node that a tensor name of the meta graph stands for.
static Expected<uint32_t> findNode(const Body &graph, StringRef name, StringRef what) {
  Expected<GraphName> parsed = parseGraphName(name);
  if (!parsed)
    return parsed.takeError();
  std::optional<uint32_t> node = graph.find(parsed->node);
  if (!node)
    return createStringError(what.str() + " '" + name.str() + "' names no node");
  return *node;
}

static Error readInitOp(Model::Storage &model) {
  std::string name = initOpName(model.metaGraph);
  if (name.empty())
    return Error::success();
  Expected<uint32_t> node = findNode(model.library.graph(), name, "the initialisation op");
  if (!node)
    return node.takeError();
  model.initOp = *node;
  return Error::success();
}

/// A name that leads out of the model's folder is refused.
static bool leavesFolder(StringRef filename) {
  namespace path = llvm::sys::path;
  return filename.empty() || filename.contains('\0') || path::is_absolute(filename) ||
         std::any_of(path::begin(filename), path::end(filename),
                     [](StringRef part) { return part == ".."; });
}

static Error readAssets(Model::Storage &model, StringRef directory) {
  for (const auto &def : model.metaGraph.asset_file_def()) {
    Expected<uint32_t> node =
        findNode(model.library.graph(), def.tensor_info().name(), "the asset");
    if (!node)
      return node.takeError();
    if (leavesFolder(def.filename()))
      return createStringError("the asset file name '" + def.filename() + "' is not safe");
    llvm::SmallString<128> path(directory);
    llvm::sys::path::append(path, "assets", def.filename());
    model.assets.push_back({*node, def.filename(), path.str().str()});
  }
  return Error::success();
}

static void setState(Model::Storage &model, State state) {
  model.state = std::move(state);
  for (const auto &[i, variable] : llvm::enumerate(model.state.variables))
    model.variableOfNode[variable.node] = i;
}

static Error setLibrary(Model::Storage &model) {
  Expected<Library> library = Library::create(model.metaGraph.graph_def());
  if (!library)
    return library.takeError();
  model.library = std::move(*library);
  return Error::success();
}

static Error readSavedModel(Model::Storage &model, StringRef bytes, StringRef directory) {
  proto::SavedModel file;
  if (Error error = parse(file, bytes))
    return error;
  Expected<proto::MetaGraphDef *> metaGraph = chooseMetaGraph(file);
  if (!metaGraph)
    return metaGraph.takeError();
  model.metaGraph.Swap(*metaGraph);
  if (Error error = setLibrary(model))
    return error;
  if (Error error = readSignatures(model))
    return error;
  if (Error error = readInitOp(model))
    return error;
  if (Error error = readAssets(model, directory))
    return error;
  Expected<State> state = restoreState(model.library, model.metaGraph.saver_def(), directory);
  if (!state)
    return state.takeError();
  setState(model, std::move(*state));
  return model.initOp ? addInitialTables(model.library, *model.initOp, model.state.tables)
                      : Error::success();
}

static Error readFrozen(Model::Storage &model, StringRef bytes) {
  if (Error error = parse(*model.metaGraph.mutable_graph_def(), bytes))
    return error;
  if (Error error = setLibrary(model))
    return error;
  Expected<Signature> signature = inferSignature(model.library.graph());
  if (!signature)
    return signature.takeError();
  model.signatures.push_back(std::move(*signature));
  Expected<std::vector<Variable>> variables = declaredVariables(model.library.graph());
  if (!variables)
    return variables.takeError();
  setState(model, {std::move(*variables), {}});
  return Error::success();
}

static Error readBytes(Model::Storage &model, llvm::MemoryBufferRef file, StringRef directory) {
  StringRef bytes = file.getBuffer();
  switch (Format format = detectFormat(file)) {
  case Format::SavedModelFile:
    return inFile(model.path, readSavedModel(model, bytes, directory));
  case Format::GraphDef:
    return inFile(model.path, readFrozen(model, bytes));
  default:
    return refuse(model.path, format);
  }
}

Expected<std::unique_ptr<Model>> ingot::tensorflow::read(llvm::MemoryBufferRef file,
                                                         StringRef directory) {
  auto model = std::make_unique<Model::Storage>();
  model->path = file.getBufferIdentifier().str();
  if (Error error = readBytes(*model, file, directory))
    return std::move(error);
  return std::make_unique<Model>(std::move(model));
}

Expected<std::unique_ptr<Model>> ingot::tensorflow::read(StringRef path) {
  llvm::SmallString<128> file(path);
  if (llvm::sys::fs::is_directory(path)) {
    Expected<Format> format = detectFormat(path);
    if (!format || *format != Format::SavedModelDirectory)
      return format ? refuse(path, *format) : format.takeError();
    llvm::sys::path::append(file, "saved_model.pb");
  }
  auto buffer = openFile(file);
  if (!buffer)
    return buffer.takeError();
  return read(**buffer, llvm::sys::path::parent_path(file));
}
