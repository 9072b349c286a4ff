#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

Dim ingot::diagonalLength(DimTable &t, Dim rows, Dim columns, int64_t lower, int64_t upper) {
  Dim below = t.add(rows, t.constant(std::min<int64_t>(upper, 0)));
  Dim right = t.sub(columns, t.constant(std::max<int64_t>(lower, 0)));
  return t.min(below, right);
}

/// Checks what both ops share.
static LogicalResult verifyDiagonals(Operation *op, ArrayRef<Dim> matrix, int64_t lower,
                                     int64_t upper, StringRef align) {
  if (matrix.size() < 2)
    return op->emitError("needs rank 2 or more");
  if (!llvm::is_contained({"LEFT_LEFT", "LEFT_RIGHT", "RIGHT_LEFT", "RIGHT_RIGHT"}, align))
    return op->emitError() << "unknown alignment \"" << align << '"';
  constexpr int64_t limit = int64_t(1) << 32;
  if (lower > upper || lower < -limit || upper > limit)
    return op->emitError() << "there are no diagonals " << lower << " to " << upper;
  return success();
}

LogicalResult MatrixDiagPartOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX());
  int64_t lower = getLower(), upper = getUpper();
  if (failed(verifyDiagonals(*this, x.dims, lower, upper, getAlign())))
    return failure();
  auto rows = x.dims.end()[-2].constant(), columns = x.dims.end()[-1].constant();
  for (int64_t d : {lower, upper})
    if (d != 0 && ((rows && d <= -*rows) || (columns && d >= *columns)))
      return emitError() << "the matrices have no diagonal " << d;
  if (shapes.elementType(getPadding()) != x.element || shapes.rank(getPadding()) != 0)
    return emitError("the padding must be a scalar of the matrices' type");
  SmallVector<Dim, 4> dims(ArrayRef<Dim>(x.dims).drop_back(2));
  if (lower != upper)
    dims.push_back(shapes.constant(upper - lower + 1));
  dims.push_back(diagonalLength(shapes.table, x.dims.end()[-2], x.dims.end()[-1], lower, upper));
  return shapes.setResult(*this, 0, x.element, dims);
}

LogicalResult MatrixSetDiagOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), packed = shapes.info(getDiagonalsPacked());
  int64_t lower = getLower(), upper = getUpper();
  if (failed(verifyDiagonals(*this, x.dims, lower, upper, getAlign())))
    return failure();
  SmallVector<Dim, 4> wanted(ArrayRef<Dim>(x.dims).drop_back(2));
  if (lower != upper)
    wanted.push_back(shapes.constant(upper - lower + 1));
  wanted.push_back(diagonalLength(shapes.table, x.dims.end()[-2], x.dims.end()[-1], lower, upper));
  if (packed.element != x.element || packed.dims.size() != wanted.size())
    return emitError("type or rank of the diagonals do not fit the matrices");
  for (auto [d, pair] : llvm::enumerate(llvm::zip(packed.dims, wanted))) {
    auto given = std::get<0>(pair).constant(), needed = std::get<1>(pair).constant();
    if (given && needed && *given != *needed)
      return emitError() << "dimension " << d << " of the diagonals is " << *given << ", not "
                         << *needed;
  }
  return shapes.setResult(*this, 0, x.element, x.dims);
}
