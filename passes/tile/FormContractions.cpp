#include "passes/tile/FormContractions.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/IR/Matchers.h"
#include "passes/Passes.h"
#include "passes/tile/Constants.h"
#include "passes/tile/Tiles.h"

namespace ingot {
#define GEN_PASS_DEF_FORMCONTRACTIONS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {

/// A generic that adds products to zero: out += x * w.
struct Product {
  linalg::GenericOp op;
  Value x, w;
  AffineMap xMap, wMap, outMap;
  unsigned loops() const { return outMap.getNumDims(); }
};

/// x, w and out of a contraction of the kind that rt.contract takes.
struct Operands {
  Value x, w, out;
  bool isShared = true; ///< w has no batch dimension
};

} // namespace

static bool isZeroFill(Value value) {
  auto fill = value.getDefiningOp<linalg::FillOp>();
  return fill && matchPattern(fill.getInputs()[0], m_AnyZeroFloat());
}

/// Matches a body acc + x * w of floats.
static bool isMultiplyAdd(linalg::GenericOp op) {
  Block &body = *op.getBlock();
  auto yield = cast<linalg::YieldOp>(body.getTerminator());
  auto add = yield.getOperand(0).getDefiningOp<arith::AddFOp>();
  if (!add || body.getOperations().size() != 3)
    return false;
  Value acc = body.getArgument(2), x = body.getArgument(0), w = body.getArgument(1);
  Value other = add.getLhs() == acc ? add.getRhs() : add.getLhs();
  auto mul = other.getDefiningOp<arith::MulFOp>();
  bool usesAcc = add.getLhs() == acc || add.getRhs() == acc;
  return usesAcc && mul &&
         ((mul.getLhs() == x && mul.getRhs() == w) || (mul.getLhs() == w && mul.getRhs() == x));
}

static std::optional<Product> matchProduct(linalg::GenericOp op) {
  if (!op.hasPureTensorSemantics() || op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 ||
      !isMultiplyAdd(op) || !isZeroFill(op.getDpsInits()[0]))
    return std::nullopt;
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  if (!type.getElementType().isF32() && !type.getElementType().isF64())
    return std::nullopt;
  auto maps = op.getIndexingMapsArray();
  return Product{op, op.getInputs()[0], op.getInputs()[1], maps[0], maps[1], maps[2]};
}

AffineMap ingot::dimsMap(MLIRContext *context, unsigned loops, ArrayRef<unsigned> dims) {
  SmallVector<AffineExpr> exprs;
  for (unsigned d : dims)
    exprs.push_back(getAffineDimExpr(d, context));
  return AffineMap::get(loops, 0, exprs, context);
}

//===--- Building ---------------------------------------------------------===//

static SmallVector<ReassociationIndices> leadingCollapsed(int64_t rank, int64_t kept) {
  SmallVector<ReassociationIndices> groups(1);
  for (int64_t d = 0; d < rank; ++d) {
    if (d > rank - kept)
      groups.push_back({});
    groups.back().push_back(d);
  }
  return groups;
}

Value ingot::collapseLeading(OpBuilder &b, Location loc, Value value, int64_t kept) {
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  if (rank <= kept)
    return value;
  return tensor::CollapseShapeOp::create(b, loc, value, leadingCollapsed(rank, kept));
}

Value ingot::expandLike(OpBuilder &b, Location loc, Value value, Value like, int64_t kept) {
  auto type = cast<RankedTensorType>(like.getType());
  if (value.getType() == type)
    return value;
  return tensor::ExpandShapeOp::create(b, loc, type, value, leadingCollapsed(type.getRank(), kept),
                                       tensor::getMixedSizes(b, loc, like));
}

rt::ContractOp ingot::createContraction(OpBuilder &b, Location loc, StringRef kind, Value x,
                                        Value w, Value out) {
  OperationState state(loc, rt::ContractOp::getOperationName());
  state.addOperands({x, w, out});
  state.addAttribute("kind", b.getStringAttr(kind));
  state.addAttribute("extra_maps", b.getAffineMapArrayAttr({}));
  state.addTypes(out.getType());
  Block *body = new Block;
  state.addRegion()->push_back(body);
  Value sum = body->addArgument(getElementTypeOrSelf(out.getType()), loc);
  auto op = cast<rt::ContractOp>(b.create(state));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(body);
  rt::YieldOp::create(b, loc, sum);
  return op;
}

