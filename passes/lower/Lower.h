#ifndef INGOT_PASSES_LOWER_LOWER_H
#define INGOT_PASSES_LOWER_LOWER_H

#include "dialects/ingot/Ingot.h"
#include "dialects/rt/Rt.h"
#include "ingot/ingot.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringMap.h"

namespace ingot {

/// How elements lie in memory: booleans as i8 (0 or 1), unsigned integers as
/// signless ones. The source's element type stays known to ShapeAnalysis.
mlir::Type storageType(mlir::Type element);
/// The same elements in the storage type.
mlir::ElementsAttr storageElements(mlir::ElementsAttr value);

/// What the lowering functions of the families work with. Ops are lowered in
/// program order: operands are lowered already, and builders insert before the op.
class Lowering {
public:
  Lowering(mlir::OpBuilder &builder, ShapeAnalysis &shapes) : b(builder), shapes(shapes) {}

  /// Lowers every op of the block, then those of nested regions. An op that cannot be
  /// lowered leaves its error and a stand-in for its results, so that all errors of a
  /// model are told at once; see hasFailed().
  mlir::LogicalResult lowerBlock(mlir::Block &block);
  bool hasFailed() const { return failed; }

  /// Replaces the only result of `op`; what is known of its shape is kept.
  mlir::LogicalResult replace(mlir::Operation *op, mlir::ValueRange values);

  /// Body of a generic: scalars of the operands, in the type that arithmetic
  /// uses (booleans i1), to the scalar of the result.
  using Body = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

  /// An operand of a generic and how the result's indices reach it.
  struct Operand {
    mlir::Value value;
    mlir::AffineMap map;
  };

  /// A tensor of `element` (source type) with uninitialised contents.
  mlir::Value empty(mlir::Location loc, llvm::ArrayRef<Dim> dims, mlir::Type element);
  /// A tensor with each element set to `scalar` (in the storage type).
  mlir::Value filled(mlir::Location loc, llvm::ArrayRef<Dim> dims, mlir::Type element,
                     mlir::Value scalar);
  /// A parallel generic that computes each element of a new tensor.
  mlir::Value generic(mlir::Location loc, llvm::ArrayRef<Dim> dims, mlir::Type element,
                      llvm::ArrayRef<Operand> operands, Body body);
  /// A generic over `loops` dimensions that folds into `init` along map `out`;
  /// the body sees the operands' scalars, then the accumulator. Bodies work on
  /// storage scalars here: the caller chooses the accumulator.
  mlir::Value reduce(mlir::Location loc, mlir::Value init, mlir::AffineMap out,
                     llvm::ArrayRef<Operand> operands, Body body);

  /// `value` as operand of a generic over `dims`, broadcast as numpy does it;
  /// a dimension that only run time tells to be 1 or not is handled too.
  Operand broadcast(mlir::Location loc, mlir::Value value, llvm::ArrayRef<Dim> dims);

  /// Scalar of a stored element in the type that arithmetic uses, and back.
  static mlir::Value load(mlir::OpBuilder &, mlir::Location, mlir::Value stored,
                          mlir::Type element);
  static mlir::Value store(mlir::OpBuilder &, mlir::Location, mlir::Value scalar,
                           mlir::Type element);

  mlir::Value index(mlir::Location loc, int64_t value);
  mlir::Value index(mlir::Location loc, Dim dim) { return shapes.materialize(b, loc, dim); }
  mlir::Value zero(mlir::Location loc, mlir::Type type);
  mlir::AffineMap identity(int64_t rank) { return b.getMultiDimIdentityMap(rank); }
  /// Ends the call with `status` unless the condition (i1) holds.
  void check(mlir::Location loc, mlir::Value condition, ingot_status status,
             llvm::StringRef message);
  /// check() that the Dims are equal; nothing if that is proved.
  void checkEqual(mlir::Location loc, Dim a, Dim b, llvm::StringRef message);
  /// check() that no dimension is negative; nothing where that is proved.
  void checkSizes(mlir::Location loc, llvm::ArrayRef<Dim> dims);
  /// check() that a tensor of these dimensions may be made: no size is negative and
  /// the whole has kMaxTensorBytes at most, so that sizes in bytes do not overflow.
  void checkBytes(mlir::Location loc, llvm::ArrayRef<Dim> dims, mlir::Type element);
  /// check() that all elements of integer operands, which share their loops, lie
  /// in [0, limit), one limit for each operand; nothing if that is proved.
  void checkAllBelow(mlir::Location loc, llvm::ArrayRef<Operand> operands,
                     llvm::ArrayRef<Dim> limits, llvm::StringRef message);
  /// An integer tensor whose elements are known as Dims.
  mlir::Value fromContents(mlir::Location loc, const ShapeInfo &info);
  /// x in the shape `dims` of as many elements.
  mlir::Value reshape(mlir::Location loc, mlir::Value x, llvm::ArrayRef<Dim> dims);

  mlir::OpBuilder &b;
  ShapeAnalysis &shapes;

private:
  mlir::Value stretched(mlir::Location loc, mlir::Value value, llvm::ArrayRef<unsigned> open,
                        llvm::ArrayRef<Dim> dims);
  mlir::LogicalResult lowerOp(mlir::Operation &op);
  void standIn(mlir::Operation &op);

  bool failed = false;
};

/// Lowers one op to linalg, tensor, scf, arith; emits an error at the op if it
/// cannot.
using LowerFn = mlir::LogicalResult (*)(mlir::Operation *op, Lowering &lowering);
using LowerTable = llvm::StringMap<LowerFn>;

/// One row an op, by family.
void addElementwiseLowerings(LowerTable &table);
void addListLowerings(LowerTable &table);
void addMatmulLowerings(LowerTable &table);
void addControlLowerings(LowerTable &table);
void addConvLowerings(LowerTable &table);
void addPoolLowerings(LowerTable &table);
void addQuantizeLowerings(LowerTable &table);
void addReduceLowerings(LowerTable &table);
void addArgLowerings(LowerTable &table);
void addSoftmaxLowerings(LowerTable &table);
void addScanLowerings(LowerTable &table);
void addSegmentLowerings(LowerTable &table);
void addSortLowerings(LowerTable &table);
void addShapeLowerings(LowerTable &table);
void addSliceLowerings(LowerTable &table);
void addGatherLowerings(LowerTable &table);
void addScatterLowerings(LowerTable &table);
void addUniqueLowerings(LowerTable &table);
void addDiagLowerings(LowerTable &table);
void addImageLowerings(LowerTable &table);
void addTextLowerings(LowerTable &table);

/// A row whose function takes the op by its class.
template <class OpT, mlir::LogicalResult (*fn)(OpT, Lowering &)>
void addLowering(LowerTable &table) {
  table[OpT::getOperationName()] = [](mlir::Operation *op, Lowering &l) {
    return fn(mlir::cast<OpT>(op), l);
  };
}

} // namespace ingot

#endif
