#include "mlir/Dialect/SCF/IR/SCF.h"
#include "passes/lower/Lower.h"

using namespace mlir;
using namespace ingot;

/// Elements are found again through a hash table with open addressing (linear
/// probing, at most half full) of positions in x; -1 marks a free slot.
namespace {
struct UniqueLowering {
  UniqueOp op;
  Lowering &l;
  Location loc;
  Type element;
  Value x, count, mask;

  UniqueLowering(UniqueOp op, Lowering &l)
      : op(op), l(l), loc(op.getLoc()), element(l.shapes.elementType(op.getX())), x(op.getX()) {}

  LogicalResult lower();

private:
  Value constant(OpBuilder &b, int64_t v) { return arith::ConstantIndexOp::create(b, loc, v); }
  Value vector(OpFoldResult size, Type type) {
    return tensor::EmptyOp::create(l.b, loc, ArrayRef<OpFoldResult>(size), type);
  }
  void chooseMask();
  Value hash(OpBuilder &b, Value key);
  Value same(OpBuilder &b, Value a, Value c);
  Value findSlot(OpBuilder &b, Value table, Value key);
  SmallVector<Value> visit(OpBuilder &b, Value i, ValueRange state);
  Value countIndices(Value indices, Value found);
};
} // namespace

/// One less than the number of slots: a power of two that is more than 2n.
void UniqueLowering::chooseMask() {
  Type i64 = l.b.getI64Type();
  Value doubled = arith::MulIOp::create(l.b, loc, count, constant(l.b, 2));
  Value bits = arith::IndexCastOp::create(l.b, loc, i64, doubled);
  for (int64_t shift : {1, 2, 4, 8, 16, 32}) {
    Value by = arith::ConstantOp::create(l.b, loc, l.b.getI64IntegerAttr(shift));
    bits = arith::OrIOp::create(l.b, loc, bits, arith::ShRUIOp::create(l.b, loc, bits, by));
  }
  mask = arith::IndexCastOp::create(l.b, loc, l.b.getIndexType(), bits);
}

/// A slot for the key: equal keys (0 and -0 too) have one hash.
Value UniqueLowering::hash(OpBuilder &b, Value key) {
  Type i64 = b.getI64Type();
  if (isa<FloatType>(key.getType())) {
    if (key.getType().getIntOrFloatBitWidth() == 16)
      key = arith::ExtFOp::create(b, loc, b.getF32Type(), key);
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(key.getType()));
    key = arith::AddFOp::create(b, loc, key, zero);
    key = arith::BitcastOp::create(b, loc, b.getIntegerType(key.getType().getIntOrFloatBitWidth()),
                                   key);
  }
  if (key.getType() != i64)
    key = arith::ExtUIOp::create(b, loc, i64, key);
  // Multiplicative hashing (Knuth, volume 3, 6.4), with the high bits folded in.
  auto number = [&](int64_t v) -> Value {
    return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(v));
  };
  Value product = arith::MulIOp::create(b, loc, key, number(int64_t(0x9E3779B97F4A7C15)));
  product =
      arith::XOrIOp::create(b, loc, product, arith::ShRUIOp::create(b, loc, product, number(32)));
  Value slot = arith::IndexCastOp::create(b, loc, b.getIndexType(), product);
  return arith::AndIOp::create(b, loc, slot, mask);
}

Value UniqueLowering::same(OpBuilder &b, Value a, Value c) {
  if (!isa<FloatType>(a.getType()))
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, a, c);
  if (a.getType().getIntOrFloatBitWidth() == 16) {
    a = arith::ExtFOp::create(b, loc, b.getF32Type(), a);
    c = arith::ExtFOp::create(b, loc, b.getF32Type(), c);
  }
  return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, a, c);
}

/// The slot that holds the key, or the free one where it would be.
Value UniqueLowering::findSlot(OpBuilder &b, Value table, Value key) {
  Value start = hash(b, key);
  auto loop = scf::WhileOp::create(
      b, loc, TypeRange(start.getType()), ValueRange(start),
      [&](OpBuilder &b, Location, ValueRange v) {
        Value at = tensor::ExtractOp::create(b, loc, table, v[0]), zero = constant(b, 0);
        Value taken = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, at, zero);
        Value other = tensor::ExtractOp::create(
            b, loc, x, ValueRange(arith::MaxSIOp::create(b, loc, at, zero).getResult()));
        Value differs = arith::XOrIOp::create(
            b, loc, same(b, key, other), arith::ConstantOp::create(b, loc, b.getBoolAttr(true)));
        scf::ConditionOp::create(b, loc, arith::AndIOp::create(b, loc, taken, differs), v);
      },
      [&](OpBuilder &b, Location, ValueRange v) {
        Value next = arith::AddIOp::create(b, loc, v[0], constant(b, 1));
        scf::YieldOp::create(b, loc,
                             ValueRange(arith::AndIOp::create(b, loc, next, mask).getResult()));
      });
  return loop.getResult(0);
}

