#ifndef INGOT_TEST_FRONTENDS_TENSORFLOW_BUILD_H
#define INGOT_TEST_FRONTENDS_TENSORFLOW_BUILD_H

#include "compiler/frontends/tensorflow/schema/checkpoint.pb.h"
#include "compiler/frontends/tensorflow/schema/saved_model.pb.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <map>
#include <string>
#include <vector>

// Writers of the formats that the readers read, for tests; they can write what
// no proper writer would.
namespace ingot::test {

namespace proto = ingot::tensorflow::proto;
using Inputs = std::vector<std::string>;

/// Appends a node to a GraphDef's or a FunctionDef's list.
proto::NodeDef &addNode(google::protobuf::RepeatedPtrField<proto::NodeDef> &list,
                        const std::string &name, const std::string &op, const Inputs &inputs = {});
inline proto::NodeDef &addNode(proto::GraphDef &graph, const std::string &name,
                               const std::string &op, const Inputs &inputs = {}) {
  return addNode(*graph.mutable_node(), name, op, inputs);
}

/// Adds a function with these arguments; `results` maps names to sources.
proto::FunctionDef &addFunction(proto::GraphDef &graph, const std::string &name,
                                const Inputs &arguments,
                                const std::map<std::string, std::string> &results = {});

void setShape(proto::TensorShapeProto &proto, llvm::ArrayRef<int64_t> dims);

/// A node that calls a function, "PartitionedCall".
proto::NodeDef &addCall(google::protobuf::RepeatedPtrField<proto::NodeDef> &list,
                        const std::string &name, const std::string &function,
                        const Inputs &inputs = {});
proto::NodeDef &addVariable(proto::GraphDef &graph, const std::string &name, int32_t dtype,
                            llvm::ArrayRef<int64_t> dims);
proto::NodeDef &addStrings(google::protobuf::RepeatedPtrField<proto::NodeDef> &list,
                           const std::string &name, const std::vector<std::string> &strings);

/// One block of a LevelDB table, with its trailer.
struct Block {
  std::string content;
  char compression = 0;
};

/// The entries as a block's content; keys share prefixes as real ones do.
std::string blockContent(const std::vector<std::pair<std::string, std::string>> &entries);

/// A table of these data blocks, with index, footer and right checksums.
std::string writeTable(const std::vector<Block> &blocks);

/// Collects tensors into an index and one data file.
class BundleWriter {
public:
  /// Adds an entry for plain data; returns it for further changes by hand.
  proto::BundleEntryProto &add(const std::string &key, int32_t dtype, llvm::ArrayRef<int64_t> dims,
                               const std::string &data);
  proto::BundleEntryProto &addStrings(const std::string &key,
                                      const std::vector<std::string> &strings);

  std::string index() const;
  const std::string &data() const { return bytes; }

  int32_t shards = 1, endianness = 0;
  std::map<std::string, proto::BundleEntryProto> entries;

private:
  std::string bytes;
};

/// The bytes of values, as stored.
template <typename T> std::string raw(const std::vector<T> &values) {
  return std::string(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
}

} // namespace ingot::test

#endif
