#include "compiler/frontends/GraphBuilder.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace mlir;
using namespace ingot;

/// Values up to this size are attributes that are uniqued by their content.
constexpr size_t kMaxInlineBytes = 4096;

template <unsigned... n>
static std::optional<unsigned> fixedOperands(Operation *op, std::integer_sequence<unsigned, n...>) {
  std::optional<unsigned> count;
  ((op->hasTrait<OpTrait::NOperands<n + 2>::template Impl>() ? void(count = n + 2) : void()), ...);
  return count;
}

/// How many operands the op takes; nothing if that varies.
static std::optional<unsigned> fixedOperands(Operation *op) {
  if (op->hasTrait<OpTrait::ZeroOperands>())
    return 0;
  if (op->hasTrait<OpTrait::OneOperand>())
    return 1;
  return fixedOperands(op, std::make_integer_sequence<unsigned, 7>());
}

/// Shape functions rely on it, and nodes of a file may have any number of inputs.
static LogicalResult checkOperandCount(Operation *op) {
  std::optional<unsigned> wanted = fixedOperands(op);
  if (!wanted || *wanted == op->getNumOperands())
    return success();
  return emitError(op->getLoc()) << "takes " << *wanted << " inputs, not " << op->getNumOperands();
}

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
  if (failed(checkOperandCount(op)) || failed(shapes.visit(op, /*setTypes=*/true))) {
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
  // Of a result without elements all is known, but not that the operands fit.
  auto isStatic = [](Value v) {
    return mlir::cast<RankedTensorType>(v.getType()).hasStaticShape();
  };
  if (known->empty() && !llvm::all_of(op->getOperands(), isStatic))
    return op;
  auto values = llvm::map_to_vector(*known, [&](int64_t v) {
    return APInt(type.getElementTypeBitWidth(), v, /*isSigned=*/true, /*implicitTrunc=*/true);
  });
  Value folded = sharedConstant(loc, DenseIntElementsAttr::get(type, values));
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
  return sharedConstant(loc, DenseIntElementsAttr::get(type, elements));
}

Value GraphBuilder::sharedConstant(Location loc, DenseElementsAttr value) {
  if (getInsertionPoint() != getBlock()->end()) // what was made before may stand behind it
    return constant(loc, value);
  Value &known = sharedConstants[{getBlock(), value}];
  // Ops may have been erased since, and others made in their place.
  if (known && shapes.isKnown(known))
    if (auto op = known.getDefiningOp<ConstantOp>())
      if (op->getBlock() == getBlock() && op.getValue() == value)
        return known;
  return known = constant(loc, value);
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

/// The bytes of a constant whose elements are whole bytes; nothing for others.
static std::optional<ArrayRef<char>> bytesOf(ElementsAttr value) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    return blob ? std::optional(blob->getData()) : std::nullopt;
  }
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense || dense.isSplat() || dense.getElementType().isInteger(1))
    return std::nullopt;
  return dense.getRawData();
}

/// Copies elements of `size` bytes so that dimension i of the result is
/// dimension permutation[i] of the tensor of this shape.
static std::vector<char> permuted(ArrayRef<char> bytes, ArrayRef<int64_t> shape,
                                  ArrayRef<int64_t> permutation, size_t size) {
  int64_t rank = shape.size();
  SmallVector<int64_t> strides(rank, size), extents, steps, index(rank, 0);
  for (int64_t d = rank - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  for (int64_t d : permutation) {
    extents.push_back(shape[d]);
    steps.push_back(strides[d]);
  }
  std::vector<char> result(bytes.size());
  int64_t from = 0;
  for (size_t to = 0; to < result.size(); to += size) {
    std::memcpy(result.data() + to, bytes.data() + from, size);
    for (int64_t d = rank - 1; d >= 0; --d) { // the next element's index
      from += steps[d];
      if (++index[d] < extents[d])
        break;
      from -= steps[d] * extents[d];
      index[d] = 0;
    }
  }
  return result;
}

Value GraphBuilder::transpose(Location loc, Value x, ArrayRef<int64_t> permutation) {
  Value y = emit<TransposeOp>(loc, x, {{"permutation", getDenseI64ArrayAttr(permutation)}});
  auto constantOp = y ? x.getDefiningOp<ConstantOp>() : ConstantOp();
  auto bytes = constantOp ? bytesOf(constantOp.getValue()) : std::nullopt;
  if (!bytes || bytes->empty())
    return y;
  // Weights are brought into order now, once.
  auto type = mlir::cast<RankedTensorType>(y.getType());
  auto shape = mlir::cast<RankedTensorType>(x.getType()).getShape();
  auto owned = std::make_shared<std::vector<char>>(
      permuted(*bytes, shape, permutation, bytes->size() / type.getNumElements()));
  shapes.erase(y.getDefiningOp());
  return constant(loc, elements(type, *owned, /*isSplat=*/false, owned));
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

/// The bytes of floating-point constants in a row; nothing if one is no constant.
static std::shared_ptr<std::vector<char>> joinedBytes(ValueRange parts) {
  auto joined = std::make_shared<std::vector<char>>();
  for (Value part : parts) {
    auto constant = part.getDefiningOp<ConstantOp>();
    auto bytes = constant ? bytesOf(constant.getValue()) : std::nullopt;
    if (!bytes || !isa<FloatType>(constant.getValue().getElementType()))
      return nullptr;
    joined->insert(joined->end(), bytes->begin(), bytes->end());
  }
  return joined;
}

Value GraphBuilder::concat(Location loc, ValueRange parts, int64_t axis) {
  Value joined = emit<ConcatOp>(loc, parts, {{"axis", getI64IntegerAttr(axis)}});
  auto bytes = joined && axis == 0 && parts.size() > 1 ? joinedBytes(parts) : nullptr;
  if (!bytes)
    return joined;
  auto type = mlir::cast<RankedTensorType>(joined.getType());
  shapes.erase(joined.getDefiningOp());
  return constant(loc, elements(type, *bytes, /*isSplat=*/false, bytes));
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
