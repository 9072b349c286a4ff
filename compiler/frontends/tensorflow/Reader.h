#ifndef INGOT_FRONTENDS_TENSORFLOW_READER_H
#define INGOT_FRONTENDS_TENSORFLOW_READER_H

#include "compiler/frontends/tensorflow/Library.h"
#include "compiler/frontends/tensorflow/Signature.h"
#include "compiler/frontends/tensorflow/Tensor.h"

#include "llvm/Support/MemoryBufferRef.h"

#include <memory>

namespace ingot::tensorflow {

/// A variable of the graph and what the checkpoint holds for it.
struct Variable {
  uint32_t node = 0; ///< VarHandleOp, VariableV2 or Variable in the graph's Body
  DataType dtype = DataType::Invalid;
  bool isReference = false;  ///< a tensor by itself, not a resource (TensorFlow 1)
  Shape shape;               ///< as declared; may be partly unknown
  std::string checkpointKey; ///< "" if the checkpoint does not restore it
  /// The value restored, without a copy where it lies in one piece; shape and
  /// dtype agree with the declared ones. Only if checkpointKey is not "".
  Tensor value;

  bool hasValue() const { return !checkpointKey.empty(); }
};

/// What a hash table holds before the first call: what the initialisation op or the checkpoint
/// puts into it.
struct TableContents {
  Tensor keys, values;
};

/// A file that belongs to the model (a vocabulary, say).
struct Asset {
  uint32_t node = 0; ///< the string constant that stands for its path
  std::string filename;
  std::string path; ///< on this machine
};

/// A checked TensorFlow model: the view that importers read. It owns the
/// messages; what it hands out lives as long as it does, and the values of
/// variables as long as their `owner`.
class Model {
public:
  struct Storage;
  explicit Model(std::unique_ptr<Storage> storage);
  ~Model();

  /// The file as named by the user, for messages.
  llvm::StringRef path() const;
  /// Those of the meta graph; none in a frozen graph, which has no meta graph.
  std::vector<std::string> tags() const;
  bool isSavedModel() const;
  const Library &library() const;
  const Body &graph() const { return library().graph(); }

  /// Sorted by name, without those whose names begin with "__".
  llvm::ArrayRef<Signature> signatures() const;
  const Signature *signature(llvm::StringRef name) const;

  /// In the order of the graph.
  llvm::ArrayRef<Variable> variables() const;
  /// The variable of this node of the graph, or null.
  const Variable *variable(uint32_t node) const;
  /// Of the hash table that this node of the graph makes; null if it is not known.
  const TableContents *tableContents(uint32_t node) const;

  /// The node that sets up tables and the like before the first call, if any.
  std::optional<uint32_t> initOp() const;
  llvm::ArrayRef<Asset> assets() const;

private:
  std::unique_ptr<Storage> storage;
};

/// Reads a SavedModel (its directory or its saved_model.pb) or a frozen GraphDef.
///
/// Everything that the classes above promise has been checked. Errors are one
/// line "FILE: [NODE:] WHAT".
llvm::Expected<std::unique_ptr<Model>> read(llvm::StringRef path);

/// The same for bytes in memory: a saved_model.pb whose variables and assets lie
/// in `directory`, or a frozen GraphDef. The buffer's name is for messages.
llvm::Expected<std::unique_ptr<Model>> read(llvm::MemoryBufferRef file, llvm::StringRef directory);

} // namespace ingot::tensorflow

#endif
