#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "passes/Passes.h"
#include "passes/lower/ScalarCode.h"
#include "passes/tile/Tiles.h"

namespace ingot {
#define GEN_PASS_DEF_EXPANDNARROWFLOATS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

// Conversions in integer arithmetic on the bits, after F. Giesen, "Half to float
// done quick" (2012). Numbers that are subnormal in f16 are normal in f32: they
// are moved by one float addition, which the flush-to-zero mode does not disturb.

namespace {
/// Code on the bits of f32, scalars or vectors.
struct BitCode : FloatCode {
  BitCode(OpBuilder &b, Location loc, Type f32) : FloatCode{b, loc, f32} {}

  Value and_(Value x, int64_t y) { return bitwise<arith::AndIOp>(x, integer(y)); }
  Value or_(Value x, Value y) { return bitwise<arith::OrIOp>(x, y); }
  Value plus(Value x, int64_t y) { return bitwise<arith::AddIOp>(x, integer(y)); }
  Value left(Value x, int64_t n) { return bitwise<arith::ShLIOp>(x, integer(n)); }
  Value right(Value x, int64_t n) { return bitwise<arith::ShRUIOp>(x, integer(n)); }
  /// The 16 bits of a narrow float, as an i32.
  Value widened(Value narrow) {
    Value own = arith::BitcastOp::create(b, loc, withElement(b.getI16Type()), narrow);
    return arith::ExtUIOp::create(b, loc, bitsType(), own);
  }
  /// The low 16 bits as a float of type `element`.
  Value narrowed(Value bits, Type element) {
    Value low = arith::TruncIOp::create(b, loc, withElement(b.getI16Type()), bits);
    return arith::BitcastOp::create(b, loc, withElement(element), low);
  }
  Type withElement(Type element) {
    auto shaped = dyn_cast<ShapedType>(type);
    return shaped ? Type(shaped.clone(element)) : element;
  }
};
} // namespace

static Value extendBF16(BitCode &c, Value x) { return c.fromBits(c.left(c.widened(x), 16)); }

static Value extendF16(BitCode &c, Value x) {
  constexpr int64_t smallest = 113 << 23; // bits of 2^-14, the smallest normal f16
  Value bits = c.widened(x);
  Value magnitude = c.left(c.and_(bits, 0x7fff), 13);
  Value normal = c.plus(magnitude, int64_t(127 - 15) << 23);
  Value special = c.plus(magnitude, int64_t(255 - 31) << 23); // infinities and NaN
  Value subnormal =
      c.bits(c.sub(c.fromBits(c.plus(magnitude, smallest)), c.constant(std::ldexp(1.0, -14))));
  auto below = [&](int64_t exponent) {
    return c.compareBits(FloatCode::I::ult, magnitude, c.integer(exponent << 23));
  };
  Value result = c.select(below(31), normal, special);
  result = c.select(below(1), subnormal, result);
  return c.fromBits(c.or_(result, c.left(c.and_(bits, 0x8000), 16)));
}

/// Round to nearest, halves to even: half a unit is added, less one bit where
/// the last bit that stays is 0.
static Value roundedRight(BitCode &c, Value bits, int64_t shift) {
  Value isOdd = c.and_(c.right(bits, shift), 1);
  Value sum = c.bitwise<arith::AddIOp>(c.plus(bits, (int64_t(1) << (shift - 1)) - 1), isOdd);
  return c.right(sum, shift);
}

static Value truncateBF16(BitCode &c, Value x) {
  Value bits = c.bits(x);
  Value quiet = c.or_(c.right(bits, 16), c.integer(0x40));
  return c.narrowed(c.select(c.isNan(x), quiet, roundedRight(c, bits, 16)), c.b.getBF16Type());
}

static Value truncateF16(BitCode &c, Value x) {
  Value bits = c.bits(x), magnitude = c.and_(bits, 0x7fffffff);
  auto below = [&](int64_t exponent) {
    return c.compareBits(FloatCode::I::ult, magnitude, c.integer(exponent << 23));
  };
  Value normal = roundedRight(c, c.plus(magnitude, -(int64_t(127 - 15) << 23)), 13);
  // A number whose last mantissa bit is worth that of the smallest f16.
  constexpr int64_t exponent = 127 - 15 + 23 - 10 + 1;
  Value aligned = c.add(c.fromBits(magnitude), c.constant(std::ldexp(1.0, exponent - 127)));
  Value subnormal = c.plus(c.bits(aligned), -(exponent << 23));
  Value special = c.select(c.isNan(x), c.integer(0x7e00), c.integer(0x7c00));
  Value result = c.select(below(127 + 16), normal, special);
  result = c.select(below(127 - 14), subnormal, result);
  return c.narrowed(c.or_(result, c.right(c.and_(bits, 0x80000000), 16)), c.b.getF16Type());
}

namespace {
struct ExpandNarrowFloats : ingot::impl::ExpandNarrowFloatsBase<ExpandNarrowFloats> {
  bool convertsF16 = false;

