#include "dialects/ingot/Ingot.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/Passes.h"
#include "passes/fuse/Weights.h"
#include "llvm/Support/MathExtras.h"

namespace ingot {
#define GEN_PASS_DEF_EXPANDTRANSPOSEDCONV
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {
/// One spatial dimension. Element i of the result, at j = i + low = q * stride + r,
/// is the sum over t of x[q - t] with weight [r + t * stride]: phase r of position q.
struct Phases {
  int64_t size, low, stride, window, input;

  int64_t taps() const { return llvm::divideCeil(window, stride); }
  int64_t positions() const { return llvm::divideCeil(size + low, stride); }
};

/// What is known of the op, the element type apart.
struct Geometry {
  SmallVector<Phases, 3> dims;
  int64_t batch, in, out; ///< batch may be dynamic
  int64_t phases = 1;     ///< product of the strides
};
} // namespace

static std::optional<Geometry> geometryOf(TransposedConvOp op) {
  ShapeAnalysis shapes(op.getContext());
  auto sizes = shapes.constantContents(op.getSizes());
  auto x = cast<RankedTensorType>(op.getX().getType());
  auto filter = cast<RankedTensorType>(op.getFilter().getType());
  auto isOne = [](int64_t d) { return d == 1; };
  if (!sizes || weightBytes(op.getFilter()).empty() || !llvm::all_of(op.getDilations(), isOne) ||
      op.getPadValue().value_or(0) != 0)
    return std::nullopt;
  int64_t rank = x.getRank();
  Geometry g{{}, x.getDimSize(0), filter.getDimSize(rank - 1), filter.getDimSize(rank - 2)};
  for (auto [i, w] : llvm::enumerate(op.forwardWindows(shapes))) {
    auto low = w.low.constant();
    Phases p{(*sizes)[i], low.value_or(-1), op.getStrides()[i], filter.getDimSize(i),
             x.getDimSize(i + 1)};
    if (p.low < 0 || p.size < 1 || ShapedType::isDynamic(p.input))
      return std::nullopt;
    g.dims.push_back(p);
    g.phases *= p.stride;
  }
  return g;
}

/// From [F1..Fk, C, M] to [T1..Tk, M, s1..sk, C]: tap T - 1 - t of phase r is
/// weight r + t * s, or 0 behind the last.
static SmallVector<char, 0> phaseWeights(const Geometry &g, ArrayRef<char> weights,
                                         size_t elementBytes) {
  int64_t sources = g.in * g.out, taps = 1;
  for (const Phases &p : g.dims) {
    sources *= p.window;
    taps *= p.taps();
  }
  SmallVector<char, 0> result(taps * g.in * g.phases * g.out * elementBytes, 0);
  bool isSplat = weights.size() == elementBytes;
  for (int64_t i = 0; i < sources; ++i) {
    int64_t rest = i / (g.in * g.out), tap = 0, phase = 0, tapStep = 1, phaseStep = 1;
    for (const Phases &p : llvm::reverse(g.dims)) {
      int64_t f = rest % p.window;
      tap += (p.taps() - 1 - f / p.stride) * tapStep;
      phase += f % p.stride * phaseStep;
      tapStep *= p.taps();
      phaseStep *= p.stride;
      rest /= p.window;
    }
    int64_t to = ((tap * g.in + i % g.in) * g.phases + phase) * g.out + i / g.in % g.out;
    std::copy_n(weights.data() + (isSplat ? 0 : i) * elementBytes, elementBytes,
                result.data() + to * elementBytes);
  }
  return result;
}

namespace {
/// Builds the ops that stand for one transposed convolution.
class Expansion {
public:
  Expansion(PatternRewriter &b, TransposedConvOp op, const Geometry &g)
      : b(b), op(op), loc(op.getLoc()), g(g) {}

