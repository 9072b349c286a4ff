#include "compiler/frontends/compositions/Compositions.h"

using namespace mlir;
using namespace ingot;

/// For each row of [rows, channels] the sums of the elements that are at most
/// `radius` away: a convolution along the channels with ones.
static Value windowSums(NodeBuilder &n, Value x, int64_t channels, int64_t radius) {
  Value rows = n.b.reshape(n.loc, x, {-1, channels, 1});
  Value ones = n.b.splat(n.loc, {2 * radius + 1, 1, 1}, n.element(x), 1);
  auto one = n.b.getDenseI64ArrayAttr({1});
  return n.emit<ConvOp>({rows, ones}, {{"strides", one},
                                       {"dilations", one},
                                       {"padding", n.b.getStringAttr("explicit")},
                                       {"pads", n.b.getDenseI64ArrayAttr({radius, radius})}});
}

Value ingot::localResponseNormalization(NodeBuilder &n, Value x, int64_t radius, double bias,
                                        double alpha, double beta) {
  if (!x)
    return {};
  if (radius < 0 || radius > (1 << 20))
    return n.refuse("a radius of " + Twine(radius) + " is out of range");
  auto channels = n.rank(x) ? n.b.shapes.dims(x).back().constant() : std::nullopt;
  if (!channels)
    return n.refuse("the number of channels must be known");
  if (*channels == 0)
    return x;
  Value squares = n.emit<SquareOp>(x);
  if (!squares)
    return {};
  Value sums = windowSums(n, squares, *channels, std::min(radius, *channels));
  sums = n.emit<ReshapeOp>({sums, n.b.shapeOf(n.loc, x)});
  Value base = n.emit<AddOp>({n.emit<MulOp>({sums, n.scalar(x, alpha)}), n.scalar(x, bias)});
  return n.emit<MulOp>({x, n.emit<PowOp>({base, n.scalar(x, -beta)})});
}
