#ifndef INGOT_FRONTENDS_TFLITE_IMPORTER_H
#define INGOT_FRONTENDS_TFLITE_IMPORTER_H

#include "compiler/Options.h"
#include "compiler/frontends/CallGraph.h"
#include "compiler/frontends/tflite/Variables.h"
#include "compiler/frontends/tflite/ops/Rows.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace ingot::tflite {

/// Turns a checked model into functions of `ingot` ops, one a signature, every
/// op at the location of its operator: the name of its first output, then what
/// it is called ("CONV_2D").
///
/// An operator that cannot be imported leaves an error at its location, and the
/// walk goes on, so that one run finds them all.
class Importer {
public:
  Importer(const Model &model, const Options &options, mlir::ModuleOp module);

  /// Imports the signatures that the options name; else the SignatureDefs; else `main`.
  mlir::LogicalResult run();

  /// For rows that run subgraphs: builds the operators that its outputs need at
  /// the insertion point. Fails if the arguments do not fit; a result that could
  /// not be built is null.
  mlir::FailureOr<Values> call(Node &node, uint32_t subgraph,
                               llvm::ArrayRef<mlir::Value> arguments);
  /// A constant's value; null and an error at `loc` if it cannot be compiled.
  mlir::Value constant(const Tensor &tensor, mlir::Location loc);
  /// The same as an attribute; null after an error.
  mlir::ElementsAttr elements(const Tensor &tensor, mlir::Location loc);

  /// The rt.variable called `name` in the model; `key` tells it from others. Made at
  /// the first call with `initial`, or zeros.
  mlir::FlatSymbolRefAttr variable(llvm::StringRef key, llvm::StringRef name,
                                   mlir::RankedTensorType type, mlir::ElementsAttr initial = {});

  /// Integer models may be rounded once where TensorFlow Lite rounds twice.
  bool roundsToNearest() const { return options.fastRequant; }

  const Model &model;
  const Variables variables;

private:
  bool isWanted(const Signature &signature) const;
  mlir::LogicalResult importSignature(const Signature &signature);
  mlir::FailureOr<mlir::RankedTensorType> inputType(const Subgraph &graph,
                                                    const SignatureTensor &input);
  /// Values by tensor; arguments are there, the others are added as they are built.
  void importBody(const Subgraph &graph, Values &values);
  mlir::LogicalResult importOperator(const Subgraph &graph, const Operator &op, Values &values);
  mlir::FailureOr<Values> inputsOf(const Subgraph &graph, const Operator &op, Values &values,
                                   mlir::Location loc);
  /// The value of a tensor, made now if it is a constant; null if there is none.
  mlir::Value valueOf(const Subgraph &graph, int32_t tensor, Values &values);
  /// Scales and zero points make sense.
  mlir::LogicalResult checkTensors(const Subgraph &graph, const Operator &op, mlir::Location loc);
  mlir::Location location(const Subgraph &graph, const Operator &op);

  const Options &options;
  mlir::ModuleOp module;
  GraphBuilder b;
  bool refused = false;  ///< an operator that had to be imported could not be
  uint64_t imported = 0; ///< operators so far; those of loops once for each time they were built
  llvm::StringMap<mlir::FlatSymbolRefAttr> symbols; ///< of variables
  /// Constants so far: subgraphs and loops share their bytes.
  llvm::DenseMap<std::pair<const char *, mlir::Type>, mlir::ElementsAttr> constants;
};

/// Operators that are built in all.
constexpr uint64_t kMaxImportedOperators = 2 * kMaxExpandedNodes;

} // namespace ingot::tflite

#endif
