#ifndef INGOT_PASSES_TILE_BATCHFACTS_H
#define INGOT_PASSES_TILE_BATCHFACTS_H

#include "dialects/rt/Rt.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseMap.h"

namespace ingot {

/// What a value has to do with the batch: the samples along dimension 0 of the inputs,
/// where that is dynamic. A part of the batch is some of the samples that follow each other.
struct BatchFact {
  enum Kind : uint8_t {
    Same,  ///< the same for every part of the batch
    True,  ///< the same, and a truth value that holds
    Rows,  ///< a tensor with each sample's share along `axis`; a size that is a multiple of
           ///< the number of samples
    Grows, ///< not larger for a part than for the whole, as checks of overflow compute it
    Any,   ///< holds for the whole if it holds for some part
    Every, ///< holds for every part if it holds for the whole
    Mixed, ///< may depend on several samples at once
  };
  Kind kind = Same;
  bool one = false; ///< Rows: a sample has one of them
  int axis = 0;

  bool isSame() const { return kind == Same || kind == True; }
  bool operator==(const BatchFact &) const = default;
};

constexpr BatchFact kSameFact{BatchFact::Same}, kMixedFact{BatchFact::Mixed};

/// What holds for a value that is one or the other.
BatchFact joined(BatchFact a, BatchFact b);

/// Follows the batch through a function on tensors (after the stage `lower`).
class BatchFacts {
public:
  explicit BatchFacts(mlir::func::FuncOp function);

  /// Whether a call equals calls of the batch's parts one after the other.
  bool isSeparable() const { return !failed; }
  BatchFact fact(mlir::Value value) const { return facts.lookup(value); }
  /// The dimension of the iteration that runs over the samples' rows, if there is one.
  std::optional<unsigned> batchLoop(mlir::linalg::LinalgOp op) const;

private:
  void visit(mlir::Block &block);
  void visit(mlir::Operation *op);
  void visitLinalg(mlir::linalg::LinalgOp op);
  void visitLoop(mlir::LoopLikeOpInterface loop, mlir::Block &body);
  void visitWhile(mlir::scf::WhileOp op);
  void visitIf(mlir::scf::IfOp op);
  /// Arithmetic on sizes and conditions; false for other ops.
  bool visitSize(mlir::Operation *op);
  /// Ops that make, cut, join and reshape tensors; false for others.
  bool visitTensor(mlir::Operation *op);

  BatchFact ofTensor(mlir::tensor::DimOp op) const;
  BatchFact ofTensor(rt::BroadcastOp op) const;
  BatchFact ofTensor(mlir::tensor::CollapseShapeOp op) const;
  BatchFact ofTensor(mlir::tensor::ExpandShapeOp op) const;
  BatchFact ofTensor(mlir::tensor::ExtractSliceOp op) const;
  BatchFact ofTensor(mlir::tensor::InsertSliceOp op) const;
  BatchFact ofTensor(mlir::tensor::ConcatOp op) const;
  BatchFact ofTensor(mlir::tensor::PadOp op) const;
  BatchFact ofTensor(mlir::tensor::ExtractOp op) const;
  BatchFact ofTensor(mlir::bufferization::AllocTensorOp op) const;
  /// Whether offsets and steps are the same for every part.
  bool movesAlike(mlir::OffsetSizeAndStrideOpInterface slice) const;

  BatchFact sized(mlir::RankedTensorType type, mlir::ValueRange dynamicSizes) const;
  BatchFact sized(llvm::ArrayRef<mlir::OpFoldResult> sizes) const;
  BatchFact bodyFact(mlir::linalg::LinalgOp op, std::optional<unsigned> loop) const;
  BatchFact compared(mlir::arith::CmpIOp op) const;
  bool areSame(mlir::ValueRange values) const;
  void set(mlir::Value value, BatchFact fact) { facts[value] = fact; }
  void setAll(mlir::Operation *op, BatchFact fact);
  /// Joins what flows into values; true if one changed.
  bool join(mlir::ValueRange into, mlir::ValueRange from);

  llvm::DenseMap<mlir::Value, BatchFact> facts;
  bool failed = false;
};

} // namespace ingot

#endif
