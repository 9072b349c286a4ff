#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/tflite/Importer.h"
#include "compiler/frontends/tflite/ops/Padding.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

// STABLEHLO_GATHER and STABLEHLO_SCATTER: windows of an operand at computed places. The
// operand is seen as rows: its first dimensions become one, indexed row by row; the last
// ones, which each window covers whole, stay. Indices of rows are
// [places.., window sizes of the first dimensions..].

namespace {
/// Windows of an operand.
struct Windows {
  SmallVector<Dim> sizes;          ///< for each dimension of the operand
  SmallVector<int64_t> indexed;    ///< dimension for each entry of an index vector
  SmallVector<int64_t> single;     ///< dimensions of size 1 that no window dimension stands for
  SmallVector<int64_t> dimensions; ///< of gather's result or scatter's updates: the window's
  Value starts;                    ///< [places.., entries of an index vector], i64
};

struct Rows {
  Value indices;  ///< [places.., window sizes..], i64
  Value isInside; ///< broadcasts to them: within the operand (where starts are not moved)
  Dim count;      ///< rows of the operand
  int64_t joined; ///< leading dimensions of the operand that are rows
};
} // namespace

static SmallVector<int64_t> listOf(const flatbuffers::Vector<int64_t> *given) {
  SmallVector<int64_t> list;
  if (given)
    list.append(given->begin(), given->end());
  return list;
}

/// Start indices with their vectors as the last dimension; null after an error.
static Value vectorsLast(Node &n, Value starts, int64_t vectorDim, size_t entries) {
  starts = n.b.cast(n.loc, starts, n.b.getI64Type());
  if (!starts)
    return {};
  int64_t rank = n.rank(starts);
  if (vectorDim < 0 || vectorDim > rank)
    return n.refuse("the index vectors' dimension " + Twine(vectorDim) + " does not exist");
  if (vectorDim == rank)
    starts = n.b.expandDims(n.loc, starts, {rank++});
  auto order = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  order.erase(order.begin() + vectorDim);
  order.push_back(vectorDim);
  if (vectorDim != rank - 1)
    starts = n.b.transpose(n.loc, starts, order);
  if (starts && !n.b.shapes.dims(starts)[rank - 1].is(entries))
    return n.refuse("the index vectors need " + Twine(entries) + " entries");
  return starts;
}

/// The lists name dimensions below `rank`, each at most once.
static LogicalResult checkDimensions(Node &n, ArrayRef<int64_t> list, int64_t rank) {
  llvm::SmallDenseSet<int64_t> seen;
  for (int64_t d : list)
    if (d < 0 || d >= rank || !seen.insert(d).second)
      return n.fail("names dimension " + Twine(d) + " of rank " + Twine(rank) +
                    ", which does not exist or is there twice");
  return success();
}

/// A scalar of i64.
static Value scalarOf(Node &n, Dim d) { return n.b.reshape(n.loc, dimVector(n.b, n.loc, {d}), {}); }

/// With `areSingle` each element is a row.
static Rows rowsOf(Node &n, Value operand, const Windows &w, bool areClamped,
                   bool areSingle = false) {
  SmallVector<Dim, 4> dims(n.b.shapes.dims(operand));
  int64_t joined = dims.size(), places = n.rank(w.starts) - 1;
  while (!areSingle && joined > 0 && dims[joined - 1] == w.sizes[joined - 1] &&
         (areClamped || !llvm::is_contained(w.indexed, joined - 1)))
    --joined;
  DimTable &t = n.b.shapes.table;
  Rows rows{{}, {}, t.product(ArrayRef(dims).take_front(joined)), joined};
  Type i64 = n.b.getI64Type();
  auto number = [&](int64_t v) { return n.b.splat(n.loc, {}, i64, double(v)); };
  Value zero = number(0);
  rows.indices = zero;
  rows.isInside = n.b.splat(n.loc, {}, n.b.getI1Type(), 1);
  for (int64_t d = 0; d < joined; ++d) {
    Value within = n.emit<RangeOp>({zero, scalarOf(n, w.sizes[d]), number(1)});
    within = n.b.expandDims(n.loc, within, llvm::to_vector(llvm::seq<int64_t>(1, joined - d)));
    Value extent = scalarOf(n, dims[d]);
    if (auto *entry = llvm::find(w.indexed, d); entry != w.indexed.end()) {
      Value start = elementAlong(n, w.starts, places, entry - w.indexed.begin());
      if (areClamped) {
        Value last = scalarOf(n, t.sub(dims[d], w.sizes[d]));
        start = n.emit<MaximumOp>({n.emit<MinimumOp>({start, last}), zero});
      }
      auto behind = llvm::to_vector(llvm::seq<int64_t>(places, places + joined));
      within = n.emit<AddOp>({n.b.expandDims(n.loc, start, behind), within});
    }
    if (!areClamped) {
      rows.isInside = n.emit<AndOp>({rows.isInside, n.emit<GreaterEqualOp>({within, zero})});
      rows.isInside = n.emit<AndOp>({rows.isInside, n.emit<LessOp>({within, extent})});
    }
    rows.indices = n.emit<AddOp>({n.emit<MulOp>({rows.indices, extent}), within});
  }
  // Of this shape even where no dimension is indexed.
  SmallVector<Dim> shape(n.b.shapes.dims(w.starts).drop_back());
  shape.append(w.sizes.begin(), w.sizes.begin() + joined);
  if (rows.indices)
    rows.indices = n.emit<BroadcastToOp>({rows.indices, dimVector(n.b, n.loc, shape)});
  return rows;
}

