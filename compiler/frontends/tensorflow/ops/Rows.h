#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_ROWS_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_ROWS_H

#include "compiler/frontends/NodeBuilder.h"
#include "compiler/frontends/tensorflow/Attributes.h"
#include "compiler/frontends/tensorflow/Reader.h"
#include "llvm/ADT/StringMap.h"

namespace ingot {
struct SliceMasks;
}

namespace ingot::tensorflow {

class Importer;

struct List;
struct LookupTable;

/// What flows along an edge of the graph.
struct Edge {
  /// A tensor, or the elements of a list; null for a resource, for a list that
  /// nothing was written to, and where the producer could not be imported.
  mlir::Value value;
  /// A handle of a variable: its entry in Model::variables().
  const Variable *variable = nullptr;
  /// The edge is a list (see ops/List.h).
  List *list = nullptr;
  /// A handle of a hash table (see ops/Lookup.cpp).
  const LookupTable *table = nullptr;
  /// The edge is a string: `value` is its bytes.
  bool isText = false;
  /// The Const node of strings that are no scalar.
  const proto::NodeDef *strings = nullptr;

  Edge() = default;
  Edge(mlir::Value value) : value(value) {}
  Edge(mlir::Value value, List *list) : value(value), list(list) {}
  explicit Edge(const Variable *variable) : variable(variable) {}
  static Edge text(mlir::Value bytes) {
    Edge edge(bytes);
    edge.isText = bool(bytes);
    return edge;
  }
  bool isTensor() const { return value && !list && !isText; }
  /// False where the producer was refused: its users are passed over in silence.
  explicit operator bool() const { return value || variable || list || table || strings; }
};

/// The MLIR element type; null for strings, resources and variants.
mlir::Type elementType(mlir::MLIRContext *context, DataType type);

/// One node of the graph while its row builds it.
struct Node : NodeBuilder {
  Node(Importer &importer, GraphBuilder &b, const proto::NodeDef &def, mlir::Location loc,
       llvm::ArrayRef<Edge> inputs)
      : NodeBuilder{b, loc}, importer(importer), def(def), inputs(inputs), attrs(def) {}

  Importer &importer;
  const proto::NodeDef &def;
  llvm::ArrayRef<Edge> inputs;
  Attributes attrs;
  llvm::SmallVector<Edge, 2> outputs;
  const Body *body = nullptr; ///< where the node is
  uint32_t index = 0;         ///< which of the body's nodes it is

  /// Number of data inputs.
  size_t size() const { return inputs.size(); }
  /// Tensor input i; a null value and an error at the node if it is not there.
  mlir::Value in(size_t i);
  llvm::SmallVector<mlir::Value> tensors();
  /// Element type of attribute `name`. Never null: where the attribute is wrong, or the
  /// type has no tensors here, the node is refused whatever its row makes of the answer.
  mlir::Type type(llvm::StringRef name, std::optional<DataType> fallback = {});

  /// Sets the only output; fails if it is null (the error is out already).
  mlir::LogicalResult out(mlir::Value value);
  mlir::LogicalResult out(llvm::ArrayRef<mlir::Value> values);

  /// Ends the call with a status unless the boolean scalar holds; fails if it is null.
  mlir::LogicalResult require(mlir::Value condition, llvm::StringRef reason);

  /// Integer elements of input i that must be known now; an error if not.
  using NodeBuilder::constantInts;
  mlir::FailureOr<llvm::SmallVector<int64_t, 4>> constantInts(size_t i, llvm::StringRef what);
};

/// The value of a variable at this point of the program; an error at the node if it
/// has none.
mlir::Value readVariable(Node &node, const Variable &variable);
/// Gives a variable a new value of its type.
mlir::LogicalResult assignVariable(Node &node, const Variable &variable, mlir::Value value);
/// Input i as a variable; null and an error at the node if it is none.
const Variable *variableOf(Node &node, size_t i = 0);

/// The masks of a strided slice.
SliceMasks sliceMasks(Node &node);

/// Builds one node; an error at the node's location if it cannot.
using Build = mlir::LogicalResult (*)(Node &node);

/// One row of the op table.
struct Row {
  Build build = nullptr;
  llvm::StringRef family;
  llvm::StringRef note; ///< restrictions, for the docs; empty if there are none
  /// Names of the outputs in order, for ops with several that are no list:
  /// functions refer to them by name.
  llvm::ArrayRef<llvm::StringLiteral> ports = {};
  /// Builds the node where one of its inputs is a string; null: as any other.
  Build ofText = nullptr;
};
using RowTable = llvm::StringMap<Row>;

/// Every op of TensorFlow that can be imported.
const RowTable &rows();

void addElementwiseRows(RowTable &table);
void addGradientRows(RowTable &table);
void addMatmulRows(RowTable &table);
void addControlRows(RowTable &table);
void addConvRows(RowTable &table);
void addListRows(RowTable &table);
void addListStackRows(RowTable &table);
void addPoolRows(RowTable &table);
void addNormalizeRows(RowTable &table);
void addRecurrentRows(RowTable &table);
void addReduceRows(RowTable &table);
void addScanRows(RowTable &table);
void addSegmentRows(RowTable &table);
void addSortRows(RowTable &table);
void addShapeRows(RowTable &table);
void addSliceRows(RowTable &table);
void addGatherRows(RowTable &table);
void addDiagRows(RowTable &table);
void addImageRows(RowTable &table);
void addCropRows(RowTable &table);
void addSuppressionRows(RowTable &table);
void addResampleRows(RowTable &table);
void addPatchRows(RowTable &table);
void addStateRows(RowTable &table);
void addAssignRows(RowTable &table);
void addConvGradientRows(RowTable &table);
void addTrainingRows(RowTable &table);
void addTensorArrayRows(RowTable &table);
void addRandomRows(RowTable &table);
void addLinalgRows(RowTable &table);
void addQrRows(RowTable &table);
void addEigenRows(RowTable &table);
void addDistributionRows(RowTable &table);
void addFourierRows(RowTable &table);
void addQuantizeRows(RowTable &table);
void addResizeGradientRows(RowTable &table);
void addWarpRows(RowTable &table);
void addSpecialRows(RowTable &table);
void addCtcRows(RowTable &table);
void addBandedRows(RowTable &table);
void addMatrixFunctionRows(RowTable &table);
void addSampleRows(RowTable &table);
void addIndexRows(RowTable &table);
void addSparseRows(RowTable &table);
void addRaggedRows(RowTable &table);
void addTextRows(RowTable &table);
void addLookupRows(RowTable &table);

} // namespace ingot::tensorflow

#endif
