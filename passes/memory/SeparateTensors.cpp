#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_SEPARATETENSORS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// Each use of the result gets an op of its own, in front of the user.
static void separate(Operation *op, llvm::function_ref<bool(OpOperand &)> isSeparate) {
  for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
    OpBuilder b(use.getOwner());
    if (!isSeparate(use))
      continue;
    if (op->hasOneUse())
      op->moveBefore(use.getOwner());
    else
      use.set(b.clone(*op)->getResult(0));
  }
}

/// True if the user goes on from the elements to its own result.
static bool isInit(OpOperand &use) {
  auto user = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
  return user && user.isDpsInit(&use);
}

/// True if the destination is the variable of a loop that goes on with the result.
static bool isNextValue(bufferization::MaterializeInDestinationOp store) {
  auto variable = dyn_cast<BlockArgument>(store.getDest());
  if (!variable || !isa<LoopLikeOpInterface>(variable.getOwner()->getParentOp()))
    return false;
  return llvm::is_contained(store->getUsers(), variable.getOwner()->getTerminator());
}

/// The next value of a loop variable whose loop has run once, and is gone: two variables
/// may have had the same initial value, and it may be read again; its memory is not theirs
/// now.
static void dropInlined(bufferization::MaterializeInDestinationOp store) {
  store.getResult().replaceAllUsesWith(store.getSource());
  store.erase();
}

/// True if the tensor is to lie in memory that is not of its op's choosing.
static bool isStored(Value tensor) {
  return llvm::any_of(tensor.getUsers(), [](Operation *user) {
    return isa<func::ReturnOp, bufferization::MaterializeInDestinationOp>(user);
  });
}

/// Of two tensors, one of which is stored, empty-tensor elimination would compute both in
/// the destination, one over the other: the elements are chosen instead.
static void chooseElements(arith::SelectOp select) {
  OpBuilder b(select);
  Location loc = select.getLoc();
  auto type = cast<RankedTensorType>(select.getType());
  auto sizes = tensor::getMixedSizes(b, loc, select.getTrueValue());
  Value memory = tensor::EmptyOp::create(b, loc, sizes, type.getElementType());
  SmallVector<AffineMap> maps(3, b.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> loops(type.getRank(), utils::IteratorType::parallel);
  auto chosen = linalg::GenericOp::create(
      b, loc, type, ValueRange{select.getTrueValue(), select.getFalseValue()}, memory, maps, loops,
      [&](OpBuilder &inner, Location at, ValueRange element) {
        Value one =
            arith::SelectOp::create(inner, at, select.getCondition(), element[0], element[1]);
        linalg::YieldOp::create(inner, at, one);
      });
  select.replaceAllUsesWith(chosen.getResult(0));
  select.erase();
}

namespace {
struct SeparateTensors : ingot::impl::SeparateTensorsBase<SeparateTensors> {
  void runOnOperation() override {
    for (auto store : all<bufferization::MaterializeInDestinationOp>())
      if (!isNextValue(store))
        dropInlined(store);
    for (auto select : all<arith::SelectOp>())
      if (isa<RankedTensorType>(select.getType()) && select.getCondition().getType().isInteger(1) &&
          isStored(select))
        chooseElements(select);
    // Fills first: those that are made here share a tensor.
    for (linalg::FillOp fill : all<linalg::FillOp>())
      if (fill.hasPureTensorSemantics())
        separate(fill, isInit);
    for (tensor::EmptyOp empty : all<tensor::EmptyOp>())
      separate(empty, [](OpOperand &) { return true; });
  }

  template <class Op> SmallVector<Op> all() {
    SmallVector<Op> ops;
    getOperation().walk([&](Op op) { ops.push_back(op); });
    return ops;
  }
};
} // namespace
