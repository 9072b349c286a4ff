#include "passes/Passes.h"
#include "passes/memory/ArenaPlan.h"
#include "ingot/ingot.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/IR/IRMapping.h"

namespace ingot {
#define GEN_PASS_DEF_PLANARENA
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {
/// A buffer of the function and the part of it in which the buffer is alive.
struct Buffer {
  memref::AllocOp op;
  ArenaInterval live;
  int64_t bytes = 0;   ///< static size
  Value dynamicBytes;  ///< size that follows from the arguments, else null
};
} // namespace

/// Arguments of the function that the arena plan works on: see BindInterface.
constexpr unsigned kArenaArgument = 1;

static int64_t elementSize(Type element) {
  return elementBytes(element);
}

/// Position in the entry block of the op that holds `op`.
static int64_t position(Operation *op, Block &entry,
                        const DenseMap<Operation *, int64_t> &positions) {
  return positions.lookup(entry.findAncestorOpInBlock(*op));
}

/// True if the value can be computed at the start of the call: by arithmetic
/// from the dimensions of arguments.
static bool isFromDims(Value value, DenseMap<Value, bool> &known) {
  auto [it, isNew] = known.try_emplace(value, false);
  if (!isNew)
    return it->second;
  Operation *op = value.getDefiningOp();
  bool result = false;
  if (auto dim = dyn_cast_or_null<memref::DimOp>(op))
    result = isa<BlockArgument>(dim.getSource()) && dim.getConstantIndex();
  else if (op && isa<arith::ArithDialect>(op->getDialect()))
    result = llvm::all_of(op->getOperands(), [&](Value v) { return isFromDims(v, known); });
  known[value] = result;
  return result;
}

/// The op that computes `value`, and what it needs, moved (as copies) to `b`.
static Value rematerialize(OpBuilder &b, Value value, IRMapping &map) {
  if (Value mapped = map.lookupOrNull(value))
    return mapped;
  Operation *op = value.getDefiningOp();
  if (!op)
    return value;
  for (Value operand : op->getOperands())
    map.map(operand, rematerialize(b, operand, map));
  return b.clone(*op, map)->getResult(cast<OpResult>(value).getResultNumber());
}

namespace {
struct PlanArena : ingot::impl::PlanArenaBase<PlanArena> {
  void runOnOperation() override {
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr(IngotDialect::kSignatureAttr) && failed(plan(function)))
        return signalPassFailure();
  }

  LogicalResult plan(func::FuncOp function) {
    SmallVector<Buffer> fixed, sized, unsized;
    collect(function, fixed, sized, unsized);
    int64_t bytes = placeFixed(function, fixed);
    Value end = placeSized(function, sized, bytes);
    addSizeFunction(function, end);
    return placeUnsized(function, unsized, end);
  }

  /// Buffers with their lifetimes: from the first to the last op of the entry
  /// block in which they, or what may alias them, are used.
  void collect(func::FuncOp function, SmallVectorImpl<Buffer> &fixed,
               SmallVectorImpl<Buffer> &sized, SmallVectorImpl<Buffer> &unsized) {
    Block &entry = function.getBody().front();
    DenseMap<Operation *, int64_t> positions;
    for (auto [i, op] : llvm::enumerate(entry))
      positions[&op] = i;
    BufferViewFlowAnalysis aliases(function);
    DenseMap<Value, bool> fromDims;
    function.walk([&](memref::AllocOp op) {
      Buffer buffer{op, {INT64_MAX, -1}, elementSize(op.getType().getElementType()), {}};
      for (Value alias : aliases.resolve(op))
        for (Operation *user : alias.getUsers())
          buffer.live.include(position(user, entry, positions));
      if (buffer.live.last < 0)
        buffer.live = {0, 0};
      for (int64_t extent : op.getType().getShape())
        buffer.bytes *= ShapedType::isDynamic(extent) ? 1 : extent;
      bool known = llvm::all_of(op.getDynamicSizes(),
                                [&](Value v) { return isFromDims(v, fromDims); });
      (op.getDynamicSizes().empty() ? fixed : known ? sized : unsized).push_back(buffer);
    });
  }

