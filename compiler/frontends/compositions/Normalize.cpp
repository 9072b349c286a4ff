#include "compiler/frontends/compositions/Compositions.h"

using namespace mlir;
using namespace ingot;

/// For each row of [rows, channels] the sums of the elements that are at most
/// `radius` away: a convolution along the channels with ones.
static Value windowSums(NodeBuilder &n, Value x, int64_t radius) {
  int64_t last = n.rank(x) - 1;
  Value count =
      n.emit<ReduceProdOp>(n.b.extents(n.loc, x, 0, last), {{"axes", n.b.getDenseI64ArrayAttr({0})},
                                                            {"keep_dims", n.b.getBoolAttr(true)}});
  Value shape =
      n.b.concat(n.loc, {count, n.b.extents(n.loc, x, last, last + 1), n.b.integers(n.loc, {1})});
  Value rows = n.emit<ReshapeOp>({x, shape});
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
  if (n.rank(x) < 1)
    return n.refuse("needs channels in the last dimension");
  if (auto channels = n.b.shapes.dims(x).back().constant())
    radius = std::min(radius, *channels);
  Value squares = n.emit<SquareOp>(x);
  if (!squares)
    return {};
  Value sums = windowSums(n, squares, radius);
  sums = n.emit<ReshapeOp>({sums, n.b.shapeOf(n.loc, x)});
  Value base = n.emit<AddOp>({n.emit<MulOp>({sums, n.scalar(x, alpha)}), n.scalar(x, bias)});
  return n.emit<MulOp>({x, n.emit<PowOp>({base, n.scalar(x, -beta)})});
}
