#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

namespace {
/// Which diagonals a node is about, and how they are packed.
struct Band {
  int64_t lower = 0, upper = 0;
  StringRef align = "LEFT_LEFT";
};
} // namespace

/// V2 and V3 have k as input `i`; only V3 has an alignment.
static FailureOr<Band> bandOf(Node &n, size_t i) {
  Band band;
  StringRef op = n.def.op();
  if (!op.ends_with("V2") && !op.ends_with("V3"))
    return band;
  auto k = n.constantInts(i, "k");
  if (failed(k))
    return failure();
  if (k->empty() || k->size() > 2)
    return n.fail("k needs one or two entries");
  band.lower = k->front();
  band.upper = k->back();
  if (op.ends_with("V3"))
    band.align = n.attrs.getString("align", "RIGHT_LEFT");
  return band;
}

static Value emitBand(Node &n, StringRef op, ValueRange operands, const Band &band) {
  Operation *made = n.b.emitOp(op, n.loc, operands,
                               {{"lower", n.b.getI64IntegerAttr(band.lower)},
                                {"upper", n.b.getI64IntegerAttr(band.upper)},
                                {"align", n.b.getStringAttr(band.align)}},
                               1);
  return made ? made->getResult(0) : Value();
}

static LogicalResult buildDiagPart(Node &n) {
  Value x = n.in(0);
  auto band = bandOf(n, 1);
  if (!x || failed(band))
    return failure();
  Value padding = n.size() > 2 ? n.in(2) : n.b.splat(n.loc, {}, n.b.shapes.elementType(x), 0);
  return n.out(emitBand(n, MatrixDiagPartOp::getOperationName(), {x, padding}, *band));
}

static LogicalResult buildSetDiag(Node &n) {
  auto band = bandOf(n, 2);
  if (failed(band))
    return failure();
  return n.out(emitBand(n, MatrixSetDiagOp::getOperationName(), {n.in(0), n.in(1)}, *band));
}

/// Rows and columns of MatrixDiagV2 and V3, where -1 stands for as few as are needed.
static LogicalResult inferExtents(Node &n, const Band &band, Dim length, Dim &rows, Dim &columns) {
  DimTable &t = n.b.shapes.table;
  Dim fewestRows = t.sub(length, t.constant(std::min<int64_t>(band.upper, 0)));
  Dim fewestColumns = t.add(length, t.constant(std::max<int64_t>(band.lower, 0)));
  if (rows.is(-1) && columns.is(-1))
    rows = columns = t.max(fewestRows, fewestColumns);
  rows = rows.is(-1) ? fewestRows : rows;
  columns = columns.is(-1) ? fewestColumns : columns;
  auto isFewer = [&](Dim a, Dim b) {
    Dim difference = t.sub(a, b);
    return !difference || difference.constant().value_or(0) < 0;
  };
  if (isFewer(rows, fewestRows) || isFewer(columns, fewestColumns))
    return n.fail("the diagonals do not fit the given rows and columns");
  return success();
}

/// The given number in input i as a Dim; -1 if there is no such input.
static FailureOr<Dim> extentInput(Node &n, size_t i) {
  if (n.size() <= i)
    return n.b.shapes.constant(-1);
  Value value = n.in(i);
  auto known = value ? n.b.shapes.contents(value) : std::nullopt;
  if (!known || known->size() != 1)
    return value ? n.fail("numbers of rows and columns must be scalars") : failure();
  return known->front();
}

/// Diagonals put into matrices of the padding value.
static LogicalResult buildDiag(Node &n) {
  Value x = n.in(0);
  auto band = bandOf(n, 1);
  auto rows = extentInput(n, 2), columns = extentInput(n, 3);
  if (!x || failed(band) || failed(rows) || failed(columns))
    return failure();
  int64_t rank = n.rank(x), batch = rank - (band->lower == band->upper ? 1 : 2);
  if (batch < 0)
    return n.fail("rank " + Twine(rank) + " has too few dimensions");
  bool isOpen = rows->is(-1) || columns->is(-1);
  if (failed(inferExtents(n, *band, n.b.shapes.dims(x).back(), *rows, *columns)))
    return failure();
  Value length = n.b.extents(n.loc, x, rank - 1, rank), shape;
  auto part = [&](Dim d, size_t input) -> Value {
    if (auto known = d.constant())
      return n.b.integers(n.loc, *known);
    if (n.size() > input && !isOpen)
      return n.b.reshape(n.loc, n.b.cast(n.loc, n.in(input), n.b.getI64Type()), 1);
    // As many as the diagonals need: the length and a known number more.
    Dim more = n.b.shapes.table.sub(d, n.b.shapes.dims(x).back());
    return more.constant() ? n.emit<AddOp>({length, n.b.integers(n.loc, *more.constant())})
                           : Value();
  };
  Value rowCount = part(*rows, 2), columnCount = part(*columns, 3);
  if (!rowCount || !columnCount)
    return n.fail("the numbers of rows and columns must be constants");
  shape = n.b.concat(n.loc, {n.b.extents(n.loc, x, 0, batch), rowCount, columnCount});
  Value padding = n.size() > 4 ? n.in(4) : n.b.splat(n.loc, {}, n.b.shapes.elementType(x), 0);
  Value matrices = n.emit<BroadcastToOp>({padding, shape});
  return n.out(emitBand(n, MatrixSetDiagOp::getOperationName(), {matrices, x}, *band));
}

