#include "passes/tile/IntegerDot.h"
#include "passes/tile/Rows.h"
#include "passes/tile/Windows.h"

using namespace mlir;
using namespace ingot;

using Values = Emitter::Values;

//===--- Runs of depth ----------------------------------------------------===//

namespace {

/// Where the bytes of one row of a tile come from.
struct Source {
  Values at;      ///< indices of the first byte of its run; or
  Value constant; ///< the factor that all of them make
};

/// The sums of a tile, [row][vector], and what is added to them.
class IntegerTile {
public:
  IntegerTile(Emitter &e, IntegerDot &dot, Value input, const Emitter::Panel &panel)
      : e(e), dot(dot), input(input), panel(panel) {}

  /// Adds `steps` steps of depth from `row` of the weights on.
  Values add(ValueRange sums, Value row, int64_t steps, int64_t run, ArrayRef<Source> sources) {
    // Whole groups in a loop, then the end of the run.
    int64_t whole = std::min(steps, run / dot.layout.group);
    Values result = addWhole(sums, row, whole, sources);
    if (whole < steps)
      result = addStep(result, e.add(row, whole), e.index(dot.layout.offset(whole)), run, sources);
    return result;
  }

private:
  /// Few sums wait for each other: then several steps have sums of their own.
  Values addWhole(ValueRange sums, Value row, int64_t steps, ArrayRef<Source> sources) {
    constexpr size_t kLatency = 8;
    int64_t parts = std::max<int64_t>(1, std::min<int64_t>(4, kLatency / sums.size()));
    if (steps < 2 * parts)
      parts = 1;
    Values all(sums);
    all.append((parts - 1) * sums.size(), e.zeroVector());
    auto step = [&](Value at, ValueRange carried) {
      return addStep(carried, e.add(row, at), e.mul(at, dot.layout.group), 0, sources);
    };
    all = e.loop(e.index(0), e.index(steps / parts * parts), parts, all,
                 [&](Value at, ValueRange carried) {
                   Values next;
                   for (int64_t i = 0; i < parts; ++i)
                     llvm::append_range(
                         next, step(e.add(at, i), carried.slice(i * sums.size(), sums.size())));
                   return next;
                 });
    Values result(ArrayRef(all).take_front(sums.size()));
    for (size_t i = sums.size(); i < all.size(); ++i)
      result[i % sums.size()] = arith::AddIOp::create(e.b, e.loc, result[i % sums.size()], all[i]);
    for (int64_t i = steps / parts * parts; i < steps; ++i)
      result = step(e.index(i), result);
    return result;
  }

  /// One step; of a run of fewer bytes than a step has, these.
  Values addStep(ValueRange sums, Value row, Value offset, int64_t run, ArrayRef<Source> sources) {
    Values w, next;
    for (int64_t v = 0; v < panel.vectors; ++v)
      w.push_back(dot.weights(panel, row, v));
    for (auto [i, source] : llvm::enumerate(sources)) {
      Value x = factor(source, offset, run);
      for (int64_t v = 0; v < panel.vectors; ++v)
        next.push_back(dot.add(sums[i * panel.vectors + v], x, w[v]));
    }
    return next;
  }

  Value factor(const Source &source, Value offset, int64_t run) {
    if (source.constant)
      return source.constant;
    Values at(source.at);
    at.back() = e.add(at.back(), offset);
    if (run == 0 || run >= dot.layout.group)
      return dot.factor(input, at);
    Values bytes;
    for (int64_t i = 0; i < run; ++i) {
      Values next(at);
      next.back() = e.add(at.back(), i);
      bytes.push_back(memref::LoadOp::create(e.b, e.loc, input, next));
    }
    return dot.factor(bytes);
  }

  Emitter &e;
  IntegerDot &dot;
  Value input;
  const Emitter::Panel &panel;
};

/// The starts of `rows` rows.
Values startSums(IntegerDot &dot, const Emitter::Panel &panel) {
  Values sums;
  for (int64_t v = 0; v < panel.vectors; ++v)
    sums.push_back(dot.start(panel, v));
  return sums;
}

Values repeated(ValueRange vectors, int64_t rows) {
  Values sums;
  for (int64_t r = 0; r < rows; ++r)
    llvm::append_range(sums, vectors);
  return sums;
}

void storeRows(Emitter &e, const Emitter::Panel &panel, ValueRange sums, int64_t count,
               function_ref<Values(int64_t)> position) {
  SmallVector<Values> rows;
  for (int64_t r = 0; r < count; ++r)
    rows.push_back(Values(sums.slice(r * panel.vectors, panel.vectors)));
  e.store(rows, panel, position);
}

//===--- Matrix products --------------------------------------------------===//

/// out[m, n] = epilogue(sum over k of x[m, k] * w[k, n])
class IntegerMatmul {
public:
  explicit IntegerMatmul(Emitter &e)
      : e(e), depth(e.op->getAttrOfType<IntegerAttr>("depth").getInt()),
        dot(e, DotLayout::ofMatmul(e.facts, depth, e.op->hasAttr("unsigned"))) {}