  static Value arena(func::FuncOp function) { return function.getArgument(kArenaArgument); }

  static void replaceByView(Buffer &buffer, Value arena, Value offset) {
    OpBuilder b(buffer.op);
    MemRefType type = buffer.op.getType();
    Value view = memref::ViewOp::create(b, buffer.op.getLoc(), type, arena, offset,
                                        buffer.op.getDynamicSizes());
    buffer.op.replaceAllUsesWith(view);
    buffer.op.erase();
  }

  int64_t placeFixed(func::FuncOp function, MutableArrayRef<Buffer> buffers) {
    SmallVector<ArenaRequest> requests;
    for (Buffer &buffer : buffers)
      requests.push_back({buffer.live, buffer.bytes});
    ArenaPlan plan = planArena(requests);
    SmallVector<Attribute> peak = peakBuffers(buffers, requests, plan);
    for (auto [buffer, offset] : llvm::zip(buffers, plan.offsets)) {
      OpBuilder b(buffer.op);
      Value at = arith::ConstantIndexOp::create(b, buffer.op.getLoc(), offset);
      replaceByView(buffer, arena(function), at);
    }
    Builder b(function.getContext());
    function->setAttr("ingot.arena_static", b.getI64IntegerAttr(plan.bytes));
    function->setAttr("ingot.arena_live", b.getI64IntegerAttr(largestLiveSum(requests)));
    function->setAttr("ingot.arena_peak", b.getArrayAttr(peak));
    return plan.bytes;
  }

  /// The buffers that are alive where most bytes are, for the report.
  static SmallVector<Attribute> peakBuffers(MutableArrayRef<Buffer> buffers,
                                            ArrayRef<ArenaRequest> requests,
                                            const ArenaPlan &plan) {
    SmallVector<Attribute> peak;
    int64_t position = peakPosition(requests);
    for (auto [i, buffer] : llvm::enumerate(buffers)) {
      if (buffer.live.first > position || buffer.live.last < position)
        continue;
      Builder b(buffer.op.getContext());
      auto number = [&](StringRef key, int64_t v) {
        return b.getNamedAttr(key, b.getI64IntegerAttr(v));
      };
      auto name = buffer.op.getLoc()->findInstanceOf<NameLoc>();
      peak.push_back(b.getDictionaryAttr(
          {b.getNamedAttr("node", b.getStringAttr(name ? name.getName().getValue() : "")),
           number("offset", plan.offsets[i]), number("bytes", buffer.bytes)}));
    }
    return peak;
  }

  /// Rounds up to the alignment of buffers.
  static Value aligned(OpBuilder &b, Location loc, Value bytes) {
    Value mask = arith::ConstantIndexOp::create(b, loc, kArenaAlignment - 1);
    Value inverse = arith::ConstantIndexOp::create(b, loc, -kArenaAlignment);
    return arith::AndIOp::create(b, loc, arith::AddIOp::create(b, loc, bytes, mask), inverse);
  }

  static Value bytesOf(OpBuilder &b, Buffer &buffer, ValueRange sizes) {
    Location loc = buffer.op.getLoc();
    Value bytes = arith::ConstantIndexOp::create(b, loc, buffer.bytes);
    for (Value size : sizes)
      bytes = arith::MulIOp::create(b, loc, bytes, size);
    return aligned(b, loc, bytes);
  }

