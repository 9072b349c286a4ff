#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

/// Ops that map to one op of the dialect with the same operands.
template <class OpT> static LogicalResult buildSame(Node &n) {
  return n.out(n.emit<OpT>(n.tensors()));
}

/// BiasAdd: the bias lies along the channels.
static LogicalResult buildBiasAdd(Node &n) {
  Value x = n.in(0), bias = n.in(1);
  if (!x || !bias)
    return failure();
  bool channelsFirst = n.attrs.getString("data_format", "NHWC").starts_with("NC");
  if (channelsFirst && n.rank(x) > 2) {
    SmallVector<int64_t> axes;
    for (int64_t d = 1; d < n.rank(x) - 1; ++d)
      axes.push_back(d);
    bias = n.b.expandDims(n.loc, bias, axes);
  }
  return n.out(n.emit<AddOp>({x, bias}));
}

static LogicalResult buildCast(Node &n) {
  Type to = n.type("DstT");
  if (!to)
    return n.fail("casts to a type that cannot be compiled yet");
  Value x = n.in(0);
  if (!x || n.b.shapes.elementType(x) == to)
    return n.out(x);
  return n.out(
      n.emit<CastOp>(x, {{"to", TypeAttr::get(to)},
                         {"truncate", n.b.getBoolAttr(n.attrs.getBool("Truncate", false))}}));
}

void tensorflow::addElementwiseRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "elementwise", ""}; };
  add("Add", buildSame<AddOp>);
  add("AddV2", buildSame<AddOp>);
  add("Sub", buildSame<SubOp>);
  add("Mul", buildSame<MulOp>);
  add("RealDiv", buildSame<DivOp>);
  add("Relu", buildSame<ReluOp>);
  add("Sigmoid", buildSame<SigmoidOp>);
  add("Tanh", buildSame<TanhOp>);
  add("BiasAdd", buildBiasAdd);
  add("Cast", buildCast);
}