  void emit() {
    RowWalk(e).tiles(e.extent(e.op.getX(), 0), /*isSplit=*/true,
                     [&](const Emitter::Panel &panel, Value row, int64_t count) {
                       emitTile(row, count, panel);
                     });
  }

private:
  void emitTile(Value row, int64_t count, const Emitter::Panel &panel) {
    SmallVector<Source> sources;
    for (int64_t r = 0; r < count; ++r)
      sources.push_back({Values{e.add(row, r), e.index(0)}, Value()});
    Values sums = repeated(startSums(dot, panel), count);
    sums = IntegerTile(e, dot, e.op.getX(), panel)
               .add(sums, e.index(dot.layout.flips), dot.layout.steps(), depth, sources);
    storeRows(e, panel, sums, count,
              [&](int64_t r) { return Values{e.add(row, r), panel.column}; });
  }

  Emitter &e;
  int64_t depth;
  IntegerDot dot;
};

//===--- Convolutions -----------------------------------------------------===//

/// out[n, oh, ow, oc] = epilogue(sum over kh, kw, ic of
///   x[n, oh * s + kh * d - p, ow * s + kw * d - p, ic] * w[kh, kw, ic, oc])
///
/// The border around x is a number that need not be zero: taps that do not reach x are
/// multiplied by it.
class IntegerConv {
public:
  explicit IntegerConv(Emitter &e)
      : e(e), walk(e), window(e.op->getAttrOfType<DenseI64ArrayAttr>("window").asArrayRef()),
        border(e.op->getAttrOfType<IntegerAttr>("pad_value").getInt()),
        dot(e, DotLayout::ofWindow(e.facts, window, walk.horizontal.dilation,
                                   e.op->hasAttr("unsigned"))) {
    // Columns and channels together: the taps of a row are one run of memory.
    SmallVector<ReassociationIndices> groups = {{0}, {1}, {2, 3}};
    input = memref::CollapseShapeOp::create(e.b, e.loc, e.op.getX(), groups);
    runsOfRow = dot.layout.joinsTaps ? 1 : walk.horizontal.taps;
  }

  void emit() {
    bool splitsPanels = e.splitsPanels(walk.rowCount());
    walk.isParallel = !splitsPanels;
    e.panels(e.tile, splitsPanels, [&](const Emitter::Panel &panel) {
      int64_t height = std::min<int64_t>(12, e.tile.rows * e.tile.vectors / panel.vectors);
      walk.tiles(height, [&](const WindowWalk::Tile &tile) { emitTile(panel, tile); });
    });
  }

private:
  int64_t rowSteps() const { return runsOfRow * dot.layout.steps(); }
  /// First row of the weights of a vertical tap.
  Value weightRow(Value tap) { return e.add(e.mul(tap, rowSteps()), dot.layout.flips); }

  void emitTile(const Emitter::Panel &panel, const WindowWalk::Tile &tile) {
    IntegerTile sums(e, dot, input, panel);
    Values start = startSums(dot, panel);
    if (walk.hasVerticalBorder()) {
      Value taps = e.index(walk.vertical.taps);
      start = addBorderRows(sums, start, e.index(0), tile.tapFrom);
      start = addBorderRows(sums, start, e.max(tile.tapTo, tile.tapFrom), taps);
    }
    Values result =
        e.loop(tile.tapFrom, tile.tapTo, 1, repeated(start, tile.pixels),
               [&](Value tap, ValueRange carried) { return addTap(sums, tile, tap, carried); });
    storeRows(e, panel, result, tile.pixels, [&](int64_t p) {
      return Values{tile.image, tile.row, e.add(tile.first, p), panel.column};
    });
  }

  /// Vertical taps that lie in the border for all pixels.
  Values addBorderRows(IntegerTile &sums, const Values &start, Value from, Value to) {
    Source outside{{}, dot.constantFactor(border)};
    return e.loop(weightRow(from), weightRow(to), 1, start, [&](Value row, ValueRange carried) {
      return sums.add(carried, row, 1, dot.layout.group, outside);
    });
  }

  /// One vertical tap. The pixels in the inside take all taps of the row at once.
  Values addTap(IntegerTile &sums, const WindowWalk::Tile &tile, Value tap, ValueRange carried) {
    Value row = walk.inputRow(tile, tap), weights = weightRow(tap);
    auto [from, to] = insidePixels(tile);
    Values result;
    for (auto [first, last, isInside] :
         {std::tuple(int64_t(0), from, false), std::tuple(from, to, true),
          std::tuple(to, tile.pixels, false)}) {
      int64_t width = carried.size() / tile.pixels;
      Pixels pixels{tile, row, first, last};
      ValueRange own = carried.slice(first * width, (last - first) * width);
      if (first < last)
        llvm::append_range(result, isInside ? addInside(sums, pixels, weights, own)
                                            : addAtBorder(sums, pixels, weights, own));
    }
    return result;
  }

