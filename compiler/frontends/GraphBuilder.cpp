#include "compiler/frontends/GraphBuilder.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot;

/// Values up to this size are attributes that are uniqued by their content.
constexpr size_t kMaxInlineBytes = 4096;

Operation *GraphBuilder::emitOp(StringRef name, Location loc, ValueRange operands,
                                NamedAttributes attrs, unsigned results) {
  if (llvm::is_contained(operands, Value()))
    return nullptr;
  OperationState state(loc, name);
  state.addOperands(operands);
  for (const auto &[key, value] : attrs)
    state.addAttribute(key, value);
  SmallVector<Type> types(results, UnrankedTensorType::get(getNoneType()));
  state.addTypes(types);
  Operation *op = create(state);
  if (failed(shapes.visit(op, /*setTypes=*/true))) {
    shapes.erase(op);
    return nullptr;
  }
  if (results != 1 || op->hasTrait<OpTrait::ConstantLike>())
    return op;
  auto known = shapes.constantContents(op->getResult(0));
  if (!known || !shapes.info(op->getResult(0)).contents)
    return op;
  auto type = mlir::cast<RankedTensorType>(op->getResult(0).getType());
  if (!type.hasStaticShape())
    return op;
  auto values = llvm::map_to_vector(*known, [&](int64_t v) {
    return APInt(type.getElementTypeBitWidth(), v, /*isSigned=*/true, /*implicitTrunc=*/true);
  });
  Value folded = constant(loc, DenseIntElementsAttr::get(type, values));
  shapes.erase(op);
  return folded.getDefiningOp();
}

Value GraphBuilder::constant(Location loc, ElementsAttr value) {
  return emit<ConstantOp>(loc, {}, {{"value", value}});
}

Value GraphBuilder::splat(Location loc, ArrayRef<int64_t> shape, Type element, double value) {
  auto type = RankedTensorType::get(shape, element);
  if (auto complex = dyn_cast<ComplexType>(element)) {
    auto part = mlir::cast<FloatType>(complex.getElementType());
    APFloat real = FloatAttr::get(part, value).getValue(),
            zero = FloatAttr::get(part, 0).getValue();
    return constant(loc, DenseElementsAttr::get(type, std::complex<APFloat>(real, zero)));
  }
  if (isa<FloatType>(element))
    return constant(loc, DenseElementsAttr::get(type, FloatAttr::get(element, value).getValue()));
  APInt integer(element.getIntOrFloatBitWidth(), int64_t(value), /*isSigned=*/true,
                /*implicitTrunc=*/true);
  return constant(loc, DenseElementsAttr::get(type, integer));
}

Value GraphBuilder::integers(Location loc, ArrayRef<int64_t> values, unsigned width) {
  auto type = RankedTensorType::get({int64_t(values.size())}, getIntegerType(width));
  auto elements = llvm::map_to_vector(
      values, [&](int64_t v) { return APInt(width, v, /*isSigned=*/true, true); });
  return constant(loc, DenseIntElementsAttr::get(type, elements));
}

/// Booleans of one byte each as MLIR packs them: through a list of values.
static ElementsAttr booleans(RankedTensorType type, ArrayRef<char> bytes) {
  auto values = llvm::map_to_vector(bytes, [](char c) { return c != 0; });
  return DenseElementsAttr::get(type, ArrayRef<bool>(values));
}

ElementsAttr GraphBuilder::elements(RankedTensorType type, ArrayRef<char> bytes, bool isSplat,
                                    std::shared_ptr<const void> owner) {
  Type element = type.getElementType();
  if (element.isInteger(1) && (isSplat || bytes.size() <= kMaxInlineBytes))
    return booleans(type, bytes);
  if (isSplat || type.getNumElements() == 0 || bytes.size() <= kMaxInlineBytes) {
    // A raw buffer of one element means a splat to MLIR.
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  }
  constexpr size_t alignment = 16;
  auto name = "weights" + std::to_string(blobs++);
  if (!llvm::isAddrAligned(llvm::Align(alignment), bytes.data()) || !owner) {
    return DenseResourceElementsAttr::get(
        type, name, HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, alignment));
  }
  auto keep = [owner](void *, size_t, size_t) {};
  AsmResourceBlob blob(bytes, alignment, keep, /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(type, name, std::move(blob));
}

Value GraphBuilder::cast(Location loc, Value x, Type element) {
  if (!x || shapes.elementType(x) == element)
    return x;
  return emit<CastOp>(loc, x, {{"to", TypeAttr::get(element)}});
}

Value GraphBuilder::transpose(Location loc, Value x, ArrayRef<int64_t> permutation) {
  return emit<TransposeOp>(loc, x, {{"permutation", getDenseI64ArrayAttr(permutation)}});
}

Value GraphBuilder::reshape(Location loc, Value x, ArrayRef<int64_t> shape) {
  return emit<ReshapeOp>(loc, {x, integers(loc, shape)});
}

Value GraphBuilder::shapeOf(Location loc, Value x) {
  return emit<ShapeOp>(loc, x, {{"to", TypeAttr::get(getI64Type())}});
}

Value GraphBuilder::pick(Location loc, Value vector, ArrayRef<int64_t> positions) {
  return emit<GatherOp>(loc, {vector, integers(loc, positions)}, {{"axis", getI64IntegerAttr(0)}});
}

Value GraphBuilder::extents(Location loc, Value x, int64_t from, int64_t to) {
  if (!x)
    return {};
  return pick(loc, shapeOf(loc, x), llvm::to_vector(llvm::seq<int64_t>(from, to)));
}

Value GraphBuilder::concat(Location loc, ValueRange parts, int64_t axis) {
  return emit<ConcatOp>(loc, parts, {{"axis", getI64IntegerAttr(axis)}});
}

/// Concatenation of the entries `kept` of x's shape (-1: a 1).
static Value shapeFrom(GraphBuilder &b, Location loc, Value x, ArrayRef<int64_t> kept) {
  Value padded = b.concat(loc, {b.integers(loc, {1}), b.shapeOf(loc, x)});
  return b.pick(loc, padded, llvm::map_to_vector(kept, [](int64_t d) { return d + 1; }));
}

Value GraphBuilder::expandDims(Location loc, Value x, ArrayRef<int64_t> axes) {
  if (!x)
    return {};
  SmallVector<int64_t> kept;
  int64_t next = 0, rank = shapes.rank(x) + axes.size();
  for (int64_t d = 0; d < rank; ++d)
    kept.push_back(llvm::is_contained(axes, d) ? -1 : next++);
  return emit<ReshapeOp>(loc, {x, shapeFrom(*this, loc, x, kept)});
}

Value GraphBuilder::squeeze(Location loc, Value x, ArrayRef<int64_t> axes) {
  if (!x)
    return {};
  SmallVector<int64_t> kept;
  for (int64_t d = 0, rank = shapes.rank(x); d < rank; ++d)
    if (!llvm::is_contained(axes, d))
      kept.push_back(d);
  return emit<ReshapeOp>(loc, {x, shapeFrom(*this, loc, x, kept)});
}
