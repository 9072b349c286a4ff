#include "passes/tile/Windows.h"

using namespace mlir;
using namespace ingot;

WindowWalk::WindowWalk(Emitter &e) : e(e) {
  auto window = e.op->getAttrOfType<DenseI64ArrayAttr>("window").asArrayRef();
  vertical = {window[0], e.op.getStrides()[0], e.op.getDilations()[0], e.op.getPads()[0]};
  horizontal = {window[1], e.op.getStrides()[1], e.op.getDilations()[1], e.op.getPads()[1]};
  inputHeight = e.extent(e.op.getX(), 1);
  inputWidth = cast<MemRefType>(e.op.getX().getType()).getDimSize(2);
  outputWidth = cast<MemRefType>(e.op.getOut().getType()).getDimSize(2);
}

int64_t WindowWalk::rowCount() const {
  auto out = cast<MemRefType>(e.op.getOut().getType());
  if (out.isDynamicDim(0) || out.isDynamicDim(1))
    return ShapedType::kDynamic;
  return out.getDimSize(0) * out.getDimSize(1);
}

void WindowWalk::tiles(int64_t height, function_ref<void(const Tile &)> body) {
  Value zero = e.index(0), images = e.extent(e.op.getOut(), 0), rows = e.extent(e.op.getOut(), 1);
  auto shape = cast<MemRefType>(e.op.getOut().getType()).getShape();
  bool hasRows = shape[0] == 1 || ShapedType::isDynamic(shape[1]) || shape[1] >= e.kManyParts;
  auto rowsOf = [&](Value image) {
    auto tilesOf = [&](Value row) {
      // Taps t with 0 <= row * stride + t * dilation - pad < height.
      Value origin = e.sub(e.mul(row, vertical.stride), e.index(vertical.pad));
      Value from = e.max(e.divide(e.sub(zero, origin), vertical.dilation, true), zero);
      Value to = e.min(e.divide(e.sub(inputHeight, origin), vertical.dilation, true),
                       e.index(vertical.taps));
      rowTiles(image, row, from, to, height, body);
    };
    e.loop(zero, rows, 1, tilesOf, isParallel && hasRows);
  };
  e.loop(zero, images, 1, rowsOf, isParallel && !hasRows);
}

void WindowWalk::channelTiles(function_ref<void(const Emitter::Panel &, const Tile &)> body) {
  RegisterTile vector{e.tile.lanes, 1, 0};
  int64_t height = e.facts.registers >= 32 ? 8 : 4;
  isParallel = true;
  tiles(height, [&](const Tile &tile) {
    e.panels(vector, /*isParallel=*/false, [&](const Emitter::Panel &panel) { body(panel, tile); });
  });
}

void WindowWalk::rowTiles(Value image, Value row, Value tapFrom, Value tapTo, int64_t height,
                          function_ref<void(const Tile &)> body) {
  auto tile = [&](Value first, std::optional<int64_t> start, int64_t pixels) {
    body({image, row, first, start, pixels, tapFrom, tapTo});
  };
  if (ShapedType::isDynamic(outputWidth) || ShapedType::isDynamic(inputWidth)) {
    // No padding: every pixel is in the inside.
    Value width = e.extent(e.op.getOut(), 2), full = e.mul(e.divide(width, height), height);
    e.loop(e.index(0), full, height, [&](Value p) { tile(p, std::nullopt, height); });
    e.loop(full, width, 1, [&](Value p) { tile(p, std::nullopt, 1); });
    return;
  }
  int64_t count = std::max<int64_t>(1, llvm::divideCeil(outputWidth, height));
  height = std::max<int64_t>(1, llvm::divideCeil(outputWidth, count));
  auto isInside = [&](int64_t first, int64_t pixels) {
    return horizontal.input(first, 0) >= 0 &&
           horizontal.input(first + pixels - 1, horizontal.taps - 1) < inputWidth;
  };
  for (int64_t first = 0; first < outputWidth;) {
    int64_t pixels = std::min(height, outputWidth - first), end = first;
    while (end + height <= outputWidth && isInside(end, height))
      end += height;
    if (end > first) {
      e.loop(e.index(first), e.index(end), height, [&](Value p) { tile(p, std::nullopt, height); });
      first = end;
      continue;
    }
    std::optional<int64_t> start = first;
    tile(e.index(first), isInside(first, pixels) ? std::nullopt : start, pixels);
    first += pixels;
  }
}

bool WindowWalk::reaches(const Tile &tile, int64_t p, int64_t tap) const {
  if (!tile.start)
    return true;
  int64_t column = horizontal.input(*tile.start + p, tap);
  return column >= 0 && column < inputWidth;
}

bool WindowWalk::hasVerticalBorder() const {
  int64_t input = cast<MemRefType>(e.op.getX().getType()).getDimSize(1);
  int64_t output = cast<MemRefType>(e.op.getOut().getType()).getDimSize(1);
  if (ShapedType::isDynamic(input) || ShapedType::isDynamic(output))
    return false; // the border is part of the input
  return vertical.pad > 0 || vertical.input(output - 1, vertical.taps - 1) >= input;
}

Value WindowWalk::inputRow(const Tile &tile, Value tap) {
  Value origin = e.sub(e.mul(tile.row, vertical.stride), e.index(vertical.pad));
  return e.add(origin, e.mul(tap, vertical.dilation));
}

Value WindowWalk::inputColumn(const Tile &tile, int64_t p, int64_t tap) {
  return e.add(e.mul(tile.first, horizontal.stride), horizontal.input(p, tap));
}