//===--- Weights ----------------------------------------------------------===//

namespace {
/// A constant matrix [taps, rows, columns] of the weights, by strides in
/// elements of the constant as it is.
struct WeightsView {
  int64_t depth, columns; ///< depth: taps and input channels together
  int64_t depthStride, columnStride;
};
} // namespace

/// Constant weights in panels: [columns / panel][depth][panel], zeros behind
/// the last column.
static Value packWeights(OpBuilder &b, Location loc, Value w, const WeightsView &view,
                         int64_t panel) {
  auto constant = constantBytes(w);
  if (!constant)
    return {};
  Type element = cast<RankedTensorType>(w.getType()).getElementType();
  int64_t width = element.getIntOrFloatBitWidth() / 8;
  int64_t panels = llvm::divideCeil(view.columns, panel);
  SmallVector<char, 0> packed(panels * view.depth * panel * width);
  for (int64_t p = 0; p < panels; ++p)
    for (int64_t d = 0; d < view.depth; ++d)
      for (int64_t c = p * panel; c < std::min(view.columns, (p + 1) * panel); ++c) {
        int64_t from = constant->isSplat ? 0 : d * view.depthStride + c * view.columnStride;
        char *to = &packed[((p * view.depth + d) * panel + c - p * panel) * width];
        std::memcpy(to, constant->bytes.data() + from * width, width);
      }
  auto type = RankedTensorType::get({panels, view.depth, panel}, element);
  return createConstant(b, loc, type, packed);
}

/// Packs the weights of a product or convolution if they are constant.
static void packConstant(OpBuilder &b, rt::ContractOp op, const WeightsView &view,
                         const TargetFacts &facts) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(op);
  Type element = getElementTypeOrSelf(op.getW().getType());
  RegisterTile tile =
      chooseTile(facts, element.getIntOrFloatBitWidth() / 8, view.columns, view.depth);
  if (Value packed = packWeights(b, op.getLoc(), op.getW(), view, tile.panel())) {
    op.getWMutable().assign(packed);
    op.setPanel(tile.panel());
  }
}

//===--- Products ---------------------------------------------------------===//

/// A matrix product: x [batch.., m, k], w [k, n] or [batch.., k, n], either
/// with its last two dimensions swapped in w.
static LogicalResult formMatmul(OpBuilder &b, Product p, const TargetFacts &facts) {
  MLIRContext *context = b.getContext();
  unsigned rank = p.outMap.getNumResults(), loops = p.loops();
  if (rank < 2 || loops != rank + 1)
    return failure();
  unsigned m = rank - 2, n = rank - 1, k = rank;
  auto batch = llvm::to_vector(llvm::seq<unsigned>(0, m));
  SmallVector<unsigned> x(batch), w, wt;
  x.append({m, k});
  w = wt = batch;
  w.append({k, n});
  wt.append({n, k});
  auto is = [&](AffineMap map, ArrayRef<unsigned> dims) {
    return map == dimsMap(context, loops, dims);
  };
  SmallVector<unsigned> out(batch);
  out.append({m, n});
  if (!is(p.outMap, out) || !is(p.xMap, x))
    return failure();
  bool isShared = is(p.wMap, {k, n}) || is(p.wMap, {n, k});
  bool isTransposed = is(p.wMap, {n, k}) || (!isShared && is(p.wMap, wt));
  if (!isShared && !isTransposed && !is(p.wMap, w))
    return failure();

  Location loc = p.op.getLoc();
  auto wType = cast<RankedTensorType>(p.w.getType());
  int64_t kept = isShared ? 2 : 3;
  Value init = p.op.getDpsInits()[0].getDefiningOp<linalg::FillOp>().getOutputs()[0];
  bool isConstant = isShared && constantBytes(p.w);
  Value weights = p.w;
  if (isTransposed && !isConstant)
    weights = [&] {
      auto permutation = llvm::to_vector(llvm::seq<int64_t>(0, wType.getRank()));
      std::swap(permutation.end()[-1], permutation.end()[-2]);
      SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, p.w);
      std::swap(sizes.end()[-1], sizes.end()[-2]);
      Value empty = tensor::EmptyOp::create(b, loc, sizes, wType.getElementType());
      return linalg::TransposeOp::create(b, loc, p.w, empty, permutation)->getResult(0);
    }();
  Value flatX = collapseLeading(b, loc, p.x, kept), flatOut = collapseLeading(b, loc, init, kept);
  rt::ContractOp op = createContraction(
      b, loc, "matmul", flatX, isShared ? weights : collapseLeading(b, loc, weights, 3), flatOut);
  if (isConstant) {
    int64_t depth = wType.getDimSize(isTransposed ? 1 : 0),
            columns = wType.getDimSize(isTransposed ? 0 : 1);
    packConstant(b, op, {depth, columns, isTransposed ? 1 : columns, isTransposed ? depth : 1},
                 facts);
  }
  p.op.getResult(0).replaceAllUsesWith(expandLike(b, loc, op.getResult(), init, kept));
  return success();
}