  void runOnOperation() override {
    convertsF16 = TargetFacts::of(getOperation()).convertsF16;
    getOperation().walk([&](Operation *op) {
      if (isArithmetic(op))
        widen(op);
    });
    getOperation().walk([&](Operation *op) {
      if (isa<arith::ExtFOp, arith::TruncFOp>(op))
        expand(op);
    });
    storeAsIntegers();
  }

  /// True if the op computes with its operands, not only moves them.
  static bool isArithmetic(Operation *op) {
    StringRef dialect = op->getName().getDialectNamespace();
    return (dialect == arith::ArithDialect::getDialectNamespace() ||
            dialect == math::MathDialect::getDialectNamespace()) &&
           !isa<arith::ExtFOp, arith::TruncFOp, arith::BitcastOp, arith::SelectOp,
                arith::ConstantOp>(op);
  }

  /// An op on narrow floats becomes one of f32 between conversions.
  void widen(Operation *op) {
    OpBuilder b(op);
    auto f32Like = [&](Type type) -> Type {
      auto shaped = dyn_cast<ShapedType>(type);
      return shaped ? Type(shaped.clone(b.getF32Type())) : b.getF32Type();
    };
    for (OpOperand &x : op->getOpOperands())
      if (isExpanded(getElementTypeOrSelf(x.get())))
        x.set(arith::ExtFOp::create(b, op->getLoc(), f32Like(x.get().getType()), x.get()));
    b.setInsertionPointAfter(op);
    for (Value result : op->getResults()) {
      if (!isExpanded(getElementTypeOrSelf(result)))
        continue;
      Type narrow = result.getType();
      result.setType(f32Like(narrow));
      auto rounded = arith::TruncFOp::create(b, op->getLoc(), narrow, result);
      result.replaceAllUsesExcept(rounded, rounded);
    }
  }

  /// Narrow floats that are only kept and moved, as integers of their bits.
  void storeAsIntegers() {
    AttrTypeReplacer replacer;
    auto bits = [](Type element) { return IntegerType::get(element.getContext(), 16); };
    replacer.addReplacement([=, this](FloatType type) -> std::optional<Type> {
      return isExpanded(type) ? std::optional<Type>(bits(type)) : std::nullopt;
    });
    replacer.addReplacement([=, this](FloatAttr attr) -> std::optional<Attribute> {
      if (!isExpanded(attr.getType()))
        return std::nullopt;
      return IntegerAttr::get(bits(attr.getType()), attr.getValue().bitcastToAPInt());
    });
    replacer.addReplacement([=, this](DenseElementsAttr attr) -> std::optional<Attribute> {
      if (!isExpanded(attr.getElementType()))
        return std::nullopt;
      return attr.bitcast(bits(attr.getElementType()));
    });
    // Attributes that name an element type tell the source's.
    replacer.addReplacement([](TypeAttr attr) -> std::optional<std::pair<Attribute, WalkResult>> {
      if (!isa<FloatType>(attr.getValue()))
        return std::nullopt;
      return std::pair<Attribute, WalkResult>(attr, WalkResult::skip());
    });
    replacer.recursivelyReplaceElementsIn(getOperation(), /*replaceAttrs=*/true,
                                          /*replaceLocs=*/false, /*replaceTypes=*/true);
    getOperation().walk([](arith::BitcastOp op) {
      if (op.getIn().getType() != op.getType())
        return;
      op.replaceAllUsesWith(op.getIn());
      op.erase();
    });
  }

  bool isExpanded(Type element) const {
    return element.isBF16() || (element.isF16() && !convertsF16);
  }

  void expand(Operation *op) {
    Value x = op->getOperand(0);
    Type from = getElementTypeOrSelf(x), to = getElementTypeOrSelf(op->getResult(0));
    if (!isExpanded(from) && !isExpanded(to))
      return;
    OpBuilder b(op);
    BitCode c(b, op->getLoc(), b.getF32Type());
    if (auto shaped = dyn_cast<ShapedType>(x.getType()))
      c.type = shaped.clone(b.getF32Type());
    Value wide = from.isBF16() ? extendBF16(c, x) : from.isF16() ? extendF16(c, x) : x;
    if (from.isF64())
      wide = arith::TruncFOp::create(b, c.loc, c.type, x);
    Value result = to.isBF16() ? truncateBF16(c, wide) : to.isF16() ? truncateF16(c, wide) : wide;
    if (to.isF64())
      result = arith::ExtFOp::create(b, c.loc, op->getResult(0).getType(), wide);
    op->replaceAllUsesWith(ValueRange(result));
    op->erase();
  }
};
} // namespace
