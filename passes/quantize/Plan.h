#ifndef INGOT_PASSES_QUANTIZE_PLAN_H
#define INGOT_PASSES_QUANTIZE_PLAN_H

#include "passes/quantize/Contraction.h"
#include "passes/quantize/KeptNodes.h"
#include "passes/quantize/Scales.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot {

/// How an op computes in a quantized function.
enum class Kind {
  Float,       ///< as it is
  Contraction, ///< product with constant weights
  Sum,         ///< add or sub of tensors
  Product,     ///< mul of tensors
  Reduction,   ///< sum or mean over dimensions
  SameScale,   ///< numbers are moved or chosen, not changed: operand 0 is the data
  Clamp,       ///< relu or relu6 by itself
  Join,        ///< concat
  Table,       ///< function of one number, with its neighbours of this kind
};

/// Decides, for the ops of a function's body, which compute with integers.
///
/// Integers begin at products with constant weights and go on as far as all data of an op
/// is integer. What follows such an op and can be part of it (a bias, an activation) is
/// absorbed. An op whose numbers no other integer op reads gives floats.
class Plan {
public:
  /// `keepFloat`: nodes that stay as they are.
  Plan(mlir::func::FuncOp function, KeptNodes &keepFloat);

  Kind kind(mlir::Operation *op) const { return kinds.lookup(op); }
  bool isAbsorbed(mlir::Operation *op) const { return absorbed.contains(op); }
  /// The ops that `op` absorbs, in the order of the program.
  llvm::ArrayRef<mlir::Operation *> chain(mlir::Operation *op) const {
    auto it = chains.find(op);
    return it == chains.end() ? llvm::ArrayRef<mlir::Operation *>() : it->second;
  }
  /// The last one, or `op`.
  mlir::Operation *tail(mlir::Operation *op) const {
    return chain(op).empty() ? op : chain(op).back();
  }
  /// Whether integers are made of a value that an integer op computes.
  bool isWanted(mlir::Value value) const { return wanted.contains(value); }
  /// What a Table is a function of.
  mlir::Value root(mlir::Operation *op) const { return roots.lookup(op); }

private:
  void chooseForward(mlir::Block &body);
  void chooseBackward(mlir::Block &body);
  Kind classify(mlir::Operation *op);
  Kind classifyData(mlir::Operation *op);
  bool isAvailable(mlir::Value value) const { return available.contains(value); }
  bool findRoot(mlir::Operation *op);
  void absorb(mlir::Operation *op);
  mlir::Operation *absorbable(mlir::Operation *head, mlir::Value value, bool &isBiased);
  void demote(mlir::Operation *op);
  void want(mlir::Operation *op);

  KeptNodes &keepFloat;
  llvm::DenseMap<mlir::Operation *, Kind> kinds;
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<mlir::Operation *, 3>> chains;
  llvm::DenseMap<mlir::Operation *, mlir::Value> roots;
  llvm::DenseSet<mlir::Operation *> absorbed;
  llvm::DenseSet<mlir::Value> available, wanted;
};

/// True for a constant of floats with one element.
bool isScalarConstant(mlir::Value value);
/// True for any constant of floats whose bytes are known.
bool isFloatConstant(mlir::Value value);

} // namespace ingot

#endif
