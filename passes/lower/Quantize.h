#ifndef INGOT_PASSES_LOWER_QUANTIZE_H
#define INGOT_PASSES_LOWER_QUANTIZE_H

#include "passes/lower/FixedPoint.h"
#include "passes/lower/Lower.h"

namespace ingot {

/// Operands of a generic, among them parameters that are one constant or a vector
/// along a dimension of the result.
class ChannelOperands {
public:
  ChannelOperands(Lowering &l, mlir::Location loc, int64_t rank, int64_t axis)
      : l(l), loc(loc), rank(rank), axis(axis) {}

  /// Adds an operand; its place among those of the body.
  size_t add(mlir::Value value) {
    operands.push_back({value, l.identity(rank)});
    return operands.size() - 1;
  }

  /// A parameter, read in the body by at().
  template <class T> struct Parameter {
    llvm::SmallVector<T> values;
    std::optional<size_t> operand;
  };
  template <class T> Parameter<T> add(llvm::ArrayRef<T> values) {
    Parameter<T> p{llvm::SmallVector<T>(values), std::nullopt};
    if (llvm::all_equal(values))
      return p;
    auto type = mlir::RankedTensorType::get({int64_t(values.size())}, elementType(T()));
    mlir::Value constant =
        mlir::arith::ConstantOp::create(l.b, loc, mlir::DenseElementsAttr::get(type, values));
    p.operand = operands.size();
    operands.push_back({constant, mlir::AffineMap::get(rank, 0, l.b.getAffineDimExpr(axis))});
    return p;
  }
  template <class T>
  mlir::Value at(mlir::OpBuilder &b, mlir::Location loc, const Parameter<T> &p,
                 mlir::ValueRange scalars) {
    return p.operand ? scalars[*p.operand] : constant(b, loc, p.values.front());
  }

  llvm::SmallVector<Lowering::Operand> operands;

private:
  mlir::Type elementType(int32_t) { return l.b.getI32Type(); }
  mlir::Type elementType(int64_t) { return l.b.getI64Type(); }
  mlir::Type elementType(float) { return l.b.getF32Type(); }
  static mlir::Value constant(mlir::OpBuilder &b, mlir::Location loc, int32_t v) {
    return mlir::arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(v));
  }
  static mlir::Value constant(mlir::OpBuilder &b, mlir::Location loc, int64_t v) {
    return mlir::arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(v));
  }
  static mlir::Value constant(mlir::OpBuilder &b, mlir::Location loc, float v) {
    return mlir::arith::ConstantOp::create(b, loc, b.getF32FloatAttr(v));
  }

  Lowering &l;
  mlir::Location loc;
  int64_t rank, axis;
};

/// table[x] of 8-bit x as it lies in memory.
mlir::Value emitLookup(mlir::OpBuilder &b, mlir::Location loc, mlir::Value table, mlir::Value x);

/// Requantizes by a high product and two additions, if the magnitude of x is known and
/// small enough; fails otherwise.
mlir::LogicalResult requantizeBounded(RequantizeOp op, Lowering &l);
/// x - input_zero_point, in 32 bits, or 64 if x has them, shifted to the left.
mlir::Value emitCentered(RequantizeOp op, FixedPointCode &c, mlir::Value x, mlir::Type element);
/// The number, in the result's range and type. It has 32 bits.
mlir::Value emitInRange(RequantizeOp op, FixedPointCode &c, mlir::Value x);

/// Rows of other files of the family.
void addRequantizeLowerings(LowerTable &table);
void addFixedSoftmaxLowerings(LowerTable &table);

} // namespace ingot

#endif