/// The operand as [rows, covered dimensions..].
static Value asRows(Node &n, Value operand, const Rows &rows) {
  SmallVector<Dim> dims = {rows.count};
  llvm::append_range(dims, n.b.shapes.dims(operand).drop_front(rows.joined));
  return n.emit<ReshapeOp>({operand, dimVector(n.b, n.loc, dims)});
}

/// Where the dimensions [places.., window..] of rows are in a tensor whose dimensions
/// `windowDims` are the window's, for TransposeOp from the former to the latter.
static SmallVector<int64_t> arrangement(ArrayRef<int64_t> windowDims, int64_t rank) {
  SmallVector<int64_t> order;
  int64_t place = 0, inWindow = rank - windowDims.size();
  for (int64_t d = 0; d < rank; ++d)
    order.push_back(llvm::is_contained(windowDims, d) ? inWindow++ : place++);
  return order;
}

/// The window's sizes in the first dimensions, without those of single ones.
static SmallVector<Dim> visibleSizes(const Windows &w, int64_t count) {
  SmallVector<Dim> sizes;
  for (auto [d, size] : llvm::enumerate(ArrayRef(w.sizes).take_front(count)))
    if (!llvm::is_contained(w.single, int64_t(d)))
      sizes.push_back(size);
  return sizes;
}

static LogicalResult checkWindows(Node &n, const Windows &w, int64_t rank, int64_t resultRank) {
  if (failed(checkDimensions(n, w.indexed, rank)) || failed(checkDimensions(n, w.single, rank)) ||
      failed(checkDimensions(n, w.dimensions, resultRank)))
    return failure();
  if (w.dimensions.size() + w.single.size() != size_t(rank) || !llvm::is_sorted(w.dimensions))
    return n.fail("the window's dimensions do not fit an operand of rank " + Twine(rank));
  return success();
}

/// (operand, start indices); starts are moved so that windows fit.
static LogicalResult buildGather(Node &n) {
  const auto &o = n.op.options2<schema::StablehloGatherOptions>();
  Value operand = n.in(0);
  Windows w;
  w.indexed = listOf(o.start_index_map());
  w.single = listOf(o.collapsed_slice_dims());
  w.dimensions = listOf(o.offset_dims());
  w.starts = vectorsLast(n, n.in(1), o.index_vector_dim(), w.indexed.size());
  if (!operand || !w.starts)
    return failure();
  int64_t rank = n.rank(operand), places = n.rank(w.starts) - 1;
  int64_t resultRank = places + w.dimensions.size();
  auto sizes = numbersOf(n, o.slice_sizes(), rank, "slice sizes");
  if (failed(sizes) || failed(checkWindows(n, w, rank, resultRank)))
    return failure();
  for (auto [d, size] : llvm::enumerate(*sizes)) {
    auto extent = n.b.shapes.dims(operand)[d].constant();
    if (size < 0 || (extent && size > *extent) ||
        (llvm::is_contained(w.single, int64_t(d)) && size != 1))
      return n.fail("a slice of size " + Twine(size) + " does not fit dimension " + Twine(d));
    w.sizes.push_back(n.b.shapes.constant(size));
  }
  Rows rows = rowsOf(n, operand, w, /*areClamped=*/true);
  Value parts = n.emit<GatherOp>({asRows(n, operand, rows), rows.indices},
                                 {{"axis", n.b.getI64IntegerAttr(0)}});
  SmallVector<Dim> shape(n.b.shapes.dims(w.starts).drop_back());
  llvm::append_range(shape, visibleSizes(w, rank));
  if (!parts)
    return failure();
  parts = n.emit<ReshapeOp>({parts, dimVector(n.b, n.loc, shape)});
  return n.out(n.b.transpose(n.loc, parts, arrangement(w.dimensions, resultRank)));
}

