#include "compiler/frontends/tflite/Reader.h"

#include "compiler/frontends/File.h"
#include "compiler/frontends/Format.h"

#include "llvm/ADT/STLExtras.h"

using namespace ingot;
using namespace ingot::tflite;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

static constexpr uint32_t kVersion = 3;

namespace {
/// What constants are views of.
struct Contents {
  std::unique_ptr<llvm::MemoryBuffer> file;
  Buffers::Expanded expanded;
};
} // namespace

struct Model::Storage {
  std::shared_ptr<Contents> contents = std::make_shared<Contents>();
  std::optional<Buffers> buffers; // owns the decoded strings
  std::vector<Subgraph> subgraphs;
  std::vector<Signature> signatures;
};

Model::Model(std::unique_ptr<Storage> storage) : storage(std::move(storage)) {}
Model::~Model() = default;

StringRef Model::path() const { return storage->contents->file->getBufferIdentifier(); }
llvm::ArrayRef<Subgraph> Model::subgraphs() const { return storage->subgraphs; }
llvm::ArrayRef<Signature> Model::signatures() const { return storage->signatures; }
std::shared_ptr<const void> Model::owner() const { return storage->contents; }

const Signature *Model::signature(StringRef name) const {
  auto *it = llvm::find_if(signatures(), [&](const Signature &s) { return s.name == name; });
  return it == signatures().end() ? nullptr : it;
}

/// Offsets within a flatbuffer are below 2 GiB; data behind it may lie anywhere
/// in the file.
static Expected<const schema::Model *> verify(StringRef file) {
  size_t size = std::min<size_t>(file.size(), FLATBUFFERS_MAX_BUFFER_SIZE - 1);
  flatbuffers::Verifier verifier(file.bytes_begin(), size, flatbuffers::Verifier::Options());
  if (!schema::VerifyModelBuffer(verifier))
    return createStringError("malformed TensorFlow Lite model (is the file complete?)");
  return schema::GetModel(file.data());
}

static Error readModel(Model::Storage &storage) {
  Expected<const schema::Model *> model = verify(storage.contents->file->getBuffer());
  if (!model)
    return model.takeError();
  if ((*model)->version() != kVersion)
    return createStringError("schema version %u is not supported (only 3)", (*model)->version());
  if (!(*model)->subgraphs() || (*model)->subgraphs()->size() == 0)
    return createStringError("the model has no subgraph");
  Contents &contents = *storage.contents;
  storage.buffers.emplace(contents.file->getBuffer(), **model, contents.expanded);
  for (const auto &[i, def] : llvm::enumerate(*(*model)->subgraphs())) {
    Expected<Subgraph> subgraph = readSubgraph(*def, **model, *storage.buffers);
    if (!subgraph)
      return createStringError("subgraph " + std::to_string(i) + ": " +
                               llvm::toString(subgraph.takeError()));
    storage.subgraphs.push_back(std::move(*subgraph));
  }
  if (Error error = checkCalls(storage.subgraphs))
    return error;
  Expected<std::vector<Signature>> signatures = readSignatures(**model, storage.subgraphs);
  if (!signatures)
    return signatures.takeError();
  storage.signatures = std::move(*signatures);
  return Error::success();
}

Expected<std::unique_ptr<Model>> ingot::tflite::read(std::unique_ptr<llvm::MemoryBuffer> buffer) {
  auto storage = std::make_unique<Model::Storage>();
  llvm::MemoryBufferRef file = buffer->getMemBufferRef();
  storage->contents->file = std::move(buffer);
  StringRef path = file.getBufferIdentifier();
  Format format = detectFormat(file);
  if (format != Format::TFLite)
    return refuse(path, format);
  if (Error error = readModel(*storage))
    return inFile(path, std::move(error));
  return std::make_unique<Model>(std::move(storage));
}

Expected<std::unique_ptr<Model>> ingot::tflite::read(StringRef path) {
  auto buffer = openFile(path);
  if (!buffer)
    return buffer.takeError();
  return read(std::move(*buffer));
}
