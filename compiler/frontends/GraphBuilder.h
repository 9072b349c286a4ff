#ifndef INGOT_FRONTENDS_GRAPHBUILDER_H
#define INGOT_FRONTENDS_GRAPHBUILDER_H

#include "dialects/ingot/Ingot.h"
#include "mlir/IR/Builders.h"

#include <memory>

namespace ingot {

/// Attributes of an op to build, by name.
using NamedAttributes = llvm::ArrayRef<std::pair<llvm::StringRef, mlir::Attribute>>;

/// Builds `ingot` ops for the importers: result types are inferred as ops are
/// made, and shape arithmetic with a known result becomes a constant at once.
///
/// Everything that makes a value gives null where the op does not fit its
/// operands; the error is then at `loc`. Null operands give null silently.
class GraphBuilder : public mlir::OpBuilder {
public:
  explicit GraphBuilder(mlir::MLIRContext *context) : OpBuilder(context), shapes(context) {}

  template <class OpT>
  mlir::Value emit(mlir::Location loc, mlir::ValueRange operands, NamedAttributes attrs = {}) {
    mlir::Operation *op = emitOp(OpT::getOperationName(), loc, operands, attrs, 1);
    return op ? op->getResult(0) : mlir::Value();
  }
  /// The same for any number of results; null on failure.
  mlir::Operation *emitOp(llvm::StringRef name, mlir::Location loc, mlir::ValueRange operands,
                          NamedAttributes attrs, unsigned results);

  mlir::Value constant(mlir::Location loc, mlir::ElementsAttr value);
  /// A scalar or splat of any element type; integers and booleans from `value`'s
  /// integral part.
  mlir::Value splat(mlir::Location loc, llvm::ArrayRef<int64_t> shape, mlir::Type element,
                    double value);
  /// A vector of i64 (or i32).
  mlir::Value integers(mlir::Location loc, llvm::ArrayRef<int64_t> values, unsigned width = 64);
  /// Dense attribute over bytes that lie as in memory (booleans one byte each).
  /// Small values are copied and uniqued; large ones become resource blobs that
  /// `owner` keeps alive, copied only if they are misaligned.
  mlir::ElementsAttr elements(mlir::RankedTensorType type, llvm::ArrayRef<char> bytes, bool isSplat,
                              std::shared_ptr<const void> owner);

  mlir::Value cast(mlir::Location loc, mlir::Value x, mlir::Type element);
  /// Constants are permuted at once.
  mlir::Value transpose(mlir::Location loc, mlir::Value x, llvm::ArrayRef<int64_t> permutation);
  /// Reshape to extents of which one may be -1.
  mlir::Value reshape(mlir::Location loc, mlir::Value x, llvm::ArrayRef<int64_t> shape);
  /// Dimensions of extent 1 put in so that they are at `axes` of the result
  /// (ascending), or taken out from there.
  mlir::Value expandDims(mlir::Location loc, mlir::Value x, llvm::ArrayRef<int64_t> axes);
  mlir::Value squeeze(mlir::Location loc, mlir::Value x, llvm::ArrayRef<int64_t> axes);
  /// The dimensions of x as a vector of i64.
  mlir::Value shapeOf(mlir::Location loc, mlir::Value x);
  /// Dimensions [from, to) of x as a vector of i64.
  mlir::Value extents(mlir::Location loc, mlir::Value x, int64_t from, int64_t to);
  /// The elements of a vector at `positions`.
  mlir::Value pick(mlir::Location loc, mlir::Value vector, llvm::ArrayRef<int64_t> positions);
  /// Floating-point constants are joined at once along the first axis.
  mlir::Value concat(mlir::Location loc, mlir::ValueRange parts, int64_t axis = 0);

  ShapeAnalysis shapes;

private:
  /// A small constant of shape arithmetic, made once in each block: most ops of an
  /// import would be those.
  mlir::Value sharedConstant(mlir::Location loc, mlir::DenseElementsAttr value);

  llvm::DenseMap<std::pair<mlir::Block *, mlir::Attribute>, mlir::Value> sharedConstants;
  unsigned blobs = 0;
};

} // namespace ingot

#endif
