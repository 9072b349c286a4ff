#ifndef INGOT_FRONTENDS_TFLITE_READER_H
#define INGOT_FRONTENDS_TFLITE_READER_H

#include "compiler/frontends/tflite/Graph.h"
#include "compiler/frontends/tflite/Signature.h"

#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace ingot::tflite {

/// A checked TensorFlow Lite model: the view that importers read. It keeps the
/// file mapped; what it hands out lives as long as it does.
class Model {
public:
  struct Storage;
  explicit Model(std::unique_ptr<Storage> storage);
  ~Model();

  /// The file as named by the user, for messages.
  llvm::StringRef path() const;
  /// At least one; the first is the primary one.
  llvm::ArrayRef<Subgraph> subgraphs() const;
  /// The SignatureDefs sorted by name, then `main`.
  llvm::ArrayRef<Signature> signatures() const;
  const Signature *signature(llvm::StringRef name) const;
  /// Keeps the data of constants alive beyond the model.
  std::shared_ptr<const void> owner() const;

private:
  std::unique_ptr<Storage> storage;
};

/// Reads a .tflite file. Everything that the classes above promise has been
/// checked. Errors are one line "FILE: [PLACE:] WHAT".
llvm::Expected<std::unique_ptr<Model>> read(llvm::StringRef path);

/// The same for bytes in memory; their name is for messages.
llvm::Expected<std::unique_ptr<Model>> read(std::unique_ptr<llvm::MemoryBuffer> buffer);

} // namespace ingot::tflite

#endif
