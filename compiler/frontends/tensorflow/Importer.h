#ifndef INGOT_FRONTENDS_TENSORFLOW_IMPORTER_H
#define INGOT_FRONTENDS_TENSORFLOW_IMPORTER_H

#include "compiler/Options.h"
#include "compiler/frontends/CallGraph.h"
#include "compiler/frontends/tensorflow/Frames.h"
#include "compiler/frontends/tensorflow/ops/List.h"
#include "compiler/frontends/tensorflow/ops/Lookup.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SetVector.h"
#include <deque>

namespace ingot::tensorflow {

/// Turns a checked model into functions of `ingot` ops, one a signature:
/// functions inlined, side effects in program order, every op at the location
/// of its node.
///
/// A node that cannot be imported leaves an error at its location, and the walk
/// goes on, so that one run finds them all.
class Importer {
public:
  Importer(const Model &model, const Options &options, mlir::ModuleOp module);

  /// Imports the signatures that the options name, or all.
  mlir::LogicalResult run();

  /// For rows that call functions: builds the body at the insertion point.
  /// Fails only for a function that is not there or the wrong number of
  /// arguments; results that could not be built are null edges.
  mlir::FailureOr<llvm::SmallVector<Edge>> call(Node &node, llvm::StringRef function,
                                                llvm::ArrayRef<Edge> arguments);
  /// The contents of the hash table that a node of the graph makes; made by `make` at first.
  /// Null if that failed.
  const LookupTable *table(uint32_t node,
                           llvm::function_ref<std::unique_ptr<LookupTable>()> make);
  /// A new list that lives as long as the import.
  List *newList(List list);
  /// The rt.variable of a variable that the signatures assign; null for one that
  /// they only read, which is a constant.
  mlir::FlatSymbolRefAttr stateSymbol(const Variable &variable);
  /// The same where it is assigned; null at the first time, since what was read
  /// from it before is wrong then.
  mlir::FlatSymbolRefAttr noteAssigned(const Variable &variable);
  /// For a variable without a value in the checkpoint: the rt.variable that says whether
  /// it was assigned. Reads of one that no signature assigns are errors in the end.
  mlir::FlatSymbolRefAttr flagSymbol(const Variable &variable);
  void noteUnsetRead(const Variable &variable, mlir::Location loc);
  bool isAssigned(const Variable &variable) const { return assigned.contains(&variable); }
  /// The shape of a variable: its value's, the declared one, or that of what was first
  /// assigned to it (`given`); nothing if none of them is known in full.
  std::optional<llvm::SmallVector<int64_t, 6>> shapeOf(const Variable &variable,
                                                       mlir::Value given = {});
  /// The rt.variable that counts what a random op has drawn.
  mlir::FlatSymbolRefAttr generator(const Node &node);
  /// The value of a variable as an attribute, made once.
  mlir::ElementsAttr elements(const Variable &variable, mlir::RankedTensorType type);

  const Model &model;
  /// Loops around the node at hand.
  unsigned loopDepth = 0;

private:
  using Edges = llvm::DenseMap<uint32_t, llvm::SmallVector<Edge, 2>>;

  mlir::LogicalResult importSignatures();
  /// Makes the rt.variables of what is assigned.
  mlir::LogicalResult addVariables();
  mlir::LogicalResult addVariable(const Variable &variable);
  mlir::LogicalResult checkUnsetReads();
  /// Makes those that what is left of a refused model names.
  void completeVariables();
  void forget();
  mlir::LogicalResult importSignature(const Signature &signature);
  mlir::FailureOr<mlir::RankedTensorType> inputType(const SignatureTensor &input);
  /// Builds the nodes of `body` that `wanted` needs.
  void importBody(const Body &body, llvm::ArrayRef<Edge> arguments, llvm::ArrayRef<uint32_t> wanted,
                  Edges &edges);
  void importNode(const Body &body, uint32_t index, llvm::ArrayRef<Edge> arguments, Edges &edges);
  mlir::LogicalResult buildNode(const Body &body, uint32_t index, llvm::ArrayRef<Edge> arguments,
                                Edges &edges);
  /// Control flow of TensorFlow 1: the loop that an Exit leaves, with all its Exit
  /// nodes; the branches that a Merge ends.
  mlir::LogicalResult importLoop(const Body &body, uint32_t exit, llvm::ArrayRef<Edge> arguments,
                                 Edges &edges);
  mlir::LogicalResult importMerge(const Body &body, uint32_t merge, llvm::ArrayRef<Edge> arguments,
                                  Edges &edges);
  /// The edges of some sources, built with what is in `edges` already.
  llvm::SmallVector<Edge> importSources(const Body &body, llvm::ArrayRef<Source> sources,
                                        llvm::ArrayRef<Edge> arguments, Edges &edges);
  const Frames &framesOf(const Body &body);
  Edge resolve(const Body &body, const Source &source, llvm::ArrayRef<Edge> arguments,
               const Edges &edges, llvm::SmallVectorImpl<Edge> *all = nullptr);
  mlir::Location location(const proto::NodeDef &node);

  const Options &options;
  mlir::ModuleOp module;
  GraphBuilder b;
  const Body *graph;
  bool refused = false; ///< a node that had to be imported could not be
  std::deque<List> lists;
  llvm::DenseMap<uint32_t, std::unique_ptr<LookupTable>> tables;
  llvm::DenseMap<const Variable *, mlir::ElementsAttr> values;
  llvm::DenseMap<const Body *, std::unique_ptr<Frames>> frames;
  unsigned branchDepth = 0; ///< Merge nodes whose branches are being built
  Guards active;            ///< sides of predicates on which nodes are built now
  llvm::SetVector<const Variable *> assigned;
  llvm::MapVector<const Variable *, mlir::Location> unsetReads;
  /// Of variables without a value whose declared shape leaves something open.
  llvm::DenseMap<const Variable *, llvm::SmallVector<int64_t, 6>> assignedShapes;
  llvm::DenseMap<const proto::NodeDef *, mlir::FlatSymbolRefAttr> generators;
  bool foundAssigned = false; ///< one that was taken for a constant before
  uint64_t imported = 0;      ///< nodes so far; those of loops once for each time they were built
};

/// Nodes that are built in all.
constexpr uint64_t kMaxImportedNodes = 2 * kMaxExpandedNodes;

} // namespace ingot::tensorflow

#endif
