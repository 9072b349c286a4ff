#include "passes/memory/BumpRegion.h"
#include "dialects/rt/Rt.h"
#include "ingot/ingot.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "passes/memory/ArenaPlan.h"
#include "passes/memory/Lifetimes.h"

using namespace mlir;
using namespace ingot;

static constexpr llvm::StringLiteral tooSmall =
    "the arena is too small for results whose size the data tells";

static Value withoutCasts(Value value) {
  while (auto cast = value.getDefiningOp<memref::CastOp>())
    value = cast.getSource();
  return value;
}

bool BumpRegion::isCarried(memref::AllocOp op) {
  Operation *end = op->getBlock()->getTerminator();
  return isa<scf::YieldOp>(end) && isa<LoopLikeOpInterface>(end->getParentOp()) &&
         llvm::any_of(end->getOperands(),
                      [&](Value v) { return withoutCasts(v) == op.getResult(); });
}

BumpRegion::BumpRegion(Value arena, Value start) : arena(arena) {
  OpBuilder b(arena.getContext());
  b.setInsertionPointAfterValue(start);
  Location loc = arena.getLoc();
  cursor = memref::AllocaOp::create(b, loc, MemRefType::get({}, b.getIndexType()));
  memref::StoreOp::create(b, loc, start, cursor);
  limit = memref::DimOp::create(b, loc, arena, arith::ConstantIndexOp::create(b, loc, 0));
}

/// The innermost region of a loop that the op is in; null if there is none.
static Region *loopAround(Operation *op) {
  Region *region = op->getParentRegion();
  while (region && !isa<LoopLikeOpInterface>(region->getParentOp()))
    region = region->getParentOp()->getParentRegion();
  return region;
}

/// Bytes of the buffer, rounded up to the alignment; a check that no product wraps
/// around: sizes that the data tells may be any.
Value BumpRegion::checkedBytes(OpBuilder &b, memref::AllocOp op, int64_t unit) {
  Location loc = op.getLoc();
  Value zero = arith::ConstantIndexOp::create(b, loc, 0), fits;
  Value bytes = arith::ConstantIndexOp::create(b, loc, unit);
  for (Value size : op.getDynamicSizes()) {
    auto product = arith::MulUIExtendedOp::create(b, loc, bytes, size);
    bytes = product.getLow();
    Value isExact =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, product.getHigh(), zero);
    fits = fits ? arith::AndIOp::create(b, loc, fits, isExact).getResult() : isExact;
  }
  Value isWithin = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ule, bytes, limit);
  fits = fits ? arith::AndIOp::create(b, loc, fits, isWithin).getResult() : isWithin;
  rt::CheckOp::create(b, loc, fits, int32_t(INGOT_ARENA_TOO_SMALL), tooSmall);
  Value mask = arith::ConstantIndexOp::create(b, loc, kArenaAlignment - 1);
  Value inverse = arith::ConstantIndexOp::create(b, loc, -kArenaAlignment);
  return arith::AndIOp::create(b, loc, arith::AddIOp::create(b, loc, bytes, mask), inverse);
}

void BumpRegion::place(memref::AllocOp op, int64_t unit) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  Value offset = memref::LoadOp::create(b, loc, cursor);
  Value bytes = checkedBytes(b, op, unit);
  Value next = arith::AddIOp::create(b, loc, offset, bytes);
  Value fits = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ule, next, limit);
  rt::CheckOp::create(b, loc, fits, int32_t(INGOT_ARENA_TOO_SMALL), tooSmall);
  memref::StoreOp::create(b, loc, next, cursor);
  auto view = memref::ViewOp::create(b, loc, op.getType(), arena, offset, op.getDynamicSizes());
  if (Region *body = loopAround(op))
    loops.insert(body);
  if (isCarried(op))
    carried[op->getParentRegion()].push_back({view, bytes});
  op.replaceAllUsesWith(view.getResult());
  op.erase();
}

