#ifndef INGOT_FRONTENDS_TFLITE_OPS_ROWS_H
#define INGOT_FRONTENDS_TFLITE_OPS_ROWS_H

#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tflite/Reader.h"

#include <map>

namespace ingot::tflite {

class Importer;
using Activation = schema::ActivationFunctionType;

/// The MLIR element type; null for strings, resources, variants, 2 and 4 bits.
mlir::Type elementType(mlir::MLIRContext *context, TensorType type);

/// One operator while its row builds it.
struct Node : NodeBuilder {
  Node(Importer &importer, GraphBuilder &b, mlir::Location loc, const Subgraph &graph,
       const Operator &op, llvm::ArrayRef<mlir::Value> inputs)
      : NodeBuilder{b, loc}, importer(importer), graph(graph), op(op), inputs(inputs) {}

  Importer &importer;
  const Subgraph &graph;
  const Operator &op;
  llvm::ArrayRef<mlir::Value> inputs; ///< null where left out, and for variables
  llvm::SmallVector<mlir::Value, 2> outputs;

  size_t size() const { return inputs.size(); }
  /// True if the operator has input i; its value is null if that is a variable.
  bool has(size_t i) const { return given(i); }
  /// Input i; null and an error at the node if it is not there.
  mlir::Value in(size_t i);
  /// Every input; a null one (and an error) where one is left out.
  Values tensors();
  /// Output i as the file describes it; an error at the node if it is not there.
  mlir::FailureOr<const Tensor *> output(size_t i);
  /// Input i as the file describes it; null if it is left out.
  const Tensor *given(size_t i) const;

  template <class Table> const Table &options() const { return op.options<Table>(); }

  /// Sets the only output; fails if it is null (the error is out already).
  mlir::LogicalResult out(mlir::Value value) { return out(Values{value}); }
  mlir::LogicalResult out(const Values &values);
  mlir::LogicalResult out(mlir::FailureOr<Values> values);
  /// The same with the operator's fused activation put behind.
  mlir::LogicalResult out(mlir::Value value, Activation activation);

  mlir::Value activated(mlir::Value x, Activation activation);
  /// x limited to [low, high].
  mlir::Value clamped(mlir::Value x, double low, double high);

  /// An error at the node: these types, of which some are quantized, are not taken.
  mlir::LogicalResult refuseTypes();

  using NodeBuilder::constantInts;
  mlir::FailureOr<llvm::SmallVector<int64_t, 4>> constantInts(size_t i, const llvm::Twine &what) {
    return constantInts(in(i), what);
  }
};

/// Builds one operator; an error at its location if it cannot.
using Build = mlir::LogicalResult (*)(Node &node);

/// One row of the op table.
struct Row {
  Build build = nullptr;
  llvm::StringRef family;
  llvm::StringRef note; ///< restrictions, for the docs; empty if there are none
  /// The same where a tensor is quantized; null if that is not taken.
  Build buildQuantized = nullptr;
};
using Builtin = schema::BuiltinOperator;
using RowTable = std::map<Builtin, Row>;

/// Every builtin that can be imported.
const RowTable &rows();

/// The custom operators that can be imported, by name.
using CustomTable = std::map<llvm::StringRef, Row>;
const CustomTable &customRows();

/// For builtins that are one op of the dialect with the same operands.
template <class OpT> mlir::LogicalResult buildSame(Node &n) {
  return n.out(n.emit<OpT>(n.tensors()));
}

void addElementwiseRows(RowTable &table);
void addMatmulRows(RowTable &table);
void addConvRows(RowTable &table);
void addPoolRows(RowTable &table);
void addNormalizeRows(RowTable &table);
void addReduceRows(RowTable &table);
void addShapeRows(RowTable &table);
void addSliceRows(RowTable &table);
void addGatherRows(RowTable &table);
void addImageRows(RowTable &table);
void addRecurrentRows(RowTable &table);
void addScanRows(RowTable &table);
void addSegmentRows(RowTable &table);
void addSortRows(RowTable &table);
void addDiagRows(RowTable &table);
void addQuantizeRows(RowTable &table);
void addStableHloRows(RowTable &table);
void addStateRows(RowTable &table);
void addSuppressionRows(RowTable &table);
void addSuppressionRows(CustomTable &table);
void addControlRows(RowTable &table);
void addPaddingRows(RowTable &table);
void addReduceWindowRows(RowTable &table);
void addStableHloIndexRows(RowTable &table);
void addLookupRows(RowTable &table);
void addMediaPipeRows(CustomTable &table);

} // namespace ingot::tflite

#endif
