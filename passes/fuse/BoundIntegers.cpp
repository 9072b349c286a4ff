#include "passes/fuse/BoundIntegers.h"
#include "dialects/ingot/Ingot.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Passes.h"
#include "passes/fuse/Weights.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

namespace ingot {
#define GEN_PASS_DEF_BOUNDINTEGERS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {

/// The largest magnitude that elements of integer tensors can have, in the order of the
/// ops. What may wrap around has none.
class Magnitudes {
public:
  /// Of a value that was visited, else of its type.
  std::optional<int64_t> of(Value value) const;
  void visit(Operation *op);
  /// Of what a requantization multiplies.
  std::optional<int64_t> multiplicand(RequantizeOp op) const;

private:
  std::optional<int64_t> compute(Operation *op) const;
  std::optional<int64_t> product(Value x, Value w, int64_t columns, int64_t inner,
                                 int64_t padValue) const;
  std::optional<int64_t> requantized(RequantizeOp op) const;
  std::optional<int64_t> combined(Operation *op,
                                  llvm::function_ref<int64_t(int64_t, int64_t)> f) const;

  llvm::DenseMap<Value, int64_t> known;
};

} // namespace

/// Sums and products of two of these fit 64 bits.
static constexpr int64_t kMost = INT32_MAX;

static std::optional<int64_t> ofType(Type type) {
  auto element = dyn_cast<IntegerType>(getElementTypeOrSelf(type));
  if (!element || element.getWidth() > 16)
    return std::nullopt;
  return element.isUnsigned() ? llvm::maxUIntN(element.getWidth())
                              : -llvm::minIntN(element.getWidth());
}

std::optional<int64_t> Magnitudes::of(Value value) const {
  auto found = known.find(value);
  return found == known.end() ? ofType(value.getType()) : std::optional(found->second);
}

std::optional<int64_t> Magnitudes::multiplicand(RequantizeOp op) const {
  auto x = of(op.getX());
  if (!x || op.getLeftShift() > 30)
    return std::nullopt;
  int64_t moved = *x + std::abs(int64_t(op.getInputZeroPoint()));
  return moved <= kMost >> op.getLeftShift() ? std::optional(moved << op.getLeftShift())
                                             : std::nullopt;
}

std::optional<int64_t> Magnitudes::requantized(RequantizeOp op) const {
  auto magnitude = [](int64_t v) { return std::abs(double(v)); };
  double least = std::max(magnitude(op.getLow()), magnitude(op.getHigh()));
  if (auto x = multiplicand(op)) {
    double factor = 0;
    for (auto [multiplier, shift] : llvm::zip(op.getMultipliers(), op.getShifts()))
      factor = std::max(factor, std::ldexp(std::abs(double(multiplier)), shift - 31));
    constexpr double kRounding = 2;
    double scaled = double(*x) * factor + kRounding + magnitude(op.getZeroPoint());
    // Beyond 32 bits the scaled number may wrap around.
    least = scaled <= double(kMost) ? std::min(least, std::ceil(scaled)) : least;
  }
  return least <= double(kMost) ? std::optional(int64_t(least)) : std::nullopt;
}

/// Weight i is for column (i / inner) % columns.
std::optional<int64_t> Magnitudes::product(Value x, Value w, int64_t columns, int64_t inner,
                                           int64_t padValue) const {
  auto factor = of(x);
  auto type = dyn_cast<RankedTensorType>(w.getType());
  if (!factor || !type || !type.hasStaticShape() || !type.getElementType().isInteger(8) ||
      columns <= 0 || inner <= 0)
    return std::nullopt;
  ArrayRef<char> bytes = weightBytes(w);
  if (bytes.empty())
    return std::nullopt;
  bool isUnsigned = type.getElementType().isUnsignedInteger();
  auto magnitude = [&](char b) { return isUnsigned ? uint8_t(b) : std::abs(int8_t(b)); };
  SmallVector<int64_t, 0> sums(columns);
  for (int64_t i = 0, e = type.getNumElements(); i < e; ++i)
    sums[i / inner % columns] += magnitude(bytes[bytes.size() == 1 ? 0 : i]);
  return std::max(*factor, std::abs(padValue)) * *llvm::max_element(sums);
}

