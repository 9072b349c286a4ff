#include "compiler/frontends/tensorflow/Reader.h"

#include "test/unit/frontends/Support.h"
#include "test/unit/frontends/tensorflow/Build.h"

#include "llvm/Support/FileSystem.h"

#include <catch2/catch.hpp>

#include <set>

using namespace ingot;
using namespace ingot::tensorflow;

static std::unique_ptr<Model> readFixture(llvm::StringRef name) {
  return llvm::cantFail(read(test::fixture(name)));
}

static std::vector<std::string> signatureNames(const Model &model) {
  std::vector<std::string> names;
  for (const Signature &signature : model.signatures())
    names.push_back(signature.name);
  return names;
}
using Names = std::vector<std::string>;

TEST_CASE("a SavedModel of TensorFlow 2") {
  auto model = readFixture("linear_serving/model");
  REQUIRE(model->signature("serving_default"));
  CHECK(model->initOp().has_value());
  CHECK_FALSE(model->variables().empty());
  for (const Variable &variable : model->variables()) {
    CHECK(variable.checkpointKey != "");
    CHECK(int64_t(variable.value.bytes.size()) ==
          variable.value.elementCount() * elementBytes(variable.dtype));
    CHECK(model->variable(variable.node) == &variable);
  }
}

TEST_CASE("signatures are sorted, those of the initialisation are left out") {
  CHECK(signatureNames(*readFixture("control_flow/model")) ==
        Names{"collatz", "matrix_power", "power", "simple_relu"});
  CHECK(signatureNames(*readFixture("tf1_two_signatures/model")) == Names{"classify", "embed"});
}

/// The nodes that the outputs of the signatures depend on.
static std::set<uint32_t> neededNodes(const Model &model) {
  std::vector<uint32_t> work;
  for (const Signature &signature : model.signatures())
    for (const SignatureTensor &output : signature.outputs)
      work.push_back(output.node);
  std::set<uint32_t> needed;
  while (!work.empty()) {
    uint32_t node = work.back();
    work.pop_back();
    if (needed.insert(node).second)
      for (const Source &source : model.graph().inputs(node))
        work.push_back(source.node);
  }
  return needed;
}

/// Folders of fixtures that hold a SavedModel.
static std::vector<std::string> savedModelFixtures() {
  std::vector<std::string> found;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator it(test::fixture(""), error), end; it != end && !error;
       it.increment(error))
    if (llvm::sys::fs::exists(it->path() + "/model/saved_model.pb"))
      found.push_back(it->path() + "/model");
  return found;
}

TEST_CASE("every variable that a signature needs has its value") {
  size_t checked = 0;
  for (const std::string &path : savedModelFixtures()) {
    CAPTURE(path);
    auto model = llvm::cantFail(read(path));
    for (uint32_t node : neededNodes(*model))
      if (const Variable *variable = model->variable(node)) {
        CHECK(variable->checkpointKey != "");
        ++checked;
      }
  }
  CHECK(checked > 100);
}

TEST_CASE("partitions of a variable are views of the data file, not copies") {
  auto model = readFixture("tf1_partitioned/model");
  std::set<const void *> owners;
  size_t parts = 0;
  for (const Variable &variable : model->variables()) {
    parts += llvm::StringRef(model->graph().node(variable.node).name()).contains("/part_");
    owners.insert(variable.value.owner.get());
  }
  CHECK(parts > 1);
  CHECK(owners.size() == 1);
}

TEST_CASE("frozen graphs have the signature main") {
  for (const char *name : {"frozen_cnn", "frozen_control_flow", "frozen_keras"}) {
    CAPTURE(name);
    auto model = readFixture(std::string(name) + "/model.pb");
    CHECK(signatureNames(*model) == Names{"main"});
    CHECK_FALSE(model->signatures()[0].inputs.empty());
    CHECK_FALSE(model->signatures()[0].outputs.empty());
  }
}

TEST_CASE("values of variables outlive the model") {
  Tensor value;
  {
    auto model = readFixture("linear_serving/model");
    value = model->variables()[0].value;
  }
  REQUIRE(value.owner);
  CHECK(std::string(value.bytes.data(), value.bytes.size()).size() == value.bytes.size());
}

/// A SavedModel with one float variable "w" of shape [2], no restore op.
static proto::SavedModel smallModel() {
  proto::SavedModel file;
  file.set_saved_model_schema_version(1);
  auto &metaGraph = *file.add_meta_graphs();
  metaGraph.mutable_meta_info_def()->add_tags("serve");
  auto &variable = test::addVariable(*metaGraph.mutable_graph_def(), "w", 1, {2});
  (*variable.mutable_attr())["shared_name"].set_s("full/w");
  return file;
}

namespace {
struct SavedModelFiles {
  test::TempDirectory directory;

