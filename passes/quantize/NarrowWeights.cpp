#include "passes/Passes.h"
#include "passes/quantize/Integers.h"
#include "passes/quantize/Plan.h"

namespace ingot {
#define GEN_PASS_DEF_NARROWWEIGHTS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// Constants with fewer elements are not worth a conversion.
constexpr int64_t kFewElements = 64;

/// The operand that weights are, of ops that have some.
static OpOperand *weightsOf(Operation *op) {
  if (isa<MatmulOp, ConvOp, DepthwiseConvOp, TransposedConvOp>(op))
    return &op->getOpOperand(1);
  return isa<GatherOp>(op) ? &op->getOpOperand(0) : nullptr;
}

/// The constant, rounded to nearest even.
static Value narrowed(OpBuilder &b, Value constant, FloatType to) {
  SmallVector<char, 0> bytes;
  for (float value : floatsOf(constant)) {
    APFloat number(value);
    bool losesInfo;
    number.convert(to.getFloatSemantics(), APFloat::rmNearestTiesToEven, &losesInfo);
    uint64_t bits = number.bitcastToAPInt().getZExtValue();
    bytes.push_back(char(bits));
    bytes.push_back(char(bits >> 8));
  }
  return weightConstant(b, constant.getLoc(), withElement(constant.getType(), to), bytes);
}

/// Rows of a table are converted when they are taken; other weights before their use.
static void narrow(OpOperand &weights, FloatType to) {
  Operation *op = weights.getOwner();
  IntegerBuilder b(op->getContext(), "double");
  b.setInsertionPoint(op);
  Location loc = op->getLoc();
  Value constant = narrowed(b, weights.get(), to);
  Type f32 = b.getF32Type();
  auto widened = [&](Value x) {
    return b.emit<CastOp>(loc, withElement(x.getType(), f32), x,
                          {b.named("to", TypeAttr::get(f32))});
  };
  if (!isa<GatherOp>(op)) {
    weights.set(widened(constant));
    return;
  }
  weights.set(constant);
  Value rows = op->getResult(0);
  rows.setType(withElement(rows.getType(), to));
  b.setInsertionPointAfter(op);
  Value wide = widened(rows);
  rows.replaceAllUsesExcept(wide, wide.getDefiningOp());
}

namespace {
struct NarrowWeights : ingot::impl::NarrowWeightsBase<NarrowWeights> {
  using NarrowWeightsBase::NarrowWeightsBase;

  void runOnOperation() override {
    KeptNodes kept(keepFloat);
    MLIRContext *context = &getContext();
    FloatType to = type == "bf16" ? FloatType(BFloat16Type::get(context))
                                  : FloatType(Float16Type::get(context));
    getOperation().walk([&](Operation *op) {
      OpOperand *weights = kept.contains(op) ? nullptr : weightsOf(op);
      if (weights && isFloatConstant(weights->get()) &&
          cast<ShapedType>(weights->get().getType()).getNumElements() >= kFewElements)
        narrow(*weights, to);
    });
    if (failed(kept.checkAllFound(getOperation())))
      signalPassFailure();
  }
};
} // namespace
