#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/IR/Matchers.h"
#include "passes/Passes.h"
#include "passes/tile/Constants.h"
#include "passes/tile/DotLayout.h"
#include "passes/tile/FormContractions.h"
#include "llvm/Support/Endian.h"

namespace ingot {
#define GEN_PASS_DEF_FORMINTEGERCONTRACTIONS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {

/// A generic that adds products of bytes to zeros of 32 bits: out += x * w.
struct ByteProduct {
  linalg::GenericOp op;
  Value x, w;
  AffineMap xMap, wMap, outMap;
  bool isUnsigned; ///< x; w is signed

  unsigned loops() const { return outMap.getNumDims(); }
  RankedTensorType wType() const { return cast<RankedTensorType>(w.getType()); }
  /// The tensor that is filled with zeros first.
  Value init() { return op.getDpsInits()[0].getDefiningOp<linalg::FillOp>().getOutputs()[0]; }
};

} // namespace

//===--- Matching ---------------------------------------------------------===//

static bool isZeroFill(Value value) {
  auto fill = value.getDefiningOp<linalg::FillOp>();
  return fill && matchPattern(fill.getInputs()[0], m_Zero());
}

/// True if `value` is the argument of the body, extended to 32 bits.
static bool isExtended(Value value, Value argument, bool &isUnsigned) {
  Operation *op = value.getDefiningOp();
  isUnsigned = isa_and_nonnull<arith::ExtUIOp>(op);
  return isa_and_nonnull<arith::ExtSIOp, arith::ExtUIOp>(op) && op->getOperand(0) == argument;
}

/// Matches a body acc + ext(x) * ext(w); whether x and w are unsigned.
static std::optional<std::pair<bool, bool>> matchBody(linalg::GenericOp op) {
  Block &body = *op.getBlock();
  auto add = body.getTerminator()->getOperand(0).getDefiningOp<arith::AddIOp>();
  Value x = body.getArgument(0), w = body.getArgument(1), acc = body.getArgument(2);
  if (!add || body.getOperations().size() != 5 || (add.getLhs() != acc && add.getRhs() != acc))
    return std::nullopt;
  auto mul = (add.getLhs() == acc ? add.getRhs() : add.getLhs()).getDefiningOp<arith::MulIOp>();
  std::pair<bool, bool> isUnsigned;
  if (!mul || !isExtended(mul.getLhs(), x, isUnsigned.first) ||
      !isExtended(mul.getRhs(), w, isUnsigned.second))
    return std::nullopt;
  return isUnsigned;
}

static std::optional<ByteProduct> matchProduct(linalg::GenericOp op) {
  if (!op.hasPureTensorSemantics() || op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 ||
      !isZeroFill(op.getDpsInits()[0]) ||
      !getElementTypeOrSelf(op.getResult(0).getType()).isInteger(32) ||
      llvm::any_of(op.getInputs(),
                   [](Value v) { return !getElementTypeOrSelf(v.getType()).isInteger(8); }))
    return std::nullopt;
  auto isUnsigned = matchBody(op);
  if (!isUnsigned || isUnsigned->second)
    return std::nullopt;
  auto maps = op.getIndexingMapsArray();
  ByteProduct p{op,      op.getInputs()[0], op.getInputs()[1], maps[0],
                maps[1], maps[2],           isUnsigned->first};
  bool isKnown = p.wType().hasStaticShape() && p.wType().getNumElements() > 0 && constantBytes(p.w);
  return isKnown ? std::optional(p) : std::nullopt;
}

//===--- Weights ----------------------------------------------------------===//

namespace {
/// Weight [depth][column] by strides in elements of the constant as it is; runs of the
/// layout follow each other along the depth. What lies beyond the constant is zero.
struct WeightsView {
  ConstantBytes constant;
  int64_t depth, columns, depthStride, columnStride;