std::optional<int64_t> Magnitudes::combined(Operation *op,
                                            llvm::function_ref<int64_t(int64_t, int64_t)> f) const {
  auto x = of(op->getOperand(0)), y = of(op->getOperand(1));
  return x && y ? std::optional(f(*x, *y)) : std::nullopt;
}

/// The largest element of a small constant.
static std::optional<int64_t> ofConstant(ConstantOp op) {
  constexpr int64_t kMostElements = 1 << 16;
  auto dense = dyn_cast<DenseIntElementsAttr>(op.getValue());
  if (!dense || dense.getNumElements() > kMostElements ||
      dense.getElementType().getIntOrFloatBitWidth() > 32)
    return std::nullopt;
  int64_t most = 0;
  for (const APInt &v : dense.getValues<APInt>())
    most = std::max<int64_t>(most, dense.getElementType().isUnsignedInteger()
                                       ? v.getZExtValue()
                                       : std::abs(v.getSExtValue()));
  return most;
}

std::optional<int64_t> Magnitudes::compute(Operation *op) const {
  auto dims = [](Value v) { return cast<RankedTensorType>(v.getType()).getShape(); };
  return llvm::TypeSwitch<Operation *, std::optional<int64_t>>(op)
      .Case([&](ConstantOp op) { return ofConstant(op); })
      .Case([&](RequantizeOp op) { return requantized(op); })
      .Case([&](ConvOp op) {
        return product(op.getX(), op.getFilter(), dims(op.getFilter()).back(), 1,
                       int64_t(op.getPadValue().value_or(0)));
      })
      .Case([&](DepthwiseConvOp op) {
        ArrayRef<int64_t> filter = dims(op.getFilter()).take_back(2);
        return product(op.getX(), op.getFilter(), filter[0] * filter[1], 1,
                       int64_t(op.getPadValue().value_or(0)));
      })
      .Case([&](MatmulOp op) {
        ArrayRef<int64_t> y = dims(op.getY()).take_back(2);
        return op.getTransposeY() ? product(op.getX(), op.getY(), y[0], y[1], 0)
                                  : product(op.getX(), op.getY(), y[1], 1, 0);
      })
      .Case<AddOp, SubOp>(
          [&](Operation *op) { return combined(op, [](int64_t x, int64_t y) { return x + y; }); })
      .Case([&](MulOp op) { return combined(op, [](int64_t x, int64_t y) { return x * y; }); })
      .Case([&](SquaredDifferenceOp op) {
        return combined(op, [](int64_t x, int64_t y) {
          return x + y <= kMost ? (x + y) * (x + y) : INT64_MAX;
        });
      })
      .Case([&](CastOp op) { return of(op.getX()); })
      .Default([](Operation *) { return std::nullopt; });
}

void Magnitudes::visit(Operation *op) {
  if (op->getNumResults() != 1)
    return;
  auto type = dyn_cast<IntegerType>(getElementTypeOrSelf(op->getResult(0).getType()));
  if (!type || type.isUnsigned() || type.getWidth() > 32 || type.getWidth() < 8)
    return;
  auto most = compute(op);
  if (most && *most <= llvm::maxIntN(type.getWidth())) // else it may have wrapped around
    known[op->getResult(0)] = *most;
}

namespace {
struct BoundIntegers : ingot::impl::BoundIntegersBase<BoundIntegers> {
  void runOnOperation() override {
    getOperation().walk([&](func::FuncOp function) {
      Magnitudes magnitudes;
      Builder b(&getContext());
      function.walk<WalkOrder::PreOrder>([&](Operation *op) {
        magnitudes.visit(op);
        if (auto requantize = dyn_cast<RequantizeOp>(op))
          if (auto most = magnitudes.multiplicand(requantize))
            op->setAttr(kMagnitudeAttr, b.getI64IntegerAttr(*most));
      });
    });
  }
};
} // namespace
