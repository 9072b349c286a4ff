#include "passes/tile/UpperProducts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace ingot;

namespace {
struct Factors {
  Value x, y;
};
} // namespace

/// A vector of 32-bit lanes that is extended to 64 bits.
static Value narrow(Value wide) {
  auto ext = wide.getDefiningOp<arith::ExtSIOp>();
  auto type = ext ? dyn_cast<VectorType>(ext.getIn().getType()) : VectorType();
  bool isPaired = type && type.getRank() == 1 && type.getNumElements() % 2 == 0 &&
                  type.getElementType().isInteger(32);
  return isPaired ? ext.getIn() : Value();
}

static std::optional<Factors> matchUpperProduct(arith::TruncIOp op) {
  Operation *shift = op.getIn().getDefiningOp();
  APInt count;
  if (!isa_and_nonnull<arith::ShRSIOp, arith::ShRUIOp>(shift) ||
      !matchPattern(shift->getOperand(1), m_ConstantInt(&count)) || count != 32)
    return std::nullopt;
  auto product = shift->getOperand(0).getDefiningOp<arith::MulIOp>();
  if (!product || !getElementTypeOrSelf(op.getType()).isInteger(32))
    return std::nullopt;
  Factors factors{narrow(product.getLhs()), narrow(product.getRhs())};
  return factors.x && factors.y ? std::optional(factors) : std::nullopt;
}

static void pair(arith::TruncIOp op, const Factors &factors) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  auto type = cast<VectorType>(op.getType());
  int64_t lanes = type.getNumElements();
  auto wide = VectorType::get({lanes / 2}, b.getI64Type());
  Value half = arith::ConstantOp::create(b, loc, DenseElementsAttr::get(wide, int64_t(32)));
  auto odd = [&](Value v) -> Value {
    return arith::ShRSIOp::create(b, loc, vector::BitCastOp::create(b, loc, wide, v), half);
  };
  auto even = [&](Value v) -> Value {
    Value moved = arith::ShLIOp::create(b, loc, vector::BitCastOp::create(b, loc, wide, v), half);
    return arith::ShRSIOp::create(b, loc, moved, half);
  };
  auto product = [&](Value x, Value y) -> Value {
    return vector::BitCastOp::create(b, loc, type, arith::MulIOp::create(b, loc, x, y));
  };
  SmallVector<int64_t> uppers;
  for (int64_t i = 1; i < lanes; i += 2)
    uppers.append({i, lanes + i});
  Value result = vector::ShuffleOp::create(b, loc, product(even(factors.x), even(factors.y)),
                                           product(odd(factors.x), odd(factors.y)), uppers);
  op.replaceAllUsesWith(result);
  op.erase();
}

void ingot::pairUpperProducts(Operation *root) {
  SmallVector<arith::TruncIOp> truncations;
  root->walk([&](arith::TruncIOp op) { truncations.push_back(op); });
  for (arith::TruncIOp op : truncations)
    if (auto factors = matchUpperProduct(op))
      pair(op, *factors);
}
