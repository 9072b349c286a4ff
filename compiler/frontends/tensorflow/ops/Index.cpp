#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Arithmetic on positions and on the order of dimensions.

/// Empty: TensorFlow leaves the elements open; zeros are as good as any.
static LogicalResult buildEmpty(Node &n) {
  Value shape = n.in(0);
  Type type = n.type("dtype");
  if (!shape)
    return failure();
  return n.out(n.emit<BroadcastToOp>({n.b.splat(n.loc, {}, type, 0), shape}));
}

/// The conditions of UnravelIndex: some indices, all before the end, and positive dimensions.
static LogicalResult requireUnravels(Node &n, Value indices, Value dims) {
  auto all = [&](Value holds) {
    SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, holds ? n.rank(holds) : 0));
    return n.emit<ReduceAllOp>(holds, {{"axes", n.b.getDenseI64ArrayAttr(axes)}});
  };
  DimTable &table = n.b.shapes.table;
  if (n.rank(indices) == 1) {
    Dim room = table.sub(n.b.shapes.dims(indices)[0], table.constant(1));
    if (failed(n.requireNatural(room, "there are no indices to unravel")))
      return failure();
  }
  Value isPositive = n.emit<GreaterOp>({dims, n.scalar(dims, 0)});
  if (failed(n.require(all(isPositive), "the dimensions must be positive")))
    return failure();
  auto total = n.emit<ReduceProdOp>(dims, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  return n.require(all(n.emit<LessOp>({indices, total})), "index is out of bound as with dims");
}

/// UnravelIndex: flat positions as coordinates, [dims] or [dims, positions]. Negative ones, which
/// TensorFlow lets pass, are divided towards zero.
static LogicalResult buildUnravel(Node &n) {
  Value indices = n.in(0), dims = n.in(1);
  if (!indices || !dims)
    return failure();
  if (n.rank(indices) > 1 || n.rank(dims) != 1)
    return n.fail("needs a position or a vector of them, and a vector of dimensions");
  if (failed(requireUnravels(n, indices, dims)))
    return failure();
  Value strides = n.emit<CumprodOp>(dims, {{"axis", n.b.getI64IntegerAttr(0)},
                                           {"exclusive", n.b.getBoolAttr(true)},
                                           {"reverse", n.b.getBoolAttr(true)}});
  if (n.rank(indices) == 1) {
    strides = strides ? n.b.expandDims(n.loc, strides, {1}) : strides;
    dims = n.b.expandDims(n.loc, dims, {1});
  }
  return n.out(n.emit<TruncModOp>({n.emit<DivOp>({indices, strides}), dims}));
}

/// Where each dimension of `source_format` is in `destination_format`; an error if they are
/// not of the same letters.
static FailureOr<SmallVector<int64_t>> formatOrder(Node &n) {
  std::string from = n.attrs.getString("src_format", "NHWC").str();
  std::string to = n.attrs.getString("dst_format", "NCHW").str();
  SmallVector<int64_t> order;
  for (char letter : from) {
    size_t place = to.find(letter);
    if (from.size() != to.size() || place == std::string::npos)
      return n.fail("the formats " + from + " and " + to + " do not have the same dimensions");
    order.push_back(int64_t(place));
  }
  return order;
}

/// DataFormatDimMap: dimensions of one format as those of the other.
static LogicalResult buildDimMap(Node &n) {
  Value x = n.in(0);
  auto order = formatOrder(n);
  if (!x || failed(order))
    return failure();
  Value table = n.b.cast(n.loc, n.b.integers(n.loc, *order), n.element(x));
  Value place = n.emit<FloorModOp>({x, n.scalar(x, double(order->size()))});
  return n.out(n.emit<GatherOp>({table, place}, {{"axis", n.b.getI64IntegerAttr(0)}}));
}

/// DataFormatVecPermute: entries for each dimension (or pairs of them) in the other order;
/// of the spatial ones alone if only those are there.
static LogicalResult buildVecPermute(Node &n) {
  Value x = n.in(0);
  auto order = formatOrder(n);
  if (!x || failed(order))
    return failure();
  auto count = n.rank(x) > 0 ? n.b.shapes.dims(x)[0].constant() : std::nullopt;
  int64_t all = order->size();
  if (!count || (*count != all && *count != all - 2))
    return n.fail("needs an entry for each dimension, or for each spatial one");
  std::string from = n.attrs.getString("src_format", "NHWC").str();
  SmallVector<std::pair<int64_t, int64_t>> places; // in the result, in x
  for (int64_t i = 0, entry = 0; i < all; ++i)
    if (*count == all || (from[i] != 'N' && from[i] != 'C'))
      places.emplace_back((*order)[i], entry++);
  llvm::sort(places);
  SmallVector<int64_t> picks;
  for (auto [place, entry] : places)
    picks.push_back(entry);
  return n.out(
      n.emit<GatherOp>({x, n.b.integers(n.loc, picks)}, {{"axis", n.b.getI64IntegerAttr(0)}}));
}

void tensorflow::addIndexRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "shape", ""}; };
  add("Empty", buildEmpty);
  add("UnravelIndex", buildUnravel);
  add("DataFormatDimMap", buildDimMap);
  add("DataFormatVecPermute", buildVecPermute);
}