  int8_t at(int64_t d, int64_t column) const {
    if (d >= depth)
      return 0;
    return constant.bytes[constant.isSplat ? 0 : d * depthStride + column * columnStride];
  }
};
} // namespace

/// Flipped bytes are x + 128 or, if unsigned, x - 128 as signed numbers.
static int32_t startOf(const WeightsView &view, int64_t column, bool isUnsigned) {
  uint32_t sum = 0;
  for (int64_t d = 0; d < view.depth; ++d)
    sum += uint32_t(int32_t(view.at(d, column)));
  return int32_t(sum * uint32_t(isUnsigned ? 128 : -128));
}

/// See DotLayout.
static Value packWeights(OpBuilder &b, Location loc, const WeightsView &view,
                         const DotLayout &layout, int64_t panel, bool isUnsigned) {
  int64_t panels = llvm::divideCeil(view.columns, panel), width = panel * layout.group;
  SmallVector<char, 0> packed(panels * layout.rows() * width);
  for (int64_t c = 0; c < view.columns; ++c) {
    char *at = packed.data() + c / panel * layout.rows() * width + c % panel * layout.group;
    if (layout.flips) {
      int32_t start = startOf(view, c, isUnsigned);
      llvm::support::endian::write32le(at, start);
      at += width;
    }
    for (int64_t run = 0; run < layout.runs; ++run)
      for (int64_t step = 0, done = 0; step < layout.steps(); ++step, at += width)
        for (int64_t j = 0; j < layout.group; ++j) {
          int64_t byte = layout.offset(step) + j;
          if (byte != done || byte >= layout.run)
            continue;
          at[j] = view.at(run * layout.run + byte, c);
          ++done;
        }
  }
  auto type = RankedTensorType::get({panels, layout.rows(), width}, b.getI8Type());
  return createConstant(b, loc, type, packed);
}

//===--- Forming ----------------------------------------------------------===//

namespace {
class Former {
public:
  Former(linalg::GenericOp op, ByteProduct &p, const TargetFacts &facts)
      : b(op), p(p), facts(facts), loc(op.getLoc()) {}

  bool form() { return formMatmul() || formConv() || formDepthwise(); }

private:
  bool formMatmul();
  bool formConv();
  bool formDepthwise();

  AffineMap dims(ArrayRef<unsigned> loops) const {
    return dimsMap(b.getContext(), p.loops(), loops);
  }
  rt::ContractOp create(StringRef kind, Value x, Value w, Value out) {
    rt::ContractOp op = createContraction(b, loc, kind, x, w, out);
    if (p.isUnsigned)
      op->setAttr("unsigned", b.getUnitAttr());
    return op;
  }
  /// The weights as the kernel reads them.
  Value pack(const DotLayout &layout, int64_t depthStride, int64_t columns, int64_t columnStride) {
    WeightsView view{*constantBytes(p.w), p.wType().getNumElements() / columns, columns,
                     depthStride, columnStride};
    int64_t panel = chooseDotTile(facts, columns).panel();
    return packWeights(b, loc, view, layout, panel, p.isUnsigned);
  }
  void setPacked(rt::ContractOp op) { op.setPanel(chooseDotTile(facts, op.columns()).panel()); }

  OpBuilder b;
  ByteProduct &p;
  const TargetFacts &facts;
  Location loc;
};
} // namespace