//===--- Convolutions -----------------------------------------------------===//

std::optional<std::pair<int64_t, int64_t>> ingot::matchWindow(AffineExpr expr, unsigned i,
                                                              unsigned j, unsigned loops) {
  SmallVector<int64_t> flat;
  if (failed(getFlattenedAffineExpr(expr, loops, 0, &flat)))
    return std::nullopt;
  for (auto [d, factor] : llvm::enumerate(flat))
    if (factor != 0 && d != i && d != j)
      return std::nullopt;
  if (flat[i] <= 0 || flat[j] <= 0)
    return std::nullopt;
  return std::pair(flat[i], flat[j]);
}

/// x without the border of zeros that was put around it, and the extents of
/// that border above and to the left.
static std::pair<Value, SmallVector<int64_t, 2>> withoutPadding(Value x) {
  SmallVector<int64_t, 2> none = {0, 0};
  auto pads = [&](ArrayRef<int64_t> offsets) -> std::optional<SmallVector<int64_t, 2>> {
    if (offsets.size() != 4 || offsets[0] != 0 || offsets[3] != 0 ||
        ShapedType::isDynamic(offsets[1]) || ShapedType::isDynamic(offsets[2]))
      return std::nullopt;
    return SmallVector<int64_t, 2>{offsets[1], offsets[2]};
  };
  if (auto insert = x.getDefiningOp<tensor::InsertSliceOp>()) {
    auto p = pads(insert.getStaticOffsets());
    bool wholeRows = llvm::all_of(insert.getStaticStrides(), [](int64_t s) { return s == 1; });
    auto type = cast<RankedTensorType>(x.getType());
    bool isStatic = !type.isDynamicDim(1) && !type.isDynamicDim(2);
    if (p && wholeRows && isStatic && isZeroFill(insert.getDest()) &&
        insert.getSourceType().getRank() == 4 &&
        insert.getSourceType().getDimSize(3) == type.getDimSize(3))
      return {insert.getSource(), *p};
  }
  if (auto pad = x.getDefiningOp<tensor::PadOp>()) {
    Value value = pad.getConstantPaddingValue();
    auto p = pads(pad.getStaticLow());
    auto type = pad.getSourceType();
    if (p && value && matchPattern(value, m_AnyZeroFloat()) && !type.isDynamicDim(1) &&
        !type.isDynamicDim(2) && pad.getStaticHigh()[0] == 0 && pad.getStaticHigh()[3] == 0)
      return {pad.getSource(), *p};
  }
  return {x, none};
}

/// The taps of a row are unrolled where they miss the input at a border, or do not lie
/// side by side: code for wide windows would grow without bound.
constexpr int64_t kMaxBorderTaps = 16, kMaxUnrolledTaps = 64;

/// withoutPadding(), unless the window is wide: then the border stays in memory, and
/// all taps reach it.
static std::pair<Value, SmallVector<int64_t, 2>> windowInput(Value x, int64_t taps) {
  return taps <= kMaxBorderTaps ? withoutPadding(x) : std::pair(x, SmallVector<int64_t, 2>{0, 0});
}

void ingot::setWindow(OpBuilder &b, rt::ContractOp op, std::pair<int64_t, int64_t> h,
                      std::pair<int64_t, int64_t> w, ArrayRef<int64_t> pads) {
  op.setStrides(SmallVector<int64_t>{h.first, w.first});
  op.setDilations(SmallVector<int64_t>{h.second, w.second});
  op.setPads(pads);
}

