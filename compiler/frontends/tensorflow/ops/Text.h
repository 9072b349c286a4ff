#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_TEXT_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_TEXT_H

#include "compiler/frontends/tensorflow/ops/Rows.h"
#include "ingot/host.h"

namespace ingot::tensorflow {

/// A string that is known now: its bytes.
mlir::Value textConstant(Node &n, llvm::StringRef text);
/// Input i, a scalar string; null and an error at the node if it is none.
mlir::Value textOf(Node &n, size_t i);

/// Text with tensors in it, piece by piece.
class TextBuilder {
public:
  TextBuilder(Node &n, ingot_style style, int64_t summarize = -1)
      : n(n), style(style), summarize(summarize) {}

  void append(llvm::StringRef literal) { text += literal; }
  /// An edge that is a tensor, a string, or several strings that are known now.
  mlir::LogicalResult append(const Edge &edge);
  void appendString(mlir::Value bytes) {
    strings.push_back(values.size());
    appendTensor(bytes);
  }
  /// The string; null and an error at the node if it cannot be made.
  mlir::Value build();

  int32_t precision = -1, width = -1, flag = 0; ///< as printf has them

private:
  void appendTensor(mlir::Value value) {
    values.push_back(value);
    ends.push_back(text.size());
  }
  mlir::LogicalResult appendStrings(const proto::NodeDef &node);
  void appendDimension(const Tensor &tensor, size_t dim, int64_t offset, int64_t limit);
  void appendGap(size_t rank, size_t dim);

  Node &n;
  ingot_style style;
  int64_t summarize;
  std::string text;
  llvm::SmallVector<int64_t> ends, strings;
  llvm::SmallVector<mlir::Value> values;
};

} // namespace ingot::tensorflow

#endif
