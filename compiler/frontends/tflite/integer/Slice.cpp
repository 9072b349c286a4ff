#include "compiler/frontends/tflite/integer/Integer.h"
#include "compiler/frontends/tflite/integer/Rows.h"

#include <cmath>

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// PAD and PADV2: with the number that stands for 0 unless another is given.
static LogicalResult buildPad(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::UINT8, Storage::INT16});
  Value x = n.in(0);
  if (failed(output) || !x)
    return failure();
  Value value = n.has(2) ? n.in(2) : integer(n, n.element(x), zeroPointOf(**output));
  return n.out(n.emit<PadOp>({x, n.in(1), value}));
}

/// The number that stands for 0 is put around; then there is nothing left to pad.
static LogicalResult buildSpaceToBatch(Node &n) {
  auto output = outputOf(n, 1, {Storage::INT8, Storage::UINT8, Storage::INT16});
  Value x = n.in(0), edges = n.b.cast(n.loc, n.in(2), n.b.getI64Type());
  auto block = n.constantInts(1, "the block shape");
  if (failed(output) || !x || !edges || failed(block))
    return failure();
  int64_t rank = n.rank(x), spatial = block->size();
  if (spatial + 1 > rank || spatial == 0)
    return n.fail("needs a block shape for the dimensions behind the batch");
  SmallVector<int64_t> ofBatch(2, 0), ofRest(2 * (rank - 1 - spatial), 0), none(2 * spatial, 0);
  Value flat =
      n.b.concat(n.loc, {n.b.integers(n.loc, ofBatch), n.b.reshape(n.loc, edges, {2 * spatial}),
                         n.b.integers(n.loc, ofRest)});
  Value zero = integer(n, n.element(x), zeroPointOf(**output));
  Value padded = n.emit<PadOp>({x, n.b.reshape(n.loc, flat, {rank, 2}), zero});
  return n.out(
      spaceToBatch(n, padded, *block, n.b.reshape(n.loc, n.b.integers(n.loc, none), {spatial, 2})));
}

/// Part i in the scale of the output, in single precision.
/// Source: ConcatenationWithScaling in tensorflow/lite/kernels/internal/reference/concatenation.h.
static Value rescaledPart(Node &n, size_t i, const Tensor &output) {
  const Tensor &x = *n.given(i);
  if (scaleOf(x) == scaleOf(output) && zeroPointOf(x) == zeroPointOf(output))
    return n.in(i);
  if (x.type != Storage::UINT8)
    return n.refuse("joins tensors of different scales");
  float scale = scaleOf(x) * (1.0f / scaleOf(output)), bias = -float(zeroPointOf(x)) * scale;
  return lookup(n, n.in(i), x.type, x.type, [&](int64_t q) {
    return clampedTo(std::round(float(q) * scale + bias) + float(zeroPointOf(output)), x.type);
  });
}

static LogicalResult buildConcatenation(Node &n) {
  const auto &options = n.options<schema::ConcatenationOptions>();
  auto output = outputOf(n, n.size(), {Storage::INT8, Storage::UINT8, Storage::INT16});
  if (failed(output))
    return failure();
  Values parts;
  for (size_t i = 0; i < n.size(); ++i)
    parts.push_back(rescaledPart(n, i, **output));
  if (parts.empty() || llvm::is_contained(parts, Value()))
    return parts.empty() ? n.fail("concatenates nothing") : failure();
  if (options.fused_activation_function() != Activation::NONE)
    return n.fail("a fused activation is not supported");
  auto axis = n.axis(options.axis(), n.rank(parts[0]));
  return failed(axis) ? failure() : n.out(n.b.concat(n.loc, parts, *axis));
}

void tflite::addIntegerSliceRows(RowTable &t) {
  t[Builtin::PAD].buildQuantized = buildPad;
  t[Builtin::PADV2].buildQuantized = buildPad;
  t[Builtin::SPACE_TO_BATCH_ND].buildQuantized = buildSpaceToBatch;
  t[Builtin::CONCATENATION].buildQuantized = buildConcatenation;
}
