#ifndef INGOT_FRONTENDS_TENSORFLOW_BODY_H
#define INGOT_FRONTENDS_TENSORFLOW_BODY_H

#include "compiler/frontends/tensorflow/schema/graph.pb.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <vector>

namespace ingot::tensorflow {

/// Where a node's input, a function's result or a signature's tensor comes from.
struct Source {
  enum Kind : uint8_t {
    Output,   ///< output `index` of node `node`
    Argument, ///< argument `node` of the function
    Control   ///< node `node` must have run; no value
  };
  Kind kind = Output;
  /// In functions: no index was written; all tensors of the output `port`, a
  /// single one unless that output is a list.
  bool all = false;
  uint32_t node = 0;
  /// In functions `index` counts within the named output `port` of the op; in
  /// graphs `port` is empty and `index` counts over all of the node's outputs.
  uint32_t index = 0;
  llvm::StringRef port;
};

/// The nodes of a graph or of a function with their inputs resolved.
///
/// Checked: names are there and unique, every input names a node or an argument,
/// control inputs come last, there is no cycle but through NextIteration.
class Body {
public:
  static llvm::Expected<Body> create(const proto::GraphDef &graph);
  static llvm::Expected<Body> create(const proto::FunctionDef &function);

  uint32_t size() const { return nodes.size(); }
  const proto::NodeDef &node(uint32_t index) const { return *nodes[index]; }
  std::optional<uint32_t> find(llvm::StringRef name) const;

  /// Data inputs in order, then control inputs.
  llvm::ArrayRef<Source> inputs(uint32_t index) const {
    return llvm::ArrayRef(sources).slice(firstInput[index],
                                         firstInput[index + 1] - firstInput[index]);
  }
  /// The data inputs alone.
  llvm::ArrayRef<Source> dataInputs(uint32_t index) const;

  /// Every node after what it depends on (data and control); as close to the
  /// order of the file as that allows.
  llvm::ArrayRef<uint32_t> order() const { return sorted; }

  /// Functions: one source for each output_arg of the signature, in order.
  llvm::ArrayRef<Source> results() const { return returns; }
  /// Functions: nodes that must run though no result needs them.
  llvm::ArrayRef<uint32_t> controlResults() const { return controlReturns; }

private:
  llvm::Error setNodes(const google::protobuf::RepeatedPtrField<proto::NodeDef> &list);
  llvm::Error setArguments(const proto::OpDef &signature);
  llvm::Error setReturns(const proto::FunctionDef &function);
  llvm::Error resolveInputs(bool inFunction);
  llvm::Expected<Source> resolve(llvm::StringRef text, bool inFunction) const;
  llvm::Error sort();

  std::vector<const proto::NodeDef *> nodes;
  llvm::StringMap<uint32_t> index, arguments;
  std::vector<Source> sources, returns;
  std::vector<uint32_t> firstInput, sorted, controlReturns;
};

/// Splits "node", "node:2", "^node" as graphs and signatures spell them.
struct GraphName {
  llvm::StringRef node;
  uint32_t output = 0;
  bool control = false;
};
llvm::Expected<GraphName> parseGraphName(llvm::StringRef text);

} // namespace ingot::tensorflow

#endif