/// Elements near the main diagonal stay, the others become zero.
static LogicalResult buildBandPart(Node &n) {
  Type i64 = n.b.getI64Type();
  Value x = n.in(0), below = n.b.cast(n.loc, n.in(1), i64), above = n.b.cast(n.loc, n.in(2), i64);
  if (!x || !below || !above)
    return failure();
  int64_t rank = n.rank(x);
  if (rank < 2)
    return n.fail("needs rank 2 or more");
  auto scalar = [&](int64_t v) { return n.b.splat(n.loc, {}, i64, v); };
  auto positions = [&](int64_t d) {
    Value count = n.b.squeeze(n.loc, n.b.extents(n.loc, x, d, d + 1), 0);
    return n.emit<RangeOp>({scalar(0), count, scalar(1)});
  };
  // Limits are at most the numbers of rows and columns, or negative: no limit.
  auto require = [&](Value limit, int64_t d, StringRef text) {
    Value count = n.b.squeeze(n.loc, n.b.extents(n.loc, x, d, d + 1), 0);
    if (Value holds = n.emit<LessEqualOp>({limit, count}))
      AssertOp::create(n.b, n.loc, holds, text);
  };
  require(below, rank - 2, "num_lower is larger than the number of rows");
  require(above, rank - 1, "num_upper is larger than the number of columns");
  Value row = n.b.expandDims(n.loc, positions(rank - 2), 1), column = positions(rank - 1);
  auto within = [&](Value distance, Value limit) {
    Value all = n.emit<LessOp>({limit, scalar(0)});
    return n.emit<OrOp>({n.emit<LessEqualOp>({distance, limit}), all});
  };
  Value inside = n.emit<AndOp>(
      {within(n.emit<SubOp>({row, column}), below), within(n.emit<SubOp>({column, row}), above)});
  Value zero = n.b.splat(n.loc, {}, n.b.shapes.elementType(x), 0);
  return n.out(n.emit<SelectOp>({inside, x, zero}));
}

/// Diag: the elements of x on the main diagonal of a tensor of x's dimensions twice.
static LogicalResult buildTensorDiag(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  Value shape = n.b.shapeOf(n.loc, x);
  Value flat = n.b.reshape(n.loc, x, -1), length = n.b.shapeOf(n.loc, flat);
  Value zero = n.b.splat(n.loc, {}, n.b.shapes.elementType(x), 0);
  Value matrix = n.emit<BroadcastToOp>({zero, n.b.concat(n.loc, {length, length})});
  matrix = emitBand(n, MatrixSetDiagOp::getOperationName(), {matrix, flat}, {});
  return n.out(n.emit<ReshapeOp>({matrix, n.b.concat(n.loc, {shape, shape})}));
}

static LogicalResult buildTensorDiagPart(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  int64_t half = n.rank(x) / 2;
  if (half == 0 || n.rank(x) % 2)
    return n.fail("needs an even rank of 2 or more");
  Value shape = n.b.extents(n.loc, x, 0, half);
  Value count = n.emit<ReduceProdOp>(
      shape, {{"axes", n.b.getDenseI64ArrayAttr(0)}, {"keep_dims", n.b.getBoolAttr(true)}});
  Value matrix = n.emit<ReshapeOp>({x, n.b.concat(n.loc, {count, count})});
  Value zero = n.b.splat(n.loc, {}, n.b.shapes.elementType(x), 0);
  Value diagonal = emitBand(n, MatrixDiagPartOp::getOperationName(), {matrix, zero}, {});
  return n.out(n.emit<ReshapeOp>({diagonal, shape}));
}

void tensorflow::addDiagRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "diag", ""}; };
  for (StringRef version : {"", "V2", "V3"}) {
    add(("MatrixDiag" + version).str(), buildDiag);
    add(("MatrixDiagPart" + version).str(), buildDiagPart);
    add(("MatrixSetDiag" + version).str(), buildSetDiag);
  }
  add("MatrixBandPart", buildBandPart);
  add("Diag", buildTensorDiag);
  add("DiagPart", buildTensorDiagPart);
}
