#include "compiler/frontends/tflite/ops/Fourier.h"
#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Fourier.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// RFFT2D: (x, [height, width]); where x is smaller zeros are added.
static LogicalResult buildRealFourier2D(Node &n) {
  Value x = n.in(0), given = n.in(1);
  if (!x || !given)
    return failure();
  auto sizes = n.b.shapes.contents(given);
  int64_t rank = n.rank(x);
  if (rank < 2 || !n.element(x).isF32() || !sizes || sizes->size() != 2 || n.rank(given) != 1)
    return n.fail("needs FLOAT32 of rank 2 or more and two lengths");
  DimTable &t = n.b.shapes.table;
  SmallVector<Value> edges;
  Value zero = n.b.integers(n.loc, {0});
  bool isPadded = false;
  for (int64_t d = 0; d < rank; ++d) {
    Dim missing = n.b.shapes.constant(0);
    if (d >= rank - 2)
      missing = t.max(t.sub((*sizes)[d - rank + 2], n.b.shapes.dims(x)[d]), missing);
    isPadded |= !missing.is(0);
    edges.append({zero, dimVector(n.b, n.loc, {missing})});
  }
  if (isPadded) {
    Value paddings = n.b.reshape(n.loc, n.b.concat(n.loc, edges), {rank, 2});
    x = n.emit<PadOp>({x, paddings, n.scalar(x, 0)});
  }
  return n.out(realFourier(n, x, *sizes));
}

void tflite::addFourierRows(RowTable &t) {
  t[Builtin::RFFT2D] = {buildRealFourier2D, "signal", ""};
}
