#include "dialects/rt/Dtype.h"
#include "ingot/host.h"
#include "passes/lower/Lower.h"

using namespace mlir;
using namespace ingot;

/// At least the bytes of a text: the arena can then be sized before the call. Null
/// where that is too many to tell.
static Dim boundOf(FormatOp op, Lowering &l) {
  DimTable &table = l.shapes.table;
  auto number = [&](int64_t value) { return l.shapes.constant(value); };
  // A sign, 17 digits, a point, an exponent; printf's %f has as many digits as a double.
  int64_t printed = 320 + std::max(op.getWidth(), 0u) + std::max(int32_t(op.getPrecision()), 6);
  bool isSummary = op.getStyle() == INGOT_SUMMARY || op.getStyle() == INGOT_LEGACY;
  Dim total = number(op.getText().size());
  for (auto [i, value] : llvm::enumerate(op.getValues())) {
    ArrayRef<Dim> dims = l.shapes.dims(value);
    bool isString = llvm::is_contained(op.getStrings(), int64_t(i));
    Dim bytes = isString ? table.add(table.mul(dims[0], number(4)), number(2))
                         : number(isSummary ? 28 : 2 * printed + 3);
    for (Dim d : llvm::reverse(isString ? ArrayRef<Dim>() : dims)) {
      Dim shown = int64_t(op.getSummarize()) < 0
                      ? d
                      : number(2 * std::min<int64_t>(op.getSummarize(), 1 << 20));
      int64_t gap = 2 * dims.size() + 6; // newlines, spaces, brackets, dots
      if (bytes)
        bytes = table.add(table.mul(table.add(shown, number(1)), table.add(bytes, number(gap))),
                          number(2));
    }
    total = total && bytes ? table.add(total, bytes) : Dim();
  }
  return total;
}

/// True if more depends on the text than what is printed.
static bool isNeeded(Value text) {
  return llvm::any_of(text.getUsers(), [](Operation *user) {
    if (isa<rt::FormatSizeOp>(user))
      return false; // of another text: that one is looked at
    if (auto format = dyn_cast<FormatOp>(user))
      return isNeeded(format.getResult());
    return !isa<PrintOp, AssertOp, rt::PrintOp, rt::FailOp, tensor::DimOp>(user);
  });
}

static Value constantText(Lowering &l, Location loc, StringRef text) {
  auto type = RankedTensorType::get({int64_t(text.size())}, l.b.getI8Type());
  ArrayRef<char> bytes(text.data(), text.size());
  return arith::ConstantOp::create(l.b, loc, DenseElementsAttr::getFromRawBuffer(type, bytes));
}

static LogicalResult lowerFormat(FormatOp op, Lowering &l) {
  Location loc = op.getLoc();
  if (op.getValues().empty())
    return l.replace(op, constantText(l, loc, op.getText()));
  SmallVector<int32_t> dtypes;
  for (auto [i, value] : llvm::enumerate(op.getValues()))
    dtypes.push_back(llvm::is_contained(op.getStrings(), int64_t(i))
                         ? INGOT_STRING
                         : dtypeOf(l.shapes.elementType(value)));
  Dim bound = boundOf(op, l);
  Value size = rt::FormatSizeOp::create(l.b, loc, l.b.getIndexType(), op.getValues(), op.getText(),
                                        op.getEnds(), dtypes, op.getSummarize(), op.getStyle(),
                                        op.getPrecision(), op.getWidth(), op.getFlag(),
                                        isNeeded(op.getResult()));
  if (bound)
    size = arith::MinUIOp::create(l.b, loc, size, l.index(loc, bound));
  Value out = tensor::EmptyOp::create(l.b, loc, {OpFoldResult(size)}, l.b.getI8Type());
  auto format = rt::FormatOp::create(l.b, loc, out.getType(), op.getValues(), out, op.getText(),
                                     op.getEnds(), dtypes, op.getSummarize(), op.getStyle(),
                                     op.getPrecision(), op.getWidth(), op.getFlag());
  return l.replace(op, format.getResult());
}

static LogicalResult lowerPrint(PrintOp op, Lowering &l) {
  rt::PrintOp::create(l.b, op.getLoc(), op.getText(), op.getStream());
  op.erase();
  return success();
}

static LogicalResult lowerTimestamp(TimestampOp op, Lowering &l) {
  Value seconds = rt::TimestampOp::create(l.b, op.getLoc(), l.b.getF64Type());
  auto type = RankedTensorType::get({}, l.b.getF64Type());
  return l.replace(op, tensor::FromElementsOp::create(l.b, op.getLoc(), type, seconds).getResult());
}

void ingot::addTextLowerings(LowerTable &table) {
  addLowering<FormatOp, lowerFormat>(table);
  addLowering<PrintOp, lowerPrint>(table);
  addLowering<TimestampOp, lowerTimestamp>(table);
}