/// x [batch.., m, k], w [k, n] or [n, k].
bool Former::formMatmul() {
  unsigned rank = p.outMap.getNumResults(), k = rank, n = rank - 1;
  if (rank < 2 || p.loops() != rank + 1 || p.wMap.getNumResults() != 2)
    return false;
  auto outer = llvm::to_vector(llvm::seq<unsigned>(0, rank));
  auto inner = outer;
  inner.back() = k;
  bool isTransposed = p.wMap == dims({n, k});
  if (p.outMap != dims(outer) || p.xMap != dims(inner) || (!isTransposed && p.wMap != dims({k, n})))
    return false;
  int64_t depth = p.wType().getDimSize(isTransposed ? 1 : 0);
  int64_t columns = p.wType().getDimSize(isTransposed ? 0 : 1);
  DotLayout layout = DotLayout::ofMatmul(facts, depth, p.isUnsigned);
  Value w = pack(layout, isTransposed ? 1 : columns, columns, isTransposed ? depth : 1);
  Value out = p.init();
  rt::ContractOp op =
      create("matmul", collapseLeading(b, loc, p.x, 2), w, collapseLeading(b, loc, out, 2));
  op->setAttr("depth", b.getI64IntegerAttr(depth));
  setPacked(op);
  p.op.getResult(0).replaceAllUsesWith(expandLike(b, loc, op.getResult(), out, 2));
  return true;
}

namespace {
/// The input of windows: `x` without the border of `value` around it.
struct Bordered {
  Value x;
  SmallVector<int64_t, 2> pads = {0, 0};
  int64_t value = 0;
};
} // namespace

/// Borders are put around the input by inserting it into a tensor of one number.
static Bordered withoutBorder(Value x) {
  auto insert = x.getDefiningOp<tensor::InsertSliceOp>();
  auto fill = insert ? insert.getDest().getDefiningOp<linalg::FillOp>() : nullptr;
  auto type = cast<RankedTensorType>(x.getType());
  APInt value;
  if (!fill || !matchPattern(fill.getInputs()[0], m_ConstantInt(&value)) || type.isDynamicDim(1) ||
      type.isDynamicDim(2))
    return {x};
  ArrayRef<int64_t> offsets = insert.getStaticOffsets();
  RankedTensorType source = insert.getSourceType();
  bool isWhole = source.getRank() == 4 && offsets[0] == 0 && offsets[3] == 0 &&
                 source.getDimSize(0) == type.getDimSize(0) &&
                 source.getDimSize(3) == type.getDimSize(3) && !source.isDynamicDim(1) &&
                 !source.isDynamicDim(2) &&
                 llvm::all_of(insert.getStaticStrides(), [](int64_t s) { return s == 1; });
  if (!isWhole || ShapedType::isDynamic(offsets[1]) || ShapedType::isDynamic(offsets[2]))
    return {x};
  return {insert.getSource(), {offsets[1], offsets[2]}, value.getSExtValue()};
}

/// Code for borders grows with the taps of a row.
constexpr int64_t kMaxBorderTaps = 16, kMaxUnrolledTaps = 64;

/// Loops (n, oh, ow, oc, kh, kw, ic).
bool Former::formConv() {
  MLIRContext *context = b.getContext();
  if (p.loops() != 7 || p.outMap != dims({0, 1, 2, 3}) || p.wMap != dims({4, 5, 6, 3}) ||
      p.xMap.getNumResults() != 4 || p.xMap.getResult(0) != getAffineDimExpr(0, context) ||
      p.xMap.getResult(3) != getAffineDimExpr(6, context))
    return false;
  auto h = matchWindow(p.xMap.getResult(1), 1, 4, 7), w = matchWindow(p.xMap.getResult(2), 2, 5, 7);
  ArrayRef<int64_t> shape = p.wType().getShape();
  if (!h || !w || shape[1] > kMaxUnrolledTaps)
    return false;
  Bordered input = shape[1] <= kMaxBorderTaps ? withoutBorder(p.x) : Bordered{p.x};
  Value out = p.init();
  int64_t columns = shape[3];
  if (shape[0] == 1 && shape[1] == 1 && h->first == 1 && w->first == 1 && input.x == p.x) {
    DotLayout layout = DotLayout::ofMatmul(facts, shape[2], p.isUnsigned);
    rt::ContractOp op = create("matmul", collapseLeading(b, loc, p.x, 2),
                               pack(layout, columns, columns, 1), collapseLeading(b, loc, out, 2));
    op->setAttr("depth", b.getI64IntegerAttr(shape[2]));
    setPacked(op);
    p.op.getResult(0).replaceAllUsesWith(expandLike(b, loc, op.getResult(), out, 2));
    return true;
  }
  DotLayout layout = DotLayout::ofWindow(facts, shape.take_front(3), w->second, p.isUnsigned);
  rt::ContractOp op = create("conv", input.x, pack(layout, columns, columns, 1), out);
  op->setAttr("window", b.getDenseI64ArrayAttr(shape.take_front(3)));
  op->setAttr("pad_value", b.getI64IntegerAttr(input.value));
  setWindow(b, op, *h, *w, input.pads);
  setPacked(op);
  p.op.getResult(0).replaceAllUsesWith(op.getResult());
  return true;
}