  /// Slots shared by buffers whose lifetimes do not meet; a slot is as large as
  /// the largest of them. Returns the end of the last slot.
  Value placeSized(func::FuncOp function, MutableArrayRef<Buffer> buffers, int64_t base) {
    OpBuilder b = OpBuilder::atBlockBegin(&function.getBody().front());
    IRMapping map;
    SmallVector<ArenaInterval> intervals;
    SmallVector<Value> sizes;
    for (Buffer &buffer : buffers) {
      SmallVector<Value> dims;
      for (Value size : buffer.op.getDynamicSizes())
        dims.push_back(rematerialize(b, size, map));
      sizes.push_back(bytesOf(b, buffer, dims));
      intervals.push_back(buffer.live);
    }
    Location loc = function.getLoc();
    Value offset = arith::ConstantIndexOp::create(b, loc, base);
    for (ArrayRef<unsigned> slot : shareSlots(intervals)) {
      Value largest;
      for (unsigned i : slot)
        largest = largest ? arith::MaxUIOp::create(b, loc, largest, sizes[i]) : sizes[i];
      Value end = arith::AddIOp::create(b, loc, offset, largest);
      for (unsigned i : slot)
        replaceByView(buffers[i], arena(function), offset);
      offset = end;
    }
    return offset;
  }

  /// SIGNATURE__arena_bytes: `end` as a function of the dynamic dimensions of
  /// the inputs.
  static void addSizeFunction(func::FuncOp function, Value end) {
    OpBuilder b(function);
    Location loc = function.getLoc();
    SmallVector<std::pair<Value, unsigned>> dims;
    auto inputs = function->getAttrOfType<ArrayAttr>("ingot.inputs");
    for (unsigned i = 0; i < inputs.size(); ++i) {
      Value arg = function.getArgument(i + kArenaArgument + 1);
      for (auto [d, extent] : llvm::enumerate(cast<MemRefType>(arg.getType()).getShape()))
        if (ShapedType::isDynamic(extent))
          dims.push_back({arg, d});
    }
    auto type = b.getFunctionType(SmallVector<Type>(dims.size(), b.getIndexType()),
                                  b.getIndexType());
    auto helper =
        func::FuncOp::create(b, loc, (function.getName() + "__arena_bytes").str(), type);
    helper.setPrivate();
    b.setInsertionPointToStart(helper.addEntryBlock());
    IRMapping map;
    std::function<Value(Value)> copy = [&](Value value) -> Value {
      if (Value mapped = map.lookupOrNull(value))
        return mapped;
      Operation *op = value.getDefiningOp();
      if (auto dim = dyn_cast<memref::DimOp>(op)) {
        auto entry = llvm::find(dims, std::pair<Value, unsigned>(dim.getSource(),
                                                                 *dim.getConstantIndex()));
        Value arg = helper.getArgument(entry - dims.begin());
        map.map(value, arg);
        return arg;
      }
      for (Value operand : op->getOperands())
        copy(operand);
      return b.clone(*op, map)->getResult(0);
    };
    func::ReturnOp::create(b, loc, copy(end));
  }

  /// The rest is taken from a bump region while the function runs.
  LogicalResult placeUnsized(func::FuncOp function, MutableArrayRef<Buffer> buffers, Value end) {
    if (buffers.empty())
      return success();
    OpBuilder b(function.getContext());
    b.setInsertionPointAfterValue(end);
    Location loc = function.getLoc();
    auto cursorType = MemRefType::get({}, b.getIndexType());
    Value cursor = memref::AllocaOp::create(b, loc, cursorType);
    memref::StoreOp::create(b, loc, end, cursor);
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value limit = memref::DimOp::create(b, loc, arena(function), zero);
    for (Buffer &buffer : buffers) {
      b.setInsertionPoint(buffer.op);
      Location at = buffer.op.getLoc();
      Value offset = memref::LoadOp::create(b, at, cursor);
      Value next = arith::AddIOp::create(b, at, offset,
                                         bytesOf(b, buffer, buffer.op.getDynamicSizes()));
      Value fits = arith::CmpIOp::create(b, at, arith::CmpIPredicate::ule, next, limit);
      rt::CheckOp::create(b, at, fits, int32_t(INGOT_ARENA_TOO_SMALL),
                          "the arena is too small for results whose size the data tells");
      memref::StoreOp::create(b, at, next, cursor);
      replaceByView(buffer, arena(function), offset);
    }
    return success();
  }
};
} // namespace