/// Element i; the state is: table, indices, positions of the values, their number.
SmallVector<Value> UniqueLowering::visit(OpBuilder &b, Value i, ValueRange state) {
  Value key = tensor::ExtractOp::create(b, loc, x, i);
  Value slot = findSlot(b, state[0], key);
  Value at = tensor::ExtractOp::create(b, loc, state[0], slot);
  Value isNew = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, at, constant(b, 0));
  Value first = arith::SelectOp::create(b, loc, isNew, i, at);
  Value table = tensor::InsertOp::create(b, loc, first, state[0], slot);
  // The positions have room for one more than there can be values.
  Value positions = tensor::InsertOp::create(b, loc, i, state[2], state[3]);
  Value next = arith::IndexCastOp::create(b, loc, op.getIndex(), state[3]);
  Value known = tensor::ExtractOp::create(b, loc, state[1], first);
  Value number = arith::SelectOp::create(b, loc, isNew, next, known);
  Value indices = tensor::InsertOp::create(b, loc, number, state[1], i);
  Value grown = arith::AddIOp::create(b, loc, state[3], constant(b, 1));
  return {table, indices, positions, arith::SelectOp::create(b, loc, isNew, grown, state[3])};
}

/// How often each of `found` values is named.
Value UniqueLowering::countIndices(Value indices, Value found) {
  Type type = op.getIndex();
  Value one = arith::ConstantOp::create(l.b, loc, l.b.getIntegerAttr(type, 1));
  Value none =
      linalg::FillOp::create(l.b, loc, l.zero(loc, type), vector(found, type)).getResult(0);
  auto loop = scf::ForOp::create(
      l.b, loc, constant(l.b, 0), count, constant(l.b, 1), none,
      [&](OpBuilder &b, Location, Value i, ValueRange counts) {
        Value index = tensor::ExtractOp::create(b, loc, indices, i);
        index = arith::IndexCastOp::create(b, loc, b.getIndexType(), index);
        Value old = tensor::ExtractOp::create(b, loc, counts[0], index);
        Value more = arith::AddIOp::create(b, loc, old, one);
        scf::YieldOp::create(
            b, loc,
            ValueRange(tensor::InsertOp::create(b, loc, more, counts[0], index).getResult()));
      });
  return loop.getResult(0);
}

LogicalResult UniqueLowering::lower() {
  Dim extent = l.shapes.dims(x)[0];
  Type index = l.b.getIndexType();
  count = l.index(loc, extent);
  chooseMask();
  Value zero = constant(l.b, 0), one = constant(l.b, 1);
  Value slots = arith::AddIOp::create(l.b, loc, mask, one);
  Value table =
      linalg::FillOp::create(l.b, loc, constant(l.b, -1), vector(slots, index)).getResult(0);
  Value indices = l.empty(loc, extent, op.getIndex());
  Value positions = vector(arith::AddIOp::create(l.b, loc, count, one).getResult(), index);
  auto loop =
      scf::ForOp::create(l.b, loc, zero, count, one, ValueRange{table, indices, positions, zero},
                         [&](OpBuilder &b, Location, Value i, ValueRange state) {
                           scf::YieldOp::create(b, loc, visit(b, i, state));
                         });
  // The bound lets the arena be sized before the call.
  Value found = arith::MinUIOp::create(l.b, loc, loop.getResult(3), count);
  Value order = loop.getResult(2);
  AffineMap identity = l.identity(1);
  Value init = vector(found, storageType(element));
  auto values = linalg::GenericOp::create(
      l.b, loc, init.getType(), ValueRange(), init, identity, utils::IteratorType::parallel,
      [&](OpBuilder &b, Location, ValueRange) {
        Value row = tensor::ExtractOp::create(
            b, loc, order, ValueRange(linalg::IndexOp::create(b, loc, 0).getResult()));
        Value value = tensor::ExtractOp::create(b, loc, x, row);
        linalg::YieldOp::create(b, loc, value);
      });
  return l.replace(
      op, {values.getResult(0), loop.getResult(1), countIndices(loop.getResult(1), found)});
}

static LogicalResult lowerUnique(UniqueOp op, Lowering &l) { return UniqueLowering(op, l).lower(); }

void ingot::addUniqueLowerings(LowerTable &table) { addLowering<UniqueOp, lowerUnique>(table); }
