#include "passes/Passes.h"
#include "passes/quantize/Integers.h"
#include "passes/quantize/KeptNodes.h"

#include "mlir/IR/Matchers.h"

namespace ingot {
#define GEN_PASS_DEF_QUANTIZEROWS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// Products with fewer weights stay floats: they are small already, and rows take time to
/// quantize. The threshold is that of TensorFlow Lite's converter.
constexpr int64_t kFewWeights = 1024;

/// Whether no element can be below 0, as far as the ops before tell.
static bool isNotNegative(Value value, unsigned depth = 0) {
  constexpr unsigned kMostOps = 16;
  Operation *op = value.getDefiningOp();
  if (!op || depth == kMostOps)
    return false;
  auto is = [&](Value v) { return isNotNegative(v, depth + 1); };
  if (isa<ReluOp, Relu6Op, SigmoidOp, SquareOp, AbsOp, ExpOp>(op))
    return true;
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return !softmax.getLog();
  if (auto pad = dyn_cast<PadOp>(op))
    return matchPattern(pad.getValue(), m_AnyZeroFloat()) && is(pad.getX());
  if (isa<MaxPoolOp, AvgPoolOp, ReshapeOp, TransposeOp, SliceOp, StridedSliceOp, ReduceMaxOp,
          ReduceMeanOp, ReduceSumOp>(op))
    return is(op->getOperand(0));
  return isa<ConcatOp>(op) && llvm::all_of(op->getOperands(), is);
}

namespace {
/// x in 8 bits, and the step of each row.
struct Rows {
  Value numbers, steps;
  int64_t zeroPoint;
};

class RowQuantizer {
public:
  explicit RowQuantizer(Operation *op) : b(op->getContext(), "double"), op(op), loc(op->getLoc()) {
    b.setInsertionPoint(op);
  }

  void rewrite(const WeightedOp &weighted);

private:
  Rows quantizeRows(Value x, ArrayRef<int64_t> axes);
  Value real(double value) {
    auto type = RankedTensorType::get({}, b.getF32Type());
    return ConstantOp::create(b, loc, DenseElementsAttr::get(type, float(value)));
  }

  IntegerBuilder b;
  Operation *op;
  Location loc;
};
} // namespace

/// The largest magnitude of a row becomes 127 steps, or 255 where nothing is negative; a row
/// of zeros has a step of 1. After: SymmetricQuantizeFloats in
/// tensorflow/lite/kernels/internal/portable_tensor_utils.cc.
Rows RowQuantizer::quantizeRows(Value x, ArrayRef<int64_t> axes) {
  auto type = cast<RankedTensorType>(x.getType());
  SmallVector<int64_t> shape(type.getShape());
  for (int64_t axis : axes)
    shape[axis] = 1;
  auto rowType = RankedTensorType::get(shape, b.getF32Type());
  bool isPositive = isNotNegative(x);
  const double steps = isPositive ? 255 : 127;
  const int64_t zeroPoint = isPositive ? -128 : 0;
  Value magnitudes = b.emit<AbsOp>(loc, type, x);
  Value most = b.emit<ReduceMaxOp>(
      loc, rowType, magnitudes,
      {b.named("axes", b.getDenseI64ArrayAttr(axes)), b.named("keep_dims", b.getBoolAttr(true))});
  Value isZero = b.emit<EqualOp>(loc, withElement(rowType, b.getI1Type()), {most, real(0)});
  most = b.emit<SelectOp>(loc, rowType, {isZero, real(steps), most});
  Value inverse = b.emit<DivOp>(loc, rowType, {real(steps), most});
  Value scaled = b.emit<MulOp>(loc, type, {x, inverse});
  return {b.quantize(loc, scaled, Scale{1, zeroPoint}),
          b.emit<DivOp>(loc, rowType, {most, real(steps)}), zeroPoint};
}

/// A row of a matrix has a scale of its own, and each image of a convolution.
void RowQuantizer::rewrite(const WeightedOp &weighted) {
  int64_t rank = cast<ShapedType>(op->getOperand(0).getType()).getRank();
  SmallVector<int64_t> axes;
  for (int64_t axis = isa<MatmulOp>(op) ? rank - 1 : 1; axis < rank; ++axis)
    axes.push_back(axis);
  Rows x = quantizeRows(op->getOperand(0), axes);
  IntegerWeights weights = IntegerWeights::of(weighted);
  Accumulator acc;
  auto offsets = llvm::map_to_vector(weights.sums, [&](int64_t n) { return -x.zeroPoint * n; });
  Value sums = integerProduct(b, op, x.numbers, weights.constant(b, weighted), x.zeroPoint);
  acc.sums = b.addByChannel(loc, sums, offsets);
  acc.steps.assign(weights.steps.begin(), weights.steps.end());
  Value y = b.finishFloat(loc, acc);
  y = b.emit<MulOp>(loc, y.getType(), {y, x.steps});
  op->getResult(0).replaceAllUsesWith(y);
  op->erase();
}

namespace {
struct QuantizeRows : ingot::impl::QuantizeRowsBase<QuantizeRows> {
  using QuantizeRowsBase::QuantizeRowsBase;

  void runOnOperation() override {
    KeptNodes kept(keepFloat);
    getOperation().walk([&](Operation *op) {
      if (kept.contains(op))
        return;
      auto weighted = quantizableOp(op);
      if (weighted && cast<ShapedType>(op->getOperand(1).getType()).getNumElements() >= kFewWeights)
        RowQuantizer(op).rewrite(*weighted);
    });
    if (failed(kept.checkAllFound(getOperation())))
      signalPassFailure();
  }
};
} // namespace