/// Weights [kh, kw, c] in the order of DotLayout::ofDepthwise(): [kh / group][kw][group][c].
static SmallVector<char, 0> groupedTaps(const ConstantBytes &w, ArrayRef<int64_t> shape,
                                        const DotLayout &layout) {
  const int64_t height = shape[0], width = shape[1], channels = shape[2];
  SmallVector<char, 0> grouped(layout.runs * layout.group * channels);
  for (int64_t kh = 0; kh < height; ++kh)
    for (int64_t kw = 0; kw < width; ++kw) {
      int64_t to = (kh / layout.group * width + kw) * layout.group + kh % layout.group;
      for (int64_t c = 0; c < channels; ++c)
        grouped[to * channels + c] = w.bytes[w.isSplat ? 0 : (kh * width + kw) * channels + c];
    }
  return grouped;
}

/// Loops (n, oh, ow, c, kh, kw).
bool Former::formDepthwise() {
  MLIRContext *context = b.getContext();
  if (p.loops() != 6 || p.outMap != dims({0, 1, 2, 3}) || p.wMap != dims({4, 5, 3}) ||
      p.xMap.getNumResults() != 4 || p.xMap.getResult(0) != getAffineDimExpr(0, context) ||
      p.xMap.getResult(3) != getAffineDimExpr(3, context))
    return false;
  auto h = matchWindow(p.xMap.getResult(1), 1, 4, 6), w = matchWindow(p.xMap.getResult(2), 2, 5, 6);
  ArrayRef<int64_t> shape = p.wType().getShape();
  if (!h || !w || shape[1] > kMaxBorderTaps)
    return false;
  Bordered input = withoutBorder(p.x);
  DotLayout layout = DotLayout::ofDepthwise(facts, shape.take_front(2), p.isUnsigned);
  SmallVector<char, 0> taps = groupedTaps(*constantBytes(p.w), shape, layout);
  int64_t channels = shape[2], panel = chooseDotTile(facts, channels).lanes;
  WeightsView view{{taps, false}, layout.runs * layout.group, channels, channels, 1};
  rt::ContractOp op = create("depthwise", input.x,
                             packWeights(b, loc, view, layout, panel, p.isUnsigned), p.init());
  op->setAttr("window", b.getDenseI64ArrayAttr(shape.take_front(2)));
  op->setAttr("pad_value", b.getI64IntegerAttr(input.value));
  setWindow(b, op, *h, *w, input.pads);
  op.setPanel(panel);
  p.op.getResult(0).replaceAllUsesWith(op.getResult());
  return true;
}

namespace {
struct FormIntegerContractions : ingot::impl::FormIntegerContractionsBase<FormIntegerContractions> {
  void runOnOperation() override {
    TargetFacts facts = TargetFacts::of(getOperation());
    SmallVector<linalg::GenericOp> generics;
    getOperation().walk([&](linalg::GenericOp op) { generics.push_back(op); });
    for (linalg::GenericOp op : generics)
      if (auto product = matchProduct(op))
        if (Former(op, *product, facts).form())
          op.erase();
  }
};
} // namespace