/// Moves the buffer to offset `to`, which is not behind it; returns its new end.
Value BumpRegion::moveDown(OpBuilder &b, const Carried &carried, Value to) {
  memref::ViewOp view = carried.view;
  Location loc = view.getLoc();
  constexpr int64_t wordBytes = 8;
  Value zero = arith::ConstantIndexOp::create(b, loc, 0),
        one = arith::ConstantIndexOp::create(b, loc, 1);
  Value word = arith::ConstantIndexOp::create(b, loc, wordBytes);
  auto inWords = [&](Value bytes) -> Value { return arith::DivUIOp::create(b, loc, bytes, word); };
  Value words = memref::ViewOp::create(
      b, loc, MemRefType::get({ShapedType::kDynamic}, b.getI64Type()), arena, zero, inWords(limit));
  Value source = inWords(view.getByteShift()), target = inWords(to), count = inWords(carried.bytes);
  // The places may overlap: words are moved in ascending order.
  scf::ForOp::create(
      b, loc, zero, count, one, {}, [&](OpBuilder &b, Location loc, Value i, ValueRange) {
        Value value = memref::LoadOp::create(b, loc, words,
                                             arith::AddIOp::create(b, loc, source, i).getResult());
        memref::StoreOp::create(b, loc, value, words,
                                arith::AddIOp::create(b, loc, target, i).getResult());
        scf::YieldOp::create(b, loc);
      });
  Value moved = memref::ViewOp::create(b, loc, view.getType(), arena, to, view.getSizes());
  Operation *end = view->getBlock()->getTerminator();
  for (OpOperand &operand : end->getOpOperands())
    if (withoutCasts(operand.get()) == view.getResult())
      operand.set(operand.get().getType() == moved.getType()
                      ? moved
                      : memref::CastOp::create(b, loc, operand.get().getType(), moved).getResult());
  return arith::AddIOp::create(b, loc, to, carried.bytes);
}

void BumpRegion::endIteration(Region &body) {
  ArrayRef<Carried> handedOn = carried[&body];
  // Without values to hand on, the region is as long as when the iteration began.
  auto b =
      handedOn.empty() ? OpBuilder::atBlockBegin(&body.front()) : OpBuilder(body.getParentOp());
  Value start = memref::LoadOp::create(b, body.getLoc(), cursor);
  b.setInsertionPoint(body.back().getTerminator());
  for (const Carried &buffer : handedOn)
    start = moveDown(b, buffer, start);
  memref::StoreOp::create(b, body.getLoc(), start, cursor);
}

void BumpRegion::finish() {
  for (Region *body : loops)
    endIteration(*body);
}

/// The copy that fills the buffer, if all that is done with the buffer else is
/// that `end` hands it on.
static memref::CopyOp copyHandedOn(memref::AllocOp buffer, Operation *end) {
  memref::CopyOp found;
  for (Operation *user : buffer->getUsers()) {
    auto copy = dyn_cast<memref::CopyOp>(user);
    bool fills = copy && copy.getTarget() == buffer.getResult() && !found &&
                 copy.getSource().getType() == buffer.getType();
    if (fills)
      found = copy;
    else if (user != end)
      return nullptr;
  }
  return found;
}

/// True if behind `op` the block does nothing but copy.
static bool onlyCopiesFollow(Operation *op) {
  Operation *end = op->getBlock()->getTerminator();
  while ((op = op->getNextNode()) != end)
    if (!isa<memref::AllocOp, memref::CopyOp, memref::DimOp>(op))
      return false;
  return true;
}

/// True if the loop may hand on `source` in place of a copy that was made of it.
static bool mayHandOn(Value source, memref::CopyOp copy) {
  if (isa<scf::ConditionOp>(copy->getBlock()->getTerminator()))
    return isa<BlockArgument>(source) && source.getParentBlock() == copy->getBlock() &&
           onlyCopiesFollow(copy);
  auto alloc = source.getDefiningOp<memref::AllocOp>();
  return alloc && alloc->getBlock() == copy->getBlock() && isLastUse(alloc, copy);
}

void ingot::dropCarriedCopies(func::FuncOp function) {
  SmallVector<Operation *> ends;
  function.walk([&](Operation *op) {
    if (isa<scf::YieldOp, scf::ConditionOp>(op) && isa<LoopLikeOpInterface>(op->getParentOp()))
      ends.push_back(op);
  });
  for (Operation *end : ends)
    for (Value value : llvm::to_vector(end->getOperands())) {
      auto buffer = value.getDefiningOp<memref::AllocOp>();
      auto copy = buffer && buffer->getBlock() == end->getBlock() ? copyHandedOn(buffer, end)
                                                                  : memref::CopyOp();
      if (!copy || !mayHandOn(copy.getSource(), copy))
        continue;
      buffer.replaceAllUsesWith(copy.getSource());
      copy.erase();
      buffer.erase();
    }
}