/// The mode of ingot.scatter_nd for the subgraph that joins old and new elements: an empty
/// one takes the new.
static std::optional<StringRef> scatterMode(Node &n) {
  const Subgraph &body = n.importer.model.subgraphs()[calledSubgraphs(n.op).front()];
  if (body.operators.empty())
    return "update";
  if (body.operators.size() > 1)
    return std::nullopt;
  switch (body.operators.front().op) {
  case Builtin::STABLEHLO_ADD:
    return "add";
  case Builtin::STABLEHLO_MULTIPLY:
    return "mul";
  case Builtin::STABLEHLO_MAXIMUM:
    return "max";
  case Builtin::STABLEHLO_MINIMUM:
    return "min";
  default:
    return std::nullopt;
  }
}

/// (operand, start indices, updates); what is out of the operand is left out.
static LogicalResult buildScatter(Node &n) {
  const auto &o = n.op.options2<schema::StablehloScatterOptions>();
  Value operand = n.in(0), updates = n.in(2);
  auto mode = scatterMode(n);
  if (!mode)
    return n.fail("joins elements with something else than one ADD, MULTIPLY, MAXIMUM or MINIMUM");
  Windows w;
  w.indexed = listOf(o.scatter_dims_to_operand_dims());
  w.single = listOf(o.inserted_window_dims());
  w.dimensions = listOf(o.update_window_dims());
  w.starts = vectorsLast(n, n.in(1), o.index_vector_dim(), w.indexed.size());
  if (!operand || !updates || !w.starts)
    return failure();
  int64_t rank = n.rank(operand), places = n.rank(w.starts) - 1, resultRank = n.rank(updates);
  if (resultRank != places + int64_t(w.dimensions.size()))
    return n.fail("the updates' rank does not fit");
  if (n.element(operand) != n.element(updates))
    return n.fail("the updates are not of the operand's type");
  if (failed(checkWindows(n, w, rank, resultRank)))
    return failure();
  for (int64_t d = 0, next = 0; d < rank; ++d) {
    bool isSingle = llvm::is_contained(w.single, d);
    w.sizes.push_back(isSingle ? n.b.shapes.constant(1)
                               : n.b.shapes.dims(updates)[w.dimensions[next++]]);
  }
  // Updates of one element are made in the order in which they lie.
  SmallVector<int64_t> order = arrangement(w.dimensions, resultRank);
  Rows rows = rowsOf(n, operand, w, /*areClamped=*/false, /*areSingle=*/!llvm::is_sorted(order));
  SmallVector<Dim> shape(n.b.shapes.dims(w.starts).drop_back());
  llvm::append_range(shape, visibleSizes(w, rows.joined));
  // A row more takes what is left out.
  Value table = asRows(n, operand, rows);
  if (!table)
    return failure();
  EdgePadding edges{SmallVector<int64_t>(n.rank(table), 0), SmallVector<int64_t>(n.rank(table), 0),
                    SmallVector<int64_t>(n.rank(table), 0)};
  edges.high[0] = 1;
  table = padded(n, table, n.scalar(table, 0), edges);
  Value at = n.emit<SelectOp>({rows.isInside, rows.indices, scalarOf(n, rows.count)});
  if (!at)
    return failure();
  at = n.emit<ReshapeOp>({at, dimVector(n.b, n.loc, shape)});
  if (!llvm::is_sorted(order))
    at = n.b.transpose(n.loc, at, order);
  at = at ? n.b.expandDims(n.loc, at, {n.rank(at)}) : at;
  Value joined = n.emit<ScatterNdOp>({table, at, updates}, {{"mode", n.b.getStringAttr(*mode)}});
  edges.high[0] = -1;
  joined = padded(n, joined, n.scalar(operand, 0), edges);
  return n.out(n.emit<ReshapeOp>({joined, n.b.shapeOf(n.loc, operand)}));
}

void tflite::addStableHloIndexRows(RowTable &t) {
  t[Builtin::STABLEHLO_GATHER] = {buildGather, "gather", "", buildGather};
  t[Builtin::STABLEHLO_SCATTER] = {buildScatter, "gather", "joined with one operator"};
}