  explicit SavedModelFiles(const proto::SavedModel &file, const test::BundleWriter &writer = {}) {
    directory.write("saved_model.pb", file.SerializeAsString());
    directory.write("variables/variables.index", writer.index());
    directory.write("variables/variables.data-00000-of-00001", writer.data());
  }
  std::string error() const {
    std::string text = test::errorOf(read(directory.path()));
    std::string head = directory.path("saved_model.pb") + ": ";
    return llvm::StringRef(text).starts_with(head) ? text.substr(head.size()) : text;
  }
};
} // namespace

TEST_CASE("without a restore op names are matched") {
  test::BundleWriter direct;
  direct.add("full/w", 1, {2}, test::raw<float>({1, 2}));
  SavedModelFiles byName(smallModel(), direct);
  CHECK(llvm::cantFail(read(byName.directory.path()))->variables()[0].checkpointKey == "full/w");

  proto::TrackableObjectGraph objects;
  auto &attribute = *objects.add_nodes()->add_attributes();
  attribute.set_full_name("full/w");
  attribute.set_checkpoint_key("key");
  test::BundleWriter recorded;
  recorded.add("key", 1, {2}, test::raw<float>({1, 2}));
  recorded.addStrings("_CHECKPOINTABLE_OBJECT_GRAPH", {objects.SerializeAsString()});
  SavedModelFiles byObject(smallModel(), recorded);
  CHECK(llvm::cantFail(read(byObject.directory.path()))->variables()[0].checkpointKey == "key");

  SavedModelFiles unknown(smallModel());
  auto model = llvm::cantFail(read(unknown.directory.path()));
  CHECK(model->variables()[0].checkpointKey == "");
}

TEST_CASE("a checkpoint that does not fit the variable is refused") {
  test::BundleWriter shape, dtype;
  shape.add("full/w", 1, {1}, test::raw<float>({1}));
  CHECK(SavedModelFiles(smallModel(), shape).error() ==
        "variable 'w': the checkpoint holds another shape than the variable has");
  dtype.add("full/w", 3, {2}, test::raw<int32_t>({1, 2}));
  CHECK(SavedModelFiles(smallModel(), dtype).error() ==
        "variable 'w': the checkpoint holds dtype int32 for a variable of dtype float32");
}

TEST_CASE("the meta graph for serving is chosen") {
  proto::SavedModel file = smallModel();
  auto &tags = *file.mutable_meta_graphs(0)->mutable_meta_info_def()->mutable_tags();
  tags[0] = "train";
  tags.Add("gpu");
  CHECK(SavedModelFiles(file).error() ==
        "no meta graph is tagged 'serve' (tags found: {train,gpu})");
  tags[0] = "serve"; // {serve,gpu}, beside which {serve} is preferred
  auto &plain = *file.add_meta_graphs();
  plain.mutable_meta_info_def()->add_tags("serve");
  test::addNode(*plain.mutable_graph_def(), "only", "Const");
  SavedModelFiles files(file);
  CHECK(llvm::cantFail(read(files.directory.path()))->graph().find("only").has_value());
}

TEST_CASE("assets stay within the model's folder") {
  auto error = [](const std::string &filename) {
    proto::SavedModel file = smallModel();
    auto &asset = *file.mutable_meta_graphs(0)->add_asset_file_def();
    asset.mutable_tensor_info()->set_name("w:0");
    asset.set_filename(filename);
    return SavedModelFiles(file).error();
  };
  CHECK(error("words.txt") == "");
  CHECK(error("sub/words.txt") == "");
  for (const char *bad : {"", "/etc/passwd", "../x", "a/../../x", ".."})
    CHECK(error(bad) == "the asset file name '" + std::string(bad) + "' is not safe");
}

TEST_CASE("signatures and initialisation ops must name nodes") {
  proto::SavedModel file = smallModel();
  auto &metaGraph = *file.mutable_meta_graphs(0);
  (*(*metaGraph.mutable_signature_def())["s"].mutable_inputs())["x"].set_name("none:0");
  CHECK(SavedModelFiles(file).error() == "signature 's': 'x': 'none:0' names no node");
  metaGraph.clear_signature_def();
  (*metaGraph.mutable_collection_def())["legacy_init_op"].mutable_node_list()->add_value("none");
  CHECK(SavedModelFiles(file).error() == "the initialisation op 'none' names no node");
}

TEST_CASE("what is no TensorFlow model is refused") {
  test::TempDirectory directory;
  CHECK(llvm::StringRef(test::errorOf(read(directory.path()))).contains("no model that this"));
  std::string broken = directory.write("x.pb", llvm::StringRef("\x08\x01\x12\x05\x0a", 5));
  CHECK(test::errorOf(read(broken)) == broken + ": malformed protobuf (is the file complete?)");
  CHECK(test::errorOf(read(directory.path("none"))) ==
        directory.path("none") + ": No such file or directory");
}