  /// Some pixels of a tile and the input row of a vertical tap.
  struct Pixels {
    const WindowWalk::Tile &tile;
    Value row;
    int64_t from, to;
  };

  SmallVector<Source> sources(const Pixels &pixels, int64_t kw) {
    SmallVector<Source> result;
    for (int64_t p = pixels.from; p < pixels.to; ++p)
      result.push_back(sourceOf(pixels.tile, pixels.row, p, kw));
    return result;
  }

  Values addInside(IntegerTile &sums, const Pixels &pixels, Value weights, ValueRange carried) {
    const int64_t run = dot.layout.run, steps = dot.layout.steps();
    if (dot.layout.joinsTaps)
      return sums.add(carried, weights, steps, run, sources(pixels, 0));
    if (walk.isDense() && run % dot.layout.group == 0)
      return sums.add(carried, weights, runsOfRow * steps, runsOfRow * run, sources(pixels, 0));
    return addTaps(sums, pixels, weights, carried);
  }

  Values addAtBorder(IntegerTile &sums, const Pixels &pixels, Value weights, ValueRange carried) {
    return dot.layout.joinsTaps ? addJoined(sums, pixels, weights, carried)
                                : addTaps(sums, pixels, weights, carried);
  }

  Values addTaps(IntegerTile &sums, const Pixels &pixels, Value weights, ValueRange carried) {
    const int64_t steps = dot.layout.steps();
    Values next(carried);
    for (int64_t kw = 0; kw < walk.horizontal.taps; ++kw)
      next = sums.add(next, e.add(weights, kw * steps), steps, dot.layout.run, sources(pixels, kw));
    return next;
  }

  /// The pixels whose taps all reach the input; the others are at either end of the row.
  std::pair<int64_t, int64_t> insidePixels(const WindowWalk::Tile &tile) const {
    auto isInside = [&](int64_t p) {
      return walk.reaches(tile, p, 0) && walk.reaches(tile, p, walk.horizontal.taps - 1);
    };
    int64_t from = 0, to = tile.pixels;
    while (from < to && !isInside(from))
      ++from;
    while (to > from && !isInside(to - 1))
      --to;
    return {from, to};
  }

  Source sourceOf(const WindowWalk::Tile &tile, Value row, int64_t p, int64_t kw) {
    if (!walk.reaches(tile, p, kw))
      return {{}, dot.constantFactor(border)};
    Value column = e.mul(walk.inputColumn(tile, p, kw), window[2]);
    return {Values{tile.image, row, column}, Value()};
  }

  /// A row of taps in one run, some of which do not reach the input: byte by byte.
  Values addJoined(IntegerTile &sums, const Pixels &pixels, Value weights, ValueRange carried) {
    Values next(carried);
    for (int64_t step = 0; step < dot.layout.steps(); ++step) {
      SmallVector<Source> sources;
      for (int64_t p = pixels.from; p < pixels.to; ++p)
        sources.push_back({{}, joinedFactor(pixels.tile, pixels.row, p, step)});
      next = sums.add(next, e.add(weights, step), 1, dot.layout.group, sources);
    }
    return next;
  }

  Value joinedFactor(const WindowWalk::Tile &tile, Value row, int64_t p, int64_t step) {
    Values bytes;
    int64_t from = dot.layout.offset(step);
    int64_t to = std::min(dot.layout.run, from + dot.layout.group);
    for (int64_t byte = from; byte < to; ++byte) {
      int64_t kw = byte / window[2], channel = byte % window[2];
      if (!walk.reaches(tile, p, kw)) {
        bytes.push_back(dot.byte(border));
        continue;
      }
      Value column = e.add(e.mul(walk.inputColumn(tile, p, kw), window[2]), channel);
      bytes.push_back(
          memref::LoadOp::create(e.b, e.loc, input, ValueRange{tile.image, row, column}));
    }
    return dot.factor(bytes);
  }

  Emitter &e;
  WindowWalk walk;
  ArrayRef<int64_t> window;
  int64_t border;
  IntegerDot dot;
  Value input;
  int64_t runsOfRow;
};

} // namespace

void ingot::emitInteger(Emitter &e) {
  if (e.op.getKind() == "matmul")
    IntegerMatmul(e).emit();
  else if (e.op.getKind() == "depthwise")
    emitIntegerDepthwise(e);
  else
    IntegerConv(e).emit();
}
