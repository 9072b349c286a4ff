#include "passes/tile/IntegerDot.h"
#include "passes/tile/Windows.h"

using namespace mlir;
using namespace ingot;

namespace {

/// out[n, oh, ow, c] = epilogue(sum over kh, kw of
///   x[n, oh * s + kh * d - p, ow * s + kw * d - p, c] * w[kh, kw, c])
///
/// A tile is a run of pixels times one vector of channels. Bytes of `group` rows, lane by
/// lane side by side, are the factor of as many vertical taps; each column of them serves
/// all pixels that it is a tap of.
class IntegerDepthwise {
public:
  explicit IntegerDepthwise(Emitter &e)
      : e(e), walk(e),
        dot(e, DotLayout::ofDepthwise(e.facts, {walk.vertical.taps, walk.horizontal.taps},
                                      e.op->hasAttr("unsigned"))),
        border(e.op->getAttrOfType<IntegerAttr>("pad_value").getInt()) {}

  void emit() {
    walk.channelTiles(
        [&](const Emitter::Panel &panel, const WindowWalk::Tile &tile) { emitTile(panel, tile); });
  }

private:
  using Values = Emitter::Values;

  void emitTile(const Emitter::Panel &panel, const WindowWalk::Tile &tile) {
    Values start(tile.pixels, dot.start(panel, 0)), sums;
    if (walk.hasVerticalBorder())
      sums = sumsNearBorder(panel, tile, start);
    else
      sums = sumsOf(panel, tile, start, false);
    SmallVector<Values> rows;
    for (Value sum : sums)
      rows.push_back({sum});
    e.store(rows, panel, [&](int64_t p) {
      return Values{tile.image, tile.row, e.add(tile.first, p), panel.column};
    });
  }

  /// Only rows of which all taps reach the input do without comparisons.
  Values sumsNearBorder(const Emitter::Panel &panel, const WindowWalk::Tile &tile,
                        const Values &start) {
    auto compare = [&](Value a, Value b) -> Value {
      return arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::eq, a, b);
    };
    Value isInside = arith::AndIOp::create(e.b, e.loc, compare(tile.tapFrom, e.index(0)),
                                           compare(tile.tapTo, e.index(walk.vertical.taps)));
    auto choice = scf::IfOp::create(e.b, e.loc, ValueRange(start).getTypes(), isInside, true);
    OpBuilder::InsertionGuard guard(e.b);
    for (Block *block : {choice.thenBlock(), choice.elseBlock()}) {
      e.b.setInsertionPointToStart(block);
      bool isBorder = block == choice.elseBlock();
      scf::YieldOp::create(e.b, e.loc, sumsOf(panel, tile, start, isBorder));
    }
    return choice.getResults();
  }

  Values sumsOf(const Emitter::Panel &panel, const WindowWalk::Tile &tile, const Values &start,
                bool isBorder) {
    int64_t groups = llvm::divideCeil(walk.vertical.taps, dot.layout.group);
    return e.loop(e.index(0), e.index(groups), 1, start, [&](Value group, ValueRange carried) {
      return addGroup(panel, tile, group, carried, isBorder);
    });
  }

  /// Adds `group` vertical taps, a column of the input at a time.
  Values addGroup(const Emitter::Panel &panel, const WindowWalk::Tile &tile, Value group,
                  ValueRange carried, bool isBorder) {
    const int64_t taps = walk.horizontal.taps, stride = walk.horizontal.stride;
    Values sums(carried), w;
    for (int64_t kw = 0; kw < taps; ++kw)
      w.push_back(dot.weights(panel, e.add(e.mul(group, taps), kw + int64_t(dot.layout.flips)), 0));
    llvm::MapVector<int64_t, SmallVector<std::pair<int64_t, int64_t>>> columns;
    for (int64_t p = 0; p < tile.pixels; ++p)
      for (int64_t kw = 0; kw < taps; ++kw)
        columns[p * stride + kw * walk.horizontal.dilation].push_back({p, kw});
    auto sorted = columns.takeVector();
    llvm::sort(sorted, llvm::less_first());
    for (const auto &[column, uses] : sorted) {
      auto [p, kw] = uses.front();
      Value x = walk.reaches(tile, p, kw)
                    ? factor(panel, tile, group, walk.inputColumn(tile, p, kw), isBorder)
                    : dot.constantFactor(border);
      for (auto [pixel, tap] : uses)
        sums[pixel] = dot.add(sums[pixel], x, w[tap]);
    }
    return sums;
  }

  /// The bytes of a group of vertical taps.
  Value factor(const Emitter::Panel &panel, const WindowWalk::Tile &tile, Value group, Value column,
               bool isBorder) {
    Values rows;
    int64_t count = std::min(dot.layout.group, walk.vertical.taps);
    for (int64_t j = 0; j < count; ++j) {
      // Taps behind the last one have weights of 0.
      Value tap = e.min(e.add(e.mul(group, dot.layout.group), j), e.index(walk.vertical.taps - 1));
      Value row = walk.inputRow(tile, tap);
      rows.push_back(isBorder ? borderRow(panel, tile, row, column)
                              : load(panel, tile, row, column));
    }
    return dot.laneFactor(rows);
  }

  Value load(const Emitter::Panel &panel, const WindowWalk::Tile &tile, Value row, Value column) {
    return e.loadVector(e.op.getX(), {tile.image, row, column, panel.column}, panel, 0);
  }

  /// The same of a row that may lie in the border.
  Value borderRow(const Emitter::Panel &panel, const WindowWalk::Tile &tile, Value row,
                  Value column) {
    Value last = e.index(cast<MemRefType>(e.op.getX().getType()).getDimSize(1) - 1);
    Value clamped = e.max(e.index(0), e.min(row, last));
    Value isInside = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::eq, row, clamped);
    Value outside = e.broadcast(dot.byte(border));
    return arith::SelectOp::create(e.b, e.loc, isInside, load(panel, tile, clamped, column),
                                   outside);
  }

  Emitter &e;
  WindowWalk walk;
  IntegerDot dot;
  int64_t border;
};

} // namespace

void ingot::emitIntegerDepthwise(Emitter &e) { IntegerDepthwise(e).emit(); }
