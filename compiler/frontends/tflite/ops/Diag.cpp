#include "compiler/frontends/tflite/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// x with the vectors in `diagonal` on the main diagonals of its matrices.
static Value setDiagonal(Node &n, Value x, Value diagonal) {
  return n.emit<MatrixSetDiagOp>({x, diagonal}, {{"lower", n.b.getI64IntegerAttr(0)},
                                                 {"upper", n.b.getI64IntegerAttr(0)},
                                                 {"align", n.b.getStringAttr("LEFT_LEFT")}});
}

/// Square matrices of zeros with the diagonals that x holds.
static LogicalResult buildMatrixDiag(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  int64_t rank = n.rank(x);
  if (rank == 0)
    return n.fail("needs a tensor of rank 1 or more");
  Value shape = n.b.concat(n.loc, {n.b.shapeOf(n.loc, x), extent(n, x, rank - 1)});
  return n.out(setDiagonal(n, n.emit<BroadcastToOp>({n.scalar(x, 0), shape}), x));
}

static LogicalResult buildMatrixSetDiag(Node &n) { return n.out(setDiagonal(n, n.in(0), n.in(1))); }

void tflite::addDiagRows(RowTable &t) {
  t[Builtin::MATRIX_DIAG] = {buildMatrixDiag, "diag", ""};
  t[Builtin::MATRIX_SET_DIAG] = {buildMatrixSetDiag, "diag", ""};
}
