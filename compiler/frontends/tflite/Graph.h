#ifndef INGOT_FRONTENDS_TFLITE_GRAPH_H
#define INGOT_FRONTENDS_TFLITE_GRAPH_H

#include "compiler/frontends/tflite/Options.h"
#include "compiler/frontends/tflite/Tensor.h"

#include <string>
#include <vector>

namespace ingot::tflite {

/// An optional operand that is left out.
constexpr int32_t kNoTensor = -1;

/// An operator of a subgraph; operands are indices of the subgraph's tensors.
struct Operator {
  schema::BuiltinOperator op = schema::BuiltinOperator::CUSTOM;
  int32_t version = 1;
  llvm::StringRef customName;            ///< of a CUSTOM operator
  llvm::ArrayRef<uint8_t> customOptions; ///< of a CUSTOM operator
  llvm::ArrayRef<int32_t> inputs;        ///< kNoTensor where left out
  llvm::ArrayRef<int32_t> outputs;
  llvm::ArrayRef<int32_t> intermediates; ///< kNoTensor where left out
  const schema::Operator *def = nullptr;

  /// The operator's options, all defaults if the file has none:
  /// options<schema::Conv2DOptions>(). The op must be one that takes them.
  template <typename Table> const Table &options() const {
    const Table *table = def->builtin_options_as<Table>();
    return table ? *table : defaultOptions<Table>();
  }
  /// The same of the options of StableHLO and its like, which are a union of their own.
  template <typename Table> const Table &options2() const {
    auto type = schema::BuiltinOptions2Traits<Table>::enum_value;
    bool isThere = def->builtin_options_2_type() == type && def->builtin_options_2();
    return isThere ? *static_cast<const Table *>(def->builtin_options_2())
                   : defaultOptions<Table>();
  }
  /// "CONV_2D", or the name of a CUSTOM operator.
  llvm::StringRef name() const;
};

/// A subgraph, checked: operands exist, the operators stand in an order in which
/// they can run (so there is no cycle), each tensor is written at most once, and
/// what is read is an input, a constant, a variable, or has been written.
struct Subgraph {
  llvm::StringRef name;
  std::vector<Tensor> tensors;
  llvm::ArrayRef<int32_t> inputs, outputs;
  std::vector<Operator> operators;
};

llvm::Expected<Subgraph> readSubgraph(const schema::SubGraph &def, const schema::Model &model,
                                      Buffers &buffers);

/// The subgraphs that an operator runs (WHILE: condition, body; IF: then, else), or reads what
/// they compute from.
llvm::SmallVector<uint32_t, 2> calledSubgraphs(const Operator &op);

/// Called subgraphs exist; none calls itself; the limits of CallGraph.h hold.
llvm::Error checkCalls(llvm::ArrayRef<Subgraph> subgraphs);

/// The operator's types, for messages: "FLOAT32, INT8 -> FLOAT32".
std::string typesOf(const Subgraph &graph, const Operator &op);

/// "operator 12 (CONV_2D)", for messages.
std::string describe(const Operator &op, size_t index);

} // namespace ingot::tflite

#endif