  /// All phases of all positions as channels: [N, Q1..Qk, s1..sk * C].
  Value convolution() {
    SmallVector<int64_t> filter, shape = {g.batch}, pads, ones(g.dims.size(), 1);
    for (const Phases &p : g.dims) {
      filter.push_back(p.taps());
      shape.push_back(p.positions());
      pads.append({p.taps() - 1, p.positions() - p.input});
    }
    filter.append({g.in, g.phases * g.out});
    shape.push_back(g.phases * g.out);
    Type element = getElementTypeOrSelf(op.getFilter().getType());
    Value weights =
        weightConstant(b, op.getFilter().getLoc(), RankedTensorType::get(filter, element),
                       phaseWeights(g, weightBytes(op.getFilter()), elementBytes(element)));
    auto type = RankedTensorType::get(shape, getElementTypeOrSelf(op.getType()));
    return ConvOp::create(b, loc, type, op.getX(), weights, ones, ones, "explicit",
                          b.getDenseI64ArrayAttr(pads), DenseI64ArrayAttr(), IntegerAttr(),
                          op.getToAttr());
  }

  /// Phases next to their position: [N, Q1 * s1 .. Qk * sk, C].
  Value interleaved(Value y) {
    int64_t k = g.dims.size();
    SmallVector<int64_t> split = {g.batch}, permutation = {0}, joined = {g.batch};
    for (const Phases &p : g.dims)
      split.push_back(p.positions());
    for (auto [i, p] : llvm::enumerate(g.dims)) {
      split.push_back(p.stride);
      permutation.append({int64_t(i) + 1, int64_t(i) + 1 + k});
      joined.push_back(p.positions() * p.stride);
    }
    split.push_back(g.out);
    permutation.push_back(2 * k + 1);
    joined.push_back(g.out);
    y = reshape(y, split);
    auto type = cast<RankedTensorType>(y.getType());
    SmallVector<int64_t> moved;
    for (int64_t from : permutation)
      moved.push_back(split[from]);
    return reshape(TransposeOp::create(b, loc, type.clone(moved), y, permutation), joined);
  }

  /// The part from `low` on that has the sizes asked for.
  Value cut(Value y) {
    if (y.getType() == op.getType() &&
        llvm::all_of(g.dims, [](const Phases &p) { return p.low == 0; }))
      return y;
    SmallVector<int64_t> begin = {0}, end = {0}, strides(g.dims.size() + 2, 1);
    for (const Phases &p : g.dims) {
      begin.push_back(p.low);
      end.push_back(p.low + p.size);
    }
    begin.push_back(0);
    end.push_back(g.out);
    return StridedSliceOp::create(b, loc, op.getType(), y, integers(begin), integers(end),
                                  integers(strides), /*begin_mask=*/0, /*end_mask=*/1,
                                  /*shrink_mask=*/0);
  }

private:
  Value integers(ArrayRef<int64_t> values) {
    auto type = RankedTensorType::get(int64_t(values.size()), b.getI64Type());
    return ConstantOp::create(b, loc, DenseIntElementsAttr::get(type, values));
  }
  Value reshape(Value x, ArrayRef<int64_t> shape) {
    SmallVector<int64_t> extents(shape);
    if (ShapedType::isDynamic(extents[0]))
      extents[0] = -1;
    auto type = cast<RankedTensorType>(x.getType()).clone(shape);
    return ReshapeOp::create(b, loc, type, x, integers(extents));
  }

  PatternRewriter &b;
  TransposedConvOp op;
  Location loc;
  const Geometry &g;
};

struct PhasesAsChannels : OpRewritePattern<TransposedConvOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposedConvOp op, PatternRewriter &b) const override {
    auto geometry = geometryOf(op);
    if (!geometry)
      return failure();
    Expansion expansion(b, op, *geometry);
    Value all = expansion.convolution();
    b.replaceOp(op, expansion.cut(expansion.interleaved(all)));
    return success();
  }
};

struct ExpandTransposedConv : ingot::impl::ExpandTransposedConvBase<ExpandTransposedConv> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<PhasesAsChannels>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