/// Loops (n, oh, ow, oc, kh, kw, ic).
static LogicalResult formConv(OpBuilder &b, Product p, const TargetFacts &facts) {
  MLIRContext *context = b.getContext();
  auto wType = cast<RankedTensorType>(p.w.getType());
  if (p.loops() != 7 || p.outMap != dimsMap(context, 7, {0, 1, 2, 3}) ||
      p.wMap != dimsMap(context, 7, {4, 5, 6, 3}) || p.xMap.getNumResults() != 4 ||
      p.xMap.getResult(0) != getAffineDimExpr(0, context) ||
      p.xMap.getResult(3) != getAffineDimExpr(6, context) || !wType.hasStaticShape() ||
      !constantBytes(p.w))
    return failure();
  auto h = matchWindow(p.xMap.getResult(1), 1, 4, 7), w = matchWindow(p.xMap.getResult(2), 2, 5, 7);
  if (!h || !w)
    return failure();
  Location loc = p.op.getLoc();
  const int64_t taps = wType.getDimSize(1);
  if (taps > kMaxUnrolledTaps && w->second != 1)
    return failure();
  auto [x, pads] = windowInput(p.x, taps);
  Value init = p.op.getDpsInits()[0].getDefiningOp<linalg::FillOp>().getOutputs()[0];
  int64_t depth = wType.getDimSize(0) * wType.getDimSize(1) * wType.getDimSize(2);
  WeightsView view{depth, wType.getDimSize(3), wType.getDimSize(3), 1};
  bool isPointwise = wType.getDimSize(0) == 1 && wType.getDimSize(1) == 1 && h->first == 1 &&
                     w->first == 1 && x == p.x;
  if (isPointwise) {
    auto op = createContraction(b, loc, "matmul", collapseLeading(b, loc, x, 2), p.w,
                                collapseLeading(b, loc, init, 2));
    packConstant(b, op, view, facts);
    p.op.getResult(0).replaceAllUsesWith(expandLike(b, loc, op.getResult(), init, 2));
    return success();
  }
  auto op = createContraction(b, loc, "conv", x, p.w, init);
  op->setAttr("window", b.getDenseI64ArrayAttr(wType.getShape().take_front(3)));
  setWindow(b, op, *h, *w, pads);
  packConstant(b, op, view, facts);
  p.op.getResult(0).replaceAllUsesWith(op.getResult());
  return success();
}

/// Loops (n, oh, ow, c, kh, kw).
static LogicalResult formDepthwise(OpBuilder &b, Product p) {
  MLIRContext *context = b.getContext();
  auto wType = cast<RankedTensorType>(p.w.getType());
  if (p.loops() != 6 || p.outMap != dimsMap(context, 6, {0, 1, 2, 3}) ||
      p.wMap != dimsMap(context, 6, {4, 5, 3}) || p.xMap.getNumResults() != 4 ||
      p.xMap.getResult(0) != getAffineDimExpr(0, context) ||
      p.xMap.getResult(3) != getAffineDimExpr(3, context) || !wType.hasStaticShape())
    return failure();
  auto h = matchWindow(p.xMap.getResult(1), 1, 4, 6), w = matchWindow(p.xMap.getResult(2), 2, 5, 6);
  if (!h || !w)
    return failure();
  if (wType.getDimSize(1) > kMaxUnrolledTaps)
    return failure();
  auto [x, pads] = windowInput(p.x, wType.getDimSize(1));
  Value init = p.op.getDpsInits()[0].getDefiningOp<linalg::FillOp>().getOutputs()[0];
  auto op = createContraction(b, p.op.getLoc(), "depthwise", x, p.w, init);
  op->setAttr("window", b.getDenseI64ArrayAttr(wType.getShape().take_front(2)));
  setWindow(b, op, *h, *w, pads);
  p.op.getResult(0).replaceAllUsesWith(op.getResult());
  return success();
}

namespace {
struct FormContractions : ingot::impl::FormContractionsBase<FormContractions> {
  void runOnOperation() override {
    TargetFacts facts = TargetFacts::of(getOperation());
    SmallVector<linalg::GenericOp> generics;
    getOperation().walk([&](linalg::GenericOp op) { generics.push_back(op); });
    for (linalg::GenericOp op : generics) {
      auto product = matchProduct(op);
      if (!product)
        continue;
      OpBuilder b(op);
      if (succeeded(formMatmul(b, *product, facts)) || succeeded(formConv(b, *product, facts)) ||
          succeeded(formDepthwise(b, *product)))
        op.erase();
    }
  }
};
} // namespace
